"""The sandbox's messages: only fresh and genuine ones to this very merchant are believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sandbox.gateway import SandboxAccount, SandboxPaymentGateway
from billing_adapters.sandbox.messages import (
    MESSAGE_BYTES_MAX,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    sign_message,
)
from billing_adapters.sandbox.provider import SandboxProvider
from billing_domain.errors import NotificationRefusedError
from billing_domain.model.money import Money
from tests.integration.providers.stage import NOON

ACCOUNT, OTHER = "a" * 32, "b" * 32
CONTENT = {
    "id": "PAID-SBX1",
    "account": ACCOUNT,
    "event": "order.paid",
    "order": "20261120120000000000000001",
    "amount": 130_000,
    "trade_number": "SBX1",
    "paid_at": int(NOON.timestamp()),
}


@pytest.fixture
def provider(tmp_path: Path, clock: FrozenClock) -> SandboxProvider:
    return SandboxProvider(tmp_path / "sandbox.sqlite3", clock)


@pytest.fixture
def gateway(provider: SandboxProvider) -> SandboxPaymentGateway:
    account = SandboxAccount(id=ACCOUNT, notify_url="", cashier_url="", return_url="")
    return SandboxPaymentGateway(account, provider)


def signed(
    provider: SandboxProvider, body: bytes, *, account: str = ACCOUNT, at: datetime = NOON
) -> Mapping[str, str]:
    headers = sign_message(provider.books.signing_key(account), body, at=at)
    return {name.lower(): value for name, value in headers.items()}


def refusal(gateway: SandboxPaymentGateway, headers: Mapping[str, str], body: bytes) -> str:
    with pytest.raises(NotificationRefusedError) as refused:
        gateway.verify(headers, body)
    return refused.value.reason


class TestAGenuineMessage:
    def test_is_believed(self, gateway: SandboxPaymentGateway, provider: SandboxProvider) -> None:
        body = json.dumps(CONTENT).encode()

        message = gateway.verify(signed(provider, body), body)

        assert message.id == "PAID-SBX1"
        assert message.order is not None
        assert (message.order.amount, message.order.paid_at) == (Money(130_000), NOON)

    @pytest.mark.parametrize(
        ("seconds", "stale"), [(-300, False), (300, False), (-301, True), (301, True)]
    )
    def test_is_fresh_for_five_minutes(
        self,
        gateway: SandboxPaymentGateway,
        provider: SandboxProvider,
        seconds: int,
        *,
        stale: bool,
    ) -> None:
        body = json.dumps(CONTENT).encode()
        headers = signed(provider, body, at=NOON + timedelta(seconds=seconds))

        if stale:
            assert refusal(gateway, headers, body) == "stale"
        else:
            assert gateway.verify(headers, body).id == "PAID-SBX1"


class TestAnyOtherMessage:
    @pytest.mark.parametrize(
        ("header", "text"),
        [
            *((TIMESTAMP_HEADER, text) for text in ("", "soon", "-1", "1e9", "９" * 10, "1" * 13)),
            *((SIGNATURE_HEADER, text) for text in ("", "0" * 64, "签名")),
            (TIMESTAMP_HEADER, str(int(NOON.timestamp()) + 1)),
        ],
    )
    def test_with_another_header_is_refused(
        self, gateway: SandboxPaymentGateway, provider: SandboxProvider, header: str, text: str
    ) -> None:
        body = json.dumps(CONTENT).encode()

        assert refusal(gateway, {**signed(provider, body), header: text}, body) == "signature"

    def test_with_a_changed_body_is_refused(
        self, gateway: SandboxPaymentGateway, provider: SandboxProvider
    ) -> None:
        body = json.dumps(CONTENT).encode()

        assert refusal(gateway, signed(provider, body), body + b" ") == "signature"

    def test_signed_by_another_merchant_is_refused(
        self, gateway: SandboxPaymentGateway, provider: SandboxProvider
    ) -> None:
        body = json.dumps(CONTENT).encode()

        assert refusal(gateway, signed(provider, body, account=OTHER), body) == "signature"

    def test_to_another_merchant_is_refused(
        self, gateway: SandboxPaymentGateway, provider: SandboxProvider
    ) -> None:
        body = json.dumps({**CONTENT, "account": OTHER}).encode()

        assert refusal(gateway, signed(provider, body), body) == "merchant"

    @pytest.mark.parametrize(
        "changes",
        [
            {"event": "order.closed"},
            {"amount": "130000"},
            {"amount": 1300.5},
            {"amount": True},
            {"amount": -1},
            {"paid_at": "now"},
            {"paid_at": 10**30},
            {"order": 7},
            {"id": ""},
        ],
    )
    def test_with_odd_fields_is_refused(
        self,
        gateway: SandboxPaymentGateway,
        provider: SandboxProvider,
        changes: dict[str, object],
    ) -> None:
        body = json.dumps({**CONTENT, **changes}).encode()

        assert refusal(gateway, signed(provider, body), body) == "format"

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"\xff", b"[" * 5_000])
    def test_that_can_not_be_read_is_refused(
        self, gateway: SandboxPaymentGateway, provider: SandboxProvider, body: bytes
    ) -> None:
        assert refusal(gateway, signed(provider, body), body) == "format"

    def test_that_is_too_long_is_not_even_hashed(
        self, gateway: SandboxPaymentGateway, provider: SandboxProvider
    ) -> None:
        body = b" " * (MESSAGE_BYTES_MAX + 1)

        assert refusal(gateway, signed(provider, body), body) == "format"
