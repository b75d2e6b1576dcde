"""The sandbox as a provider: lost and late messages, restarts, and books that several share."""

from __future__ import annotations

import stat
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import attrs
import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sandbox.cashier import SandboxCashier
from billing_adapters.sandbox.gateway import SandboxAccount, SandboxPaymentGateway
from billing_adapters.sandbox.provider import SandboxProvider
from billing_domain.errors import (
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
    StatementNotReadyError,
)
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderLine, PaymentMethod, PaymentOrder
from billing_domain.model.payments.refund import RefundNumber
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.payments.cashier import CashierAction, CashierState
from billing_domain.ports.payments.gateway import Outcome, RefundOutcome
from billing_domain.testing.contracts.payment_gateways import new_order, new_refund
from tests.integration.providers.stage import NOON
from tests.simulators.http_server import LoopbackServer
from tests.simulators.merchant_endpoint import MerchantEndpoint

CASHIER = "https://fee.example.com/sandbox/cashier/"
RETURN = "https://fee.example.com/owner/orders/"
QUICKLY = (0.0, 0.05, 0.05, 0.05)
PATIENCE = 10.0


@attrs.frozen
class Play:
    """One process's share in a sandbox: the merchant's gateway and the payers' cashier."""

    gateway: SandboxPaymentGateway
    cashier: SandboxCashier
    clock: FrozenClock

    def placed(self, *fen: int) -> tuple[PaymentOrder, str]:
        """Return an order that the sandbox knows, and its payer's token."""
        order = new_order(*fen, at=self.clock.now(), method=PaymentMethod.REDIRECT)
        return order, self.token(order)

    def token(self, order: PaymentOrder) -> str:
        """Return the token in an order's ticket."""
        ticket = self.gateway.create(order, description="2026年11月物业费")
        assert ticket.text.startswith(CASHIER)
        return ticket.text.removeprefix(CASHIER)

    def paid(self, *fen: int) -> PaymentOrder:
        """Return an order that was paid without a message."""
        order, token = self.placed(*fen)
        self.cashier.act(token, CashierAction.PAY_SILENTLY)
        return order


def open_play(
    path: Path,
    clock: FrozenClock,
    *,
    notify_url: str = "http://127.0.0.1:9/",
    account: str = "a" * 32,
    refunds_take: timedelta = timedelta(0),
) -> Play:
    """Come to a sandbox as a process does that has just started."""
    provider = SandboxProvider(path, clock, schedule=QUICKLY)
    merchant = SandboxAccount(
        id=account,
        notify_url=notify_url,
        cashier_url=CASHIER,
        return_url=RETURN,
        refunds_take=refunds_take,
    )
    return Play(SandboxPaymentGateway(merchant, provider), SandboxCashier(provider), clock)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "sandbox.sqlite3"


@pytest.fixture
def play(path: Path, clock: FrozenClock, notify_url: str, endpoint: MerchantEndpoint) -> Play:
    play = open_play(path, clock, notify_url=notify_url)
    endpoint.gateway = play.gateway
    return play


@pytest.fixture(autouse=True)
def _no_courier_left() -> Iterator[None]:
    """Let what is still under way arrive before the merchant's server goes away."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if thread.name == "sandbox-courier":
            thread.join(PATIENCE)


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for another thread, and fail if it takes too long."""
    ends_at = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends_at, "it never happened"
        time.sleep(0.01)


