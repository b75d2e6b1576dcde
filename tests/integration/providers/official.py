"""Our adapters before the simulated official account, as one process of ours has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billing_adapters.fakes.system import CountedIds, FrozenClock, PlainSecretCipher
from billing_adapters.http_client import HttpClient, Timeouts
from billing_adapters.sql.reminders.token_store import SqlTokenStore
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.wechat.access_tokens import AccessTokens
from billing_adapters.wechat.official_client import OfficialClient
from billing_domain.model.company.community import Company, CompanyId
from billing_domain.model.money import Money
from billing_domain.ports.reminders.messaging import ReminderMessage, TokenStore
from tests.databases import sqlite_pool
from tests.simulators.wechat_official import WechatOfficialSimulator

COMPANY = CompanyId("c" * 32)
IMPATIENT = Timeouts(connect=5, silence=1, whole=10)

NewTokens = Callable[[], AccessTokens]
"""Makes the tokens as another process of ours sees them."""


def client_of(
    wechat: WechatOfficialSimulator, store: TokenStore, clock: FrozenClock
) -> OfficialClient:
    """Return a client of a new process; `store` is what processes share."""
    tokens = tokens_of(wechat, store, clock)
    return OfficialClient(tokens, HttpClient(wechat.url, timeouts=IMPATIENT))


def tokens_of(
    wechat: WechatOfficialSimulator, store: TokenStore, clock: FrozenClock
) -> AccessTokens:
    """Return the tokens as a new process sees them."""
    http = HttpClient(wechat.url, timeouts=IMPATIENT)
    return AccessTokens(store, PlainSecretCipher(), http, clock)


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
