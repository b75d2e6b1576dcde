"""Owners follow the link in a reminder (rules 4.1, 4.6, 5.12; promises P36, P45)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest

from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.houses.resident import Resident
from billing_entrypoints.application import wire
from tests.website import Visitor, Website
from tests.world import CHOICES

WECHAT = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}


@pytest.fixture
def site(reminding: Website) -> Website:
    return reminding


@pytest.fixture
def bill(site: Website) -> PendingBill:
    """The bill that the first house owes."""
    return site.add_bill()


@pytest.fixture
def resident(site: Website) -> Resident:
    """Who lives in the first house and is bound to WeChat."""
    return site.residents()[0]


@pytest.fixture
def link(site: Website, bill: PendingBill) -> str:
    """The link that arrived after the first house was reminded."""
    return reminded(site, bill)


def reminded(site: Website, bill: PendingBill) -> str:
    """Remind a bill's house, and return the link that arrived."""
    site.application.remind_residents.by_numbers(site.admin, [bill.number])
    site.run_worker()
    address = urlsplit(site.messages.taken[-1].message.link)
    assert f"{address.scheme}://{address.netloc}" == CHOICES.public_url
    assert not address.query
    return address.path


def enter(site: Website, openid: str = "openid-1") -> Visitor:
    """Sign an openid in by the code of the community."""
    visitor, landing = site.visitor(), f"/owner/{site.community.id}"
    query = f"code=code-{openid}&state={asked_state(visitor, landing)}"
    assert visitor.get(f"{landing}/signed-in?{query}").status_code == 303
    return visitor


def come_back(site: Website, visitor: Visitor, state: str, *, code: str = "code-openid-1") -> str:
    """Return where WeChat's answer leads; empty when it leads nowhere."""
    path = f"/owner/{site.community.id}/signed-in?code={code}&state={state}"
    return str(visitor.get(path).headers.get("Location", ""))


def asked_state(visitor: Visitor, link: str) -> str:
    """Return the state with which WeChat is asked who opens a page."""
    address = visitor.get(link, WECHAT).headers["Location"]
    return parse_qs(urlsplit(address).query)["state"][0]


def leads_to(visitor: Visitor, link: str) -> str:
    answer = visitor.get(link, WECHAT)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


class TestLink:
    def test_opens_the_only_unpaid_bill_of_the_house(
        self, site: Website, link: str, bill: PendingBill
    ) -> None:
        site.add_owner(site.houses[1])
        site.add_bill(site.houses[1])
        phone = enter(site)

        place = leads_to(phone, link)

        assert place == f"/owner/bills/{bill.number}"
        assert "立即支付" in phone.page(place).text

    def test_counts_what_is_unpaid_when_it_is_opened(
        self, site: Website, link: str, bill: PendingBill
    ) -> None:
        other, phone = site.add_bill(), enter(site)
        assert leads_to(phone, link) == "/owner/bills"
        site.pay(bill)
        assert leads_to(phone, link) == f"/owner/bills/{other.number}"
        site.pay(other)

        place = leads_to(phone, link)

        assert place == "/owner/bills"
        assert "没有待支付的缴费单" in phone.page(place).text

    def test_unknown_is_a_page_that_says_where_else_to_look(self, site: Website) -> None:
        path = f"/owner/reminders/{'0' * 32}"

        for phone in (site.visitor(), enter(site)):
            page = phone.page(path, status=404)
            assert "找不到这条催缴通知，请扫描小区的收款码查看缴费单" in page.text

    def test_p45_tells_nothing_about_anybody(self, link: str) -> None:
        assert re.fullmatch(r"/owner/reminders/[0-9a-f]{32}", link)


class TestReader:
    """P36."""

    def test_of_a_forwarded_link_sees_their_own_list(
        self, site: Website, link: str, bill: PendingBill
    ) -> None:
        site.add_owner(site.houses[1], openid="openid-2")
        site.add_bill(site.houses[1])
        neighbour = enter(site, "openid-2")

        place = leads_to(neighbour, link)

        assert place == "/owner/bills"
        page = neighbour.page(place)
        assert "1号楼/1单元/102" in page.text
        assert "1号楼/1单元/101" not in page.text
        assert neighbour.get(f"/owner/bills/{bill.number}").status_code == 404

    def test_of_a_forwarded_link_keeps_their_own_community(self, site: Website, link: str) -> None:
        place = site.open_community(site.company.id, "滨江花园")
        (house,) = site.add_houses(place, "1号楼/1单元/101")
        elsewhere = site.add_owner(house, openid="openid-2").residents[0]
        reader = site.visitor()
        reader.post(f"/owner/{place.id}/visitors", {"resident_id": elsewhere.id})

        leads_to(reader, link)

        del reader.client.cookies["owner"]
        assert leads_to(reader, "/owner/bills") == f"/owner/{place.id}"

    def test_who_moved_out_sees_nothing_of_the_house(
        self, site: Website, link: str, bill: PendingBill, resident: Resident
    ) -> None:
        site.register_residents.move_out(
            site.admin, resident_id=resident.id, version=resident.version, on=date(2026, 11, 20)
        )
        site.clock.advance(timedelta(days=1))
        phone = enter(site)

        place = leads_to(phone, link)

        assert place == "/owner/bills"
        assert bill.number not in phone.get(place).text

    def test_who_just_moved_in_sees_an_older_bill_that_it_names(
        self, site: Website, bill: PendingBill
    ) -> None:
        """Rule 4.6."""
        site.add_owner(openid="openid-3", moved_in_on=date(2026, 12, 1))
        site.clock.advance(timedelta(days=11))
        place = f"/owner/bills/{bill.number}"
        assert enter(site, "openid-3").get(place).status_code == 404

        link = reminded(site, bill)

        newcomer = enter(site, "openid-3")
        assert leads_to(newcomer, link) == place
        assert "立即支付" in newcomer.page(place).text

    def test_signed_in_at_another_company_is_asked_anew(self, site: Website, link: str) -> None:
        phone = site.visitor()
        phone.post(f"/owner/{site.rival_community.id}/visitors", {"resident_id": ""})

        assert leads_to(phone, link).startswith("https://wechat.example/wx1?")


