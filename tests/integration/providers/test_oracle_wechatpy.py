"""An independent SDK judges version 2: our client, our verification and our simulator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.pay import WeChatPay
from wechatpy.pay.utils import calculate_signature, calculate_signature_hmac, dict_to_xml

from billing_adapters.wechat.accounts import V2SignType
from billing_adapters.wechat.signing_v2 import decrypt_refund, signature
from billing_domain.ports.payments.gateway import Outcome
from billing_domain.testing.contracts.payment_gateways import new_order, new_refund
from tests.integration.providers.stage import NOON, Stage
from tests.simulators.v2_envelope import from_xml, to_xml
from tests.simulators.wechat_v2 import WechatV2Simulator

FIELDS = st.dictionaries(
    st.from_regex(r"[a-zA-Z_0-9]{1,12}", fullmatch=True).filter(lambda name: name != "sign"),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    min_size=1,
)
KEYS = st.from_regex(r"[0-9A-Za-z]{32}", fullmatch=True)


@pytest.fixture(params=list(V2SignType))
def sign_type(request: pytest.FixtureRequest) -> V2SignType:
    sign_type: V2SignType = request.param
    return sign_type


@pytest.fixture
def sdk(v2_simulator: WechatV2Simulator, tmp_path: Path) -> Iterator[WeChatPay]:
    """The SDK as a merchant of the simulator, which it can reach."""
    authority = tmp_path / "authority.pem"
    authority.write_text(v2_simulator.authorities, encoding="ascii")
    client = WeChatPay(v2_simulator.appid, v2_simulator.envelope.api_key, v2_simulator.mch_id)
    client.API_BASE_URL = f"{v2_simulator.url}/"
    client._http.verify = str(authority)  # noqa: SLF001 - it has no other way
    client._http.trust_env = False  # noqa: SLF001 - or the environment's authorities win
    yield client
    client._http.close()  # noqa: SLF001 - it never does


@pytest.fixture
def md5_only(v2_simulator: WechatV2Simulator) -> None:
    """The SDK reads and writes only one of the two ways of signing."""
    v2_simulator.sign_type = V2SignType.MD5
    object.__setattr__(v2_simulator.envelope, "sign_type", "MD5")


class TestOurSignature:
    @given(fields=FIELDS, key=KEYS)
    def test_is_the_sdks(self, fields: dict[str, str], key: str) -> None:
        assert signature(fields, key, V2SignType.MD5) == calculate_signature(fields, key)
        theirs = calculate_signature_hmac(fields, key)
        assert signature(fields, key, V2SignType.HMAC_SHA256) == theirs

    @given(fields=FIELDS, key=KEYS, sign=st.text(max_size=9))
    def test_leaves_itself_and_what_is_empty_out(
        self, fields: dict[str, str], key: str, sign: str
    ) -> None:
        more = {**fields, "sign": sign, "empty": ""}
        bare = {name: text for name, text in fields.items() if name != "empty"}

        assert signature(more, key, V2SignType.MD5) == signature(bare, key, V2SignType.MD5)


class TestOurRequests:
    def test_are_signed_as_the_sdk_signs(
        self, v2_stage: Stage, v2_simulator: WechatV2Simulator
    ) -> None:
        order = v2_stage.placed(100)
        v2_stage.gateway.query(order)

        for request in v2_simulator.requests:
            fields = from_xml(request.body)
            sign = fields.pop("sign")
            calculate = calculate_signature if len(sign) == 32 else calculate_signature_hmac
            assert sign == calculate(fields, v2_simulator.envelope.api_key)

    def test_are_read_by_the_sdks_parser_as_we_meant_them(
        self, v2_stage: Stage, v2_simulator: WechatV2Simulator
    ) -> None:
        v2_stage.gateway.create(v2_stage.order(), description="物业费 <3 & 水费")

        sent = xmltodict.parse(v2_simulator.requests[-1].body)["xml"]
        assert sent["body"] == "物业费 <3 & 水费"

    def test_hand_the_bridge_what_the_sdk_would(
        self, v2_stage: Stage, v2_simulator: WechatV2Simulator
    ) -> None:
        ticket = v2_stage.gateway.create(v2_stage.order(), description="物业费")

        signed = dict(ticket.parameters)
        sign, key = signed.pop("paySign"), v2_simulator.envelope.api_key
        md5 = v2_simulator.sign_type is V2SignType.MD5
        calculate = calculate_signature if md5 else calculate_signature_hmac
        assert sign == calculate(signed, key)
        assert signed["signType"] == v2_simulator.sign_type.value


@pytest.mark.usefixtures("md5_only")
class TestTheSimulator:
    def test_sends_messages_that_the_sdk_takes(
        self, v2_simulator: WechatV2Simulator, sdk: WeChatPay
    ) -> None:
        order = place(v2_simulator, 120)
        _, body = v2_simulator.payment_message(order)

        said = sdk.parse_payment_result(body)

        assert (said["out_trade_no"], said["total_fee"]) == (order, 120)

    def test_sends_messages_that_the_sdk_refuses_when_altered(
        self, v2_simulator: WechatV2Simulator, sdk: WeChatPay
    ) -> None:
        _, body = v2_simulator.payment_message(place(v2_simulator, 120))
        altered = to_xml({**from_xml(body), "total_fee": "1"})

        with pytest.raises(InvalidSignatureException):
            sdk.parse_payment_result(altered)

    def test_serves_the_sdk_as_it_serves_us(
        self, v2_simulator: WechatV2Simulator, sdk: WeChatPay
    ) -> None:
        order = place(v2_simulator, 120)

        said = sdk.order.query(out_trade_no=order)

        assert sdk.check_signature(said)
        assert (said["trade_state"], said["total_fee"]) == ("SUCCESS", "120")


class TestOurVerification:
    def test_takes_what_the_sdk_signed(
        self, v2_stage: Stage, v2_simulator: WechatV2Simulator
    ) -> None:
        order = v2_stage.paid(120)
        fields = from_xml(v2_simulator.payment_message(order.number)[1])
        del fields["sign"]
        md5 = v2_simulator.sign_type is V2SignType.MD5
        calculate = calculate_signature if md5 else calculate_signature_hmac

        body = dict_to_xml(fields, calculate(fields, v2_simulator.envelope.api_key))
        report = v2_stage.gateway.verify({}, body.encode()).order

        assert report is not None
        assert (report.order, report.outcome) == (order.number, Outcome.PAID)

    def test_decrypts_of_a_refund_what_the_sdk_decrypts(
        self, v2_stage: Stage, v2_simulator: WechatV2Simulator, sdk: WeChatPay
    ) -> None:
        order = v2_stage.paid(100)
        v2_stage.gateway.refund(order, refund := new_refund(order, 60))
        _, body = v2_simulator.refund_message(refund.number)

        theirs = sdk.parse_refund_notify_result(body)

        ours = decrypt_refund(v2_simulator.envelope.api_key, from_xml(body)["req_info"])
        fields = {name: str(value) for name, value in theirs.items()}
        assert fields == xmltodict.parse(ours)["root"]
        assert theirs["out_refund_no"] == refund.number
        assert theirs["refund_fee"] == 60


def place(simulator: WechatV2Simulator, amount: int) -> str:
    """Return the number of a paid order, without a call of ours."""
    order = new_order(amount, at=NOON)
    simulator.ledger.place(
        order.number,
        amount=amount,
        terms=None,
        openid=order.payer.openid,
        notify_url="",
        description="物业费",
        expires_at=order.expires_at,
    )
    simulator.pay(order.number)
    return order.number
