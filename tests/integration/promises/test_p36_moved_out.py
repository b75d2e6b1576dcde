"""P36: who moved out a minute ago is no resident any more, wherever residents are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.houses.resident import Resident
from billing_domain.model.shanghai import shanghai_day
from tests.website import Visitor, Website

NAME, PHONE = "陈思好", "13812344613"


@pytest.fixture
def bill(site: Website) -> BillNumber:
    return site.water_bills(1)[0]


@pytest.fixture
def resident(site: Website) -> Resident:
    return site.add_resident(NAME, PHONE)


def move_out(site: Website, boss: Visitor, resident: Resident, *, in_days: int = 0) -> None:
    """Send the form of the page, as of a day."""
    path = f"/staff/houses/{resident.house_id}/residents/{resident.id}/moving-out"
    fields = boss.page(path).one("form", action=path).fields()
    day = shanghai_day(site.clock.now()) + timedelta(days=in_days)
    fields.update({name: day.isoformat() for name in fields if name.endswith("_on")})
    fields.pop("_csrf_token")
    assert boss.post(path, fields).status_code == 303


def where_shown(site: Website, boss: Visitor, bill: BillNumber) -> dict[str, bool]:
    """Tell for each place whether it shows, finds or reveals the resident."""
    houses = f"/staff/houses?community={site.community.id}"
    revealed = boss.post(f"/staff/bills/{bill}/phones").text
    return {
        "list": NAME in boss.get("/staff/bills").text,
        "search by name": bill in boss.get(f"/staff/bills?q={NAME}").text,
        "search by phone": bill in boss.get(f"/staff/bills?q={PHONE}").text,
        "search by end of phone": bill in boss.get("/staff/bills?q=4613").text,
        "bill": NAME in boss.get(f"/staff/bills/{bill}").text,
        "reveal": PHONE in revealed,
        "houses": NAME in boss.get(houses).text,
        "search for houses": "1号楼/1单元/101" in boss.get(f"{houses}&q={NAME}").text,
    }


def hidden_at(site: Website, boss: Visitor, bill: BillNumber) -> list[str]:
    """Return the places that do not show, find or reveal the resident."""
    return [place for place, shown in where_shown(site, boss, bill).items() if not shown]


class TestP36MovedOut:
    def test_p36_is_shown_nowhere_at_once(
        self, site: Website, boss: Visitor, bill: BillNumber, resident: Resident
    ) -> None:
        assert hidden_at(site, boss, bill) == []

        move_out(site, boss, resident)

        shown = where_shown(site, boss, bill)
        assert [place for place in shown if shown[place]] == []

    def test_p36_is_shown_until_the_day(
        self, site: Website, boss: Visitor, bill: BillNumber, resident: Resident
    ) -> None:
        """The control: moving out tomorrow changes nothing today, and everything tomorrow."""
        move_out(site, boss, resident, in_days=1)
        assert hidden_at(site, boss, bill) == []

        site.clock.advance(timedelta(hours=13))
        tomorrow = site.staff()
        assert set(where_shown(site, tomorrow, bill).values()) == {False}

    def test_p36_stays_in_the_history_of_the_house(
        self, site: Website, boss: Visitor, resident: Resident
    ) -> None:
        move_out(site, boss, resident)

        assert NAME in boss.get(f"/staff/houses/{resident.house_id}").text


class TestP36Owners:
    def test_p36_a_neighbours_bill_does_not_exist(
        self, site: Website, bill: BillNumber, resident: Resident
    ) -> None:
        row = ("1号楼/1单元/102", "水费", 10, "2021年1月", "2021年1月", "")
        (neighbours,) = site.add_bills(row)
        phone = phone_of(site, resident)

        assert phone.get(f"/owner/bills/{bill}").status_code == 200
        assert phone.get(f"/owner/bills/{neighbours}").status_code == 404
        assert phone.get(f"/owner/checkout?number={neighbours}").status_code == 404
        assert neighbours not in phone.get("/owner/bills").text

    def test_p36_nothing_is_left_a_minute_after_moving_out(
        self, site: Website, boss: Visitor, bill: BillNumber, resident: Resident
    ) -> None:
        """The session is not asked what it remembers: houses are read anew."""
        phone = phone_of(site, resident)
        assert bill in phone.get("/owner/bills").text
        moved = site.application.register_residents.resident(site.admin, resident_id=resident.id)

        move_out(site, boss, moved)

        assert bill not in phone.get("/owner/bills").text
        assert phone.get(f"/owner/bills/{bill}").status_code == 404
        assert phone.get(f"/owner/checkout?number={bill}").status_code == 404
        form = {"number": bill, "request_key": "k"}
        assert phone.post("/owner/orders", form).status_code == 404


def phone_of(site: Website, resident: Resident) -> Visitor:
    """Return the phone of a resident who has scanned the code and signed in."""
    phone = site.visitor()
    path = f"/owner/{site.community.id}/visitors"
    assert phone.post(path, {"resident_id": resident.id}).status_code == 303
    return phone
