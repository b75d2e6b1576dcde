"""Providers' messages: rules 5.5, 5.6, promises P05, P06, P09 to P12."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from billing_adapters.fakes.payment_provider import signed
from billing_adapters.sql.tables.payments import provider_messages
from billing_domain.errors import StorageBusyError, ThingNotFoundError
from billing_domain.model.bills.bill import PaidBill, PaymentChannel, Settlement
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.money import Money
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId, OrderState
from billing_domain.model.payments.received_message import BODY_BYTES_MAX, Verdict
from billing_domain.model.payments.refund import RefundState
from billing_domain.ports.payments.gateway import RefundOutcome
from tests.unit.payments.interruptions import take_while_busy
from tests.world import World


def messages(world: World) -> Sequence[Any]:
    """Everything that was kept, oldest first."""
    return world.rows_of(provider_messages)


class TestAPayment:
    def test_settles_all_bills_says_yes_and_is_audited(self, world: World) -> None:
        order = world.check_out()

        answer = world.take(world.provider.pay(order.number))

        assert (answer.status, answer.body) == (200, b"yes")
        assert world.states() == ["paid"] * 3
        paid, bill = world.order(order.number), world.stored(world.numbers[0])
        assert (paid.state, paid.provider_number) == (OrderState.PAID, f"fake-{order.number}")
        assert world.held() == {}
        assert isinstance(bill, PaidBill)
        assert bill.settlement == Settlement(
            PaymentChannel.ONLINE, world.clock.now(), "王小明", f"fake-{order.number}"
        )
        assert world.actions("payment_order", order.number) == [
            AuditAction.ORDERED,
            AuditAction.ORDER_PAID,
        ]
        assert world.actions("bill", bill.number) == [AuditAction.PAID_ONLINE]
        world.check_books()

    def test_is_kept_as_it_came(self, world: World) -> None:
        order = world.check_out()
        headers, body = world.provider.pay(order.number)

        world.take(({**headers, "cookie": "secret"}, body))

        (message,) = messages(world)
        assert (message.body, dict(message.headers)) == (body, dict(headers))
        assert (message.verdict, message.about) == (Verdict.BOOKED, order.number)


class TestMoneyThatFitsNoBill:
    """Rule 5.6: never lost, sent back by itself."""

    def unapplied(self, world: World, fen: int, number: str) -> None:
        order = world.order(number)  # type: ignore[arg-type]
        assert order.state is OrderState.PAID
        assert order.unapplied == Money(fen)
        (refund,) = world.refunds(order.number)
        assert (refund.amount, refund.state) == (Money(fen), RefundState.APPROVED)
        assert refund.bills == ()
        world.check_books()

        world.janitor.run()

        assert world.order(order.number).unapplied == Money.zero()
        assert world.refunds(order.number)[0].state is RefundState.DONE
        assert world.provider.returned() == Money(fen)
        world.check_books()

    def test_while_another_order_holds_the_bill(self, world: World) -> None:
        first = world.check_out(world.numbers[0])
        second = world.check_out()

        world.take(world.provider.pay(first.number))

        assert world.states() == ["pending"] * 3
        self.unapplied(world, 130_000, first.number)
        world.take(world.provider.pay(second.number))
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_for_a_bill_that_was_paid_at_the_counter(self, world: World) -> None:
        order = world.check_out()
        world.mark_paid(world.numbers[0])

        world.take(world.provider.pay(order.number))

        assert world.states() == ["paid"] * 3
        self.unapplied(world, 130_000, order.number)


class TestRefusals:
    """P09, P10: no, kept for inspection, and nothing else changed."""

    def refused(self, world: World, message: tuple[Mapping[str, str], bytes], reason: str) -> Any:
        before = world.states()
        answer = world.take(message)

        assert answer.status == 500
        assert world.states() == before
        kept = messages(world)[-1]
        assert (kept.verdict, kept.reason) == (Verdict.REFUSED, reason)
        world.check_books()
        return kept

    def test_the_order_of_another_account(self, world: World) -> None:
        order = world.check_out()
        world.provider.pay(order.number)
        other = world.open_account(world.rival)
        headers, body = world.provider.message(order.number)

        answer = world.application.take_notifications.take(
            account_id=other.id, headers=headers, body=body
        )

        assert answer.status == 500
        assert world.order(order.number).state is OrderState.WAITING

    def test_a_body_that_is_not_json(self, world: World) -> None:
        headers, _ = signed({})

        self.refused(world, (headers, b"{}"), "format")

    def test_a_body_that_is_too_long(self, world: World) -> None:
        kept = self.refused(world, ({}, b"x" * (BODY_BYTES_MAX + 1)), "format")

        assert kept.body == b""

    def test_a_providers_number_of_another_order(self, world: World) -> None:
        first = world.paid(world.numbers[0])
        second = world.check_out(world.numbers[1])
        world.provider.pay(second.number)

        lie = world.provider.message(second.number, provider_number=f"fake-{first.number}")
        self.refused(world, lie, "order")

    def test_other_content_under_the_id_of_a_booked_message(self, world: World) -> None:
        first, second = world.paid(world.numbers[0]), world.check_out(world.numbers[1])
        world.provider.pay(second.number)

        altered = world.provider.message(second.number, id=f"message-{first.number}")
        self.refused(world, altered, "content")

    def test_an_unknown_refund(self, world: World) -> None:
        content = {"id": "m", "refund": "0" * 26, "outcome": "done", "amount": 1}

        self.refused(world, signed(content), "order")

    def test_an_unknown_account_is_not_answered(self, world: World) -> None:
        with pytest.raises(ThingNotFoundError):
            world.application.take_notifications.take(
                account_id=AccountId("0" * 32), headers={}, body=b""
            )

    def test_an_account_with_unusable_settings_keeps_the_message(self, world: World) -> None:
        account = PaymentAccount(
            AccountId("a" * 32), world.company.id, world.merchant.provider, "坏账户",
            {"mchid": "unusable"}, {},
        )  # fmt: skip
        with world.begin() as work:
            work.payment_accounts.add(account)
            work.commit()

        answer = world.application.take_notifications.take(
            account_id=account.id, headers={}, body=b"x"
        )

        assert answer.status == 503
        (message,) = messages(world)
        assert (message.verdict, message.reason) == (Verdict.FAILED, "provider_refused")


class TestMessagesThatProveNothing:
    """A message of unknown outcome is a nudge: the provider is asked."""

    def nudge(self, world: World, number: str) -> int:
        headers, body = world.provider.message(number, outcome="unknown")  # type: ignore[arg-type]
        return world.take((headers, body)).status

    def test_settle_after_asking(self, world: World) -> None:
        order = world.check_out()
        world.provider.pay(order.number)

        assert self.nudge(world, order.number) == 200
        assert world.states() == ["paid"] * 3

    def test_are_not_accepted_while_nothing_is_known(self, world: World) -> None:
        order = world.check_out()

        assert self.nudge(world, order.number) == 500
        assert messages(world)[-1].verdict is Verdict.FAILED

    def test_about_an_unknown_order_are_refused(self, world: World) -> None:
        order = world.check_out()
        headers, body = world.provider.message(order.number, order="0" * 26, outcome="unknown")

        assert world.take((headers, body)).status == 500
        assert messages(world)[-1].reason == "order"

    def test_about_a_refund_ask_for_it(self, world: World) -> None:
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        refund = world.refund(order)
        world.provider.end_refund(refund.number, RefundOutcome.DONE)

        answer = world.take(world.provider.refund_message(refund.number, outcome="unknown"))

        assert answer.status == 200
        assert world.states() == ["pending"] * 3

    def test_about_an_unknown_refund_are_refused(self, world: World) -> None:
        content = {"id": "m", "refund": "0" * 26, "outcome": "unknown", "amount": 1}

        assert world.take(signed(content)).status == 500
        assert messages(world)[-1].reason == "order"


class TestARefundMessage:
    def test_reopens_the_bills(self, world: World) -> None:
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        refund = world.refund(order)
        world.provider.end_refund(refund.number, RefundOutcome.DONE)

        answers = [world.take(world.provider.refund_message(refund.number)) for _ in range(3)]

        assert {answer.status for answer in answers} == {200}
        assert world.states() == ["pending"] * 3
        world.check_books()

    def test_with_another_amount_is_refused(self, world: World) -> None:
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        refund = world.refund(order)

        answer = world.take(world.provider.refund_message(refund.number, outcome="done", amount=1))

        assert answer.status == 500
        assert world.states() == ["paid"] * 3


class TestStorageThatGivesNoTurn:
    def test_is_answered_with_no_so_that_the_message_comes_again(self, world: World) -> None:
        order = world.check_out()
        message = world.provider.pay(order.number)

        answer = take_while_busy(world, message)

        assert answer.status == 500
        assert messages(world)[-1].reason == StorageBusyError.code
        assert world.take(message).status == 200
        world.check_books()


class TestWhatIsKept:
    def test_refused_messages_are_forgotten_after_90_days(self, world: World) -> None:
        world.take(({}, b"forged"))
        world.wait(days=89)
        world.take(({}, b"forged again"))
        assert len(messages(world)) == 2
        world.wait(days=2)

        world.janitor.run()

        assert [message.body for message in messages(world)] == [b"forged again"]

    def test_booked_messages_are_kept_for_good(self, world: World) -> None:
        world.paid()
        world.wait(days=400)

        world.janitor.run()

        assert [message.verdict for message in messages(world)] == [Verdict.BOOKED]
