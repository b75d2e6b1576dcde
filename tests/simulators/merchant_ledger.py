"""The books of a payment provider for one merchant, without any protocol."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto

import attrs

from billing_domain.ports.system import Clock


class Refusal(Enum):
    """Why the provider does not do what it is asked."""

    PAID = auto()
    CLOSED = auto()
    DIFFERENT = auto()
    NO_ORDER = auto()
    NO_REFUND = auto()
    NOT_PAID = auto()
    NOT_ENOUGH = auto()
    EXPIRED = auto()


class LedgerRefusedError(Exception):
    """A request that the books don't allow."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal


@attrs.define
class LedgerOrder:
    """An order; `terms` are all fields of its request, which must be the same when repeated."""

    number: str
    amount: int
    terms: object
    openid: str
    notify_url: str
    description: str
    expires_at: datetime
    reference: str
    state: str = "NOTPAY"
    transaction_id: str = ""
    paid_at: datetime | None = None


@attrs.define
class LedgerRefund:
    """A refund of part of an order or of all of it."""

    number: str
    order: LedgerOrder
    amount: int
    terms: object
    notify_url: str
    reference: str
    made_at: datetime
    state: str = "PROCESSING"
    done_at: datetime | None = None


class MerchantLedger:
    """Orders and refunds; several threads may use it.

    `refunds_take` is how long a refund is in process, nothing by default. `on_paid` and
    `on_refunded` are told of what the merchant should be notified of.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._serials = itertools.count(1)
        self.orders: dict[str, LedgerOrder] = {}
        self.refunds: dict[str, LedgerRefund] = {}
        self.refunds_take = timedelta(0)
        self.on_paid: Callable[[LedgerOrder], object] = lambda _order: None
        self.on_refunded: Callable[[LedgerRefund], object] = lambda _refund: None

    def place(
        self,
        number: str,
        *,
        amount: int,
        terms: object,
        openid: str,
        notify_url: str,
        description: str,
        expires_at: datetime,
    ) -> LedgerOrder:
        """Place an order, or return the same one; refuse other terms, paid and closed orders."""
        with self._lock:
            if known := self.orders.get(number):
                return self._again(known, terms)
            order = LedgerOrder(
                number=number,
                amount=amount,
                terms=terms,
                openid=openid,
                notify_url=notify_url,
                description=description,
                expires_at=expires_at,
                reference=f"wx{next(self._serials):034d}",
            )
            self.orders[number] = order
            return order

    def order(self, number: str) -> LedgerOrder:
        """Return an order."""
        with self._lock:
            if number not in self.orders:
                raise LedgerRefusedError(Refusal.NO_ORDER)
            return self.orders[number]

    def close(self, number: str) -> None:
        """Close an unpaid order; closing it again changes nothing."""
        with self._lock:
            order = self.order(number)
            if order.paid_at is not None:
                raise LedgerRefusedError(Refusal.PAID)
            order.state = "CLOSED"

    def pay(self, number: str, *, late: bool = False) -> LedgerOrder:
        """Let the payer pay; `late` takes the money although the order is closed or expired."""
        with self._lock:
            order, now = self.order(number), self._clock.now()
            if order.paid_at is not None:
                raise LedgerRefusedError(Refusal.PAID)
            if not late and order.state == "CLOSED":
                raise LedgerRefusedError(Refusal.CLOSED)
            if not late and now >= order.expires_at:
                raise LedgerRefusedError(Refusal.EXPIRED)
            order.state, order.paid_at = "SUCCESS", now.replace(microsecond=0)
            order.transaction_id = f"42{next(self._serials):026d}"
        self.on_paid(order)
        return order

    def refund(
        self, number: str, *, order: str, amount: int, total: int, terms: object, notify_url: str
    ) -> LedgerRefund:
        """Take a refund on, or return the same one; refuse more than was paid."""
        with self._lock:
            if known := self.refunds.get(number):
                if known.terms != terms:
                    raise LedgerRefusedError(Refusal.DIFFERENT)
                return known
            paid = self.order(order)
            if paid.paid_at is None:
                raise LedgerRefusedError(Refusal.NOT_PAID)
            if total != paid.amount:
                raise LedgerRefusedError(Refusal.DIFFERENT)
            if not 0 < amount <= paid.amount - self._given_back(order):
                raise LedgerRefusedError(Refusal.NOT_ENOUGH)
            paid.state = "REFUND"
            self.refunds[number] = refund = LedgerRefund(
                number=number,
                order=paid,
                amount=amount,
                terms=terms,
                notify_url=notify_url,
                reference=f"50{next(self._serials):026d}",
                made_at=self._clock.now().replace(microsecond=0),
            )
        self.finish_due_refunds()
        return refund

    def refund_of(self, number: str) -> LedgerRefund:
        """Return a refund as it now stands."""
        self.finish_due_refunds()
        with self._lock:
            if number not in self.refunds:
                raise LedgerRefusedError(Refusal.NO_REFUND)
            return self.refunds[number]

    def end_refund(self, number: str, state: str) -> None:
        """End a refund in another way than by success."""
        with self._lock:
            refund = self.refunds[number]
            refund.state = state
        self.on_refunded(refund)

    def finish_due_refunds(self) -> None:
        """Let refunds succeed that were in process long enough."""
        now = self._clock.now()
        with self._lock:
            due = [
                refund
                for refund in self.refunds.values()
                if refund.state == "PROCESSING" and now >= refund.made_at + self.refunds_take
            ]
            for refund in due:
                refund.state, refund.done_at = "SUCCESS", now.replace(microsecond=0)
        for refund in due:
            self.on_refunded(refund)

    def _again(self, order: LedgerOrder, terms: object) -> LedgerOrder:
        if order.paid_at is not None:
            raise LedgerRefusedError(Refusal.PAID)
        if order.state == "CLOSED":
            raise LedgerRefusedError(Refusal.CLOSED)
        if order.terms != terms:
            raise LedgerRefusedError(Refusal.DIFFERENT)
        return order

    def _given_back(self, order: str) -> int:
        gone = {"CLOSED", "REFUNDCLOSE"}
        mine = (refund for refund in self.refunds.values() if refund.order.number == order)
        return sum(refund.amount for refund in mine if refund.state not in gone)
