"""The contract of OwnerQueries: an owner sees the bills of rule 4.6 and no others (P36)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import Bill, BillOrigin, BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Resident
from billing_domain.model.owners.owner import Owner
from billing_domain.model.period import BillingPeriod
from billing_domain.model.shanghai import day_start
from billing_domain.ports.bills import BillRow
from .payment_world import OPENID, OTHER_OPENID, add_order, pay
from .settlements import give_back
from .storage import Storage, StorageContract
from .world import MARCH, NOON, World, paid_in_cash

APRIL = BillingPeriod(date(2026, 4, 1), date(2026, 4, 30))
MOVED_IN = date(2026, 3, 1)
SEEN_SINCE = day_start(date(2026, 2, 22))
MOMENT = timedelta(microseconds=1)


class OwnersRowsContract(StorageContract):
    """Owners see the same rows as staff; lists leave the residents out."""

    def test_show_every_fact(self, storage: Storage, world: World, house: House) -> None:
        owner = owner_of(world, world.add_resident(house, "王伟", phone="13812344613"))
        unpaid, paid = world.add_bill(house), world.add_bill(house)
        pay(world, add_order(world, paid))

        row, paid_row = (
            storage.bill_queries.row(world.scope, bill.number) for bill in (unpaid, paid)
        )
        assert paid_row.state is BillState.PAID
        assert pending(storage, owner) == [attrs.evolve(row, residents=())]
        assert paid_pages(storage, owner, 9) == [attrs.evolve(paid_row, residents=())]
        assert seen_bill(storage, owner, unpaid.number) == row
        assert seen_bill(storage, owner, paid.number) == paid_row

    def test_are_newest_period_first_up_to_a_number(self, storage: Storage, world: World) -> None:
        """Then newest import first (rule 5.1)."""
        house = world.add_house("1号楼/101")
        owner = owner_of(world, world.add_resident(house, "王伟"))
        numbers = [
            world.add_bill(house, imported_at=NOON + timedelta(hours=hours)).number
            for hours in range(3)
        ]
        assert [row.number for row in pending(storage, owner)] == numbers[::-1]
        newest = world.add_bill(house, imported_at=NOON, period=APRIL).number
        shown = storage.owner_queries.pending(owner, day=storage.today, rows_max=2)
        assert [row.number for row in shown] == [newest, numbers[2]]

    @pytest.mark.parametrize("rows", [1, 2, 3, 5, 9])
    def test_are_newest_payment_first(self, storage: Storage, world: World, rows: int) -> None:
        """Counter and online payments alike; bills paid together by newest period, then number."""
        house = world.add_house("1号楼/101")
        owner = owner_of(world, world.add_resident(house, "王伟"))
        periods = (MARCH, MARCH, MARCH, APRIL, MARCH)
        bills = [world.add_bill(house, period=each) for each in periods]
        hours = [4, 1, 3]
        for bill, hour in zip(bills, hours, strict=False):
            world.save_bill(bill.pay(paid_in_cash(NOON + timedelta(hours=hour))))
        pay(world, add_order(world, bills[3], bills[4]), NOON + timedelta(hours=3))
        expected = [bills[place].number for place in (0, 3, 4, 2, 1)]
        assert [row.number for row in paid_pages(storage, owner, rows)] == expected

    def test_are_none_at_first(self, storage: Storage, world: World) -> None:
        owner = owner_of(world, world.add_resident(world.add_house("1号楼/101"), "王伟"))
        page = storage.owner_queries.paid(owner, day=storage.today, key=None, rows=9)
        assert (page.rows, page.next_key, page.previous_key) == ((), None, None)
        assert pending(storage, owner) == []


class OwnersHousesContract(StorageContract):
    """Residents of a house see its bills."""

    def test_shows_nothing_that_is_not_there(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        owner = owner_of(world, world.add_resident(house, "王伟"))
        gone = world.add_bill(house)
        world.remove_bills(gone)
        voided = world.add_bill(house, origin=BillOrigin.PUSHED)
        world.save_bill(voided.void(NOON))
        assert shown(storage, owner) == set()
        for number in (gone.number, voided.number, BillNumber("2" * 21)):
            with pytest.raises(ThingNotFoundError):
                seen_bill(storage, owner, number)

    def test_shows_all_houses_where_the_owner_lives(self, storage: Storage, world: World) -> None:
        houses = [world.add_house("1号楼/101"), world.add_house("2栋/1", world.lakeside)]
        owner = owner_of(world, *(world.add_resident(house, "王伟") for house in houses))
        bills = {world.add_bill(house).number for house in houses}
        assert shown(storage, owner) == bills


class OwnPaymentsContract(StorageContract):
    """The payer of an online payment sees the bill, wherever the payer lives."""

    def test_are_shown_once_to_who_still_lives_there(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        owner = owner_of(world, world.add_resident(house, "王伟"))
        bill = world.add_bill(house)
        pay(world, add_order(world, bill))
        assert [row.number for row in paid_pages(storage, owner, 1)] == [bill.number]

    def test_are_not_those_that_were_refunded(self, storage: Storage, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        give_back(world, pay(world, add_order(world, bill)), bill)
        again = world.stored_bill(bill.number)
        pay(world, add_order(world, again, openid=OTHER_OPENID))
        assert shown(storage, owner_of(world)) == set()
        assert shown(storage, owner_of(world, openid=OTHER_OPENID)) == {bill.number}

    def test_are_those_in_the_same_company(self, storage: Storage, world: World) -> None:
        """The same openid at another official account is another person."""
        bill = world.add_bill(world.add_house("1号楼/101", world.foreign))
        pay(world, add_order(world, bill))
        assert shown(storage, owner_of(world)) == set()
        assert shown(storage, Owner(OPENID, world.rival.id, ())) == {bill.number}


class OwnerQueriesContract(OwnersRowsContract, OwnersHousesContract, OwnPaymentsContract):
    """All reads of owners; RemindedOwnerContract compares them with `may_see` (P36)."""


def bills_of_every_kind(world: World, house: House) -> Iterator[Bill]:
    """Add bills of a house in every state, paid by anybody, imported then and later."""
    for imported_at in (SEEN_SINCE - MOMENT, SEEN_SINCE, NOON):
        fields: dict[str, Any] = {"imported_at": imported_at, "origin": BillOrigin.PUSHED}
        unpaid, voided, cash, mine, theirs = (world.add_bill(house, **fields) for _ in range(5))
        world.save_bill(voided.void(NOON))
        world.save_bill(cash.pay(paid_in_cash()))
        pay(world, add_order(world, mine))
        pay(world, add_order(world, theirs, openid=OTHER_OPENID))
        for bill in (unpaid, voided, cash, mine, theirs):
            yield world.stored_bill(bill.number)


def owner_of(world: World, *residents: Resident, openid: str = OPENID) -> Owner:
    """Return an owner of the company bound to these residents."""
    return Owner(openid, world.company.id, residents)


def pending(storage: Storage, owner: Owner, day: date | None = None) -> list[BillRow]:
    """Return the owner's unpaid bills."""
    return list(storage.owner_queries.pending(owner, day=day or storage.today, rows_max=99))


