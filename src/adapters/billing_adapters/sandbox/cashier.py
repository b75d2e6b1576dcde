"""The sandbox's cashier, where the payer decides what happens (rule 5.9)."""

from __future__ import annotations

from typing import Final

from billing_adapters.sandbox.provider import SandboxProvider
from billing_adapters.sandbox.records import BookOrder, BookState
from billing_domain.errors import ThingNotFoundError
from billing_domain.ports.payments.cashier import (
    Cashier,
    CashierAction,
    CashierOrder,
    CashierState,
)

_STATES: Final = {
    BookState.WAITING: CashierState.WAITING,
    BookState.PAID: CashierState.PAID,
    BookState.CLOSED: CashierState.CLOSED,
    BookState.CLOSING_LATE: CashierState.CLOSED,
}


class SandboxCashier(Cashier):
    """Plays the payer's side of one sandbox."""

    def __init__(self, provider: SandboxProvider) -> None:
        self._provider = provider

    def order(self, token: str) -> CashierOrder:
        return self._seen(self._found(token))

    def act(self, token: str, action: CashierAction) -> CashierOrder:
        order = self._found(token)
        if action is CashierAction.PAY_LATE:
            self._pay_late(token)
        elif action is not CashierAction.CANCEL and not self._expired(order):
            self._pay(token, silently=action is CashierAction.PAY_SILENTLY)
        return self.order(token)

    def _pay(self, token: str, *, silently: bool) -> None:
        if silently:
            self._provider.books.move(token, since=BookState.WAITING, to=BookState.PAID)
        else:
            self._provider.take_money(token, since=BookState.WAITING)

    def _pay_late(self, token: str) -> None:
        waiting, closing = BookState.WAITING, BookState.CLOSING_LATE
        if self._provider.books.move(token, since=waiting, to=closing) is None:
            for closed in (BookState.CLOSED, closing):
                self._provider.take_money(token, since=closed)

    def _found(self, token: str) -> BookOrder:
        order = self._provider.books.order_of(token)
        if order is None:
            # The token is what lets one pay, so it is named nowhere.
            raise ThingNotFoundError(kind="payment_order", id="")
        return order

    def _expired(self, order: BookOrder) -> bool:
        return self._provider.clock.now() >= order.expires_at

    def _seen(self, order: BookOrder) -> CashierOrder:
        state = _STATES[order.state]
        if state is CashierState.WAITING and self._expired(order):
            state = CashierState.CLOSED
        return CashierOrder(order.description, order.amount, state, order.return_url)
