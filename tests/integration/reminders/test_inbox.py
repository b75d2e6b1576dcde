"""A demo resident is reminded and reads it in the sandbox (rules 4.1, 5.12)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import attrs
import pytest

from billing_adapters.sandbox.inbox import SandboxInbox
from billing_adapters.sandbox.message_file import message_file
from billing_domain.model.houses.resident import Resident
from billing_domain.model.reminders.official_account import DEMO, OfficialAccount
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.ports.bills import BillFilter
from billing_entrypoints.application import wire
from tests.html_page import Element
from tests.website import Server, Visitor, Website
from tests.world import CHOICES

WECHAT = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}


class DemoSite(Website):
    """A company of the demo, with one resident in the first house, who owes two bills."""

    def __init__(self, server: Server, folder: Path) -> None:
        super().__init__(server, folder)
        self.inbox = SandboxInbox(
            message_file(folder / "inbox.sqlite3"), self.clock, others=self.messages
        )
        ports = attrs.evolve(self.ports(), messages=self.inbox, inbox=self.inbox)
        self.application = wire(ports, CHOICES)
        server.serve(self.application)
        with self.begin() as work:
            demo = OfficialAccount(self.company.id, f"{DEMO}account", "sealed")
            work.official_accounts.save(demo)
            work.commit()
        template = ReminderTemplate("t", {"thing1": MessagePart.HOUSE})
        self.application.configure_reminders.change_template(
            self.admin, version=0, template=template
        )
        owner = self.add_owner(openid=None)  # type: ignore[arg-type]
        self.resident: Resident = owner.residents[0]
        self.add_bill()
        self.add_bill()

    @property
    def visitors(self) -> str:
        return f"/owner/{self.community.id}/visitors"

    @property
    def address(self) -> str:
        return f"/sandbox/inbox/{self.resident.id}"

    def bind(self) -> None:
        """Let the resident sign in once, which binds them."""
        self.application.sign_in_owners.sign_in_demo(
            community_id=self.community.id, resident_id=self.resident.id
        )

    def remind(self) -> None:
        self.application.remind_residents.by_filter(
            self.admin, BillFilter(house_id=self.houses[0].id)
        )
        self.application.run_outbox.run_once(holder="worker")


@pytest.fixture
def site(server: Server, tmp_path: Path) -> DemoSite:
    return DemoSite(server, tmp_path)


def inboxes(page: Element) -> list[str]:
    return [link["href"] for link in page.all("a", class_="visitor-inbox")]


class TestInbox:
    def test_shows_what_a_resident_was_sent(self, site: DemoSite, visitor: Visitor) -> None:
        site.bind()
        site.remind()

        page = visitor.page(site.address)

        card = page.one("article").text
        assert "缴费提醒" in card
        assert f"小区 {site.community.name}" in card
        assert site.houses[0].address.text in card
        assert "待缴笔数 2笔" in card
        assert "¥" in page.one(class_="inbox-sum").text
        assert not site.messages.taken

    def test_leads_on_to_the_bills(self, site: DemoSite, visitor: Visitor) -> None:
        """The whole way: message, link, who are you, list."""
        site.bind()
        site.remind()
        link = urlsplit(visitor.page(site.address).one("a", class_="inbox-link")["href"])
        assert f"{link.scheme}://{link.netloc}" == CHOICES.public_url

        asked = visitor.get(link.path).headers["Location"]
        fields = visitor.page(asked).one("form").fields()
        answer = visitor.post(
            asked.partition("?")[0],
            {"resident_id": site.resident.id, "reminder_id": fields["reminder_id"]},
        )

        assert answer.headers["Location"] == link.path
        assert visitor.get(link.path).headers["Location"] == "/owner/bills"

    def test_is_found_from_the_chooser_of_residents(
        self, site: DemoSite, visitor: Visitor
    ) -> None:
        assert inboxes(visitor.page(site.visitors)) == []  # nobody is bound: nothing arrives

        site.bind()
        assert inboxes(visitor.page(site.visitors)) == [site.address]

    def test_of_a_stranger_is_empty(self, visitor: Visitor, site: DemoSite) -> None:
        assert "还没有收到消息" in visitor.page(site.address).one("main").text

    def test_is_nowhere_in_production(self, site: DemoSite, visitor: Visitor) -> None:
        site.bind()
        site.remind()
        site.server.serve(attrs.evolve(site.application, inbox=None))

        assert visitor.get(site.address).status_code == 404
        assert inboxes(visitor.page(site.visitors)) == []

    def test_runs_no_script(self, site: DemoSite, visitor: Visitor) -> None:
        site.bind()
        site.remind()

        text = visitor.get(site.address).text

        assert "<script" not in text
        assert "style=" not in text


class TestDemoAccount:
    def test_asks_wechat_nothing_about_its_owners(self, site: DemoSite, visitor: Visitor) -> None:
        """WeChat does not know it, so that even in its browser the chooser is shown."""
        answer = visitor.get(f"/owner/{site.community.id}", WECHAT)

        assert answer.headers["Location"] == site.visitors
