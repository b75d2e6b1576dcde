"""A small world in a storage: two companies, three communities, and methods to add things."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Self, TypeVar, cast

import attrs
import pytest

from billing_domain.errors import BillingError, ThingNotFoundError
from billing_domain.model.bills.bill import Bill, PaymentChannel, PendingBill, Settlement
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
    Company,
    CompanyId,
)
from billing_domain.model.company.staff import Role, StaffAccount, StaffId
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory

Key = TypeVar("Key")
NOON: Final = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
"""Noon in Shanghai on 5 March 2026."""

MARCH: Final = BillingPeriod(date(2026, 3, 1), date(2026, 3, 31))


@attrs.frozen
class World:
    """The content of the storage; every method commits its changes."""

    begin: UnitOfWorkFactory
    company: Company
    rival: Company
    garden: Community
    lakeside: Community
    foreign: Community
    _counter: Iterator[int]

    @classmethod
    def founded(cls, begin: UnitOfWorkFactory) -> Self:
        """Add a company with two communities, and a rival with one."""
        counter = itertools.count(1)
        company = Company(CompanyId(id_of(next(counter))), "幸福物业", NOON)
        rival = Company(CompanyId(id_of(next(counter))), "康乐物业", NOON + timedelta(days=1))
        garden, lakeside, foreign = (
            Community(
                CommunityId(id_of(next(counter))),
                owner.id,
                name,
                CommunityStatus.OPEN,
                NOON + timedelta(minutes=number),
            )
            for number, (owner, name) in enumerate(
                [(company, "幸福家园"), (company, "翠湖雅苑"), (rival, "幸福家园")]
            )
        )
        with begin() as work:
            for each in (company, rival):
                work.companies.add(each)
            for community in (garden, lakeside, foreign):
                work.communities.add(community)
            work.commit()
        return cls(begin, company, rival, garden, lakeside, foreign, counter)

    @property
    def work(self) -> UnitOfWork:
        """Repositories of which each call is a unit of work of its own, and is committed."""
        return cast("UnitOfWork", _Steps(self.begin))

    @contextmanager
    def change(self) -> Iterator[UnitOfWork]:
        """Open a unit of work, and commit it at its end."""
        with self.begin() as work:
            yield work
            work.commit()

    @property
    def scope(self) -> Scope:
        """The scope of the company's administrator."""
        return Scope(self.company.id, whole_phones=True)

    @property
    def garden_scope(self) -> Scope:
        """The scope of the garden's front desk."""
        return Scope(self.company.id, frozenset({self.garden.id}))

    @property
    def lakeside_scope(self) -> Scope:
        """The scope of the lakeside's front desk."""
        return Scope(self.company.id, frozenset({self.lakeside.id}))

    @property
    def rival_scope(self) -> Scope:
        """The scope of the rival's administrator."""
        return Scope(self.rival.id)

    def hides(self, look: Callable[[Scope, Key], object], key: Key, *, kind: str) -> None:
        """Check that neither the rival nor the lakeside's front desk finds a thing."""
        for scope in (self.rival_scope, self.lakeside_scope):
            with refused(ThingNotFoundError, kind=kind, id=key):
                look(scope, key)

    def new_id(self) -> str:
        """Return an id above all before."""
        return id_of(next(self._counter))

    def a_house(self, address: str, community: Community | None = None) -> House:
        """Return a house, not stored yet, by default in the garden."""
        place = community or self.garden
        return House(HouseId(self.new_id()), place.id, HouseAddress.parse(address))

    def add_house(self, address: str, community: Community | None = None) -> House:
        """Add a house."""
        house = self.a_house(address, community)
        self.add_houses([house])
        return house

    def add_houses(self, houses: list[House]) -> None:
        """Add houses."""
        self.work.houses.add_all(houses)

    def a_resident(self, house: House, name: str, **fields: Any) -> Resident:
        """Return a resident, not stored yet: an owner without a phone."""
        known = {"phone": "", "relation": Relation.OWNER, "moved_in_on": None, **fields}
        return Resident(
            id=ResidentId(self.new_id()),
            community_id=house.community_id,
            house_id=house.id,
            name=name,
            **known,
        )

    def add_resident(self, house: House, name: str, **fields: Any) -> Resident:
        """Add a resident."""
        resident = self.a_resident(house, name, **fields)
        self.work.residents.add_all([resident])
        return resident

    def a_bill(self, house: House, **fields: Any) -> PendingBill:
        """Return a bill, not stored yet, with a number above all before."""
        number = BillNumber(f"20260305120000{next(self._counter):07d}")
        known = {
            "number": number,
            "fee_type": FeeType.PROPERTY,
            "amount": Money(130_000),
            "period": MARCH,
            "imported_at": NOON,
            **fields,
        }
        return PendingBill(community_id=house.community_id, house_id=house.id, **known)

    def add_bill(self, house: House, **fields: Any) -> PendingBill:
        """Add a bill."""
        bill = self.a_bill(house, **fields)
        self.add_bills([bill])
        return bill

    def add_bills(self, bills: list[PendingBill]) -> None:
        """Add bills."""
        self.work.bills.add_all(bills)

    def save_bill(self, bill: Bill) -> None:
        """Store a bill's next version."""
        self.work.bills.save_all([bill])

    def remove_bills(self, *bills: PendingBill) -> None:
        """Remove bills."""
        self.work.bills.remove_all(bills, at=NOON, by="小李")

    def stored_bill(self, number: BillNumber) -> Bill:
        """Return a bill from storage."""
        return self.work.bills.get(self.scope, number)

    def an_account(self, login_name: str, **fields: Any) -> StaffAccount:
        """Return a staff account, not stored yet."""
        known = {
            "company_id": self.company.id,
            "name": "小李",
            "role": Role.FRONT_DESK,
            "community_ids": None,
            "password_hash": "hash",
            "created_at": NOON,
            **fields,
        }
        return StaffAccount(id=StaffId(self.new_id()), login_name=login_name, **known)


@attrs.frozen
class _Steps:
    begin: UnitOfWorkFactory

    def __getattr__(self, repository: str) -> _Repository:
        return _Repository(self.begin, repository)


@attrs.frozen
class _Repository:
    begin: UnitOfWorkFactory
    name: str

    def __getattr__(self, method: str) -> Callable[..., object]:
        def call(*arguments: Any, **named: Any) -> object:
            with self.begin() as work:
                result: object = getattr(getattr(work, self.name), method)(*arguments, **named)
                work.commit()
            return result

        return call


@contextmanager
def refused(error: type[BillingError], /, **facts: object) -> Iterator[None]:
    """Expect an error with these facts."""
    with pytest.raises(error) as refusal:
        yield
    assert {name: refusal.value.facts[name] for name in facts} == facts


def paid_in_cash(at: datetime = NOON) -> Settlement:
    """Return a cash payment at the counter."""
    return Settlement.offline(PaymentChannel.CASH, at, payer_name="王伟", voucher_number="V-1")


def id_of(number: int) -> str:
    """Return a number as 32 hex digits."""
    return f"{number:032x}"
