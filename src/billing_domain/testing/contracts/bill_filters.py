"""The contract of BillQueries: every filter of the list (rule 2.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest

from billing_domain.model.bills.bill import BillOrigin, BillState, PaymentChannel, PendingBill
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import House
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.bills import BillFilter
from billing_domain.testing.contracts.imports import add_batch
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import NOON, World, paid_in_cash

MIDNIGHT = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
"""The first moment of 6 March 2026 in Shanghai."""

TICK = timedelta(microseconds=1)


@attrs.frozen
class Sample:
    """The bills a..g, oldest first; each differs from the others in something."""

    world: World
    houses: Mapping[str, House]
    bills: Mapping[str, PendingBill]

    def names(self, storage: Storage, **wanted: Any) -> str:
        """Return the sorted letters of the bills that a filter finds."""
        names = {bill.number: name for name, bill in self.bills.items()}
        page = storage.bill_queries.page(
            self.world.scope, BillFilter(**wanted), key=None, rows=100
        )
        return "".join(sorted(names[row.number] for row in page.rows))


_Case = tuple[Callable[[Sample], dict[str, Any]], str]


def case(found: str, **wanted: Any) -> _Case:
    """Return a case whose filter does not depend on the sample."""
    return lambda _: wanted, found


PLACES: list[_Case] = [
    case("abcdefg"),
    (lambda sample: {"community_id": sample.world.garden.id}, "abcdef"),
    (lambda sample: {"community_id": sample.world.lakeside.id}, "g"),
    (lambda sample: {"community_id": sample.world.foreign.id}, ""),
    (lambda sample: {"house_id": sample.houses["1号楼/101"].id}, "ab"),
    (lambda sample: {"batch_id": sample.bills["c"].batch_id}, "cd"),
    case("abcg", building="1号楼"),
    case("def", building="10号楼"),
    case("", building="1号"),
    case("", building="%"),
]
CHARGES: list[_Case] = [
    case("b", fee_types=frozenset({FeeType.WATER})),
    case("bf", fee_types=frozenset({FeeType.WATER, FeeType.OTHER})),
    case("b", amount_max=Money(1)),
    case("abcdeg", amount_max=Money(130_000)),
    case("acdefg", amount_min=Money(2)),
    case("f", amount_min=Money(130_001)),
    case("acdeg", amount_min=Money(130_000), amount_max=Money(130_000)),
    case("c", period_to=date(2026, 2, 28)),
    case("c", period_to=date(2026, 1, 1)),
    case("", period_to=date(2025, 12, 31)),
    case("abcdefg", period_from=date(2026, 3, 31)),
    case("cd", period_from=date(2026, 4, 1)),
    case("d", period_from=date(2026, 12, 31)),
    case("", period_from=date(2027, 1, 1)),
    case("cd", period_from=date(2026, 4, 2), period_to=date(2026, 4, 3)),
]
PAYMENTS: list[_Case] = [
    case("acg", states=frozenset({BillState.PENDING})),
    case("bde", states=frozenset({BillState.PAID})),
    case("f", states=frozenset({BillState.VOIDED})),
    case("bdef", states=frozenset({BillState.VOIDED, BillState.PAID})),
    case("bd", channel=PaymentChannel.CASH),
    case("e", channel=PaymentChannel.POS),
    case("", channel=PaymentChannel.ONLINE),
    case("", channel=PaymentChannel.CASH, states=frozenset({BillState.PENDING})),
    case("d", paid_from=date(2026, 3, 6)),
    case("be", paid_to=date(2026, 3, 5)),
    case("be", paid_from=date(2026, 3, 5), paid_to=date(2026, 3, 5)),
    case("", paid_from=date(2026, 3, 7)),
]
MOMENTS: list[_Case] = [
    case("bf", imported_from=date(2026, 3, 6)),
    case("acdeg", imported_to=date(2026, 3, 5)),
    case("acdeg", imported_from=date(2026, 3, 5), imported_to=date(2026, 3, 5)),
    case("", imported_from=date(2026, 3, 6), imported_to=date(2026, 3, 5)),
    case("d", reminded=True),
    case("abcefg", reminded=False),
]
TOGETHER: list[_Case] = [
    case("e", building="10号楼", channel=PaymentChannel.POS, text="李"),
    case("d", building="10号楼", channel=PaymentChannel.CASH, text="李"),
    case("", building="1号楼", channel=PaymentChannel.CASH, text="李"),
    (
        lambda sample: {
            "community_id": sample.world.garden.id,
            "building": "1号楼",
            "states": frozenset({BillState.PENDING}),
            "reminded": False,
            "text": "王伟",
        },
        "a",
    ),
]


class BillFilterContract(StorageContract):
    """Each filter finds its bills; several filters find the bills common to all."""

    @pytest.mark.parametrize(
        "cases",
        [
            pytest.param(PLACES, id="places"),
            pytest.param(CHARGES, id="charges"),
            pytest.param(PAYMENTS, id="payments"),
            pytest.param(MOMENTS, id="moments"),
            pytest.param(TOGETHER, id="together"),
        ],
    )
    def test_keeps_what_it_says(self, storage: Storage, world: World, cases: list[_Case]) -> None:
        sample = a_sample(world)
        for wanted, letters in cases:
            bill_filter = wanted(sample)
            found = sample.names(storage, **bill_filter)
            totals = storage.bill_queries.totals(world.scope, BillFilter(**bill_filter))

            assert (bill_filter, found) == (bill_filter, letters)
            assert (bill_filter, totals.count) == (bill_filter, len(letters))


def a_sample(world: World) -> Sample:
    """Add the seven bills, their payments, and a bill of another company."""
    houses = {text: world.add_house(text) for text in ("1号楼/101", "1号楼/102", "10号楼/1")}
    houses["湖"] = world.add_house("1号楼/101", world.lakeside)
    world.add_resident(houses["1号楼/101"], "王伟", phone="13812344613")
    world.add_resident(houses["10号楼/1"], "李芳")
    batch = add_batch(world)
    year = BillingPeriod(date(2026, 1, 1), date(2026, 12, 31))
    spring = BillingPeriod(date(2026, 1, 1), date(2026, 4, 15))
    bills = {
        "a": world.add_bill(houses["1号楼/101"], imported_at=MIDNIGHT - TICK),
        "b": world.add_bill(
            houses["1号楼/101"], fee_type=FeeType.WATER, amount=Money(1), imported_at=MIDNIGHT
        ),
        "c": world.add_bill(houses["1号楼/102"], period=spring, batch_id=batch.id),
        "d": world.add_bill(
            houses["10号楼/1"],
            period=attrs.evolve(year, first_day=date(2026, 3, 1)),
            batch_id=batch.id,
            reminded_at=NOON,
        ),
        "e": world.add_bill(houses["10号楼/1"]),
        "f": world.add_bill(
            houses["10号楼/1"],
            fee_type=FeeType.OTHER,
            amount=Money(130_001),
            origin=BillOrigin.PUSHED,
            imported_at=MIDNIGHT + timedelta(days=3),
        ),
        "g": world.add_bill(houses["湖"]),
    }
    world.add_bill(world.add_house("1号楼/101", world.foreign))
    pay(world, bills)
    return Sample(world, houses, bills)


def pay(world: World, bills: Mapping[str, PendingBill]) -> None:
    """Pay b and d in cash, on both sides of midnight, e by card; void f."""
    world.save_bill(bills["b"].pay(paid_in_cash(MIDNIGHT - TICK)))
    world.save_bill(bills["d"].pay(paid_in_cash(MIDNIGHT)))
    by_card = attrs.evolve(paid_in_cash(NOON), channel=PaymentChannel.POS)
    world.save_bill(bills["e"].pay(by_card))
    world.save_bill(bills["f"].void(MIDNIGHT))
