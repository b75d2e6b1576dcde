"""A demo resident is reminded and reads it in the sandbox (rules 4.1, 5.12)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import attrs
import pytest

from billing_adapters.sandbox.inbox import SandboxInbox
from billing_adapters.sandbox.message_file import message_file
from billing_domain.model.houses.resident import Resident
from billing_domain.model.reminders.official_account import DEMO
from billing_entrypoints.application import wire
from tests.html_page import Element
from tests.website import Visitor, Website
from tests.world import CHOICES

WECHAT = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}


@pytest.fixture
def site(site: Website, tmp_path: Path) -> Website:
    """A company of the demo, with one resident in the first house, who owes two bills."""
    inbox = SandboxInbox(
        message_file(tmp_path / "inbox.sqlite3"), site.clock, others=site.messages
    )
    ports = attrs.evolve(site.ports(), messages=inbox, inbox=inbox)
    site.application = wire(ports, CHOICES)
    site.server.serve(site.application)
    site.connect_wechat(f"{DEMO}account")
    site.add_owner(openid=None)
    site.add_bill()
    site.add_bill()
    return site


@pytest.fixture
def visitors(site: Website) -> str:
    return f"/owner/{site.community.id}/visitors"


@pytest.fixture
def resident(site: Website) -> Resident:
    return site.residents()[0]


@pytest.fixture
def address(resident: Resident) -> str:
    return f"/sandbox/inbox/{resident.id}"


@pytest.fixture
def bound(site: Website, resident: Resident) -> Website:
    """The resident signed in once, which bound them."""
    site.application.sign_in_owners.sign_in_demo(
        community_id=site.community.id, resident_id=resident.id
    )
    return site


@pytest.fixture
def reminded(bound: Website) -> Website:
    bound.remind(bound.houses[0])
    bound.run_worker()
    return bound


def inboxes(page: Element) -> list[str]:
    return [link["href"] for link in page.all("a", class_="visitor-inbox")]


class TestInbox:
    def test_shows_what_a_resident_was_sent(
        self, reminded: Website, visitor: Visitor, address: str
    ) -> None:
        page = visitor.page(address)

        card = page.one("article").text
        assert "缴费提醒" in card
        assert f"小区 {reminded.community.name}" in card
        assert reminded.houses[0].address.text in card
        assert "待缴笔数 2笔" in card
        assert "¥" in page.one(class_="inbox-sum").text
        assert not reminded.messages.taken

    @pytest.mark.usefixtures("reminded")
    def test_leads_on_to_the_bills(
        self, visitor: Visitor, address: str, resident: Resident
    ) -> None:
        """The whole way: message, link, who are you, list."""
        link = urlsplit(visitor.page(address).one("a", class_="inbox-link")["href"])
        assert f"{link.scheme}://{link.netloc}" == CHOICES.public_url

        asked = visitor.get(link.path).headers["Location"]
        fields = visitor.page(asked).one("form").fields()
        answer = visitor.post(
            asked.partition("?")[0],
            {"resident_id": resident.id, "reminder_id": fields["reminder_id"]},
        )

        assert answer.headers["Location"] == link.path
        assert visitor.get(link.path).headers["Location"] == "/owner/bills"

    def test_is_found_from_the_chooser_of_residents(
        self, visitor: Visitor, visitors: str, address: str, request: pytest.FixtureRequest
    ) -> None:
        assert inboxes(visitor.page(visitors)) == []  # nobody is bound: nothing arrives

        request.getfixturevalue("bound")
        assert inboxes(visitor.page(visitors)) == [address]

    def test_of_a_stranger_is_empty(self, visitor: Visitor, address: str) -> None:
        assert "还没有收到消息" in visitor.page(address).one("main").text

    def test_is_nowhere_in_production(
        self, reminded: Website, visitor: Visitor, visitors: str, address: str
    ) -> None:
        reminded.server.serve(attrs.evolve(reminded.application, inbox=None))

        assert visitor.get(address).status_code == 404
        assert inboxes(visitor.page(visitors)) == []

    @pytest.mark.usefixtures("reminded")
    def test_runs_no_script(self, visitor: Visitor, address: str) -> None:
        text = visitor.get(address).text

        assert "<script" not in text
        assert "style=" not in text


class TestDemoAccount:
    def test_asks_wechat_nothing_about_its_owners(
        self, site: Website, visitor: Visitor, visitors: str
    ) -> None:
        """WeChat does not know it, so that even in its browser the chooser is shown."""
        answer = visitor.get(f"/owner/{site.community.id}", WECHAT)

        assert answer.headers["Location"] == visitors
