"""P37: a callback that is unsigned, forged, altered, old or a probe changes nothing.

Each attack is shown twice: refused by the gateway, and taken by a gateway whose guard is off, so
that it is the guard that refuses it and nothing else.
"""

from __future__ import annotations

import json
import string
from base64 import b64decode
from collections.abc import Callable, Mapping

import pytest

from billing_adapters.fakes.system import CountedIds
from billing_adapters.http_client import HttpClient
from billing_adapters.wechat.accounts import V2SignType
from billing_adapters.wechat.pay_v2 import WechatV2PaymentGateway
from billing_adapters.wechat.pay_v3 import WechatPaymentGateway
from billing_adapters.wechat.signing import PlatformVerifier
from billing_adapters.wechat.signing_v2 import V2Signer
from billing_domain.errors import NotificationRefusedError
from tests.integration.providers.stage import Stage
from tests.simulators.deliveries import Message
from tests.simulators.faults import Fault
from tests.simulators.http_server import Request
from tests.simulators.key_material import new_key
from tests.simulators.v2_envelope import V2Envelope, from_xml, to_xml
from tests.simulators.wechat_v2 import WechatV2Simulator
from tests.simulators.wechat_v3 import WechatV3Simulator

NOTIFY_URL = "https://pay.example.com/callbacks/wechat"
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
V3Attack = Callable[[WechatV3Simulator, Message], Message]
V2Attack = Callable[[V2Envelope, dict[str, str]], bytes]


@pytest.fixture(params=list(V2SignType))
def sign_type(request: pytest.FixtureRequest) -> V2SignType:
    sign_type: V2SignType = request.param
    return sign_type


class GullibleVerifier(PlatformVerifier):
    """The guard, off."""

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Believe everything."""


class GullibleSigner(V2Signer):
    """The guard, off."""

    def check(self, fields: Mapping[str, str]) -> None:
        """Believe everything."""


def without(name: str) -> V3Attack:
    def attack(_simulator: WechatV3Simulator, message: Message) -> Message:
        headers, body = message
        return {header: value for header, value in headers.items() if header != name}, body

    return attack


def with_header(name: str, value: str) -> V3Attack:
    return lambda _simulator, message: ({**message[0], name: value}, message[1])


def signed_with(fault: Fault) -> V3Attack:
    return lambda simulator, message: (simulator.signed(message[1], fault), message[1])


def unsigned(_simulator: WechatV3Simulator, message: Message) -> Message:
    return {"content-type": "application/json"}, message[1]


def forged(simulator: WechatV3Simulator, message: Message) -> Message:
    """Signed by somebody else under the name of the platform's key."""
    simulator.envelope.public_key = new_key()
    return simulator.signed(message[1]), message[1]


def re_encoded(_simulator: WechatV3Simulator, message: Message) -> Message:
    """The same JSON, written differently."""
    return message[0], json.dumps(json.loads(message[1]), indent=1).encode()


def with_headers_of_another(simulator: WechatV3Simulator, message: Message) -> Message:
    return simulator.signed(b"{}"), message[1]


def with_its_time_renewed(simulator: WechatV3Simulator, message: Message) -> Message:
    now = str(int(simulator.clock.now().timestamp()) + 1)
    return {**message[0], "wechatpay-timestamp": now}, message[1]


def with_its_signature_written_otherwise(
    _simulator: WechatV3Simulator, message: Message
) -> Message:
    """The same bytes in base64 that no encoder writes: the last bits before == mean nothing."""
    headers, body = message
    signature = headers["wechatpay-signature"]
    at = ALPHABET.index(signature[-3])
    other = signature[:-3] + ALPHABET[at ^ 1] + "=="
    assert b64decode(other) == b64decode(signature)
    return {**headers, "wechatpay-signature": other}, body


V3_ATTACKS: list[tuple[V3Attack, str]] = [
    (unsigned, "signature"),
    (without("wechatpay-signature"), "signature"),
    (without("wechatpay-timestamp"), "signature"),
    (without("wechatpay-nonce"), "signature"),
    (without("wechatpay-serial"), "signature"),
    (forged, "signature"),
    (signed_with(Fault.TAMPERED_SIGNATURE), "signature"),
    (signed_with(Fault.UNKNOWN_SERIAL), "signature"),
    (signed_with(Fault.STALE), "stale"),
    (signed_with(Fault.PROBE), "probe"),
    (re_encoded, "signature"),
    (with_headers_of_another, "signature"),
    (with_its_time_renewed, "signature"),
    (with_its_signature_written_otherwise, "signature"),
    (with_header("wechatpay-timestamp", "٣" * 10), "signature"),
    (with_header("wechatpay-timestamp", "-1"), "signature"),
    (with_header("wechatpay-signature-type", "WECHATPAY2-SM2-WITH-SM3"), "signature"),
]


