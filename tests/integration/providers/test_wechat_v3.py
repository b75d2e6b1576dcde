"""微信支付 v3 keeps the contract of gateways, and what is its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from billing_adapters.fakes.system import CountedIds, FrozenClock, PlainSecretCipher
from billing_adapters.http_client import HttpClient
from billing_adapters.system.ids import SystemIds
from billing_adapters.wechat.accounts import WechatV3Account
from billing_adapters.wechat.pay_v3 import WechatPaymentGateway
from billing_domain.errors import (
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
    StatementNotReadyError,
)
from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId, PaymentMethod, PaymentOrder
from billing_domain.ports.payments.gateway import Outcome, RefundOutcome
from billing_domain.testing.contracts import PaymentGatewayContract
from billing_domain.testing.contracts.payment_gateways import new_order, new_refund
from billing_entrypoints.payment_gateways import PaymentGateways
from billing_entrypoints.providers import PROVIDERS
from billing_entrypoints.providers.provider import Site
from billing_entrypoints.providers.wechat_v3 import WECHAT_V3
from tests.integration.providers import payment_gateway_contract as contract
from tests.integration.providers.payment_gateway_contract import TODAY
from tests.integration.providers.stage import Stage
from tests.simulators.faults import V3_UNBELIEVABLE, Fault
from tests.simulators.wechat_v3 import WechatV3Simulator

NOTIFY_URL = "https://pay.example.com/callbacks/wechat"


@pytest.fixture
def stage(v3_stage: Stage) -> Stage:
    return v3_stage


@pytest.fixture
def simulator(v3_simulator: WechatV3Simulator) -> WechatV3Simulator:
    return v3_simulator


@pytest.fixture
def gateways(simulator: WechatV3Simulator, clock: FrozenClock, tmp_path: Path) -> PaymentGateways:
    site = Site(
        public_url="https://pay.example.com",
        data_dir=tmp_path,
        clock=clock,
        ids=SystemIds(),
        connect=lambda _: HttpClient(simulator.url),
    )
    return PaymentGateways(
        known=PROVIDERS, cipher=PlainSecretCipher(), site=site, in_production=True
    )


class TestTheContract(PaymentGatewayContract):
    pass


class TestCreating(contract.CreatingContract):
    def test_offers_what_suits_wechat_and_the_desk(self, stage: Stage) -> None:
        assert stage.gateway.methods == {PaymentMethod.JSAPI, PaymentMethod.NATIVE}


class TestQuerying(contract.QueryingContract):
    def test_a_refusal_without_any_signature_is_vouched_for_by_tls(self, stage: Stage) -> None:
        stage.simulator.faults.next = Fault.UNSIGNED

        assert stage.gateway.query(stage.order()).outcome is Outcome.UNPAID

    @pytest.mark.parametrize("fault", V3_UNBELIEVABLE)
    def test_believes_no_answer_that_is_old_or_of_another_key(
        self, stage: Stage, fault: Fault
    ) -> None:
        order = stage.paid()
        stage.simulator.faults.next = fault

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.query(order)


class TestClosing(contract.ClosingContract):
    pass


class TestRefunding(contract.RefundingContract):
    def test_p09_refuses_foreign_money(self, stage: Stage) -> None:
        order = stage.paid(100)
        stage.simulator.faults.next = Fault.OTHER_CURRENCY

        with pytest.raises(NotificationRefusedError):
            stage.gateway.refund(order, new_refund(order, 100))


class TestNotifying(contract.NotifyingContract):
    def test_a_finished_refund_is_done(self, stage: Stage) -> None:
        order = stage.paid(100)
        stage.gateway.refund(order, new_refund(order, 100))

        message = stage.heard()[-1]

        assert message.refund is not None
        assert message.refund.outcome is RefundOutcome.DONE
        assert message.refund.done_at == stage.clock.now()

    def test_says_yes_with_an_empty_body(self, stage: Stage) -> None:
        assert stage.gateway.acknowledge(settled=True).body == b""

    def test_says_no_with_a_code(self, stage: Stage) -> None:
        said = json.loads(stage.gateway.acknowledge(settled=False, reason="stale").body)

        assert said == {"code": "FAIL", "message": "stale"}


class TestStatement(contract.StatementContract):
    def test_believes_no_file_of_another_hash(
        self, stage: Stage, simulator: WechatV3Simulator
    ) -> None:
        stage.paid()
        stage.wait(days=1)
        simulator.api.statement_hash = "0" * 40

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.statement(TODAY)

    @pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.CUT, Fault.BAD_GATEWAY])
    def test_believes_no_broken_download(self, stage: Stage, fault: Fault) -> None:
        stage.paid()
        stage.wait(days=1)
        stage.simulator.faults.plan([None, fault])

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.statement(TODAY)

    def test_one_that_is_still_written_is_not_ready(self, stage: Stage) -> None:
        stage.wait(days=1)
        stage.simulator.faults.next = "STATEMENT_CREATING"

        with pytest.raises(StatementNotReadyError):
            stage.gateway.statement(TODAY)

    def test_any_other_refusal_is_one(self, stage: Stage) -> None:
        stage.wait(days=1)
        stage.simulator.faults.next = "NO_AUTH"

        with pytest.raises(ProviderRefusedError):
            stage.gateway.statement(TODAY)

    def test_never_leaves_the_providers_host(
        self, stage: Stage, simulator: WechatV3Simulator
    ) -> None:
        """The signed answer names an address; only its path is followed."""
        simulator.api.url = "https://evil.example.com"
        stage.paid()
        stage.wait(days=1)

        assert len(stage.gateway.statement(TODAY)) == 1
        assert simulator.requests[-1].target.startswith("/v3/billdownload/file?")

    def test_fetches_nothing_but_statements(
        self, stage: Stage, simulator: WechatV3Simulator
    ) -> None:
        simulator.api.url = f"{simulator.url}/v3/elsewhere?"
        stage.paid()
        stage.wait(days=1)
        calls = len(simulator.requests)

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.statement(TODAY)

        assert len(simulator.requests) == calls + 1


class TestTheKeysOfTheAccount:
    def test_a_public_key_is_asked_for_in_every_request(
        self, stage: Stage, simulator: WechatV3Simulator
    ) -> None:
        order = stage.paid(100)
        stage.gateway.query(order)

        asked = {request.headers.get("wechatpay-serial") for request in simulator.requests}
        assert asked == {simulator.public_key_id}

    def test_a_certificate_will_do(self, clock: FrozenClock, simulator: WechatV3Simulator) -> None:
        account = simulator.account(NOTIFY_URL, public_key=False)
        gateway = gateway_of(simulator, clock, account)

        gateway.create(order := new_order(at=clock.now()), description="物业费")

        assert gateway.query(order).outcome is Outcome.UNPAID
        assert all("wechatpay-serial" not in request.headers for request in simulator.requests)

    def test_without_any_key_nothing_is_believed(
        self, clock: FrozenClock, simulator: WechatV3Simulator
    ) -> None:
        account = simulator.account(NOTIFY_URL, public_key=False, certificate=False)

        with pytest.raises(ProviderUnavailableError):
            gateway_of(simulator, clock, account).create(
                new_order(at=clock.now()), description="物业费"
            )

    def test_a_certificate_ends(self, clock: FrozenClock, simulator: WechatV3Simulator) -> None:
        account = simulator.account(NOTIFY_URL, public_key=False)
        gateway = gateway_of(simulator, clock, account)
        clock.advance(simulator.identity.platform.certificate.not_valid_after_utc - clock.now())
        gateway.create(order := new_order(at=clock.now()), description="物业费")
        clock.advance(order.expires_at - order.created_at)

        with pytest.raises(ProviderUnavailableError):
            gateway.query(order)


class TestTheKeysOfTheSettingsPage:
    """While a merchant moves from certificates to a public key, both are entered."""

    @pytest.fixture
    def order(self, stage: Stage) -> PaymentOrder:
        return stage.paid()

    @pytest.fixture
    def keys(self, simulator: WechatV3Simulator) -> dict[str, tuple[str, str]]:
        known = simulator.account(NOTIFY_URL).platform_keys
        return {
            "public key": (simulator.public_key_id, known[simulator.public_key_id]),
            "certificate": (simulator.identity.platform.serial, simulator.identity.platform.pem),
        }

    @pytest.mark.parametrize("signed_by", ["public key", "certificate"])
    @pytest.mark.parametrize("first", ["public key", "certificate"])
    def test_side_by_side_are_both_believed(
        self,
        gateways: PaymentGateways,
        simulator: WechatV3Simulator,
        order: PaymentOrder,
        *,
        keys: dict[str, tuple[str, str]],
        first: str,
        signed_by: str,
    ) -> None:
        (second,) = keys.keys() - {first}
        gateway = gateways(entered(simulator, keys[first], keys[second]))
        simulator.notify_by_certificate = signed_by == "certificate"

        heard = gateway.verify(*simulator.payment_message(order.number))

        assert heard.order is not None
        assert heard.order.outcome is Outcome.PAID
        assert gateway.query(order).outcome is Outcome.PAID

    def test_alone_is_the_only_one_believed(
        self,
        gateways: PaymentGateways,
        simulator: WechatV3Simulator,
        order: PaymentOrder,
        keys: dict[str, tuple[str, str]],
    ) -> None:
        gateway = gateways(entered(simulator, keys["public key"]))
        simulator.notify_by_certificate = True

        with pytest.raises(NotificationRefusedError) as refused:
            gateway.verify(*simulator.payment_message(order.number))

        assert refused.value.reason == "signature"


class TestTheSimulator:
    """A simulator that takes anything would prove nothing."""

    def test_refuses_a_merchant_who_signs_with_another_key(
        self, clock: FrozenClock, simulator: WechatV3Simulator
    ) -> None:
        simulator.envelope.merchant_key = simulator.identity.platform.key.public_key()
        gateway = gateway_of(simulator, clock, simulator.account(NOTIFY_URL))

        with pytest.raises(ProviderRefusedError) as refused:
            gateway.create(new_order(at=clock.now()), description="物业费")

        assert (refused.value.provider_code, refused.value.detail) == ("SIGN_ERROR", "signature")

    def test_refuses_a_request_that_comes_twice(
        self, clock: FrozenClock, simulator: WechatV3Simulator
    ) -> None:
        first, again = (
            gateway_of(simulator, clock, simulator.account(NOTIFY_URL)) for _ in range(2)
        )
        first.create(new_order(at=clock.now()), description="物业费")

        with pytest.raises(ProviderRefusedError) as refused:
            again.create(new_order(at=clock.now()), description="物业费")

        assert refused.value.detail == "nonce_str"


def entered(
    simulator: WechatV3Simulator, first: tuple[str, str], second: tuple[str, str] = ("", "")
) -> PaymentAccount:
    """Return an account as the settings page keeps it, its platform keys by serial and PEM."""
    account, cipher = simulator.account(NOTIFY_URL), PlainSecretCipher()
    names = (("platform_serial", "platform_key"), ("platform_serial_2", "platform_key_2"))
    typed = {
        name: text
        for fields, pair in zip(names, (first, second), strict=True)
        for name, text in zip(fields, pair, strict=True)
    }
    return PaymentAccount(
        id=AccountId("a" * 32),
        company_id=CompanyId("c" * 32),
        provider=WECHAT_V3.key,
        name="主账户",
        settings={
            "mchid": account.mchid,
            "appid": account.appid,
            "merchant_serial": account.merchant_serial,
            **typed,
        },
        sealed_secrets={
            "merchant_key": cipher.seal(account.merchant_key),
            "api_v3_key": cipher.seal(account.api_v3_key),
        },
    )


def gateway_of(
    simulator: WechatV3Simulator, clock: FrozenClock, account: WechatV3Account
) -> WechatPaymentGateway:
    return WechatPaymentGateway(
        account, http=HttpClient(simulator.url), clock=clock, ids=CountedIds()
    )
