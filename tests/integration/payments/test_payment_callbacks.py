"""Providers tell us about payments."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from billing_adapters.sql.tables.payments import provider_messages
from billing_domain.model.bills.bill import PaidBill, PendingBill
from billing_domain.model.payments.received_message import Verdict
from tests.website import Visitor, Website


@pytest.fixture
def site(site: Website) -> Website:
    """A company that takes payments, and its payer."""
    return site.with_payments(bills=0)


@pytest.fixture
def provider(site: Website, visitor: Visitor) -> Provider:
    return Provider(visitor, f"/callbacks/payments/{site.merchant.id}")


class Provider:
    """Sends messages without cookies or form tokens."""

    def __init__(self, visitor: Visitor, path: str) -> None:
        self._client = visitor.client
        self._path = path

    def send(self, headers: Mapping[str, str], body: bytes, *, path: str = "") -> httpx.Response:
        return self._client.post(path or self._path, headers=headers, content=body)


class TestMessage:
    def test_settles_and_is_answered_with_yes(self, site: Website, provider: Provider) -> None:
        bill = site.add_bill()
        order = site.check_out(bill.number)

        answer = provider.send(*site.provider.pay(order.number))

        assert answer.status_code == 200
        assert isinstance(site.stored(bill.number), PaidBill)
        assert "set-cookie" not in answer.headers

    def test_with_a_wrong_signature_is_answered_with_no(
        self, site: Website, provider: Provider
    ) -> None:
        """P37."""
        bill = site.add_bill()
        headers, body = site.provider.pay(site.check_out(bill.number).number)

        answer = provider.send(headers, body.replace(b"}", b" }"))

        assert answer.status_code >= 400
        assert isinstance(site.stored(bill.number), PendingBill)

    def test_header_names_may_be_written_in_any_case(
        self, site: Website, provider: Provider
    ) -> None:
        headers, body = site.provider.pay(site.check_out().number)

        answer = provider.send({name.upper(): text for name, text in headers.items()}, body)

        assert answer.status_code == 200

    def test_of_ten_megabytes_is_refused_and_kept_without_its_content(
        self, site: Website, provider: Provider
    ) -> None:
        answer = provider.send({}, b"x" * 10_000_000)

        assert answer.status_code >= 400
        (kept,) = site.rows_of(provider_messages)
        assert (kept.verdict, kept.body) == (Verdict.REFUSED, b"")

    def test_to_an_unknown_account_is_nowhere(self, site: Website, provider: Provider) -> None:
        message = site.provider.pay(site.check_out().number)

        answer = provider.send(*message, path=f"/callbacks/payments/{'0' * 32}")

        assert (answer.status_code, answer.text) == (404, "not found")

    def test_that_breaks_us_is_a_plain_error_so_that_it_comes_again(
        self, site: Website, provider: Provider
    ) -> None:
        message = site.provider.pay(site.check_out().number)
        site.clock.now = None  # type: ignore[assignment,method-assign]

        answer = provider.send(*message)

        assert (answer.status_code, answer.text) == (500, "error")

    def test_is_only_ever_sent(self, provider: Provider, visitor: Visitor) -> None:
        del provider

        assert visitor.get("/callbacks/payments/1").status_code == 405
