"""The template that last period's bills fill in (rule 3.17)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import FieldError
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import HouseId
from billing_domain.model.imports.next_period import Charge, next_charges
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.testing import strategies
from tests.world import World, period

ODD_PERIODS = {
    "2026-10-01/2026-12-31": "2027-01-01/2027-03-31",
    "2026-01-15/2026-02-14": "2026-02-15/2026-03-14",
    "2026-02-01/2026-02-28": "2026-03-01/2026-03-31",
    "2026-03-05/2026-03-20": "2026-03-21/2026-04-05",
    "2026-03-01/2026-03-01": "2026-03-02/2026-03-02",
}


def read(text: str) -> BillingPeriod:
    return BillingPeriod(*map(date.fromisoformat, text.split("/")))


def charge(
    house: str, text: str, *, fee_type: FeeType = FeeType.PROPERTY, yuan: int = 1
) -> Charge:
    return Charge(HouseId(house), fee_type, Money(yuan * 100), read(text))


class TestFollowing:
    @given(strategies.billing_periods())
    def test_begins_the_day_after(self, last: BillingPeriod) -> None:
        following = last.following()
        assert following.first_day == last.last_day + timedelta(days=1)

    @given(st.integers(2000, 2090), st.integers(1, 12), st.integers(1, 24))
    def test_of_whole_months_has_as_many(self, year: int, month: int, months: int) -> None:
        end = year * 12 + month - 1 + months
        first = date(year, month, 1)
        after = date(end // 12, end % 12 + 1, 1)

        following = BillingPeriod(first, after - timedelta(days=1)).following()

        beyond = following.last_day + timedelta(days=1)
        assert (following.first_day, beyond.day) == (after, 1)
        assert 12 * (beyond.year - after.year) + beyond.month - after.month == months

    @pytest.mark.parametrize(("last", "following"), ODD_PERIODS.items())
    def test_of_other_lengths(self, last: str, following: str) -> None:
        assert read(last).following() == read(following)


class TestNextCharges:
    def test_are_each_house_and_fee_one_period_later(self) -> None:
        found = next_charges(
            [
                charge("a", "2026-09-01/2026-09-30", yuan=1),
                charge("a", "2026-10-01/2026-10-31", yuan=2),
                charge("b", "2026-10-01/2026-10-31", fee_type=FeeType.WATER, yuan=3),
            ]
        )
        assert found == [
            charge("a", "2026-11-01/2026-11-30", yuan=2),
            charge("b", "2026-11-01/2026-11-30", fee_type=FeeType.WATER, yuan=3),
        ]

    def test_keep_two_bills_of_one_period(self) -> None:
        both = [charge("a", "2026-10-01/2026-10-31", yuan=yuan) for yuan in (1, 2)]
        assert [each.amount for each in next_charges(both)] == [Money(100), Money(200)]

    def test_take_up_a_house_that_was_missed_once_but_none_that_was_given_up(self) -> None:
        found = next_charges(
            [
                charge("new", "2026-10-01/2026-10-31"),
                charge("missed", "2026-09-01/2026-09-30"),
                charge("given up", "2026-08-01/2026-08-31"),
            ]
        )
        assert {each.house_id for each in found} == {"new", "missed"}

    def test_are_not_hidden_by_one_mistyped_year(self) -> None:
        usual = [charge(f"house {n}", "2026-10-01/2026-10-31") for n in range(19)]
        found = next_charges([*usual, charge("mistyped", "2062-10-01/2062-10-31")])
        assert len(found) == 20

    def test_of_one_fee_do_not_age_another(self) -> None:
        yearly = charge("a", "2026-01-01/2026-12-31", fee_type=FeeType.PARKING)
        found = next_charges([yearly, charge("a", "2027-03-01/2027-03-31")])
        assert len(found) == 2


class TestTemplate:
    def rows(self, world: World) -> list[list[str]]:
        world.import_bills.template(world.admin, community_id=world.community.id, next_period=True)
        return [list(row) for row in world.writer.templates[-1].rows]

    def test_has_last_periods_rows_for_the_next_one(self) -> None:
        world = World()
        world.add_bill(world.houses[1])
        world.add_bill(world.houses[1], period=period("2026年9月", "2026年9月"))

        assert self.rows(world) == [
            ["幸福家园/1号楼/1单元/101", "", "", "", "", ""],
            [
                "幸福家园/1号楼/1单元/102",
                "物业费",
                "1300.00",
                "2026年11月1日",
                "2026年11月30日",
                "",
            ],
            ["幸福家园/2号楼/1单元/101", "", "", "", "", ""],
        ]

    def test_can_be_imported_as_it_is(self) -> None:
        world = World()
        world.add_bill(world.houses[1])
        batch = world.import_rows(*self.rows(world))
        assert batch.rows == 1

    def test_has_nothing_of_deleted_bills_and_says_so(self) -> None:
        world = World()
        bill = world.add_bill()
        world.manage_bills.delete(world.admin, numbers=[bill.number])
        with pytest.raises(FieldError) as refusal:
            self.rows(world)
        assert (refusal.value.field, refusal.value.reason) == ("community_id", "nothing")

    def test_of_residents_knows_no_period(self) -> None:
        world = World()
        template = world.import_residents.template
        template(world.admin, community_id=world.community.id)
        template(world.admin, community_id=world.community.id, next_period=True)

        plain, next_period = world.writer.templates
        assert plain.rows == next_period.rows
