"""Owners follow the link in a reminder (rules 4.1, 4.6, 5.12; promises P36, P45)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest

from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.houses.house import House
from billing_domain.model.owners.owner import Owner
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.ports.bills import BillFilter
from billing_entrypoints.application import wire
from tests.website import Server, Visitor, Website
from tests.world import CHOICES

WECHAT = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}


class RemindingSite(Website):
    """A company that reminds over WeChat; an owner in the first house, who owes one bill."""

    def __init__(self, server: Server, folder: Path) -> None:
        super().__init__(server, folder)
        self.owner: Owner = self.add_owner()
        self.bill: PendingBill = self.add_bill()
        with self.begin() as work:
            work.official_accounts.save(OfficialAccount(self.company.id, "wx1", "sealed"))
            work.commit()
        self.application.configure_reminders.change_template(
            self.admin,
            version=0,
            template=ReminderTemplate("template-1", {"thing1": MessagePart.HOUSE}),
        )

    def link(self, house: House | None = None) -> str:
        """Remind a house, by default the first, and return the link that arrived."""
        place = house or self.houses[0]
        self.application.remind_residents.by_filter(self.admin, BillFilter(house_id=place.id))
        self.application.run_outbox.run_once(holder="worker")
        address = urlsplit(self.messages.taken[-1].message.link)
        assert f"{address.scheme}://{address.netloc}" == CHOICES.public_url
        return f"{address.path}?{address.query}" if address.query else address.path

    def enter(self, openid: str = "openid-1", phone: Visitor | None = None) -> Visitor:
        """Sign an openid in by the code of the community."""
        visitor, landing = phone or self.visitor(), f"/owner/{self.community.id}"
        query = f"code=code-{openid}&state={asked_state(visitor, landing)}"
        assert visitor.get(f"{landing}/signed-in?{query}").status_code == 303
        return visitor

    def come_back(self, visitor: Visitor, state: str, *, code: str = "code-openid-1") -> str:
        """Return where WeChat's answer leads; empty when it leads nowhere."""
        path = f"/owner/{self.community.id}/signed-in?code={code}&state={state}"
        return str(visitor.get(path).headers.get("Location", ""))


@pytest.fixture
def site(server: Server, tmp_path: Path) -> RemindingSite:
    return RemindingSite(server, tmp_path)


def asked_state(visitor: Visitor, link: str) -> str:
    """Return the state with which WeChat is asked who opens a page."""
    address = visitor.get(link, WECHAT).headers["Location"]
    return parse_qs(urlsplit(address).query)["state"][0]


def leads_to(visitor: Visitor, link: str) -> str:
    answer = visitor.get(link, WECHAT)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


class TestLink:
    def test_with_one_unpaid_bill_opens_it(self, site: RemindingSite) -> None:
        phone = site.enter()

        place = leads_to(phone, site.link())

        assert place == f"/owner/bills/{site.bill.number}"
        assert "立即支付" in phone.page(place).text

    def test_counts_bills_of_the_reminded_house_only(self, site: RemindingSite) -> None:
        site.add_owner(site.houses[1])
        site.add_bill(site.houses[1])

        link = site.link(site.houses[0])

        assert leads_to(site.enter(), link) == f"/owner/bills/{site.bill.number}"

    def test_with_several_opens_their_list(self, site: RemindingSite) -> None:
        site.add_bill()

        assert leads_to(site.enter(), site.link()) == "/owner/bills"

    def test_counts_what_is_unpaid_when_it_is_opened(self, site: RemindingSite) -> None:
        other = site.add_bill()
        link = site.link()
        site.pay(site.bill)

        assert leads_to(site.enter(), link) == f"/owner/bills/{other.number}"

    def test_after_everything_was_paid_opens_a_list_that_says_so(
        self, site: RemindingSite
    ) -> None:
        link = site.link()
        site.pay(site.bill)
        phone = site.enter()

        place = leads_to(phone, link)

        assert place == "/owner/bills"
        assert "没有待支付的缴费单" in phone.page(place).text

    def test_unknown_is_a_page_that_says_where_else_to_look(self, site: RemindingSite) -> None:
        path = f"/owner/reminders/{'0' * 32}"

        for phone in (site.visitor(), site.enter()):
            page = phone.page(path, status=404)
            assert "找不到这条催缴通知，请扫描小区的收款码查看缴费单" in page.text

    def test_p45_tells_nothing_about_anybody(self, site: RemindingSite) -> None:
        assert re.fullmatch(r"/owner/reminders/[0-9a-f]{32}", site.link())