class TestSigningIn:
    @pytest.mark.parametrize("openid", ["openid-1", "openid-9"])
    def test_goes_on_to_the_bill_or_to_the_registration_of_somebody_unknown(
        self, site: Website, link: str, bill: PendingBill, openid: str
    ) -> None:
        phone = site.visitor()

        place = come_back(site, phone, asked_state(phone, link), code=f"code-{openid}")

        assert place == link
        known, registration = f"/owner/bills/{bill.number}", f"/owner/{site.community.id}"
        assert leads_to(phone, place) == (
            known if openid == "openid-1" else f"{registration}/registration"
        )

    def test_asks_wechat_to_come_back_with_letters_and_digits(
        self, site: Website, link: str
    ) -> None:
        assert re.fullmatch("[0-9a-f]{64}", asked_state(site.visitor(), link))

    @pytest.mark.parametrize(("code", "stale"), [("code-openid-1", True), ("forged", False)])
    def test_that_failed_can_be_tried_again_without_losing_the_bill(
        self, site: Website, link: str, code: str, *, stale: bool
    ) -> None:
        phone, landing = site.visitor(), f"/owner/{site.community.id}"
        state = asked_state(phone, link)
        if stale:
            asked_state(phone, landing)

        page = phone.page(f"{landing}/signed-in?code={code}&state={state}", status=403)

        assert page.one("a", class_="weui-btn_primary")["href"] == link
        assert "owner" not in phone.client.cookies

    def test_is_tied_to_its_own_browser_and_reminder(self, site: Website, link: str) -> None:
        phone = site.visitor()
        state = asked_state(phone, link)

        for forged in (asked_state(site.visitor(), link), f"{state[:32]}{'0' * 32}"):
            assert come_back(site, phone, forged) == ""
            assert "owner" not in phone.client.cookies

    @pytest.mark.parametrize(
        "target",
        ["//elsewhere.example", "https://elsewhere.example", "/owner/bills", "0" * 31, "0" * 33],
    )
    def test_leads_nowhere_else(self, site: Website, target: str) -> None:
        phone, landing = site.visitor(), f"/owner/{site.community.id}"

        page = phone.page(f"{landing}/signed-in?code=x&state={'0' * 32}{target}", status=403)

        assert page.one("a", class_="weui-btn_primary")["href"] == landing

    def test_outside_of_wechat_is_asked_to_happen_there(self, site: Website, link: str) -> None:
        site.server.serve(wire(site.ports(), attrs.evolve(CHOICES, demo=False)))

        assert "请在微信中打开" in site.visitor().page(link).text


class TestSandbox:
    """Outside of WeChat a visitor chooses who to be."""

    def test_goes_on_to_the_bill(
        self, site: Website, link: str, bill: PendingBill, resident: Resident
    ) -> None:
        phone = site.visitor()
        form = phone.page(phone.get(link).headers["Location"]).one("form")

        answer = phone.post(form["action"], {**form.fields(), "resident_id": resident.id})

        assert answer.headers["Location"] == link
        assert leads_to(phone, link) == f"/owner/bills/{bill.number}"

    def test_goes_on_to_the_landing_without_a_reminder(self, site: Website) -> None:
        phone, landing = site.visitor(), f"/owner/{site.community.id}"
        form = phone.page(f"{landing}/visitors").one("form")

        assert "reminder_id" not in form.fields()
        assert phone.post(form["action"], form.fields()).headers["Location"] == landing

    @pytest.mark.parametrize("target", ["//elsewhere.example", "/owner/bills", "0" * 33, "\n"])
    def test_leads_nowhere_else(self, site: Website, target: str) -> None:
        phone, landing = site.visitor(), f"/owner/{site.community.id}"

        answer = phone.post(f"{landing}/visitors", {"resident_id": "", "reminder_id": target})

        assert answer.headers["Location"] == landing
