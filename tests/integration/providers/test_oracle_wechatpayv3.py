"""An independent SDK judges version 3: our client, our verification and our simulator."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.utils import aes_decrypt, build_authorization, rsa_sign, rsa_verify

from billing_adapters.wechat.accounts import WechatV3Account
from billing_adapters.wechat.signing import MerchantSigner, decrypt
from billing_domain.errors import NotificationRefusedError
from billing_domain.model.shanghai import SHANGHAI
from tests.integration.providers.stage import Stage
from tests.simulators.deliveries import Message
from tests.simulators.faults import Fault
from tests.simulators.key_material import public_pem
from tests.simulators.v3_documents import order_document
from tests.simulators.wechat_v3 import V3Identity, WechatV3Simulator

NOTIFY_URL = "https://pay.example.com/callbacks/wechat"
NONCES = st.from_regex(r"[0-9A-Z]{32}", fullmatch=True)
TARGETS = st.from_regex(r"/v3/[a-z0-9/_-]{1,40}(\?[a-z]=[0-9A-Za-z]{1,9})?", fullmatch=True)


@pytest.fixture
def by_public_key(v3_simulator: WechatV3Simulator) -> WeChatPay:
    return sdk(
        v3_simulator,
        public_key=public_pem(v3_simulator.identity.public_key.public_key()),
        public_key_id=v3_simulator.public_key_id,
    )


@pytest.fixture
def by_certificate(v3_simulator: WechatV3Simulator, tmp_path: Path) -> WeChatPay:
    """The SDK as it is in certificate mode, valid now because the SDK asks the machine's clock."""
    platform = v3_simulator.identity.platform
    (tmp_path / f"{platform.serial}.pem").write_text(platform.pem, encoding="ascii")
    return sdk(v3_simulator, cert_dir=str(tmp_path))


@pytest.fixture(scope="module")
def account(v3_identity: V3Identity) -> WechatV3Account:
    """An account, made once since reading its key is slow."""
    return WechatV3Account(
        mchid="1900000109",
        appid="wx8888888888888888",
        merchant_serial=v3_identity.merchant.serial,
        merchant_key=v3_identity.merchant.key_pem,
        api_v3_key="k" * 32,
        platform_keys={},
        notify_url=NOTIFY_URL,
    )


class TestOurRequests:
    @given(
        method=st.sampled_from(["GET", "POST"]),
        target=TARGETS,
        body=st.dictionaries(st.text(max_size=9), st.text(max_size=40)).map(json.dumps),
        nonce=NONCES,
    )
    def test_are_authorized_in_the_sdks_very_words(
        self, account: WechatV3Account, method: str, target: str, body: str, nonce: str
    ) -> None:
        who = (account.mchid, account.merchant_serial, account.signing_key)

        theirs = build_authorization(target, method, *who, data=body, nonce_str=nonce)

        timestamp = int(theirs.split('timestamp="')[1].split('"')[0])
        at = datetime.fromtimestamp(timestamp, UTC)
        signer = MerchantSigner(account)
        assert signer.authorization(method, target, body.encode(), at=at, nonce=nonce) == theirs

    def test_carry_the_signature_over_what_is_on_the_wire(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator
    ) -> None:
        order = v3_stage.placed(100)
        v3_stage.gateway.query(order)

        for request in v3_simulator.requests:
            sent = request.headers["authorization"]
            fields = dict(part.split("=", 1) for part in sent.split(" ", 1)[1].split(","))
            timestamp, nonce = (fields[name].strip('"') for name in ("timestamp", "nonce_str"))
            lines = (request.method, request.target, timestamp, nonce, request.body.decode())
            message = "".join(f"{line}\n" for line in lines)
            signature = rsa_sign(v3_simulator.identity.merchant.key, message)
            assert f'signature="{signature}"' in sent

    def test_hand_the_bridge_what_the_sdk_would(
        self, v3_stage: Stage, by_public_key: WeChatPay
    ) -> None:
        ticket = v3_stage.gateway.create(v3_stage.order(), description="物业费")

        signed = [
            ticket.parameters[name] for name in ("appId", "timeStamp", "nonceStr", "package")
        ]
        assert ticket.parameters["paySign"] == by_public_key.sign(signed)