def paid_pages(
    storage: Storage, owner: Owner, rows: int, day: date | None = None
) -> list[BillRow]:
    """Return the paid bills, page after page."""
    found: list[BillRow] = []
    key: str | None = None
    while True:
        page = storage.owner_queries.paid(owner, day=day or storage.today, key=key, rows=rows)
        assert len(page.rows) <= rows
        found += page.rows
        key = page.next_key
        if key is None:
            return found


def seen_bill(
    storage: Storage, owner: Owner, number: BillNumber, day: date | None = None
) -> BillRow:
    """Return one bill of the owner."""
    return storage.owner_queries.bill(owner, number, day=day or storage.today)


def shown(storage: Storage, owner: Owner, day: date | None = None) -> set[BillNumber]:
    """Return every bill on an owner's lists."""
    rows = [*pending(storage, owner, day), *paid_pages(storage, owner, 3, day)]
    return {row.number for row in rows}


def opened(storage: Storage, owner: Owner, day: date, bills: list[Bill]) -> set[BillNumber]:
    """Return those of the bills that an owner can open."""
    numbers: set[BillNumber] = set()
    for bill in bills:
        try:
            numbers.add(seen_bill(storage, owner, bill.number, day).number)
        except ThingNotFoundError:
            continue
    return numbers
