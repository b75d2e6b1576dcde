"""What demo residents are sent lands in the sandbox, once; everything else goes to WeChat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sandbox.inbox import SandboxInbox
from billing_adapters.sandbox.menu import SandboxMenuEditor
from billing_adapters.sandbox.message_file import message_file
from billing_domain.errors import FieldError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.money import Money
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.ports.reminders.messaging import (
    Delivered,
    InboxMessage,
    MenuEditor,
    MessageSender,
    MessagingAccount,
    ReminderMessage,
)

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DEMO = OfficialAccount(CompanyId("c" * 32), "demo-account", "sealed")
REAL = OfficialAccount(CompanyId("d" * 32), "wx0123456789abcdef", "sealed")
MENU = (
    MenuButton("缴费", "https://fee.example.com/owner/1"),
    MenuButton("更多", buttons=(MenuButton("联系我们", "https://fee.example.com/"),)),
)
MESSAGE = ReminderMessage(
    community="幸福家园",
    house="幸福家园/1号楼/101",
    count=2,
    total=Money(130_000),
    link="https://fee.example.com/owner/reminders/1",
    client_msg_id="m1",
)


class Wechat(MessageSender, MenuEditor):
    """Stands for the real one: remembers who it was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        self.asked.append(f"{account.official_account.app_id} {openid} {message.client_msg_id}")
        return Delivered("wechat")

    def get(self, account: OfficialAccount) -> tuple[MenuButton, ...]:
        self.asked.append(f"get {account.app_id}")
        return MENU

    def create(self, account: OfficialAccount, buttons: tuple[MenuButton, ...]) -> None:
        self.asked.append(f"create {account.app_id} {len(buttons)}")

    def delete(self, account: OfficialAccount) -> None:
        self.asked.append(f"delete {account.app_id}")


@pytest.fixture
def wechat() -> Wechat:
    return Wechat()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def inbox(tmp_path: Path, clock: FrozenClock, wechat: Wechat) -> SandboxInbox:
    return SandboxInbox(message_file(tmp_path / "inbox.sqlite3"), clock, others=wechat)


@pytest.fixture
def editor(tmp_path: Path, wechat: Wechat) -> SandboxMenuEditor:
    return SandboxMenuEditor(message_file(tmp_path / "inbox.sqlite3"), others=wechat)


def account(official: OfficialAccount = DEMO) -> MessagingAccount:
    return MessagingAccount(official, ReminderTemplate("t", {"thing1": MessagePart.HOUSE}))


class TestInbox:
    def test_keeps_what_a_demo_resident_is_sent(
        self, inbox: SandboxInbox, wechat: Wechat, clock: FrozenClock
    ) -> None:
        inbox.send(account(), "demo-1", MESSAGE)
        clock.advance(timedelta(days=3))
        inbox.send(account(), "demo-1", attrs.evolve(MESSAGE, client_msg_id="m2", count=1))

        first, second = inbox.messages("demo-1")
        assert first == InboxMessage(MESSAGE, NOON)
        assert (second.message.count, second.sent_at) == (1, NOON + timedelta(days=3))
        assert not wechat.asked

    def test_knows_a_message_again(self, inbox: SandboxInbox) -> None:
        """Rule 4.4: tried again after a crash, it is there once, under the same number."""
        before = inbox.send(account(), "demo-1", MESSAGE)
        again = inbox.send(account(), "demo-1", MESSAGE)
        other = inbox.send(account(), "demo-2", MESSAGE)

        assert again == before
        assert other != before
        assert len(inbox.messages("demo-1")) == len(inbox.messages("demo-2")) == 1

    def test_takes_one_of_many_at_once(self, tmp_path: Path, clock: FrozenClock) -> None:
        """Each thread opens the file for itself, as processes do."""

        def send(_attempt: int) -> str:
            inbox = SandboxInbox(message_file(tmp_path / "i.sqlite3"), clock, others=Wechat())
            return inbox.send(account(), "demo-1", MESSAGE).message_id

        with ThreadPoolExecutor(8) as pool:
            numbers = set(pool.map(send, range(24)))

        assert len(numbers) == 1

    def test_leaves_real_people_to_wechat(self, inbox: SandboxInbox, wechat: Wechat) -> None:
        delivered = inbox.send(account(), "oABC", MESSAGE)

        assert delivered.message_id == "wechat"
        assert wechat.asked == ["demo-account oABC m1"]
        assert not inbox.messages("oABC")

    def test_shows_the_last_hundred(self, inbox: SandboxInbox) -> None:
        for number in range(102):
            inbox.send(account(), "demo-1", attrs.evolve(MESSAGE, client_msg_id=f"m{number}"))

        assert len(inbox.messages("demo-1")) == 100


class TestMenu:
    def test_is_kept_whole(self, editor: SandboxMenuEditor, wechat: Wechat) -> None:
        assert editor.get(DEMO) == ()

        editor.create(DEMO, MENU)
        assert editor.get(DEMO) == MENU

        editor.create(DEMO, MENU[:1])
        assert editor.get(DEMO) == MENU[:1]

        editor.delete(DEMO)
        editor.delete(DEMO)
        assert editor.get(DEMO) == ()
        assert not wechat.asked

    def test_refuses_what_wechat_would(self, editor: SandboxMenuEditor) -> None:
        with pytest.raises(FieldError):
            editor.create(DEMO, (MenuButton("名字实在太长了", "https://fee.example.com/"),))

        assert editor.get(DEMO) == ()

    def test_leaves_real_accounts_to_wechat(
        self, editor: SandboxMenuEditor, wechat: Wechat
    ) -> None:
        assert editor.get(REAL) == MENU
        editor.create(REAL, MENU)
        editor.delete(REAL)

        app = REAL.app_id
        assert wechat.asked == [f"get {app}", f"create {app} 2", f"delete {app}"]
