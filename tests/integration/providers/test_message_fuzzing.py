"""Whatever arrives, a gateway answers with a message or with NotificationRefusedError."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.fakes.system import CountedIds, FrozenClock
from billing_adapters.http_client import HttpClient
from billing_adapters.wechat.accounts import V2SignType
from billing_adapters.wechat.pay_v2 import WechatV2PaymentGateway
from billing_adapters.wechat.pay_v3 import WechatPaymentGateway
from billing_domain.errors import NotificationRefusedError
from billing_domain.ports.payments.gateway import Notification, PaymentGateway
from billing_domain.testing.contracts.payment_gateways import new_order
from tests.integration.providers.stage import NOON
from tests.simulators.deliveries import Message
from tests.simulators.v2_envelope import from_xml, to_xml
from tests.simulators.wechat_v2 import V2Identity, WechatV2Simulator
from tests.simulators.wechat_v3 import V3Identity, WechatV3Simulator

NOTIFY_URL = "https://pay.example.com/callbacks/wechat"
TEN_MEGABYTES = 10 * 1024 * 1024
SIGNED_HEADERS = (
    "wechatpay-timestamp",
    "wechatpay-nonce",
    "wechatpay-signature",
    "wechatpay-serial",
    "wechatpay-signature-type",
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=15,
)
FIELD_NAMES = st.sampled_from(
    [
        *("mchid", "appid", "out_trade_no", "transaction_id", "trade_state", "amount"),
        *("success_time", "refund_status", "out_refund_no"),
    ]
)
XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>&\ufffe\uffff]"),
    max_size=20,
)


@attrs.frozen
class Heard:
    """A gateway, its provider and a genuine message that the gateway takes."""

    gateway: PaymentGateway
    simulator: Any
    message: Message


@pytest.fixture(scope="module")
def v3(v3_identity: V3Identity) -> Iterator[Heard]:
    clock = FrozenClock(NOON)
    with WechatV3Simulator(clock, v3_identity) as simulator:
        http = HttpClient(simulator.url)
        account = simulator.account(NOTIFY_URL)
        gateway = WechatPaymentGateway(account, http=http, clock=clock, ids=CountedIds())
        gateway.create(order := new_order(100, at=NOON), description="物业费")
        simulator.pay(order.number)
        yield Heard(gateway, simulator, simulator.payment_message(order.number))


@pytest.fixture(scope="module", params=list(V2SignType))
def v2(v2_identity: V2Identity, request: pytest.FixtureRequest) -> Iterator[Heard]:
    clock = FrozenClock(NOON)
    with WechatV2Simulator(clock, v2_identity, request.param) as simulator:
        http = HttpClient(simulator.url, authorities=simulator.authorities)
        account = simulator.account(NOTIFY_URL)
        gateway = WechatV2PaymentGateway(account, http=http, clock=clock, ids=CountedIds())
        gateway.create(order := new_order(100, at=NOON), description="物业费")
        simulator.pay(order.number)
        yield Heard(gateway, simulator, simulator.payment_message(order.number))


SEALED = b'{"resource": {"algorithm": "AEAD_AES_256_GCM", "nonce": "012345678901", %s}}'


class TestVersion3:
    def test_takes_the_message_that_is_altered_below(self, v3: Heard) -> None:
        assert answered(v3.gateway, *v3.message) is not None

    @given(st.data())
    def test_refuses_a_change_of_any_byte_of_a_header(
        self, v3: Heard, data: st.DataObject
    ) -> None:
        headers, body = v3.message
        name = data.draw(st.sampled_from(SIGNED_HEADERS))
        at = data.draw(st.integers(0, len(headers[name]) - 1))
        byte = chr(data.draw(st.integers(0, 255)))
        altered = headers[name][:at] + byte + headers[name][at + 1 :]

        heard = answered(v3.gateway, {**headers, name: altered}, body)

        assert (heard is None) is (altered != headers[name])

    @given(st.data())
    def test_refuses_a_change_of_any_byte_of_the_body(
        self, v3: Heard, data: st.DataObject
    ) -> None:
        headers, body = v3.message
        altered = data.draw(one_byte_off(body))

        assert (answered(v3.gateway, headers, altered) is None) is (altered != body)

    @given(headers=st.dictionaries(st.sampled_from(SIGNED_HEADERS), st.text()), body=st.binary())
    def test_answers_anything(self, v3: Heard, headers: dict[str, str], body: bytes) -> None:
        assert answered(v3.gateway, headers, body) is None

    @given(body=st.binary() | JSON.map(lambda document: json.dumps(document).encode()))
    def test_answers_any_body_that_is_signed(self, v3: Heard, body: bytes) -> None:
        assert answered(v3.gateway, v3.simulator.signed(body), body) is None

    @given(
        event=st.sampled_from(["TRANSACTION.SUCCESS", "REFUND.SUCCESS", "REFUND.", "OTHER"]),
        resource=JSON.map(json.dumps) | st.text(st.characters(exclude_categories=["Cs"])),
    )
    def test_answers_anything_that_is_sealed(self, v3: Heard, event: str, resource: str) -> None:
        assert answered(v3.gateway, *v3.simulator.message("EV-1", event, resource)) is None

    @given(changes=st.dictionaries(FIELD_NAMES, JSON, min_size=1))
    def test_answers_any_value_of_a_field(self, v3: Heard, changes: dict[str, object]) -> None:
        number = next(iter(v3.simulator.ledger.orders))

        answered(v3.gateway, *v3.simulator.payment_message(number, **changes))

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"null",
            b"not JSON",
            b"[" * 200_000,
            b'{"resource":' * 20_000,
            b'{"id": 1e999, "resource": {}}',
            b'{"id": ' + b"9" * 5_000 + b"}",
            b'{"resource": {"algorithm": "AEAD_AES_256_GCM", "nonce": "short", "ciphertext": ""}}',
            SEALED % b'"ciphertext": null',
            SEALED % b'"ciphertext": "AAAA"',
            SEALED % b'"ciphertext": "not base64"',
            SEALED % '"ciphertext": "密文"'.encode(),
            SEALED % b'"ciphertext": "AAAA", "associated_data": 1',
            b" " * TEN_MEGABYTES,
        ],
        ids=lambda body: f"{body[:12]!r}-{len(body)}",
    )
    def test_refuses_a_body_made_to_hurt(self, v3: Heard, body: bytes) -> None:
        assert answered(v3.gateway, v3.simulator.signed(body), body) is None

    def test_refuses_a_genuine_message_that_is_too_long(self, v3: Heard) -> None:
        longer = v3.message[1] + b" " * 300_000

        assert answered(v3.gateway, v3.simulator.signed(longer), longer) is None

    def test_refuses_sealed_json_that_is_too_deep(self, v3: Heard) -> None:
        message = v3.simulator.message("EV-1", "TRANSACTION.SUCCESS", "[" * 100_000)

        assert answered(v3.gateway, *message) is None


class TestVersion2:
    def test_takes_the_message_that_is_altered_below(self, v2: Heard) -> None:
        assert answered(v2.gateway, *v2.message) is not None

    @given(st.data())
    def test_a_change_of_any_byte_is_refused_or_changes_nothing(
        self, v2: Heard, data: st.DataObject
    ) -> None:
        """Blanks between the elements are signed by nobody and say nothing."""
        headers, body = v2.message
        altered = data.draw(one_byte_off(body))

        assert answered(v2.gateway, headers, altered) in {None, answered(v2.gateway, *v2.message)}

    def test_refuses_a_genuine_message_that_is_too_long(self, v2: Heard) -> None:
        assert answered(v2.gateway, {}, v2.message[1] + b"\n" * 300_000) is None

    @given(st.data())
    def test_a_change_of_any_field_is_refused(self, v2: Heard, data: st.DataObject) -> None:
        fields = from_xml(v2.message[1])
        name = data.draw(st.sampled_from(sorted(fields)))
        text = data.draw(XML_TEXT.filter(lambda text: text != fields[name]))

        assert answered(v2.gateway, {}, to_xml({**fields, name: text})) is None

    @given(body=st.binary())
    def test_answers_anything(self, v2: Heard, body: bytes) -> None:
        assert answered(v2.gateway, {}, body) is None

    @given(
        fields=st.dictionaries(
            st.sampled_from(["out_trade_no", "total_fee", "time_end", "transaction_id", "appid"])
            | st.from_regex(r"[a-z_]{1,9}", fullmatch=True).filter(lambda name: name != "xml"),
            XML_TEXT,
        )
    )
    def test_answers_any_fields_that_are_signed(self, v2: Heard, fields: dict[str, str]) -> None:
        whole = {
            "return_code": "SUCCESS",
            "result_code": "SUCCESS",
            "appid": v2.simulator.appid,
            "mch_id": v2.simulator.mch_id,
            **fields,
        }

        answered(v2.gateway, {}, v2.simulator.envelope.signed(whole))

    @given(sealed=st.text(st.characters(codec="ascii", exclude_characters="<>&]")))
    def test_answers_anything_about_a_refund(self, v2: Heard, sealed: str) -> None:
        who = {"appid": v2.simulator.appid, "mch_id": v2.simulator.mch_id}

        assert answered(v2.gateway, {}, to_xml({**who, "req_info": sealed})) is None

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<xml>",
            b"<xml></xml>",
            b"not XML",
            b"<xml>" + b"<a>" * 100_000,
            b"<xml>" + b"".join(b"<a%d>1</a%d>" % (n, n) for n in range(2_000)) + b"</xml>",
            b"<xml><sign>1</sign><sign>2</sign></xml>",
            b"<xml><a b='c'>1</a></xml>",
            b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><a>&a;</a></xml>',
            b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><a>&a;</a></xml>',
            b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/"><xml></xml>',
            '<?xml version="1.0" encoding="UTF-16"?><xml></xml>'.encode("utf-16"),
            b"<xml>" + b" " * TEN_MEGABYTES + b"</xml>",
        ],
        ids=lambda body: f"{body[:24]!r}-{len(body)}",
    )
    def test_refuses_a_body_made_to_hurt(self, v2: Heard, body: bytes) -> None:
        assert answered(v2.gateway, {}, body) is None


def one_byte_off(body: bytes) -> st.SearchStrategy[bytes]:
    """Bodies with one byte exchanged, left out, doubled or put in."""
    return st.builds(
        lambda at, byte, kept: body[:at] + byte + body[at + kept :],
        st.integers(0, len(body) - 1),
        st.binary(max_size=1),
        st.integers(0, 1),
    )


def answered(gateway: PaymentGateway, headers: Any, body: bytes) -> Notification | None:
    """Return the message, nothing when it is refused; let any other error out."""
    try:
        return gateway.verify(headers, body)
    except NotificationRefusedError:
        return None
