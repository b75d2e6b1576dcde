"""微信支付 v2 keeps the contract of gateways, and what is its own."""

from __future__ import annotations

import pytest

from billing_adapters.fakes.system import CountedIds, FrozenClock
from billing_adapters.http_client import HttpClient
from billing_adapters.wechat.accounts import WechatV2Account
from billing_adapters.wechat.pay_v2 import WechatV2PaymentGateway
from billing_domain.errors import (
    ProviderRefusedError,
    ProviderUnavailableError,
    StatementNotReadyError,
)
from billing_domain.ports.payments.gateway import Outcome, RefundOutcome
from billing_domain.testing.contracts import PaymentGatewayContract
from billing_domain.testing.contracts.payment_gateways import new_refund
from tests.integration.providers import payment_gateway_contract as contract
from tests.integration.providers.payment_gateway_contract import TODAY
from tests.integration.providers.stage import Stage
from tests.simulators.wechat_v2 import WechatV2Simulator

NOTIFY_URL = "https://pay.example.com/callbacks/wechat"


@pytest.fixture
def stage(v2_stage: Stage) -> Stage:
    return v2_stage


@pytest.fixture
def simulator(v2_simulator: WechatV2Simulator) -> WechatV2Simulator:
    return v2_simulator


class TestTheContract(PaymentGatewayContract):
    pass


class TestCreating(contract.CreatingContract):
    def test_a_wrong_key_is_refused_since_nobody_holds_a_ticket(
        self, stage: Stage, simulator: WechatV2Simulator
    ) -> None:
        object.__setattr__(simulator.envelope, "api_key", "0" * 32)

        with pytest.raises(ProviderRefusedError) as refused:
            stage.gateway.create(stage.order(), description="物业费")

        assert (refused.value.provider_code, refused.value.detail) == ("FAIL", "签名错误")


class TestQuerying(contract.QueryingContract):
    def test_an_unsigned_failure_says_nothing_about_the_order(
        self, stage: Stage, simulator: WechatV2Simulator
    ) -> None:
        order = stage.paid()
        object.__setattr__(simulator.envelope, "api_key", "0" * 32)

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.query(order)


class TestClosing(contract.ClosingContract):
    pass


class TestRefunding(contract.RefundingContract):
    pass


class TestRefundingWithoutTheCertificate:
    @pytest.fixture
    def gateway(self, simulator: WechatV2Simulator, clock: FrozenClock) -> WechatV2PaymentGateway:
        return gateway_of(simulator, clock, simulator.account(NOTIFY_URL, certificate=False))

    def test_is_refused_and_not_tried(
        self, gateway: WechatV2PaymentGateway, stage: Stage, simulator: WechatV2Simulator
    ) -> None:
        order = stage.paid(100)

        with pytest.raises(ProviderRefusedError):
            gateway.refund(order, new_refund(order, 100))

        assert "/secapi/pay/refund" not in {request.target for request in simulator.requests}

    def test_hides_no_refund_from_before_the_certificate_was_lost(
        self, gateway: WechatV2PaymentGateway, stage: Stage
    ) -> None:
        order = stage.paid(100)
        stage.gateway.refund(order, refund := new_refund(order, 100))

        assert gateway.refund(order, refund).outcome is RefundOutcome.DONE

    def test_everything_else_works(self, gateway: WechatV2PaymentGateway, stage: Stage) -> None:
        gateway.create(order := stage.order(), description="物业费")

        assert gateway.query(order).outcome is Outcome.UNPAID
        assert gateway.close(order).outcome is Outcome.CLOSED

    def test_the_provider_takes_no_other_certificate(
        self, stage: Stage, simulator: WechatV2Simulator
    ) -> None:
        order = stage.paid(100)
        simulator.api.client_der = simulator.identity.server.der

        with pytest.raises(ProviderRefusedError) as refused:
            stage.gateway.refund(order, new_refund(order, 100))

        assert refused.value.detail == "证书校验错误"


class TestNotifying(contract.NotifyingContract):
    def test_a_message_about_a_refund_is_a_nudge_since_nobody_signed_it(
        self, stage: Stage
    ) -> None:
        order = stage.paid(100)
        refund = new_refund(order, 100)
        stage.gateway.refund(order, refund)

        message = stage.heard()[-1]

        assert message.refund is not None
        assert message.refund.outcome is RefundOutcome.UNKNOWN
        assert stage.gateway.query_refund(order, refund).outcome is RefundOutcome.DONE

    def test_a_message_about_a_payment_that_failed_is_no_payment(
        self, stage: Stage, simulator: WechatV2Simulator
    ) -> None:
        order = stage.paid()
        message = simulator.payment_message(
            order.number, result_code="FAIL", err_code="SYSTEMERROR"
        )

        report = stage.gateway.verify(*message).order

        assert report is not None
        assert report.outcome is Outcome.UNKNOWN

    def test_says_yes_in_its_own_words(self, stage: Stage) -> None:
        said = stage.gateway.acknowledge(settled=True)

        assert said.content_type == "text/xml"
        assert said.body == (
            b"<xml><return_code>SUCCESS</return_code><return_msg>OK</return_msg></xml>"
        )

    def test_says_no_in_its_own_words(self, stage: Stage) -> None:
        said = stage.gateway.acknowledge(settled=False, reason="<&>")

        assert said.body == (
            b"<xml><return_code>FAIL</return_code><return_msg>&lt;&amp;&gt;</return_msg></xml>"
        )


class TestStatement(contract.StatementContract):
    def test_may_come_unpacked(self, stage: Stage, simulator: WechatV2Simulator) -> None:
        simulator.api.plain_statement = True
        stage.paid()
        stage.wait(days=1)

        assert len(stage.gateway.statement(TODAY)) == 1

    def test_one_that_is_still_written_is_not_ready(
        self, stage: Stage, simulator: WechatV2Simulator
    ) -> None:
        stage.wait(days=1)
        simulator.api.statement_message = "Bill Creating"

        with pytest.raises(StatementNotReadyError):
            stage.gateway.statement(TODAY)

    @pytest.mark.parametrize("message", ["system error", "", "SIGN ERROR"])
    def test_any_other_failure_is_never_an_empty_day(
        self, stage: Stage, simulator: WechatV2Simulator, message: str
    ) -> None:
        stage.wait(days=1)
        simulator.api.statement_message = message or " "

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.statement(TODAY)


def gateway_of(
    simulator: WechatV2Simulator, clock: FrozenClock, account: WechatV2Account
) -> WechatV2PaymentGateway:
    http = HttpClient(simulator.url, authorities=simulator.authorities)
    return WechatV2PaymentGateway(account, http=http, clock=clock, ids=CountedIds())
