"""The sandbox's cashier in the browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import attrs
import httpx
import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sandbox.cashier import SandboxCashier
from billing_adapters.sandbox.provider import SandboxProvider
from billing_domain.model.money import Money
from billing_domain.ports.payments.cashier import CashierState
from tests.html_page import Element, read_html
from tests.website import Visitor, Website

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
RETURN_URL = "http://website.test/owner/orders/20261120120000000000000001"


@pytest.fixture
def provider(tmp_path: Path) -> SandboxProvider:
    return SandboxProvider(tmp_path / "sandbox.sqlite3", FrozenClock(NOON), schedule=())


@pytest.fixture
def token(provider: SandboxProvider) -> str:
    return provider.books.place(
        "a" * 32,
        "20261120120000000000000001",
        amount=Money(130_000),
        description="物业费 <1>",
        return_url=RETURN_URL,
        notify_url="http://127.0.0.1:9/callbacks/payments/1",
        expires_at=NOON.replace(hour=5),
    ).token


@pytest.fixture
def cashier(provider: SandboxProvider) -> SandboxCashier:
    return SandboxCashier(provider)


@pytest.fixture
def payer(site: Website, cashier: SandboxCashier) -> Visitor:
    """A browser at an application that has the cashier."""
    site.server.serve(attrs.evolve(site.application, cashier=cashier))
    return site.visitor()


def buttons(page: Element) -> list[str]:
    return [button.text for button in page.all("button")]


def act(payer: Visitor, token: str, action: str) -> httpx.Response:
    payer.get(f"/sandbox/cashier/{token}")
    return payer.post(f"/sandbox/cashier/{token}", {"action": action})


class TestThePage:
    def test_says_what_is_to_be_paid(self, payer: Visitor, token: str) -> None:
        page = payer.page(f"/sandbox/cashier/{token}")

        assert page.one("h1").text == "沙箱收银台"
        assert page.one(class_="cashier-amount").text == "¥1,300.00"
        assert "物业费 <1>" in page.text
        assert buttons(page) == ["支付成功", "支付但不通知", "关单后才付款", "取消支付"]
        assert page.one(class_="cashier-back").one("a")["href"] == RETURN_URL

    def test_knows_no_other_token(self, payer: Visitor) -> None:
        assert payer.get("/sandbox/cashier/guessed").status_code == 404

    def test_is_nowhere_in_production(self, visitor: Visitor, token: str) -> None:
        assert visitor.get(f"/sandbox/cashier/{token}").status_code == 404

    def test_runs_no_script_and_asks_for_nothing_from_elsewhere(
        self, payer: Visitor, token: str
    ) -> None:
        answer = payer.get(f"/sandbox/cashier/{token}")

        assert "<script" not in answer.text
        assert "style=" not in answer.text
        assert all(
            link["href"].startswith("/static/") for link in read_html(answer.text).all("link")
        )


class TestTheButtons:
    @pytest.mark.parametrize(
        ("action", "state"),
        [
            ("pay", CashierState.PAID),
            ("pay_silently", CashierState.PAID),
            ("pay_late", CashierState.CLOSED),
            ("cancel", CashierState.WAITING),
        ],
    )
    def test_do_what_they_say_and_lead_back_to_the_merchant(
        self,
        payer: Visitor,
        cashier: SandboxCashier,
        token: str,
        action: str,
        state: CashierState,
    ) -> None:
        answer = act(payer, token, action)

        assert (answer.status_code, answer.headers["Location"]) == (303, RETURN_URL)
        assert cashier.order(token).state is state

    def test_of_a_paid_order_are_gone(self, payer: Visitor, token: str) -> None:
        act(payer, token, "pay")

        page = payer.page(f"/sandbox/cashier/{token}")

        assert "已支付" in page.text
        assert not buttons(page)

    def test_of_a_closed_order_leave_the_late_payment(self, payer: Visitor, token: str) -> None:
        act(payer, token, "pay_late")

        assert buttons(payer.page(f"/sandbox/cashier/{token}")) == ["关单后才付款"]

    @pytest.mark.parametrize("action", ["", "refund", "PAY"])
    def test_that_the_page_does_not_have_are_refused(
        self, payer: Visitor, cashier: SandboxCashier, token: str, action: str
    ) -> None:
        answer = act(payer, token, action)

        assert answer.status_code == 422
        assert read_html(answer.text).one(role="alert").text
        assert cashier.order(token).state is CashierState.WAITING

    def test_p38_work_from_this_page_alone(
        self, payer: Visitor, cashier: SandboxCashier, token: str
    ) -> None:
        payer.get(f"/sandbox/cashier/{token}")

        answer = payer.post(f"/sandbox/cashier/{token}", {"action": "pay"}, token="forged")

        assert answer.status_code == 403
        assert cashier.order(token).state is CashierState.WAITING

    def test_p41_take_no_other_field(
        self, payer: Visitor, cashier: SandboxCashier, token: str
    ) -> None:
        payer.get(f"/sandbox/cashier/{token}")

        answer = payer.post(f"/sandbox/cashier/{token}", {"action": "pay", "amount": "1"})

        assert answer.status_code == 400
        assert cashier.order(token).state is CashierState.WAITING
