"""What gateways of WeChat Pay must do beyond the contract of every gateway."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_domain.errors import (
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
    StatementNotReadyError,
)
from billing_domain.model.money import Money
from billing_domain.model.payments.order import PaymentMethod
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.payments.gateway import Outcome, RefundOutcome
from billing_domain.testing.contracts.payment_gateways import new_refund
from tests.integration.providers.stage import NOON, Stage
from tests.simulators.faults import UNANSWERED, UNBELIEVABLE, Fault

TODAY = shanghai_day(NOON)


class CreatingContract:
    """Placing orders; a subclass supplies the fixture `stage`."""

    def test_hands_the_payer_a_ticket_for_the_bridge(self, stage: Stage) -> None:
        order = stage.order(130_000)

        ticket = stage.gateway.create(order, description="物业费")

        known = stage.simulator.ledger.order(order.number)
        assert ticket.text == known.reference
        assert ticket.parameters["package"] == f"prepay_id={known.reference}"
        assert known.amount == 130_000
        assert known.openid == order.payer.openid

    def test_hands_the_desk_a_ticket_for_a_qr_code(self, stage: Stage) -> None:
        order = stage.order(method=PaymentMethod.NATIVE)

        ticket = stage.gateway.create(order, description="物业费")

        assert ticket.text.startswith("weixin://wxpay/")
        assert not ticket.parameters

    def test_lets_the_provider_stop_when_we_close(self, stage: Stage) -> None:
        order = stage.placed()

        assert stage.simulator.ledger.order(order.number).expires_at == order.expires_at

    def test_p16_after_silence_the_same_number_is_the_same_order(self, stage: Stage) -> None:
        order = stage.order()
        stage.simulator.faults.next = Fault.SILENT_AFTER
        with pytest.raises(ProviderUnavailableError):
            stage.gateway.create(order, description="物业费")

        ticket = stage.gateway.create(order, description="物业费")

        assert ticket.text == stage.simulator.ledger.order(order.number).reference
        assert len(stage.simulator.ledger.orders) == 1

    @pytest.mark.parametrize("fault", [*UNANSWERED, *UNBELIEVABLE, Fault.MISSING_FIELDS])
    def test_knows_nothing_without_an_answer_to_rely_on(self, stage: Stage, fault: Fault) -> None:
        stage.simulator.faults.next = fault

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.create(stage.order(), description="物业费")

    def test_refuses_what_the_provider_refuses_for_good(self, stage: Stage) -> None:
        stage.simulator.faults.next = "NO_AUTH"

        with pytest.raises(ProviderRefusedError) as refused:
            stage.gateway.create(stage.order(), description="物业费")

        assert refused.value.provider_code == "NO_AUTH"
        assert "说明" in refused.value.detail

    def test_an_order_that_is_paid_is_not_called_refused(self, stage: Stage) -> None:
        order = stage.paid()

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.create(order, description="物业费")

    def test_a_long_description_with_commas_is_cut_and_mended(self, stage: Stage) -> None:
        order = stage.order()

        stage.gateway.create(order, description="物业费,`电费`\n" * 20)

        said = stage.simulator.ledger.order(order.number).description
        assert len(said.encode()) <= 127
        assert not set(",`\n") & set(said)


class QueryingContract:
    """Asking; a subclass supplies the fixture `stage`."""

    def test_reports_a_paid_order_with_number_amount_and_moment(self, stage: Stage) -> None:
        order = stage.placed(130_000)
        stage.wait(seconds=90)
        known = stage.simulator.pay(order.number)

        report = stage.gateway.query(order)

        assert report.outcome is Outcome.PAID
        assert report.order == order.number
        assert report.provider_number == known.transaction_id
        assert report.amount == Money(130_000)
        assert report.paid_at == NOON + timedelta(seconds=90)

    def test_a_refunded_order_was_paid(self, stage: Stage) -> None:
        order = stage.paid(100)
        stage.gateway.refund(order, new_refund(order, 100))

        assert stage.gateway.query(order).outcome is Outcome.PAID

    @pytest.mark.parametrize("fault", [Fault.TAMPERED_SIGNATURE, Fault.TAMPERED_BODY])
    def test_only_the_provider_can_say_that_it_never_got_an_order(
        self, stage: Stage, fault: Fault
    ) -> None:
        stage.simulator.faults.next = fault

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.query(stage.order())

    def test_a_refused_question_tells_nothing(self, stage: Stage) -> None:
        order = stage.paid()
        stage.simulator.faults.next = "SIGN_ERROR"

        with pytest.raises(ProviderUnavailableError) as unavailable:
            stage.gateway.query(order)

        assert unavailable.value.detail.startswith("SIGN_ERROR")

    @pytest.mark.parametrize("fault", [Fault.USERPAYING, Fault.UNKNOWN_STATE])
    def test_a_state_that_says_neither_is_unknown(self, stage: Stage, fault: Fault) -> None:
        order = stage.placed()
        stage.simulator.faults.next = fault

        assert stage.gateway.query(order).outcome is Outcome.UNKNOWN

    @pytest.mark.parametrize("fault", [*UNANSWERED, *UNBELIEVABLE, Fault.MISSING_FIELDS])
    def test_knows_nothing_without_an_answer_to_rely_on(self, stage: Stage, fault: Fault) -> None:
        order = stage.paid()
        stage.simulator.faults.next = fault

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.query(order)

    @pytest.mark.parametrize(
        ("fault", "reason"),
        [
            (Fault.OTHER_AMOUNT, "amount"),
            (Fault.OTHER_CURRENCY, "amount"),
            (Fault.OTHER_MERCHANT, "merchant"),
            (Fault.OTHER_APP, "merchant"),
            (Fault.OTHER_ORDER, "order"),
        ],
    )
    def test_p09_an_answer_about_anything_else_is_refused(
        self, stage: Stage, fault: Fault, reason: str
    ) -> None:
        order = stage.paid()
        stage.simulator.faults.next = fault

        with pytest.raises(NotificationRefusedError) as refused:
            stage.gateway.query(order)

        assert refused.value.reason == reason


class ClosingContract:
    """Closing; a subclass supplies the fixture `stage`."""

    def test_money_that_comes_after_closing_is_reported(self, stage: Stage) -> None:
        order = stage.placed()
        stage.gateway.close(order)
        stage.simulator.pay(order.number, late=True)

        assert stage.gateway.query(order).outcome is Outcome.PAID

    def test_an_order_that_could_not_be_closed_is_still_unpaid(self, stage: Stage) -> None:
        order = stage.placed()
        stage.simulator.faults.next = "INVALID_REQUEST"

        assert stage.gateway.close(order).outcome is Outcome.UNPAID

    def test_an_order_is_undecided_while_nobody_can_be_asked(self, stage: Stage) -> None:
        order = stage.placed()
        stage.simulator.faults.plan(["SIGN_ERROR", "SIGN_ERROR"])

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.close(order)

    @pytest.mark.parametrize("fault", [*UNANSWERED, *UNBELIEVABLE])
    def test_is_not_closed_without_an_answer_to_rely_on(self, stage: Stage, fault: Fault) -> None:
        order = stage.placed()
        stage.simulator.faults.next = fault

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.close(order)


class RefundingContract:
    """Refunding; a subclass supplies the fixture `stage`."""

    def test_gives_back_a_part_and_then_the_rest(self, stage: Stage) -> None:
        order = stage.paid(100, 30)
        first, second = new_refund(order, 100), new_refund(order, 30)

        for refund in (first, second):
            stage.gateway.refund(order, refund)

        done = [stage.gateway.query_refund(order, refund) for refund in (first, second)]
        assert [report.outcome for report in done] == [RefundOutcome.DONE] * 2
        assert [report.amount for report in done] == [Money(100), Money(30)]
        assert done[0].done_at == NOON

    def test_a_slow_refund_is_accepted_and_later_done(self, stage: Stage) -> None:
        stage.simulator.ledger.refunds_take = timedelta(days=2)
        order = stage.paid(100)
        refund = new_refund(order, 100)

        assert stage.gateway.refund(order, refund).outcome is RefundOutcome.ACCEPTED
        assert stage.gateway.query_refund(order, refund).outcome is RefundOutcome.ACCEPTED
        stage.wait(days=2)
        report = stage.gateway.query_refund(order, refund)

        assert report.outcome is RefundOutcome.DONE
        assert report.done_at == NOON + timedelta(days=2)

    @pytest.mark.parametrize(
        ("state", "outcome"),
        [
            ("CLOSED", RefundOutcome.FAILED),
            ("REFUNDCLOSE", RefundOutcome.FAILED),
            ("ABNORMAL", RefundOutcome.ACCEPTED),
            ("CHANGE", RefundOutcome.ACCEPTED),
        ],
    )
    def test_only_a_closed_refund_has_failed(
        self, stage: Stage, state: str, outcome: RefundOutcome
    ) -> None:
        stage.simulator.ledger.refunds_take = timedelta(days=9)
        order = stage.paid(100)
        refund = new_refund(order, 100)
        stage.gateway.refund(order, refund)
        stage.simulator.ledger.end_refund(refund.number, state)

        report = stage.gateway.query_refund(order, refund)

        assert (report.outcome, report.provider_state) == (outcome, state)

    def test_the_same_number_again_refunds_once(self, stage: Stage) -> None:
        order = stage.paid(100)
        refund = new_refund(order, 60)
        stage.simulator.faults.next = Fault.SYSTEM_ERROR_AFTER
        with pytest.raises(ProviderUnavailableError):
            stage.gateway.refund(order, refund)

        stage.gateway.refund(order, refund)

        assert [one.amount for one in stage.simulator.ledger.refunds.values()] == [60]

    def test_a_refusal_hides_no_refund_that_was_accepted_before(self, stage: Stage) -> None:
        """Or it would be given up, and the money sent again under another number."""
        order = stage.paid(100)
        refund = new_refund(order, 60)
        stage.gateway.refund(order, refund)
        stage.simulator.faults.plan(["NO_AUTH", None])

        assert stage.gateway.refund(order, refund).outcome is RefundOutcome.DONE

    def test_a_refusal_is_none_while_nobody_can_be_asked(self, stage: Stage) -> None:
        order = stage.paid(100)
        stage.simulator.faults.plan(["SIGN_ERROR", "SIGN_ERROR"])

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.refund(order, new_refund(order, 60))

    def test_a_refused_question_tells_nothing(self, stage: Stage) -> None:
        order = stage.paid(100)
        refund = new_refund(order, 60)
        stage.gateway.refund(order, refund)
        stage.simulator.faults.next = "NO_AUTH"

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.query_refund(order, refund)

    @pytest.mark.parametrize("fault", [*UNANSWERED, *UNBELIEVABLE, Fault.MISSING_FIELDS])
    def test_knows_nothing_without_an_answer_to_rely_on(self, stage: Stage, fault: Fault) -> None:
        order = stage.paid(100)
        refund = new_refund(order, 100)
        stage.simulator.faults.next = fault
        with pytest.raises(ProviderUnavailableError):
            stage.gateway.refund(order, refund)
        stage.simulator.faults.next = fault
        with pytest.raises(ProviderUnavailableError):
            stage.gateway.query_refund(order, refund)

    @pytest.mark.parametrize(
        ("fault", "reason"), [(Fault.OTHER_AMOUNT, "amount"), (Fault.OTHER_ORDER, "order")]
    )
    def test_p09_an_answer_about_anything_else_is_refused(
        self, stage: Stage, fault: Fault, reason: str
    ) -> None:
        order = stage.paid(100)
        stage.simulator.faults.next = fault

        with pytest.raises(NotificationRefusedError) as refused:
            stage.gateway.refund(order, new_refund(order, 100))

        assert refused.value.reason == reason


class NotifyingContract:
    """Messages; a subclass supplies the fixture `stage`."""

    def test_a_payment_is_heard_with_number_amount_and_moment(self, stage: Stage) -> None:
        order = stage.paid(100, 20)

        (message,) = stage.heard()

        assert message.order is not None
        assert message.order == stage.gateway.query(order)
        assert message.order.amount == Money(120)
        assert not stage.simulator.deliveries.waiting

    def test_a_repeated_message_has_the_same_id(self, stage: Stage) -> None:
        stage.simulator.deliveries.twice = True
        stage.paid()

        first, second = stage.heard()

        assert first.id == second.id

    def test_messages_about_different_orders_differ(self, stage: Stage) -> None:
        orders = [stage.paid(), stage.paid()]

        messages = stage.heard()

        assert len({message.id for message in messages}) == 2
        assert [m.order.order for m in messages if m.order] == [o.number for o in orders]

    def test_a_late_message_is_still_genuine(self, stage: Stage) -> None:
        stage.simulator.deliveries.late_by = timedelta(hours=20)
        stage.paid()
        stage.wait(hours=20)

        assert len(stage.heard()) == 1

    def test_a_refund_is_heard(self, stage: Stage) -> None:
        order = stage.paid(100)
        stage.heard()
        refund = new_refund(order, 60)
        stage.gateway.refund(order, refund)

        message = stage.heard()[-1]

        assert message.order is None
        assert message.refund is not None
        assert message.refund.refund == refund.number
        assert message.refund.amount == Money(60)
        assert message.refund.provider_state == "SUCCESS"

    def test_the_provider_stops_at_yes_alone(self, stage: Stage) -> None:
        yes = stage.gateway.acknowledge(settled=True)
        refusals = [
            stage.gateway.acknowledge(settled=False, reason=reason)
            for reason in ("", "signature", "busy <&>")
        ]

        assert yes.status == 200
        assert [no.status for no in refusals] == [500, 401, 500]


class StatementContract:
    """Statements; a subclass supplies the fixture `stage`."""

    def test_lists_payments_and_refunds_of_the_day(self, stage: Stage) -> None:
        order = stage.paid(130_000)
        stage.wait(hours=1)
        refund = new_refund(order, 30_000)
        stage.gateway.refund(order, refund)
        stage.wait(days=1)

        paid, returned = stage.gateway.statement(TODAY)

        known = stage.simulator.ledger.order(order.number)
        assert (paid.order, paid.refund) == (order.number, None)
        assert (paid.provider_number, paid.amount) == (known.transaction_id, Money(130_000))
        assert paid.at == NOON
        assert (returned.order, returned.refund) == (order.number, refund.number)
        assert (returned.amount, returned.at) == (Money(30_000), NOON + timedelta(hours=1))

    def test_leaves_out_refunds_that_failed(self, stage: Stage) -> None:
        stage.simulator.ledger.refunds_take = timedelta(days=9)
        order = stage.paid(100)
        refund = new_refund(order, 100)
        stage.gateway.refund(order, refund)
        stage.simulator.ledger.end_refund(refund.number, "CLOSED")
        stage.wait(days=1)

        assert len(stage.gateway.statement(TODAY)) == 1

    def test_a_day_of_other_days_trades_has_none(self, stage: Stage) -> None:
        stage.paid()
        stage.wait(days=3)

        assert list(stage.gateway.statement(TODAY + timedelta(days=1))) == []

    def test_is_not_asked_for_before_ten_of_the_next_day(self, stage: Stage) -> None:
        stage.paid()
        stage.wait(hours=21, minutes=59, seconds=59)
        calls = len(stage.simulator.requests)

        with pytest.raises(StatementNotReadyError):
            stage.gateway.statement(TODAY)

        assert len(stage.simulator.requests) == calls

    def test_is_there_at_ten_of_the_next_day(self, stage: Stage) -> None:
        stage.paid()
        stage.wait(hours=22)

        assert len(stage.gateway.statement(TODAY)) == 1

    @pytest.mark.parametrize("fault", UNANSWERED)
    def test_a_failed_download_is_never_an_empty_day(self, stage: Stage, fault: Fault) -> None:
        stage.paid()
        stage.wait(days=1)
        stage.simulator.faults.next = fault

        with pytest.raises(ProviderUnavailableError):
            stage.gateway.statement(TODAY)
