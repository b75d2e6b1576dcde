"""The janitor: ask, close, refund, and say what a person must look at (rules 5.3, 5.7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import attrs

from billing_domain.errors import BillingError
from billing_domain.model.payments.order import ASK_AFTER, OrderNumber, OrderState, PaymentOrder
from billing_domain.model.payments.refund import RefundNumber, RefundState
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.services.payments.resolve_orders import ResolveOrders
from billing_domain.services.payments.send_refunds import SendRefunds

REFUSED_KEPT_FOR: Final = timedelta(days=90)
"""How long refused messages can be looked into; whoever floods us fills no disk for ever."""

PASS_MAX: Final = 200
"""How many orders and refunds one pass takes up; the rest waits for the next."""


@attrs.frozen
class JanitorReport:
    """What one pass did, by number; `overdue` orders and `failed` things need a person.

    `failed` are orders and refunds with the code of the error that stopped them.
    """

    settled: tuple[OrderNumber, ...] = ()
    closed: tuple[OrderNumber, ...] = ()
    waiting: tuple[OrderNumber, ...] = ()
    overdue: tuple[OrderNumber, ...] = ()
    refunded: tuple[RefundNumber, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class SettleOpenPayments:
    """One pass over what is open in all companies; several processes may run it at once."""

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    send: SendRefunds
    clock: Clock

    def run(self) -> JanitorReport:
        """Ask about orders open for 2 minutes, close those open for 30, send refunds.

        Closed orders are asked about a few times more, for a day. A provider that can't say
        leaves its orders as they are; an error with one order stops no other.
        """
        now = self.clock.now()
        with self.begin(read_only=True) as work:
            orders = [
                *work.orders.open_before(now - ASK_AFTER, count_max=PASS_MAX),
                *work.orders.to_check(now, count_max=PASS_MAX),
            ]
        ends: dict[OrderState, list[OrderNumber]] = {}
        overdue: list[OrderNumber] = []
        failed: list[tuple[str, str]] = []
        for order in orders:
            try:
                after = self._way(order, now)(order.number)
            except BillingError as error:
                failed.append((order.number, error.code))
                after = order
            if after.state is not order.state or order.state.open:
                ends.setdefault(after.state, []).append(order.number)
            if after.overdue(now):
                overdue.append(order.number)
        refunded = self._refund(failed)
        self._forget_refused()
        waiting = [*ends.get(OrderState.CREATED, ()), *ends.get(OrderState.WAITING, ())]
        return JanitorReport(
            settled=tuple(ends.get(OrderState.PAID, ())),
            closed=tuple(ends.get(OrderState.CLOSED, ())),
            waiting=tuple(waiting),
            overdue=tuple(overdue),
            refunded=refunded,
            failed=tuple(failed),
        )

    def _way(self, order: PaymentOrder, now: datetime) -> Callable[[OrderNumber], PaymentOrder]:
        """Return what is to be done about an order."""
        if not order.state.open:
            return self.decide.check
        return self.decide.close if order.due_to_close(now) else self.decide.ask

    def _forget_refused(self) -> None:
        with self.begin() as work:
            work.messages.remove_refused_before(self.clock.now() - REFUSED_KEPT_FOR)
            work.commit()

    def _refund(self, failed: list[tuple[str, str]]) -> tuple[RefundNumber, ...]:
        with self.begin(read_only=True) as work:
            refunds = work.refunds.unfinished(count_max=PASS_MAX)
        done: list[RefundNumber] = []
        for refund in refunds:
            try:
                after = self.send.advance(refund.number)
            except BillingError as error:
                failed.append((refund.number, error.code))
                continue
            if after.state is RefundState.DONE:
                done.append(after.number)
            elif after.state is RefundState.FAILED:
                failed.append((after.number, after.provider_state))
        return tuple(done)
