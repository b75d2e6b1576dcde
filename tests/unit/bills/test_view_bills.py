"""Looking at bills: rules 2.8, 2.9, 2.11, promises P42 and P45."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_domain.errors import BatchTooLargeError, PermissionMissingError, SearchTooSlowError
from billing_domain.model.bills.batch import BATCH_MAX
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor, ActorKind
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation
from billing_domain.model.money import Money
from billing_domain.ports.bills import BillFilter
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
    def test_gives_at_least_one_and_at_most_a_hundred_rows(self, world: World) -> None:
        for _ in range(101):
            world.add_bill()

        assert len(world.view_bills.page(world.admin, bill_filter=BillFilter(), rows=0).rows) == 1
        many = world.view_bills.page(world.admin, bill_filter=BillFilter(), rows=10**9)
        assert len(many.rows) == 100


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


class TestMonth:
    def test_adds_up_by_the_first_day_of_the_period(self, world: World) -> None:
        world.add_bill(amount=Money(7), period=period("2026年11月", "2026年12月"))
        world.add_bill(amount=Money(9), period=period("2026年10月", "2026年11月"))

        month = world.view_bills.month(
            world.admin, community_id=world.community.id, month=date(2026, 11, 20)
        )

        assert month
        assert (month.count, month.pending) == (1, Money(7))


class TestSumsThatTakeTooLong:
    def test_are_unknown_and_refuse_nothing(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The list beside them is still shown (promise P42)."""

        def slow(*_args: object) -> None:
            raise SearchTooSlowError(seconds_max=2)

        for sums in ("totals", "month"):
            monkeypatch.setattr(SqlBillQueries, sums, slow)

        assert world.view_bills.totals(world.admin, bill_filter=BillFilter()).capped
        month = date(2026, 11, 20)
        assert world.view_bills.month(world.admin, community_id=None, month=month) is None


class TestNumbers:
    def test_gives_everything_that_a_filter_finds(self, world: World) -> None:
        bills = [world.add_bill() for _ in range(3)]
        world.add_bill(fee_type=FeeType.WATER)
        bill_filter = BillFilter(fee_types=frozenset({FeeType.PROPERTY}))

        found = world.view_bills.numbers(world.admin, bill_filter=bill_filter)

        assert set(found) == {bill.number for bill in bills}
        assert len(world.view_bills.rows(world.admin, numbers=found)) == 3

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