class TestReader:
    """P36."""

    def test_of_a_forwarded_link_sees_their_own_list(self, site: RemindingSite) -> None:
        link = site.link()
        site.add_owner(site.houses[1], openid="openid-2")
        site.add_bill(site.houses[1])
        neighbour = site.enter("openid-2")

        place = leads_to(neighbour, link)

        assert place == "/owner/bills"
        page = neighbour.page(place)
        assert "1号楼/1单元/102" in page.text
        assert "1号楼/1单元/101" not in page.text
        assert neighbour.get(f"/owner/bills/{site.bill.number}").status_code == 404

    def test_of_a_forwarded_link_keeps_their_own_community(self, site: RemindingSite) -> None:
        link = site.link()
        place = site.open_community(site.company.id, "滨江花园")
        (house,) = site.add_houses(place, "1号楼/1单元/101")
        elsewhere = site.add_owner(house, openid="openid-2").residents[0]
        reader = site.visitor()
        reader.post(f"/owner/{place.id}/visitors", {"resident_id": elsewhere.id})

        leads_to(reader, link)

        del reader.client.cookies["owner"]
        assert leads_to(reader, "/owner/bills") == f"/owner/{place.id}"

    def test_who_moved_out_sees_nothing_of_the_house(self, site: RemindingSite) -> None:
        link, resident = site.link(), site.owner.residents[0]
        site.register_residents.move_out(
            site.admin, resident_id=resident.id, version=resident.version, on=date(2026, 11, 20)
        )
        site.clock.advance(timedelta(days=1))
        phone = site.enter()

        place = leads_to(phone, link)

        assert place == "/owner/bills"
        assert site.bill.number not in phone.get(place).text

    def test_who_is_not_registered_is_asked_to(self, site: RemindingSite) -> None:
        phone = site.enter("openid-9")

        assert leads_to(phone, site.link()) == f"/owner/{site.community.id}/registration"

    def test_who_just_moved_in_sees_an_older_bill_that_it_names(self, site: RemindingSite) -> None:
        """Rule 4.6."""
        site.add_owner(openid="openid-3", moved_in_on=date(2026, 12, 1))
        site.clock.advance(timedelta(days=11))
        place = f"/owner/bills/{site.bill.number}"
        assert site.enter("openid-3").get(place).status_code == 404

        link = site.link()

        newcomer = site.enter("openid-3")
        assert leads_to(newcomer, link) == place
        assert "立即支付" in newcomer.page(place).text

    def test_signed_in_at_another_company_is_asked_anew(self, site: RemindingSite) -> None:
        phone = site.visitor()
        phone.post(f"/owner/{site.rival_community.id}/visitors", {"resident_id": ""})

        assert leads_to(phone, site.link()).startswith("https://wechat.example/wx1?")


