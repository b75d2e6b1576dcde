"""What is genuinely signed must also be ours, whole, and of the documented types (P09)."""

from __future__ import annotations

import pytest

from billing_domain.errors import NotificationRefusedError
from billing_domain.testing.contracts.payment_gateways import new_refund
from tests.integration.providers.stage import Stage
from tests.simulators.v2_envelope import from_xml, to_xml
from tests.simulators.wechat_v2 import WechatV2Simulator
from tests.simulators.wechat_v3 import WechatV3Simulator


class TestP09MessagesOfVersion3:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"mchid": "1900000110"}, "merchant"),
            ({"appid": "wx9999999999999999"}, "merchant"),
            ({"amount": {"total": 1, "currency": "USD"}}, "amount"),
            ({"amount": {"total": "1", "currency": "CNY"}}, "format"),
            ({"amount": {"total": 1.0, "currency": "CNY"}}, "format"),
            ({"amount": {"total": True, "currency": "CNY"}}, "format"),
            ({"amount": {"total": -1, "currency": "CNY"}}, "format"),
            ({"amount": None}, "format"),
            ({"transaction_id": ""}, "format"),
            ({"transaction_id": "4" * 257}, "format"),
            ({"success_time": "2026-11-20T12:00:00"}, "format"),
            ({"success_time": "0001-01-01T00:00:00+14:00"}, "format"),
            ({"out_trade_no": None}, "format"),
            ({"out_trade_no": "\ud800"}, "format"),
            ({"trade_state": 1}, "format"),
        ],
    )
    def test_about_payments(
        self,
        v3_stage: Stage,
        v3_simulator: WechatV3Simulator,
        changes: dict[str, object],
        reason: str,
    ) -> None:
        order = v3_stage.paid()

        with pytest.raises(NotificationRefusedError) as refused:
            v3_stage.gateway.verify(*v3_simulator.payment_message(order.number, **changes))

        assert refused.value.reason == reason

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"mchid": "1900000110"}, "merchant"),
            ({"amount": {"refund": 1, "total": 1, "currency": "USD"}}, "amount"),
            ({"amount": {"total": 1}}, "format"),
            ({"out_refund_no": 7}, "format"),
            ({"refund_status": None}, "format"),
            ({"success_time": "soon"}, "format"),
        ],
    )
    def test_about_refunds(
        self,
        v3_stage: Stage,
        v3_simulator: WechatV3Simulator,
        changes: dict[str, object],
        reason: str,
    ) -> None:
        order = v3_stage.paid(100)
        v3_stage.gateway.refund(order, refund := new_refund(order, 100))

        with pytest.raises(NotificationRefusedError) as refused:
            v3_stage.gateway.verify(*v3_simulator.refund_message(refund.number, **changes))

        assert refused.value.reason == reason

    def test_about_something_else(self, v3_stage: Stage, v3_simulator: WechatV3Simulator) -> None:
        message = v3_simulator.message("EV-1", "COUPON.USE", {"mchid": v3_simulator.mchid})

        with pytest.raises(NotificationRefusedError):
            v3_stage.gateway.verify(*message)


class TestP09MessagesOfVersion2:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"mch_id": "10000101"}, "merchant"),
            ({"appid": "wx9999999999999999"}, "merchant"),
            ({"fee_type": "USD"}, "amount"),
            ({"total_fee": "1.0"}, "format"),
            ({"total_fee": "-1"}, "format"),
            ({"total_fee": "١"}, "format"),
            ({"transaction_id": ""}, "format"),
            ({"time_end": "yesterday"}, "format"),
            ({"return_code": "FAIL"}, "format"),
        ],
    )
    def test_about_payments(
        self,
        v2_stage: Stage,
        v2_simulator: WechatV2Simulator,
        changes: dict[str, str],
        reason: str,
    ) -> None:
        order = v2_stage.paid()

        with pytest.raises(NotificationRefusedError) as refused:
            v2_stage.gateway.verify(*v2_simulator.payment_message(order.number, **changes))

        assert refused.value.reason == reason

    @pytest.mark.parametrize("name", ["out_refund_no", "refund_fee", "refund_status", "refund_id"])
    def test_about_refunds(
        self, v2_stage: Stage, v2_simulator: WechatV2Simulator, name: str
    ) -> None:
        order = v2_stage.paid(100)
        v2_stage.gateway.refund(order, refund := new_refund(order, 100))

        with pytest.raises(NotificationRefusedError):
            v2_stage.gateway.verify(*v2_simulator.refund_message(refund.number, **{name: ""}))

    @pytest.mark.parametrize("name", ["mch_id", "appid"])
    def test_about_refunds_of_somebody_else(
        self, v2_stage: Stage, v2_simulator: WechatV2Simulator, name: str
    ) -> None:
        order = v2_stage.paid(100)
        v2_stage.gateway.refund(order, refund := new_refund(order, 100))
        _, body = v2_simulator.refund_message(refund.number)

        with pytest.raises(NotificationRefusedError) as refused:
            v2_stage.gateway.verify({}, to_xml({**from_xml(body), name: "10000101"}))

        assert refused.value.reason == "merchant"
