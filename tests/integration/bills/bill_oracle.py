"""What a filter of bills means, in Python that a person can read: the judge of the SQL filters.

It walks over all bills and knows no index, so that it can't share a mistake with the planner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Self

import attrs

from billing_domain.model.bills.bill import Bill, BillState, PaidBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.houses.house import House, HouseId
from billing_domain.model.houses.resident import Resident
from billing_domain.model.money import Money
from billing_domain.model.shanghai import day_end, day_start
from billing_domain.ports.bills import BillFilter, BillOrder, BillRow, BillTotals, ResidentName
from billing_domain.ports.paging import COUNT_MAX, Page, PageKey
from billing_domain.testing.contracts import Storage, World
from tests.integration.bills.search_oracle import Place, found_by


@attrs.frozen
class BillOracle:
    """Answers as BillQueries do, from all there is on one Shanghai day."""

    _communities: Mapping[CommunityId, Community]
    _houses: Mapping[HouseId, House]
    _living: Mapping[HouseId, Sequence[Resident]]
    _bills: Sequence[Bill]

    @classmethod
    def reading(cls, storage: Storage, world: World, numbers: Collection[BillNumber]) -> Self:
        """Read a world with those of the bills that are there."""
        scopes, today = (world.scope, world.rival_scope), storage.today
        with storage.begin(read_only=True) as work:
            communities = [each for scope in scopes for each in work.communities.all(scope)]
            houses = [each for place in communities for each in work.houses.of_community(place.id)]
            living = {
                house.id: [
                    each for each in work.residents.of_house(house.id) if each.lives_here_on(today)
                ]
                for house in houses
            }
            bills = [each for scope in scopes for each in work.bills.get_many(scope, numbers)]
        return cls(
            {each.id: each for each in communities},
            {each.id: each for each in houses},
            living,
            sorted(bills, key=lambda bill: bill.number, reverse=True),
        )

    def page(
        self, scope: Scope, wanted: BillFilter, *, key: PageKey | None, rows: int
    ) -> Page[BillRow]:
        """Return one page, newest bill first."""
        found = self._find(scope, wanted)
        shown = _window(found, key, rows)
        if not shown:
            return Page((), next_key=None, previous_key=None)
        newest, oldest = shown[0].number, shown[-1].number
        return Page(
            tuple(map(self._row, shown)),
            next_key=oldest if found[-1].number < oldest else None,
            previous_key=newest if found[0].number > newest else None,
        )

    def in_order(self, scope: Scope, wanted: BillFilter, order: BillOrder) -> list[BillNumber]:
        """Return the numbers that a filter finds in an order."""

        def place(bill: Bill) -> tuple[object, ...]:
            house, first_last = (
                self._houses[bill.house_id],
                (
                    bill.period.first_day,
                    bill.period.last_day,
                    bill.number,
                ),
            )
            return {
                "address": (house.address.sort_key, house.id, *first_last),
                "amount": (bill.amount.fen, bill.number),
                "period": first_last,
                "newest": (bill.number,),
            }[order.value.removeprefix("-")]

        down = order is BillOrder.NEWEST or order.value.startswith("-")
        found = sorted(self._find(scope, wanted), key=place, reverse=down)
        return [bill.number for bill in found]

    def totals(self, scope: Scope, wanted: BillFilter) -> BillTotals:
        """Count and add up what a filter finds, capped."""
        found = self._find(scope, wanted)[: COUNT_MAX + 1]
        pending = [bill.amount for bill in found if bill.state is BillState.PENDING]
        paid = [bill.amount for bill in found if bill.state is BillState.PAID]
        return BillTotals(len(found), len(pending), Money.total(pending), Money.total(paid))

    def numbers(self, scope: Scope, wanted: BillFilter, *, count_max: int) -> list[BillNumber]:
        """Return the numbers that a filter finds, newest first."""
        return [bill.number for bill in self._find(scope, wanted)[:count_max]]

    def houses(
        self, scope: Scope, wanted: BillFilter, *, count_max: int
    ) -> dict[HouseId, CommunityId]:
        """Return the houses of the bills that a filter finds."""
        found = {bill.house_id: bill.community_id for bill in self._find(scope, wanted)}
        return dict(islice(found.items(), count_max))

    @contextmanager
    def snapshot(
        self, scope: Scope, wanted: BillFilter
    ) -> Iterator[tuple[int, Iterator[BillRow]]]:
        """Open (count, all rows newest first)."""
        found = self._find(scope, wanted)
        yield len(found), map(self._row, found)

    def _find(self, scope: Scope, wanted: BillFilter) -> list[Bill]:
        others = [
            self._place(house)
            for house in self._houses.values()
            if self._covers(scope, house.community_id)
            and wanted.community_id in {None, house.community_id}
        ]
        return [
            bill
            for bill in self._bills
            if self._covers(scope, bill.community_id)
            and self._is_placed(bill, wanted)
            and _is_charged(bill, wanted)
            and _is_paid_so(bill, wanted)
            and found_by(
                bill,
                self._place(self._houses[bill.house_id]),
                wanted.text,
                others=others,
                whole_phones=scope.whole_phones,
            )
        ]

    def _covers(self, scope: Scope, community_id: CommunityId) -> bool:
        community = self._communities[community_id]
        listed = scope.community_ids
        return community.company_id == scope.company_id and (
            listed is None or community_id in listed
        )

    def _row(self, bill: Bill) -> BillRow:
        settlement = bill.settlement if isinstance(bill, PaidBill) else None
        living = self._living[bill.house_id]
        return BillRow(
            number=bill.number,
            external_number=bill.external_number,
            community_id=bill.community_id,
            community_name=self._communities[bill.community_id].name,
            house_id=bill.house_id,
            address=self._houses[bill.house_id].address.text,
            residents=tuple(ResidentName(person.name, person.phone) for person in living),
            fee_type=bill.fee_type,
            amount=bill.amount,
            period=bill.period,
            remark=bill.remark,
            state=bill.state,
            origin=bill.origin,
            imported_at=bill.imported_at,
            reminded_at=bill.reminded_at,
            channel=settlement.channel if settlement else None,
            paid_at=settlement.paid_at if settlement else None,
            payer_name=settlement.payer_name if settlement else "",
            voucher_number=settlement.voucher_number if settlement else "",
            batch_id=bill.batch_id,
            version=bill.version,
        )

    def _is_placed(self, bill: Bill, wanted: BillFilter) -> bool:
        """Apply the criteria on where a bill belongs and how it came."""
        since, until = wanted.imported_from, wanted.imported_to
        return (
            wanted.community_id in {None, bill.community_id}
            and wanted.house_id in {None, bill.house_id}
            and wanted.batch_id in {None, bill.batch_id}
            and wanted.building in {"", self._houses[bill.house_id].address.building}
            and (since is None or bill.imported_at >= day_start(since))
            and (until is None or bill.imported_at < day_end(until))
        )

    def _place(self, house: House) -> Place:
        name = self._communities[house.community_id].name
        return Place(name, house.address.text, self._living[house.id])


def _is_charged(bill: Bill, wanted: BillFilter) -> bool:
    """Apply the criteria on what a bill charges for and whether it was reminded of."""
    period = bill.period
    return (
        (not wanted.fee_types or bill.fee_type in wanted.fee_types)
        and (wanted.period_from is None or period.last_day >= wanted.period_from)
        and (wanted.period_to is None or period.first_day <= wanted.period_to)
        and (wanted.amount_min is None or bill.amount >= wanted.amount_min)
        and (wanted.amount_max is None or bill.amount <= wanted.amount_max)
        and wanted.reminded in {None, bill.reminded_at is not None}
    )


def _is_paid_so(bill: Bill, wanted: BillFilter) -> bool:
    """Apply the criteria on a bill's state and payment."""
    if wanted.states and bill.state not in wanted.states:
        return False
    if wanted.channel is None and wanted.paid_from is None and wanted.paid_to is None:
        return True
    if not isinstance(bill, PaidBill):
        return False
    paid = bill.settlement
    return (
        wanted.channel in {None, paid.channel}
        and (wanted.paid_from is None or paid.paid_at >= day_start(wanted.paid_from))
        and (wanted.paid_to is None or paid.paid_at < day_end(wanted.paid_to))
    )


def _window(found: list[Bill], key: PageKey | None, rows: int) -> list[Bill]:
    """Return the page of bills after a key towards older, or before it towards newer."""
    if key is None:
        return found[:rows]
    if key.backwards:
        return [bill for bill in found if bill.number > key.row][-rows:]
    return [bill for bill in found if bill.number < key.row][:rows]
