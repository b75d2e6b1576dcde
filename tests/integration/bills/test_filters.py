"""Every filter against the oracle, on bills that are as real ones are, and with odd ones.

Real numbers begin with the moment of import and real bills are paid after it; filters make use of
that, so it has to be right with bills of which it is not true as well.
"""

from __future__ import annotations

import random
from collections import ChainMap
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest

from billing_domain.model.bills.bill import (
    Bill,
    BillOrigin,
    BillState,
    PaymentChannel,
    PendingBill,
    Settlement,
)
from billing_domain.model.bills.bill_number import BillNumber, bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.bills import BillFilter, BillQueries
from billing_domain.ports.paging import PageKey
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.testing.contracts import Storage, World
from billing_domain.testing.contracts.imports import add_batch
from tests.integration.bills.bill_oracle import BillOracle

BILLS = 400
FILTERS = 50
FIRST = datetime(2025, 3, 1, 1, 0, tzinfo=UTC)
MIDNIGHT = datetime(2025, 6, 1, 16, 0, tzinfo=UTC)
"""The first moment of 2 June 2025 in Shanghai."""
PLACES = [*(0, 0, 1) * 12, *(0, 1, 2, 2)]
"""In which community each of the 40 houses is; the last two are of another company."""
EDGES = (MIDNIGHT, MIDNIGHT - timedelta(microseconds=1))
PERIODS = [
    BillingPeriod(first, first + timedelta(days=length))
    for first in (date(2025, 1, 1) + timedelta(days=31 * month) for month in range(12))
    for length in (30, 89, 364)
]


class TestFilters:
    @pytest.mark.parametrize("odd", [False, True], ids=["real", "odd"])
    def test_keep_what_the_oracle_keeps(self, storage: Storage, *, odd: bool) -> None:
        world, bills = furnished(storage.begin, odd=odd)
        oracle = BillOracle.reading(storage, world, [bill.number for bill in bills])
        narrow = (world.garden_scope, world.lakeside_scope, world.rival_scope)
        for place, wanted in enumerate(filters(world, bills)):
            scope = world.scope if place % 2 == 0 else narrow[place // 2 % 3]
            expected = seen(oracle, scope, wanted)

            assert seen(storage.bill_queries, scope, wanted) == expected, wanted


def seen(asked: BillQueries | BillOracle, scope: Scope, wanted: BillFilter) -> tuple[object, ...]:
    """Return what lists, counts and exports show of a filter."""
    first = asked.page(scope, wanted, key=None, rows=5)
    key = first.next_key or "2025"
    after = asked.page(scope, wanted, key=PageKey(key), rows=5)
    before = asked.page(scope, wanted, key=PageKey(key, backwards=True), rows=3)
    with asked.snapshot(scope, wanted) as (count, rows):
        exported = (count, [row.number for row in rows])
    numbers = [*asked.numbers(scope, wanted, count_max=50)]
    return first, after, before, asked.totals(scope, wanted), numbers, exported


def furnished(begin: UnitOfWorkFactory, *, odd: bool) -> tuple[World, list[PendingBill]]:
    """Keep a year of bills of two communities, some paid, some voided, some deleted."""
    world = World.founded(begin)
    chance = random.Random(7)
    houses = [
        House(
            HouseId(world.new_id()),
            (world.garden, world.lakeside, world.foreign)[PLACES[number]].id,
            HouseAddress(f"{number % 4}号楼/{number}"),
        )
        for number in range(40)
    ]
    batch = add_batch(world).id
    bills = [a_bill(world, house, chance) for house in houses for _ in range(BILLS // 40)]
    bills[50:90] = [attrs.evolve(bill, batch_id=batch) for bill in bills[50:90]]
    bills[60:64] = [a_bill(world, houses[7], chance, at) for at in (*EDGES, *EDGES)]
    if odd:
        bills[7] = attrs.evolve(bills[7], imported_at=FIRST - timedelta(days=2))
        bills[9] = attrs.evolve(bills[9], number=BillNumber("2026" + bills[9].number[4:]))
    with begin() as work:
        work.houses.add_all(houses)
        work.bills.add_all(bills)
        work.bills.save_all([*changed(bills, chance, odd=odd)])
        work.bills.remove_all(bills[:5], at=bills[0].imported_at, by="x")
        work.commit()
    return world, bills


def a_bill(
    world: World, house: House, chance: random.Random, at: datetime | None = None
) -> PendingBill:
    at = at or FIRST + timedelta(minutes=chance.randrange(365 * 24 * 60))
    return world.a_bill(
        house,
        number=bill_number(at, chance.randrange(10**7)),
        imported_at=at,
        fee_type=chance.choice([FeeType.PROPERTY, FeeType.WATER, FeeType.RENT]),
        amount=Money(chance.choice([1, 100, 130_000])),
        period=chance.choice(PERIODS),
        origin=chance.choice(list(BillOrigin)),
        reminded_at=chance.choice([None, None, at + timedelta(days=3)]),
    )


def changed(bills: list[PendingBill], chance: random.Random, *, odd: bool) -> Iterator[Bill]:
    """Yield bills paid up to two months after they came in, one even before, and voided ones."""
    for place, bill in enumerate(bills[5:]):
        channel = chance.choice([PaymentChannel.CASH, PaymentChannel.POS])
        later = timedelta(minutes=chance.randrange(60 * 24 * 60))
        if place % 3:
            early = odd and place == 1
            paid_at = bill.imported_at - later if early else bill.imported_at + later
            at_once = bill.imported_at in EDGES
            yield bill.pay(Settlement(channel, bill.imported_at if at_once else paid_at))
        elif bill.origin is BillOrigin.PUSHED:
            yield bill.void(bill.imported_at)


def filters(world: World, bills: list[PendingBill]) -> Iterator[BillFilter]:
    """Yield no restriction, the days at a midnight, then filters of one to four fields."""
    chance = random.Random(11)
    midnight = date(2025, 6, 2)
    for each in ("", "imported_from", "imported_to", "paid_from", "paid_to"):
        day = midnight if each.endswith("from") else midnight - timedelta(days=1)
        edge: dict[str, Any] = {each: day} if each else {}
        yield from [BillFilter(**edge)] * 8
    for _ in range(FILTERS):
        day = date(2025, 2, 20) + timedelta(days=chance.randrange(420))
        until = day + timedelta(days=chance.choice([0, 1, 10, 100]))
        choices: list[dict[str, Any]] = [
            {"imported_from": day, "imported_to": until},
            {"imported_to": until},
            {"paid_from": day, "paid_to": until},
            {"paid_to": until},
            {"period_from": day, "period_to": until},
            {"period_from": day},
            {"period_to": day},
            {"states": frozenset(chance.sample(list(BillState), chance.randint(1, 3)))},
            {"fee_types": frozenset(chance.sample([FeeType.WATER, FeeType.RENT], 1))},
            {"channel": chance.choice([PaymentChannel.CASH, PaymentChannel.ONLINE])},
            {"reminded": chance.choice([True, False])},
            {"amount_min": Money(2), "amount_max": Money(chance.choice([100, 130_000]))},
            {"building": chance.choice(["1号楼", "9号楼", "1号", "%"])},
            {"house_id": bills[60].house_id},
            {"batch_id": bills[50].batch_id},
            {"community_id": chance.choice([world.garden.id, world.foreign.id])},
            {"text": chance.choice(["2号楼", "幸福", "202504", "20250401", "翠湖雅苑/3", "5/2"])},
        ]
        chosen = chance.sample(choices, chance.randint(1, 4))
        yield BillFilter(**dict(ChainMap(*chosen)))
