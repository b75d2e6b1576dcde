"""The two simulators of WeChat Pay, a gateway at each, and the merchant's address."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from billing_adapters.fakes.system import CountedIds, FrozenClock, PlainSecretCipher
from billing_adapters.http_client import HttpClient, Timeouts
from billing_adapters.wechat.accounts import V2SignType
from billing_adapters.wechat.custom_menu import WechatMenuEditor
from billing_adapters.wechat.pay_v2 import WechatV2PaymentGateway
from billing_adapters.wechat.pay_v3 import WechatPaymentGateway
from billing_adapters.wechat.template_sender import WechatTemplateSender
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.reminders.messaging import MessagingAccount, TokenStore
from tests.integration.providers.official import (
    COMPANY,
    NewTokens,
    client_of,
    token_store,
    tokens_of,
)
from tests.integration.providers.stage import NOON, Stage
from tests.simulators.http_server import LoopbackServer
from tests.simulators.merchant_endpoint import MerchantEndpoint
from tests.simulators.wechat_official import WechatOfficialSimulator
from tests.simulators.wechat_v2 import V2Identity, WechatV2Simulator
from tests.simulators.wechat_v3 import V3Identity, WechatV3Simulator
from tests.world import TEMPLATE

IMPATIENT = Timeouts(connect=10, silence=2, whole=30)
"""Short enough for tests in which the provider stays silent, and enough for a slow machine."""


@pytest.fixture(scope="session")
def v3_identity() -> V3Identity:
    return V3Identity.generate(NOON)


@pytest.fixture(scope="session")
def v2_identity() -> V2Identity:
    return V2Identity.generate()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def endpoint() -> MerchantEndpoint:
    return MerchantEndpoint()


@pytest.fixture
def notify_url(endpoint: MerchantEndpoint) -> Iterator[str]:
    with LoopbackServer(endpoint.answer) as server:
        yield f"{server.url}/callbacks/wechat"


@pytest.fixture
def v3_simulator(clock: FrozenClock, v3_identity: V3Identity) -> Iterator[WechatV3Simulator]:
    with WechatV3Simulator(clock, v3_identity) as simulator:
        yield simulator


@pytest.fixture
def v3_stage(
    v3_simulator: WechatV3Simulator,
    clock: FrozenClock,
    endpoint: MerchantEndpoint,
    notify_url: str,
) -> Stage:
    gateway = WechatPaymentGateway(
        v3_simulator.account(notify_url),
        http=HttpClient(v3_simulator.url, timeouts=IMPATIENT),
        clock=clock,
        ids=CountedIds(),
    )
    return Stage.of(gateway, v3_simulator, endpoint)


@pytest.fixture
def sign_type() -> V2SignType:
    """The stronger one; tests of signatures run with both."""
    return V2SignType.HMAC_SHA256


@pytest.fixture
def v2_simulator(
    clock: FrozenClock, v2_identity: V2Identity, sign_type: V2SignType
) -> Iterator[WechatV2Simulator]:
    with WechatV2Simulator(clock, v2_identity, sign_type) as simulator:
        yield simulator


@pytest.fixture
def v2_stage(
    v2_simulator: WechatV2Simulator,
    clock: FrozenClock,
    endpoint: MerchantEndpoint,
    notify_url: str,
) -> Stage:
    gateway = WechatV2PaymentGateway(
        v2_simulator.account(notify_url),
        http=HttpClient(
            v2_simulator.url, timeouts=IMPATIENT, authorities=v2_simulator.authorities
        ),
        clock=clock,
        ids=CountedIds(),
    )
    return Stage.of(gateway, v2_simulator, endpoint)


@pytest.fixture
def wechat(clock: FrozenClock) -> Iterator[WechatOfficialSimulator]:
    """A simulated official account, which has the usual template."""
    with WechatOfficialSimulator(clock) as simulator:
        yield simulator


@pytest.fixture
def account(wechat: WechatOfficialSimulator) -> OfficialAccount:
    sealed = PlainSecretCipher().seal(wechat.tokens.secret)
    return OfficialAccount(COMPANY, wechat.tokens.app_id, sealed)


@pytest.fixture
def messaging(account: OfficialAccount) -> MessagingAccount:
    return MessagingAccount(account, TEMPLATE)


@pytest.fixture
def store(clock: FrozenClock) -> TokenStore:
    """What our processes share."""
    return token_store(clock)


@pytest.fixture
def new_tokens(
    wechat: WechatOfficialSimulator, store: TokenStore, clock: FrozenClock
) -> NewTokens:
    return partial(tokens_of, wechat, store, clock)


@pytest.fixture
def sender(
    wechat: WechatOfficialSimulator, store: TokenStore, clock: FrozenClock
) -> WechatTemplateSender:
    return WechatTemplateSender(client_of(wechat, store, clock), clock)


@pytest.fixture
def menus(
    wechat: WechatOfficialSimulator, store: TokenStore, clock: FrozenClock
) -> WechatMenuEditor:
    return WechatMenuEditor(client_of(wechat, store, clock))
