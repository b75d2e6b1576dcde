"""An official account at the simulator, and our adapters before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from billing_adapters.fakes.system import CountedIds, FrozenClock, PlainSecretCipher
from billing_adapters.http_client import HttpClient, Timeouts
from billing_adapters.sql.reminders.token_store import SqlTokenStore
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.wechat.access_tokens import AccessTokens
from billing_adapters.wechat.custom_menu import WechatMenuEditor
from billing_adapters.wechat.official_client import OfficialClient
from billing_adapters.wechat.template_sender import WechatTemplateSender
from billing_domain.model.company.community import Company, CompanyId
from billing_domain.model.money import Money
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.ports.reminders.messaging import MessagingAccount, ReminderMessage, TokenStore
from tests.databases import sqlite_pool
from tests.simulators.wechat_official import WechatOfficialSimulator

COMPANY = CompanyId("c" * 32)
TEMPLATE = ReminderTemplate(
    "template-1",
    {
        "thing2": MessagePart.HOUSE,
        "number5": MessagePart.COUNT,
        "amount3": MessagePart.TOTAL,
        "time4": MessagePart.SENT_AT,
    },
    {"const6": "物业费"},
)
IMPATIENT = Timeouts(connect=5, silence=1, whole=10)


@attrs.frozen
class OfficialStage:
    """What a test needs; `store` is what our processes share."""

    simulator: WechatOfficialSimulator
    clock: FrozenClock
    store: TokenStore
    account: OfficialAccount

    @property
    def messaging(self) -> MessagingAccount:
        """The account with its template."""
        return MessagingAccount(self.account, TEMPLATE)

    def tokens(self) -> AccessTokens:
        """Return the tokens as another process of ours sees them."""
        http = HttpClient(self.simulator.url, timeouts=IMPATIENT)
        return AccessTokens(self.store, PlainSecretCipher(), http, self.clock)

    def client(self) -> OfficialClient:
        """Return a client as another process of ours has it."""
        return OfficialClient(self.tokens(), HttpClient(self.simulator.url, timeouts=IMPATIENT))

    def sender(self) -> WechatTemplateSender:
        """Return what sends messages."""
        return WechatTemplateSender(self.client(), self.clock)

    def menu_editor(self) -> WechatMenuEditor:
        """Return what edits the menu."""
        return WechatMenuEditor(self.client())


@contextmanager
def official_stage(clock: FrozenClock) -> Iterator[OfficialStage]:
    """Serve an official account that has the template."""
    with WechatOfficialSimulator(clock) as simulator:
        simulator.templates[TEMPLATE.template_id] = frozenset({*TEMPLATE.parts, *TEMPLATE.fixed})
        sealed = PlainSecretCipher().seal(simulator.tokens.secret)
        account = OfficialAccount(COMPANY, simulator.tokens.app_id, sealed)
        yield OfficialStage(simulator, clock, token_store(clock), account)


def token_store(clock: FrozenClock) -> TokenStore:
    """Return a store that is empty and knows the company."""
    database = sqlite_pool().take()
    with SqlUnitOfWorkFactory(database, clock, CountedIds())() as work:
        work.companies.add(Company(COMPANY, "安居物业", clock.now()))
        work.commit()
    return SqlTokenStore(database)


def message(**fields: Any) -> ReminderMessage:
    """Return a reminder of three bills."""
    known: dict[str, Any] = {
        "community": "幸福家园",
        "house": "幸福家园/1号楼/1层/101",
        "count": 3,
        "total": Money(1_300_00),
        "link": "https://fee.example.com/owner/bills",
        "client_msg_id": "a" * 32,
    }
    return ReminderMessage(**{**known, **fields})
