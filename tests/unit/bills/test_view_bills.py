"""Looking at bills: rules 2.8, 2.9, 2.11, promises P42 and P45."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from billing_domain.errors import (
    BatchTooLargeError,
    PermissionMissingError,
    ThingNotFoundError,
)
from billing_domain.model.bills.batch import BATCH_MAX
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor, ActorKind
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation
from billing_domain.model.money import Money
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.paging import PageKey
from billing_domain.use_cases.houses.register_residents import ResidentData
from tests.world import World, period

PHONE = "13898424613"


@pytest.fixture
def world() -> World:
    built = World()
    data = ResidentData("兰兰", PHONE, Relation.OWNER, date(2020, 1, 1))
    built.register_residents.add_resident(built.admin, house_id=built.houses[0].id, data=data)
    return built


class TestPage:
    def test_masks_every_phone(self, world: World) -> None:
        world.add_bill()

        [row] = world.view_bills.page(world.admin, bill_filter=BillFilter()).rows

        assert [(person.name, person.phone) for person in row.residents] == [
            ("兰兰", "138****4613")
        ]

    def test_shows_newest_first_and_pages_on(self, world: World) -> None:
        bills = [world.add_bill() for _ in range(5)]

        first = world.view_bills.page(world.admin, bill_filter=BillFilter(), rows=3)
        assert first.next_key is not None
        second = world.view_bills.page(
            world.admin, bill_filter=BillFilter(), key=PageKey(first.next_key), rows=3
        )

        seen = [row.number for row in (*first.rows, *second.rows)]
        assert seen == [bill.number for bill in reversed(bills)]

    def test_shows_nothing_of_another_company(self, world: World) -> None:
        world.add_bill(world.rival_houses[0])

        assert world.view_bills.page(world.admin, bill_filter=BillFilter()).rows == ()

    def test_cuts_an_endless_search_text(self, world: World) -> None:
        bill = world.add_bill()
        endless = bill.number + " " * (64 - len(bill.number)) + "x" * 1_000_000

        found = world.view_bills.page(world.admin, bill_filter=BillFilter(text=endless))
        longest = world.view_bills.page(world.admin, bill_filter=BillFilter(text="x" * 10**6))

        assert [row.number for row in found.rows] == [bill.number]
        assert longest.rows == ()

    def test_gives_at_least_one_and_at_most_a_hundred_rows(self, world: World) -> None:
        for _ in range(101):
            world.add_bill()

        assert len(world.view_bills.page(world.admin, bill_filter=BillFilter(), rows=0).rows) == 1
        many = world.view_bills.page(world.admin, bill_filter=BillFilter(), rows=10**9)
        assert len(many.rows) == 100


class TestTotals:
    def test_adds_up_by_state(self, world: World) -> None:
        paid, _ = world.add_bill(amount=Money(100)), world.add_bill(amount=Money(20))
        world.manage_bills.mark_paid(
            world.admin, numbers=[paid.number], channel=PaymentChannel.CASH
        )

        totals = world.view_bills.totals(world.admin, bill_filter=BillFilter())

        assert (totals.count, totals.pending_count) == (2, 1)
        assert (totals.paid, totals.pending) == (Money(100), Money(20))
        assert not totals.capped

    def test_adds_up_a_month_by_the_first_day_of_the_period(self, world: World) -> None:
        world.add_bill(amount=Money(7), period=period("2026年11月", "2026年12月"))
        world.add_bill(amount=Money(9), period=period("2026年10月", "2026年11月"))

        month = world.view_bills.month(
            world.admin, community_id=world.community.id, month=date(2026, 11, 20)
        )

        assert month
        assert (month.count, month.pending) == (1, Money(7))


class TestDetail:
    def test_tells_the_whole_story_of_a_bill(self, world: World) -> None:
        bill = world.add_bill()
        world.manage_bills.edit(
            world.admin,
            number=bill.number,
            version=1,
            fee_type=FeeType.RENT,
            amount=bill.amount,
            period=bill.period,
            remark="",
        )

        detail = world.view_bills.detail(world.admin, number=bill.number)

        assert detail.row.fee_type is FeeType.RENT
        assert [entry.action for entry in detail.history] == [AuditAction.EDITED]

    def test_finds_no_bill_of_another_company(self, world: World) -> None:
        bill = world.add_bill(world.rival_houses[0])

        with pytest.raises(ThingNotFoundError):
            world.view_bills.detail(world.admin, number=bill.number)


class TestResidents:
    def test_shows_phones_to_a_role_that_may_and_says_so_in_the_log(self, world: World) -> None:
        bill, clerk = world.add_bill(), world.actor(Role.FRONT_DESK)

        shown = world.view_bills.residents(clerk, number=bill.number)

        assert [person.phone for person in shown] == [PHONE]
        assert world.actions("house", bill.house_id) == [AuditAction.PHONES_SHOWN]

    def test_masks_them_for_others_and_logs_nothing(self, world: World) -> None:
        bill, reader = world.add_bill(), world.actor(Role.READ_ONLY)

        shown = world.view_bills.residents(reader, number=bill.number)

        assert [person.phone for person in shown] == ["138****4613"]
        assert world.actions("house", bill.house_id) == []


class TestNumbers:
    def test_gives_everything_that_a_filter_finds(self, world: World) -> None:
        bills = [world.add_bill() for _ in range(30)]
        world.add_bill(fee_type=FeeType.WATER)
        bill_filter = BillFilter(fee_types=frozenset({FeeType.PROPERTY}))

        found = world.view_bills.numbers(world.admin, bill_filter=bill_filter)

        assert set(found) == {bill.number for bill in bills}
        assert len(world.view_bills.rows(world.admin, numbers=found)) == 30

    def test_refuses_more_than_a_batch_may_change(self, world: World) -> None:
        many = [BillNumber(f"{number:021d}") for number in range(BATCH_MAX + 1)]

        with pytest.raises(BatchTooLargeError):
            world.view_bills.rows(world.admin, numbers=many)


class TestPermission:
    def test_every_read_needs_the_right(self, world: World) -> None:
        nobody = Actor(ActorKind.STAFF, "x", "x", world.admin.scope, frozenset())
        bill = world.add_bill()
        reads: list[Callable[[], object]] = [
            lambda: world.view_bills.page(nobody, bill_filter=BillFilter()),
            lambda: world.view_bills.totals(nobody, bill_filter=BillFilter()),
            lambda: world.view_bills.numbers(nobody, bill_filter=BillFilter()),
            lambda: world.view_bills.detail(nobody, number=bill.number),
            lambda: world.view_bills.residents(nobody, number=bill.number),
            lambda: world.view_bills.rows(nobody, numbers=[bill.number]),
            lambda: world.view_bills.month(nobody, community_id=None, month=date(2026, 11, 1)),
        ]

        for read in reads:
            with pytest.raises(PermissionMissingError):
                read()