class TestPaying:
    def test_is_told_by_a_signed_message(self, play: Play, endpoint: MerchantEndpoint) -> None:
        order, token = play.placed(100, 20)

        seen = play.cashier.act(token, CashierAction.PAY)
        wait_until(lambda: bool(endpoint.messages))

        assert seen.state is CashierState.PAID
        (message,) = endpoint.messages
        assert message.order == play.gateway.query(order)
        assert message.order is not None
        assert (message.order.amount, message.order.paid_at) == (Money(120), NOON)

    def test_is_told_again_until_the_merchant_says_yes(
        self, play: Play, endpoint: MerchantEndpoint
    ) -> None:
        endpoint.busy = 2
        requests: list[bytes] = []
        endpoint.seen = lambda request: requests.append(request.body)

        play.cashier.act(play.placed()[1], CashierAction.PAY)
        wait_until(lambda: bool(endpoint.messages))

        assert len(requests) == 3
        assert len(set(requests)) == 1

    def test_never_waits_for_the_merchant(self, path: Path, clock: FrozenClock) -> None:
        released = threading.Event()
        endpoint = MerchantEndpoint()
        endpoint.seen = lambda _request: released.wait(PATIENCE)
        with LoopbackServer(endpoint.answer) as server:
            play = open_play(path, clock, notify_url=f"{server.url}/callbacks")
            endpoint.gateway = play.gateway

            seen = play.cashier.act(play.placed()[1], CashierAction.PAY)

            assert seen.state is CashierState.PAID
            assert not endpoint.messages
            released.set()
            wait_until(lambda: bool(endpoint.messages))

    def test_stays_paid_when_nobody_can_be_told(self, path: Path, clock: FrozenClock) -> None:
        play = open_play(path, clock, notify_url="http://elsewhere.example/callbacks")
        order, token = play.placed()

        play.cashier.act(token, CashierAction.PAY)

        assert play.gateway.query(order).outcome is Outcome.PAID

    def test_in_silence_leaves_the_query(self, play: Play, endpoint: MerchantEndpoint) -> None:
        order, token = play.placed()

        play.cashier.act(token, CashierAction.PAY_SILENTLY)
        time.sleep(0.3)

        assert not endpoint.messages
        assert play.gateway.query(order).outcome is Outcome.PAID

    def test_happens_once_and_is_told_once(self, play: Play, endpoint: MerchantEndpoint) -> None:
        order, token = play.placed()
        play.cashier.act(token, CashierAction.PAY)
        first = play.gateway.query(order)
        play.clock.advance(timedelta(minutes=1))

        for action in CashierAction:
            play.cashier.act(token, action)
        wait_until(lambda: bool(endpoint.messages))
        time.sleep(0.3)

        assert play.gateway.query(order) == first
        assert len(endpoint.messages) == 1

    def test_at_many_windows_at_once_happens_once(
        self, play: Play, endpoint: MerchantEndpoint
    ) -> None:
        _, token = play.placed()
        started = threading.Barrier(8)

        def pay() -> None:
            started.wait(PATIENCE)
            play.cashier.act(token, CashierAction.PAY)

        threads = [threading.Thread(target=pay) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        wait_until(lambda: bool(endpoint.messages))
        time.sleep(0.3)

        assert len(endpoint.messages) == 1

    def test_is_over_when_the_order_expires(self, play: Play) -> None:
        order, token = play.placed()
        play.clock.stands_at = order.expires_at

        seen = play.cashier.act(token, CashierAction.PAY)

        assert seen.state is CashierState.CLOSED
        assert play.gateway.query(order).outcome is Outcome.UNPAID
        assert play.gateway.close(order).outcome is Outcome.CLOSED

    def test_is_over_when_the_merchant_closes(self, play: Play) -> None:
        order, token = play.placed()
        play.gateway.close(order)

        assert play.cashier.act(token, CashierAction.PAY).state is CashierState.CLOSED
        assert play.gateway.query(order).outcome is Outcome.CLOSED

    def test_tokens_are_long_and_differ(self, play: Play) -> None:
        first, second = (play.placed()[1] for _ in range(2))

        assert first != second
        assert len(first) >= 43


class TestPayingLate:
    def test_comes_after_the_merchant_heard_that_the_order_is_closed(
        self, play: Play, endpoint: MerchantEndpoint
    ) -> None:
        order, token = play.placed(100)

        assert play.cashier.act(token, CashierAction.PAY_LATE).state is CashierState.CLOSED
        assert play.gateway.query(order).outcome is Outcome.CLOSED
        assert play.gateway.query(order).outcome is Outcome.PAID
        wait_until(lambda: bool(endpoint.messages))

        (message,) = endpoint.messages
        assert message.order is not None
        assert message.order.amount == Money(100)

    def test_comes_after_the_merchant_closed_it(
        self, play: Play, endpoint: MerchantEndpoint
    ) -> None:
        order, token = play.placed()
        play.cashier.act(token, CashierAction.PAY_LATE)

        assert play.gateway.close(order).outcome is Outcome.CLOSED
        wait_until(lambda: bool(endpoint.messages))

        assert play.gateway.close(order).outcome is Outcome.PAID

    def test_for_a_closed_order_comes_at_once(
        self, play: Play, endpoint: MerchantEndpoint
    ) -> None:
        order, token = play.placed()
        play.gateway.close(order)

        assert play.cashier.act(token, CashierAction.PAY_LATE).state is CashierState.PAID
        wait_until(lambda: bool(endpoint.messages))

        assert play.gateway.query(order).outcome is Outcome.PAID


class TestPlacing:
    def test_a_closed_order_again_is_refused(self, play: Play) -> None:
        order, _ = play.placed()
        play.gateway.close(order)

        with pytest.raises(ProviderRefusedError) as refused:
            play.token(order)

        assert refused.value.provider_code == "ORDER_CLOSED"

    def test_a_paid_order_again_is_not_called_refused(self, play: Play) -> None:
        order = play.paid()

        with pytest.raises(ProviderUnavailableError):
            play.token(order)

    def test_a_number_of_another_amount_is_not_called_refused(self, play: Play) -> None:
        """Somebody holds a ticket for that number, so it can't be given up."""
        order, _ = play.placed(100)
        other = attrs.evolve(order, lines=(OrderLine(order.lines[0].bill, Money(101)),))

        with pytest.raises(ProviderUnavailableError):
            play.token(other)


class TestRefunding:
    def test_may_take_its_time(self, path: Path, clock: FrozenClock) -> None:
        play = open_play(path, clock, refunds_take=timedelta(days=2))
        order = play.paid(100)
        refund = new_refund(order, 60)

        assert play.gateway.refund(order, refund).outcome is RefundOutcome.ACCEPTED
        clock.advance(timedelta(days=2))
        report = play.gateway.query_refund(order, refund)

        assert report.outcome is RefundOutcome.DONE
        assert report.done_at == NOON + timedelta(days=2)

    def test_an_unknown_order_is_refused(self, play: Play) -> None:
        order = new_order(100, at=NOON)

        with pytest.raises(ProviderRefusedError):
            play.gateway.refund(order, new_refund(order, 100))

    def test_p09_the_same_number_for_something_else_is_refused(self, play: Play) -> None:
        order, other = play.paid(100), play.paid(100)
        refund = new_refund(order, 60)
        play.gateway.refund(order, refund)

        for changed in ({"amount": Money(50)}, {"order": other.number}):
            with pytest.raises(NotificationRefusedError):
                play.gateway.refund(order, attrs.evolve(refund, **changed))

    def test_of_everything_leaves_the_order_paid(self, play: Play) -> None:
        order = play.paid(100)
        play.gateway.refund(order, new_refund(order, 100))

        assert play.gateway.query(order).outcome is Outcome.PAID


class TestStatements:
    def test_are_not_there_before_the_day_is_over(self, play: Play) -> None:
        with pytest.raises(StatementNotReadyError):
            play.gateway.statement(shanghai_day(NOON))

    def test_hold_the_merchants_own_day_alone(self, path: Path, clock: FrozenClock) -> None:
        play = open_play(path, clock)
        stranger = open_play(path, clock, account="b" * 32)
        mine = play.paid(100)
        stranger.paid(200)
        clock.advance(timedelta(hours=12))  # midnight in Shanghai
        tomorrows = play.paid(300)
        clock.advance(timedelta(days=1))

        first, second = (
            play.gateway.statement(shanghai_day(NOON) + timedelta(days=days)) for days in (0, 1)
        )

        assert [line.order for line in first] == [mine.number]
        assert [line.order for line in second] == [tomorrows.number]


class TestTheBooks:
    def test_outlive_the_process(self, path: Path, play: Play) -> None:
        order = play.paid(100)
        refund = new_refund(order, 60)
        play.gateway.refund(order, refund)

        again = open_play(path, play.clock)

        assert again.gateway.query(order) == play.gateway.query(order)
        assert again.gateway.query_refund(order, refund).outcome is RefundOutcome.DONE

    def test_let_one_process_pay_what_another_placed(
        self, path: Path, clock: FrozenClock, play: Play, endpoint: MerchantEndpoint
    ) -> None:
        other = open_play(path, clock)
        order, token = play.placed()

        other.cashier.act(token, CashierAction.PAY)
        wait_until(lambda: bool(endpoint.messages))

        assert play.gateway.query(order).outcome is Outcome.PAID

    def test_keep_merchants_apart(self, path: Path, clock: FrozenClock, play: Play) -> None:
        order = play.paid()
        stranger = open_play(path, clock, account="b" * 32)

        assert stranger.gateway.query(order).outcome is Outcome.UNPAID
        with pytest.raises(ProviderRefusedError):
            stranger.gateway.refund(order, new_refund(order, 1))

    def test_can_be_read_by_their_owner_alone(self, path: Path, play: Play) -> None:
        play.paid()

        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_may_be_thrown_away(self, path: Path, play: Play) -> None:
        """A new file repeats no number of a payment, or the merchant would think it heard it."""
        first = play.gateway.query(play.paid())
        for file in path.parent.iterdir():
            file.unlink()
        second = play.gateway.query(play.paid())

        assert second.outcome is Outcome.PAID
        assert second.provider_number != first.provider_number

    def test_that_are_no_books_say_nothing(self, path: Path, play: Play) -> None:
        path.parent.mkdir()
        path.write_bytes(b"this is no database" * 100)

        with pytest.raises(ProviderUnavailableError):
            play.gateway.query(new_order(at=NOON))

    def test_are_shared_by_processes_that_start_at_once(
        self, path: Path, clock: FrozenClock
    ) -> None:
        order = new_order(100, at=NOON, method=PaymentMethod.REDIRECT)
        context = get_context("spawn")
        answers, both = context.Queue(), context.Barrier(2)
        workers = [
            context.Process(target=place_and_refund, args=(path, order, answers, both))
            for _ in range(2)
        ]
        for worker in workers:
            worker.start()
        found = [answers.get(timeout=60) for _ in workers]
        for worker in workers:
            worker.join(60)

        assert [worker.exitcode for worker in workers] == [0, 0]
        assert found[0] == found[1], "both got the same ticket"
        play = open_play(path, clock)
        clock.advance(timedelta(days=1))
        assert len(play.gateway.statement(shanghai_day(NOON))) == 2, "one payment, one refund"


def place_and_refund(path: Path, order: PaymentOrder, answers: Any, both: Any) -> None:
    """Run in a process of its own: place, pay and refund the same order as the other process."""
    play = open_play(path, FrozenClock(NOON))
    token = play.token(order)
    answers.put(token)
    both.wait(PATIENCE)
    play.cashier.act(token, CashierAction.PAY_SILENTLY)
    refund = attrs.evolve(new_refund(order, 100), number=RefundNumber(order.number))
    play.gateway.refund(order, refund)
