"""What owners see on their phone: rule 4.6."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from billing_domain.model.bills.bill import Bill, BillOrigin
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.owners.owner import Owner, may_see, visible_from
from billing_domain.model.shanghai import day_start
from tests.unit.payments.builders import COMMUNITY, COMPANY, NOW, paid, pending

MOVED_IN = date(2026, 2, 8)
LEFT = date(2026, 3, 1)
TODAY = date(2026, 2, 20)
SINCE = day_start(date(2026, 2, 1))


def resident(**fields: Any) -> Resident:
    given: dict[str, Any] = {
        "id": ResidentId("r" * 32),
        "community_id": COMMUNITY,
        "house_id": pending().house_id,
        "name": "王小明",
        "phone": "",
        "relation": Relation.OWNER,
        "moved_in_on": MOVED_IN,
    }
    return Resident(**{**given, **fields})


def owner(*residents: Resident) -> Owner:
    return Owner("openid-1", COMPANY, residents or (resident(),))


def sees(who: Owner, bill: Bill, day: date = TODAY, *, paid_it: bool = False) -> bool:
    return may_see(who, bill, day=day, paid_by_owner={bill.number} if paid_it else set())


class TestVisibleFrom:
    def test_is_the_shanghai_day_a_week_before_moving_in(self) -> None:
        assert visible_from(resident()) == SINCE

    def test_is_always_for_who_lived_here_before_records_began(self) -> None:
        assert visible_from(resident(moved_in_on=None)) is None


class TestMaySee:
    def test_begins_with_bills_imported_a_week_before_moving_in(self) -> None:
        bill = pending(imported_at=SINCE)

        assert sees(owner(), bill)
        assert not sees(owner(), attrs.evolve(bill, imported_at=SINCE - timedelta(seconds=1)))

    def test_knows_no_beginning_without_a_day_of_moving_in(self) -> None:
        assert sees(
            owner(resident(moved_in_on=None)), pending(imported_at=day_start(date(2000, 1, 1)))
        )

    @pytest.mark.parametrize("bill", [pending(), paid()])
    def test_shows_what_is_to_pay_and_what_is_paid(self, bill: Bill) -> None:
        assert sees(owner(), bill)

    def test_hides_voided_bills(self) -> None:
        assert not sees(owner(), pending(origin=BillOrigin.PUSHED).void(NOW))

    def test_hides_the_bills_of_other_houses(self) -> None:
        assert not sees(owner(), pending(house_id=HouseId("0" * 32)))

    def test_shows_every_house_that_the_owner_lives_in(self) -> None:
        other = HouseId("0" * 32)

        assert sees(owner(resident(), resident(house_id=other)), pending(house_id=other))

    def test_ends_with_moving_out(self) -> None:
        left = owner(resident(moved_out_on=LEFT))

        assert sees(left, pending(), LEFT - timedelta(days=1))
        assert not sees(left, pending(), LEFT)

    def test_leaves_who_moved_out_the_bills_that_they_paid(self) -> None:
        left = owner(resident(moved_out_on=LEFT))

        assert sees(left, paid(), LEFT, paid_it=True)
        assert not sees(left, paid(), LEFT)


class TestOwner:
    def test_lives_where_nobody_moved_out(self) -> None:
        here = resident()
        who = owner(here, resident(house_id=HouseId("0" * 32), moved_out_on=TODAY))

        assert who.living_in(TODAY) == (here,)

    def test_never_shows_the_openid(self) -> None:
        assert "openid-1" not in repr(attrs.evolve(owner(), residents=()))