class TestSigningIn:
    def test_goes_on_to_the_bill(self, site: RemindingSite) -> None:
        phone, link = site.visitor(), site.link()

        place = site.come_back(phone, asked_state(phone, link))

        assert place == link
        assert leads_to(phone, place) == f"/owner/bills/{site.bill.number}"

    def test_goes_on_to_the_registration_of_somebody_unknown(self, site: RemindingSite) -> None:
        phone = site.visitor()
        state = asked_state(phone, site.link())

        place = site.come_back(phone, state, code="code-openid-9")

        assert leads_to(phone, place) == f"/owner/{site.community.id}/registration"

    def test_asks_wechat_to_come_back_with_letters_and_digits(self, site: RemindingSite) -> None:
        assert re.fullmatch("[0-9a-f]{64}", asked_state(site.visitor(), site.link()))

    def test_with_a_stale_state_can_be_tried_again_without_losing_the_bill(
        self, site: RemindingSite
    ) -> None:
        phone, link = site.visitor(), site.link()
        stale = asked_state(phone, link)
        asked_state(phone, f"/owner/{site.community.id}")

        path = f"/owner/{site.community.id}/signed-in?code=code-openid-1&state={stale}"
        page = phone.page(path, status=403)

        assert page.one("a", class_="weui-btn_primary")["href"] == link
        assert "owner" not in phone.client.cookies

    def test_with_a_refused_code_can_be_tried_again_without_losing_the_bill(
        self, site: RemindingSite
    ) -> None:
        phone, link = site.visitor(), site.link()
        state = asked_state(phone, link)

        path = f"/owner/{site.community.id}/signed-in?code=forged&state={state}"
        page = phone.page(path, status=403)

        assert page.one("a", class_="weui-btn_primary")["href"] == link

    def test_of_another_browser_signs_nobody_in(self, site: RemindingSite) -> None:
        phone, link = site.visitor(), site.link()
        asked_state(phone, link)

        assert site.come_back(phone, asked_state(site.visitor(), link)) == ""
        assert "owner" not in phone.client.cookies

    def test_is_tied_to_its_own_reminder(self, site: RemindingSite) -> None:
        phone = site.visitor()
        state = asked_state(phone, site.link())

        assert site.come_back(phone, f"{state[:32]}{'0' * 32}") == ""
        assert "owner" not in phone.client.cookies

    @pytest.mark.parametrize(
        "target",
        ["//elsewhere.example", "https://elsewhere.example", "/owner/bills", "0" * 31, "0" * 33],
    )
    def test_leads_nowhere_else(self, site: RemindingSite, target: str) -> None:
        phone, landing = site.visitor(), f"/owner/{site.community.id}"

        page = phone.page(f"{landing}/signed-in?code=x&state={'0' * 32}{target}", status=403)

        assert page.one("a", class_="weui-btn_primary")["href"] == landing

    def test_outside_of_wechat_is_asked_to_happen_there(self, site: RemindingSite) -> None:
        link = site.link()
        site.server.serve(wire(site.ports(), attrs.evolve(CHOICES, demo=False)))

        assert "请在微信中打开" in site.visitor().page(link).text


class TestSandbox:
    """Outside of WeChat a visitor chooses who to be."""

    def test_goes_on_to_the_bill(self, site: RemindingSite) -> None:
        phone, link = site.visitor(), site.link()
        chooser = phone.get(link).headers["Location"]
        form = phone.page(chooser).one("form")

        answer = phone.post(
            form["action"], {**form.fields(), "resident_id": site.owner.residents[0].id}
        )

        assert answer.headers["Location"] == link
        assert leads_to(phone, link) == f"/owner/bills/{site.bill.number}"

    def test_goes_on_to_the_landing_without_a_reminder(self, site: RemindingSite) -> None:
        phone, landing = site.visitor(), f"/owner/{site.community.id}"
        form = phone.page(f"{landing}/visitors").one("form")

        assert "reminder_id" not in form.fields()
        assert phone.post(form["action"], form.fields()).headers["Location"] == landing

    @pytest.mark.parametrize("target", ["//elsewhere.example", "/owner/bills", "0" * 33, "\n"])
    def test_leads_nowhere_else(self, site: RemindingSite, target: str) -> None:
        phone, landing = site.visitor(), f"/owner/{site.community.id}"

        answer = phone.post(f"{landing}/visitors", {"resident_id": "", "reminder_id": target})

        assert answer.headers["Location"] == landing