class TestTheSimulator:
    """What it says is what the SDK believes; what it spoils is what the SDK refuses."""

    def test_signs_as_the_sdk_verifies(self, v3_simulator: WechatV3Simulator) -> None:
        headers, key = v3_simulator.signed(b'{"a": 1}'), v3_simulator.identity.public_key
        signed = (headers["wechatpay-timestamp"], headers["wechatpay-nonce"])
        signature = headers["wechatpay-signature"]

        assert rsa_verify(*signed, '{"a": 1}', signature, key.public_key())
        assert not rsa_verify(*signed, '{"a": 2}', signature, key.public_key())

    def test_sends_messages_that_the_sdk_takes(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator, by_public_key: WeChatPay
    ) -> None:
        order = v3_stage.paid(100, 20)
        headers, body = v3_simulator.payment_message(order.number)

        said = by_public_key.callback(headers, body)

        assert said["event_type"] == "TRANSACTION.SUCCESS"
        assert said["resource"]["out_trade_no"] == order.number
        assert said["resource"]["amount"]["total"] == 120

    def test_sends_messages_signed_by_certificate_that_the_sdk_takes(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator, by_certificate: WeChatPay
    ) -> None:
        order = v3_stage.paid()
        v3_simulator.notify_by_certificate = True
        headers, body = v3_simulator.payment_message(order.number)

        assert by_certificate.callback(headers, body)["resource"]["out_trade_no"] == order.number

    @pytest.mark.parametrize("fault", [Fault.TAMPERED_SIGNATURE, Fault.PROBE])
    def test_spoils_messages_so_that_the_sdk_refuses_them(
        self,
        v3_stage: Stage,
        v3_simulator: WechatV3Simulator,
        by_public_key: WeChatPay,
        fault: Fault,
    ) -> None:
        order = v3_stage.paid()
        _, body = v3_simulator.payment_message(order.number)

        assert by_public_key.callback(v3_simulator.signed(body, fault), body) is None

    def test_serves_the_sdk_as_it_serves_us(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator, by_public_key: WeChatPay
    ) -> None:
        """The SDK's clock is the machine's, so the simulator's is set to it."""
        v3_stage.clock.stands_at = datetime.now(UTC)
        by_public_key._core._gate_way = v3_simulator.url  # noqa: SLF001 - it has no other way
        order = v3_stage.order(100)

        placed = by_public_key.pay(
            description="物业费",
            out_trade_no=order.number,
            amount={"total": 100, "currency": "CNY"},
            payer={"openid": order.payer.openid},
            time_expire=order.expires_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        )
        asked = by_public_key.query(out_trade_no=order.number)
        closed = by_public_key.close(out_trade_no=order.number)

        assert [status for status, _ in (placed, asked, closed)] == [200, 200, 204]
        assert json.loads(asked[1])["trade_state"] == "NOTPAY"
        assert v3_stage.gateway.query(order).provider_state == "CLOSED"


class TestOurVerification:
    def test_takes_what_the_sdks_own_means_signed(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator
    ) -> None:
        order = v3_stage.paid(100)

        heard = v3_stage.gateway.verify(*crafted(v3_simulator, order.number, padding=""))

        assert heard.order is not None
        assert heard.order.order == order.number

    def test_refuses_it_when_altered(
        self, v3_stage: Stage, v3_simulator: WechatV3Simulator
    ) -> None:
        order = v3_stage.paid(100)
        headers, body = crafted(v3_simulator, order.number, padding=" ")

        with pytest.raises(NotificationRefusedError):
            v3_stage.gateway.verify(headers, body + b" ")

    @given(text=st.text(st.characters(exclude_categories=["Cs"])), nonce=NONCES)
    def test_decrypts_what_the_sdk_decrypts(self, text: str, nonce: str) -> None:
        key, nonce = nonce, nonce[:12]
        sealed = b64encode(
            AESGCM(key.encode()).encrypt(nonce.encode(), text.encode(), b"transaction")
        ).decode()

        ours = decrypt(key, nonce=nonce, ciphertext=sealed, associated_data="transaction")

        assert ours.decode() == aes_decrypt(nonce, sealed, "transaction", key) == text

    @given(nonce=NONCES)
    def test_refuses_to_decrypt_what_the_sdk_refuses(self, nonce: str) -> None:
        sealed = b64encode(AESGCM(nonce.encode()).encrypt(b"0" * 12, b"x", b"refund")).decode()

        assert aes_decrypt("0" * 12, sealed, "transaction", nonce) is None
        with pytest.raises(ValueError, match="altered"):
            decrypt(nonce, nonce="0" * 12, ciphertext=sealed, associated_data="transaction")


def sdk(simulator: WechatV3Simulator, **keys: Any) -> WeChatPay:
    """Return the SDK as a merchant of the simulator."""
    return WeChatPay(
        wechatpay_type=WeChatPayType.JSAPI,
        mchid=simulator.mchid,
        private_key=simulator.identity.merchant.key_pem,
        cert_serial_no=simulator.identity.merchant.serial,
        appid=simulator.appid,
        apiv3_key=simulator.envelope.api_v3_key,
        notify_url=NOTIFY_URL,
        **keys,
    )


def crafted(simulator: WechatV3Simulator, number: str, *, padding: str) -> Message:
    """Return a message made with the SDK's signing and nothing of the simulator's envelope."""
    order = simulator.ledger.order(number)
    document = order_document(order, merchant=simulator.mchid, app=simulator.appid)
    content = AESGCM(simulator.envelope.api_v3_key.encode()).encrypt(
        b"0123456789ab", json.dumps(document, ensure_ascii=False).encode(), b""
    )
    body = padding + json.dumps(
        {
            "id": "EV-2026112012000000001",
            "event_type": "TRANSACTION.SUCCESS",
            "resource_type": "encrypt-resource",
            "resource": {
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": b64encode(content).decode(),
                "associated_data": "",
                "nonce": "0123456789ab",
            },
        }
    )
    timestamp, nonce = str(int(simulator.clock.now().timestamp())), "N0NCE" * 6
    signature = rsa_sign(simulator.identity.public_key, f"{timestamp}\n{nonce}\n{body}\n")
    headers = {
        "wechatpay-timestamp": timestamp,
        "wechatpay-nonce": nonce,
        "wechatpay-signature": signature,
        "wechatpay-serial": simulator.public_key_id,
    }
    return headers, body.encode()
