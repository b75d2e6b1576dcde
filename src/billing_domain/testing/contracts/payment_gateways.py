"""The contract of PaymentGateway, for any provider with a simulated payer."""

import itertools
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

import attrs
import pytest

from billing_domain.errors import NotificationRefusedError, ProviderRefusedError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.money import Money
from billing_domain.model.payments.order import (
    AccountId,
    OrderLine,
    Payer,
    PaymentMethod,
    PaymentOrder,
    ProviderKey,
    order_number,
)
from billing_domain.model.payments.refund import Refund
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.payments.gateway import Outcome, PaymentGateway, RefundOutcome
from billing_domain.ports.system import Clock

_SERIALS: Final = itertools.count(1)


def new_order(
    *fen: int, at: datetime, method: PaymentMethod = PaymentMethod.JSAPI
) -> PaymentOrder:
    """Return an order of bills of these amounts, by default one of 0.01 yuan."""
    return PaymentOrder(
        number=order_number(at, next(_SERIALS)),
        company_id=CompanyId("c" * 32),
        community_id=CommunityId("d" * 32),
        account_id=AccountId("a" * 32),
        provider=ProviderKey("any"),
        method=method,
        payer=Payer(resident_id="e" * 32, name="张三", openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"),
        lines=tuple(
            OrderLine(BillNumber(f"20261120120000{index:07d}"), Money(amount))
            for index, amount in enumerate(fen or (1,))
        ),
        created_at=at,
        request_key=f"key-{next(_SERIALS)}",
    )


def new_refund(order: PaymentOrder, fen: int) -> Refund:
    """Return a refund of part of an order."""
    return Refund.of(
        order,
        Money(fen),
        serial=next(_SERIALS),
        reason="重复缴费",
        by="system",
        at=order.created_at,
    )


@attrs.frozen
class GatewayStage:
    """A gateway with helpers for its tests.

    `pay` plays the payer of a placed order; `next_day` moves the clock until today has a
    statement.
    """

    gateway: PaymentGateway
    clock: Clock
    method: PaymentMethod
    pay: Callable[[PaymentOrder], object]
    next_day: Callable[[], object]

    def order(self, *fen: int, method: PaymentMethod | None = None) -> PaymentOrder:
        """Return a new order of bills of these amounts, by default one of 0.01 yuan."""
        return new_order(*fen, at=self.clock.now(), method=method or self.method)

    def placed(self, *fen: int) -> PaymentOrder:
        """Return an order that the provider knows."""
        order = self.order(*fen)
        self.gateway.create(order, description="物业费")
        return order

    def paid(self, *fen: int) -> PaymentOrder:
        """Return a paid order."""
        order = self.placed(*fen)
        self.pay(order)
        return order

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return shanghai_day(self.clock.now())


class PaymentGatewayContract:
    """One merchant account at a provider; a subclass supplies the fixture `stage`."""

    def test_the_same_order_again_has_the_same_ticket(self, stage: GatewayStage) -> None:
        order = stage.order(100, 20)
        first = stage.gateway.create(order, description="物业费")
        assert stage.gateway.create(order, description="物业费").text == first.text

    def test_different_orders_have_different_tickets(self, stage: GatewayStage) -> None:
        tickets = [stage.gateway.create(stage.order(), description="物业费") for _ in range(2)]
        assert tickets[0].text != tickets[1].text

    def test_a_way_to_pay_that_is_not_offered_is_refused(self, stage: GatewayStage) -> None:
        missing = sorted(set(PaymentMethod) - stage.gateway.methods, key=str)
        assert missing, "this contract needs a provider without every way to pay"
        with pytest.raises(ProviderRefusedError):
            order = attrs.evolve(stage.order(), method=missing[0])
            stage.gateway.create(order, description="物业费")

    def test_an_unknown_or_placed_order_is_unpaid(self, stage: GatewayStage) -> None:
        for order in (stage.order(), stage.placed()):
            assert stage.gateway.query(order).outcome is Outcome.UNPAID

    def test_a_paid_order_is_paid_with_number_amount_and_moment(self, stage: GatewayStage) -> None:
        order = stage.paid(100, 20)
        report = stage.gateway.query(order)
        assert (report.order, report.outcome) == (order.number, Outcome.PAID)
        assert report.amount == Money(120)
        assert report.provider_number
        assert report.paid_at is not None

    def test_a_closed_order_is_closed(self, stage: GatewayStage) -> None:
        order = stage.placed()
        assert stage.gateway.close(order).outcome is Outcome.CLOSED
        assert stage.gateway.close(order).outcome is Outcome.CLOSED
        assert stage.gateway.query(order).outcome is Outcome.CLOSED

    def test_closing_an_unknown_order_closes_it(self, stage: GatewayStage) -> None:
        assert stage.gateway.close(stage.order()).outcome is Outcome.CLOSED

    def test_closing_a_paid_order_says_that_it_is_paid(self, stage: GatewayStage) -> None:
        report = stage.gateway.close(stage.paid(100))
        assert (report.outcome, report.amount) == (Outcome.PAID, Money(100))

    def test_p09_an_order_of_another_amount_is_refused(self, stage: GatewayStage) -> None:
        order = stage.paid(100)
        other = attrs.evolve(order, lines=(OrderLine(order.lines[0].bill, Money(101)),))
        with pytest.raises(NotificationRefusedError) as refused:
            stage.gateway.query(other)
        assert refused.value.reason == "amount"

    def test_the_same_refund_again_sends_money_back_once(self, stage: GatewayStage) -> None:
        order = stage.paid(100)
        refund, rest = new_refund(order, 60), new_refund(order, 40)
        for each in (refund, refund, rest):
            stage.gateway.refund(order, each)
        report = stage.gateway.query_refund(order, refund)
        assert (report.refund, report.amount) == (refund.number, Money(60))
        assert report.outcome in {RefundOutcome.ACCEPTED, RefundOutcome.DONE}

    def test_more_than_was_paid_is_never_sent_back(self, stage: GatewayStage) -> None:
        order = stage.paid(100)
        stage.gateway.refund(order, new_refund(order, 60))
        with pytest.raises(ProviderRefusedError):
            stage.gateway.refund(order, new_refund(order, 41))

    def test_nothing_is_sent_back_for_an_unpaid_order(self, stage: GatewayStage) -> None:
        order = stage.placed(100)
        with pytest.raises(ProviderRefusedError):
            stage.gateway.refund(order, new_refund(order, 100))

    def test_an_unknown_refund_is_unknown(self, stage: GatewayStage) -> None:
        order = stage.paid(100)
        report = stage.gateway.query_refund(order, new_refund(order, 100))
        assert report.outcome is RefundOutcome.UNKNOWN

    @pytest.mark.parametrize("body", [b"", b"{}", b"<xml></xml>", b"\xff"])
    def test_an_unsigned_message_is_refused(self, stage: GatewayStage, body: bytes) -> None:
        with pytest.raises(NotificationRefusedError):
            stage.gateway.verify({}, body)

    def test_yes_and_no_are_different_answers(self, stage: GatewayStage) -> None:
        yes = stage.gateway.acknowledge(settled=True)
        no = stage.gateway.acknowledge(settled=False, reason="signature")
        assert (yes.status, yes.body) != (no.status, no.body)

    def test_the_statement_lists_payments_and_refunds(self, stage: GatewayStage) -> None:
        day, order = stage.today, stage.paid(100)
        refund = new_refund(order, 60)
        stage.gateway.refund(order, refund)
        stage.next_day()
        paid, returned = stage.gateway.statement(day)
        assert (paid.order, paid.refund, paid.amount) == (order.number, None, Money(100))
        assert paid.provider_number == stage.gateway.query(order).provider_number
        assert (returned.order, returned.refund) == (order.number, refund.number)
        assert returned.amount == Money(60)