class TestP37ForgedCallbacks:
    @pytest.mark.parametrize(("attack", "reason"), V3_ATTACKS)
    def test_p37_are_refused(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator, attack: V3Attack, reason: str
    ) -> None:
        order = v3_stage.paid()
        headers, body = attack(v3_simulator, v3_simulator.payment_message(order.number))

        answer = v3_stage.endpoint.answer(Request("POST", "/", headers, body))

        assert answer.status == 401
        assert v3_stage.endpoint.refusals == [reason]
        assert not v3_stage.endpoint.messages

    @pytest.mark.parametrize("attack", [attack for attack, _ in V3_ATTACKS])
    def test_p37_control_are_taken_when_the_guard_is_off(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator, attack: V3Attack
    ) -> None:
        gateway = WechatPaymentGateway(
            v3_simulator.account(NOTIFY_URL),
            http=HttpClient(v3_simulator.url),
            clock=v3_stage.clock,
            ids=CountedIds(),
            verifier=GullibleVerifier({}, v3_stage.clock),
        )
        order = v3_stage.paid()
        message = attack(v3_simulator, v3_simulator.payment_message(order.number))

        report = gateway.verify(*message).order

        assert report is not None
        assert report.order == order.number

    @pytest.mark.parametrize(
        ("seconds", "fresh"), [(-300, False), (-299, True), (299, True), (300, False)]
    )
    def test_p37_a_message_is_fresh_for_five_minutes_on_either_clock(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator, seconds: int, *, fresh: bool
    ) -> None:
        order = v3_stage.paid()
        message = v3_simulator.payment_message(order.number)
        v3_stage.wait(seconds=seconds)

        assert taken(v3_stage, message) is fresh

    def test_p37_both_keys_are_valid_while_a_merchant_moves(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator
    ) -> None:
        order = v3_stage.paid()
        by_public_key = v3_simulator.payment_message(order.number)
        v3_simulator.notify_by_certificate = True
        by_certificate = v3_simulator.payment_message(order.number)

        serials = {headers["wechatpay-serial"] for headers, _ in (by_public_key, by_certificate)}
        assert len(serials) == 2
        assert taken(v3_stage, by_public_key)
        assert taken(v3_stage, by_certificate)


def v2_unsigned(_envelope: V2Envelope, fields: dict[str, str]) -> bytes:
    return to_xml({name: text for name, text in fields.items() if name != "sign"})


def v2_forged(envelope: V2Envelope, fields: dict[str, str]) -> bytes:
    return V2Envelope("0" * 32, envelope.sign_type).signed(bare(fields))


def v2_signed_in_the_other_way(envelope: V2Envelope, fields: dict[str, str]) -> bytes:
    other = "MD5" if envelope.sign_type != "MD5" else "HMAC-SHA256"
    return V2Envelope(envelope.api_key, other).signed(bare(fields))


def v2_cheaper(_envelope: V2Envelope, fields: dict[str, str]) -> bytes:
    return to_xml({**fields, "total_fee": "1"})


def v2_with_one_more_field(_envelope: V2Envelope, fields: dict[str, str]) -> bytes:
    return to_xml({**fields, "attach": "more"})


def v2_with_a_strange_signature(_envelope: V2Envelope, fields: dict[str, str]) -> bytes:
    return to_xml({**fields, "sign": "签名"})


def bare(fields: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if name not in {"sign", "nonce_str"}}


V2_ATTACKS: list[V2Attack] = [
    v2_unsigned,
    v2_forged,
    v2_signed_in_the_other_way,
    v2_cheaper,
    v2_with_one_more_field,
    v2_with_a_strange_signature,
]


class TestP37ForgedCallbacksOfVersion2:
    @pytest.mark.parametrize("attack", V2_ATTACKS)
    def test_p37_are_refused(
        self, v2_stage: Stage, v2_simulator: WechatV2Simulator, attack: V2Attack
    ) -> None:
        order = v2_stage.paid(500)
        _, body = v2_simulator.payment_message(order.number)
        altered = attack(v2_simulator.envelope, from_xml(body))

        answer = v2_stage.endpoint.answer(Request("POST", "/", {}, altered))

        assert answer.status == 401
        assert v2_stage.endpoint.refusals == ["signature"]
        assert not v2_stage.endpoint.messages

    @pytest.mark.parametrize("attack", V2_ATTACKS)
    def test_p37_control_are_taken_when_the_guard_is_off(
        self, v2_stage: Stage, v2_simulator: WechatV2Simulator, attack: V2Attack
    ) -> None:
        account = v2_simulator.account(NOTIFY_URL, certificate=False)
        gateway = WechatV2PaymentGateway(
            account,
            http=HttpClient(v2_simulator.url, authorities=v2_simulator.authorities),
            clock=v2_stage.clock,
            ids=CountedIds(),
            signer=GullibleSigner(account),
        )
        order = v2_stage.paid(500)
        _, body = v2_simulator.payment_message(order.number)

        report = gateway.verify({}, attack(v2_simulator.envelope, from_xml(body))).order

        assert report is not None
        assert report.order == order.number

    def test_p37_a_refund_sealed_with_another_key_is_refused(
        self, v2_stage: Stage, v2_simulator: WechatV2Simulator
    ) -> None:
        sealed = V2Envelope("0" * 32).sealed_refund({"out_refund_no": "1"})
        who = {"appid": v2_simulator.appid, "mch_id": v2_simulator.mch_id}

        assert not taken(v2_stage, ({}, to_xml({**who, "req_info": sealed})))


def taken(stage: Stage, message: Message) -> bool:
    try:
        stage.gateway.verify(*message)
    except NotificationRefusedError:
        return False
    return True
