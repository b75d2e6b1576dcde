"""A small town whose whole application runs on any storage, with a provider that plays along.

Commits can fail in every way that a database knows, and the process can end at any moment
between two units of work or during one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from types import TracebackType
from typing import Any, Self, cast

import attrs

from billing_adapters.fakes.messaging import FakeMenus, FakeMessages, FakeSms
from billing_adapters.fakes.payment_provider import FAKE, FakeGateways, FakeProvider
from billing_adapters.fakes.system import (
    CountedIds,
    FrozenClock,
    PlainOwnerIdentity,
    PlainPasswordHasher,
    PlainSecretCipher,
)
from billing_adapters.sql.db.engine import Database
from billing_domain.errors import CommitUnknownError, StorageBusyError
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community, CommunityId, CommunityStatus, Company
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.ledger import Books
from billing_domain.model.payments.order import AccountId
from billing_domain.ports.payments.gateway import GatewayFactory
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.testing.contracts import Storage
from billing_entrypoints.application import Application
from billing_entrypoints.wiring import Choices, Ports, wire
from tests.databases import sqlite_pool, storage_of
from tests.world import (
    NOON,
    NoFiles,
    PlainCodes,
    PlainReceipts,
    PlainWriter,
    RowsReader,
    period,
)

FAMILIES = {"openid-wang": (0, 1), "openid-li": (1, 2), "openid-gone": (0,)}
"""Whose houses are whose: the second belongs to two families, and one moves out."""

AMOUNTS = [Money(fen) for fen in (1, 20, 300, 4_000, 50_000, 600_000)]
"""Two bills a house; no two sets of bills have the same sum."""


class DiedError(Exception):
    """The process ends here; whoever comes next finds what was committed."""


class CommitFault(Enum):
    """What becomes of a commit: refused, of unknown outcome, or the end of the process."""

    BUSY = "busy"
    LOST = "lost"
    KEPT = "kept"
    DIED_BEFORE = "died_before"
    DIED_AFTER = "died_after"


class Chance:
    """What happens next to commits, and who is faster than the next one to write."""

    def __init__(self) -> None:
        self.faults: deque[CommitFault] = deque()
        self.rivals: deque[Callable[[], None]] = deque()

    def forget(self) -> None:
        """Let everything go well from now on."""
        self.faults.clear()
        self.rivals.clear()


class _ShakyUnit:
    """A unit of work whose commit does what chance wants."""

    def __init__(self, inner: UnitOfWork, chance: Chance) -> None:
        self._inner, self._chance = inner, chance

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._inner.__exit__(kind, error, trace)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self) -> None:
        fault = self._chance.faults.popleft() if self._chance.faults else None
        if fault is CommitFault.BUSY:
            raise StorageBusyError
        if fault is CommitFault.LOST:
            raise CommitUnknownError
        if fault is CommitFault.DIED_BEFORE:
            raise DiedError
        self._inner.commit()
        if fault is CommitFault.KEPT:
            raise CommitUnknownError
        if fault is CommitFault.DIED_AFTER:
            raise DiedError


@attrs.frozen
class ShakyUnits(UnitOfWorkFactory):
    """Units of work at the mercy of chance; reading never fails."""

    inner: UnitOfWorkFactory
    chance: Chance

    def __call__(self, *, read_only: bool = False) -> UnitOfWork:
        """Return a unit of work; before one that writes, a waiting rival acts."""
        if read_only:
            return self.inner(read_only=True)
        if self.chance.rivals:
            self.chance.rivals.popleft()()
        return cast("UnitOfWork", _ShakyUnit(self.inner(), self.chance))


class MoneyTown:
    """One community with three houses of two bills each, and the application that bills it.

    It is in an empty, migrated database, by default SQLite of its own. `gateways` makes another
    factory of the usual one.
    """

    def __init__(
        self,
        database: Database | None = None,
        clock: FrozenClock | None = None,
        gateways: Callable[[GatewayFactory], GatewayFactory] = lambda usual: usual,
    ) -> None:
        self.clock = clock = clock or FrozenClock(NOON)
        self.ids, self.chance = CountedIds(), Chance()
        self.database = database or sqlite_pool().take()
        storage = storage_of(self.database, clock)
        self.begin = storage.begin
        self.units = ShakyUnits(storage.begin, self.chance)
        self.provider = FakeProvider(clock)
        self.messages = FakeMessages()
        self.application = self._wired(storage, gateways(FakeGateways(self.provider)))
        self._found()

    def _wired(self, storage: Storage, gateways: GatewayFactory) -> Application:
        ports = Ports(
            begin=self.units,
            bills=storage.bill_queries,
            houses=storage.house_queries,
            audit=storage.audit_queries,
            payments=storage.payment_queries,
            owner_bills=storage.owner_queries,
            reminders=storage.reminder_queries,
            gateways=gateways,
            cashier=None,
            identity=PlainOwnerIdentity(),
            messages=self.messages,
            sms=FakeSms(self.messages),
            menu=FakeMenus(),
            cipher=PlainSecretCipher(),
            hasher=PlainPasswordHasher(),
            reader=RowsReader(),
            writer=PlainWriter(),
            receipts=PlainReceipts(),
            codes=PlainCodes(),
            files=NoFiles(),
            clock=self.clock,
            ids=self.ids,
        )
        return wire(ports, Choices(public_url="https://fee.example.com", demo=True))

    def _found(self) -> None:
        now = self.clock.now()
        self.company = self.application.configure_companies.create_company(name="安居物业")
        self.staff = [Actor.system(self.company.id, name=name) for name in ("王经理", "李会计")]
        self.staff = [attrs.evolve(actor, id=actor.name) for actor in self.staff]
        self.community = _open_community(self.ids.new_id(), self.company, now)
        self.houses = [
            House(HouseId(self.ids.new_id()), self.community.id, HouseAddress(f"{place}号楼/1"))
            for place in range(3)
        ]
        people = [
            self._person(openid, self.houses[place])
            for openid, places in FAMILIES.items()
            for place in places
        ]
        self.account = PaymentAccount(
            AccountId(self.ids.new_id()),
            self.company.id,
            FAKE,
            "物业收款",
            {"mchid": "1900000001"},
            {"api_key": "sealed"},
            active=True,
        )
        with self.begin() as work:
            work.communities.add(self.community)
            work.houses.add_all(self.houses)
            work.residents.add_all(people)
            work.payment_accounts.add(self.account)
            work.commit()
        self.bills = [
            self.add_bill(self.houses[place // 2], amount) for place, amount in enumerate(AMOUNTS)
        ]

    def _person(self, openid: str, house: House) -> Resident:
        return Resident(
            ResidentId(self.ids.new_id()),
            house.community_id,
            house.id,
            "王小明",
            "13800001234",
            Relation.OWNER,
            None,
            openid=openid,
        )

    def add_bill(self, house: House, amount: Money) -> PendingBill:
        """Keep a pending bill."""
        now = self.clock.now()
        bill = PendingBill(
            number=bill_number(now, self.ids.bill_serials(1)[0]),
            community_id=house.community_id,
            house_id=house.id,
            fee_type=FeeType.PROPERTY,
            amount=amount,
            period=period("2026年10月", "2026年10月"),
            imported_at=now,
        )
        with self.begin() as work:
            work.bills.add_all([bill])
            work.commit()
        return bill

    def owner(self, openid: str) -> Owner:
        """Return somebody as they sign in now."""
        with self.begin(read_only=True) as work:
            people = work.residents.of_openid(self.company.id, openid)
        return Owner(openid, self.company.id, tuple(people))

    def books(self) -> Books:
        """Return the books as they are stored now."""
        with self.begin(read_only=True) as work:
            return work.orders.books(self.staff[0].scope)


def _open_community(new_id: str, company: Company, now: Any) -> Community:
    return Community(
        id=CommunityId(new_id),
        company_id=company.id,
        name="幸福家园",
        status=CommunityStatus.OPEN,
        created_at=now,
    )
