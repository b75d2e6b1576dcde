"""P43, its part about signatures: old, foreign and revoked keys sign nothing that counts."""

from __future__ import annotations

import pytest

from billing_adapters.fakes.system import CountedIds
from billing_adapters.http_client import HttpClient
from billing_adapters.wechat.pay_v3 import WechatPaymentGateway
from billing_domain.errors import NotificationRefusedError
from tests.integration.providers.stage import Stage
from tests.simulators.wechat_v3 import V3Identity, WechatV3Simulator

NOTIFY_URL = "https://pay.example.com/callbacks/wechat"


def gateway(stage: Stage, simulator: WechatV3Simulator, **keys: bool) -> WechatPaymentGateway:
    """Return the gateway of a merchant that knows some of the platform's keys."""
    account = simulator.account(NOTIFY_URL, **keys)
    http = HttpClient(simulator.url)
    return WechatPaymentGateway(account, http=http, clock=stage.clock, ids=CountedIds())


class TestP43Signatures:
    def test_p43_a_key_that_was_taken_back_is_refused(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator
    ) -> None:
        """The control is the merchant that still knows the key."""
        headers, body = v3_simulator.payment_message(v3_stage.paid().number)
        known = gateway(v3_stage, v3_simulator, public_key=True, certificate=True)
        revoked = gateway(v3_stage, v3_simulator, public_key=False, certificate=True)

        assert known.verify(headers, body).order is not None
        with pytest.raises(NotificationRefusedError) as refused:
            revoked.verify(headers, body)
        assert refused.value.reason == "signature"

    def test_p43_a_foreign_key_of_the_same_name_is_refused(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator
    ) -> None:
        """Another platform's key under our platform's serial, as a thief would name it."""
        number = v3_stage.paid().number
        merchant = gateway(v3_stage, v3_simulator)
        own = v3_simulator.envelope.public_key
        v3_simulator.envelope.public_key = V3Identity.generate(v3_stage.clock.now()).public_key
        headers, body = v3_simulator.payment_message(number)
        v3_simulator.envelope.public_key = own

        with pytest.raises(NotificationRefusedError) as refused:
            merchant.verify(headers, body)
        assert refused.value.reason == "signature"
        assert merchant.verify(*v3_simulator.payment_message(number)).order is not None

    def test_p43_an_old_message_is_refused_however_well_signed(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator
    ) -> None:
        headers, body = v3_simulator.payment_message(v3_stage.paid().number)
        merchant = gateway(v3_stage, v3_simulator)
        assert merchant.verify(headers, body).order is not None
        v3_stage.wait(minutes=5)

        with pytest.raises(NotificationRefusedError) as refused:
            merchant.verify(headers, body)
        assert refused.value.reason == "stale"
