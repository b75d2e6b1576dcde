"""A payment provider for tests of rules and for embedders: it pays when told to."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, TypeVar

import attrs

from billing_domain.errors import (
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from billing_domain.model.money import Money
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import (
    OrderNumber,
    PaymentMethod,
    PaymentOrder,
    ProviderKey,
    Ticket,
)
from billing_domain.model.payments.refund import Refund, RefundNumber
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.payments.gateway import (
    Acknowledgement,
    GatewayFactory,
    Notification,
    OrderReport,
    Outcome,
    PaymentGateway,
    ProviderForm,
    RefundOutcome,
    RefundReport,
    SettingField,
    StatementLine,
)
from billing_domain.ports.system import Clock

FAKE: Final = ProviderKey("fake")
_SIGNING_KEY: Final = b"fake"
_Answer = TypeVar("_Answer")


class Fault(Enum):
    """The failure of a call: the call is lost, its answer is lost, or it is refused."""

    LOST_CALL = "lost_call"
    LOST_ANSWER = "lost_answer"
    REFUSED = "refused"


def _nothing(_moment: str) -> None:
    """Do nothing."""


@attrs.define
class _Trade:
    amount: Money
    outcome: Outcome = Outcome.UNPAID
    paid_at: datetime | None = None


@attrs.define
class FakeProvider:
    """Stores trades and refunds; each call uses up the next of `faults`.

    `refund_outcome` is the outcome of new refunds. `meanwhile` is called before and after each
    call takes effect, with `create:before` and the like, so a test can act in between.
    """

    clock: Clock
    methods: frozenset[PaymentMethod] = frozenset({PaymentMethod.REDIRECT})
    faults: deque[Fault | None] = attrs.field(factory=deque)
    refund_outcome: RefundOutcome = RefundOutcome.DONE
    trades: dict[OrderNumber, _Trade] = attrs.field(factory=dict)
    refunds: dict[RefundNumber, tuple[OrderNumber, Money, RefundOutcome]] = attrs.field(
        factory=dict
    )
    calls: list[str] = attrs.field(factory=list)
    meanwhile: Callable[[str], None] = _nothing

    def pay(self, number: OrderNumber) -> tuple[Mapping[str, str], bytes]:
        """Pay an order, even a closed one; return the message about it.

        Paying twice is one payment. Raises KeyError for an unknown order.
        """
        trade = self.trades[number]
        if trade.outcome is not Outcome.PAID:
            trade.outcome, trade.paid_at = Outcome.PAID, self.clock.now()
        return self.message(number)

    def message(self, number: OrderNumber, **changes: object) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body of a message about an order; `changes` replace its facts."""
        trade = self.trades[number]
        return signed(
            {
                "id": f"message-{number}",
                "order": number,
                "outcome": trade.outcome.value,
                "amount": trade.amount.fen,
                "paid_at": trade.paid_at.isoformat() if trade.paid_at else None,
                **changes,
            }
        )

    def refund_message(
        self, number: RefundNumber, **changes: object
    ) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body of a message about a refund."""
        _, amount, outcome = self.refunds[number]
        return signed(
            {
                "id": f"message-{number}-{outcome.value}",
                "refund": number,
                "outcome": outcome.value,
                "amount": amount.fen,
                **changes,
            }
        )

    def end_refund(self, number: RefundNumber, outcome: RefundOutcome) -> None:
        """Set the outcome of a refund."""
        order, amount, _ = self.refunds[number]
        self.refunds[number] = (order, amount, outcome)

    def returned(self) -> Money:
        """Return the sum of all DONE refunds."""
        done = RefundOutcome.DONE
        return Money.total(
            amount for _, amount, outcome in self.refunds.values() if outcome is done
        )

    def took(self) -> Money:
        """Return the sum of all payments."""
        return Money.total(
            trade.amount for trade in self.trades.values() if trade.outcome is Outcome.PAID
        )

    def answer(self, name: str, act: Callable[[], _Answer]) -> _Answer:
        """Carry out a call, with the next fault."""
        self.calls.append(name)
        fault = self.faults.popleft() if self.faults else None
        if fault is Fault.LOST_CALL:
            raise ProviderUnavailableError(detail="no connection")
        if fault is Fault.REFUSED:
            raise ProviderRefusedError(provider_code="NO_AUTH", detail="")
        self.meanwhile(f"{name}:before")
        answered = act()
        self.meanwhile(f"{name}:after")
        if fault is Fault.LOST_ANSWER:
            raise ProviderUnavailableError(detail="no answer in time")
        return answered


@attrs.frozen
class FakePaymentGateway(PaymentGateway):
    """The provider's one merchant."""

    provider: FakeProvider

    @property
    def methods(self) -> frozenset[PaymentMethod]:
        return self.provider.methods

    def create(self, order: PaymentOrder, *, description: str) -> Ticket:
        def act() -> Ticket:
            trade = self.provider.trades.setdefault(order.number, _Trade(order.total))
            if trade.outcome is not Outcome.UNPAID:
                raise ProviderRefusedError(provider_code=trade.outcome.value, detail=description)
            return Ticket(f"fake:{order.number}", {"order": order.number})

        return self.provider.answer("create", act)

    def query(self, order: PaymentOrder) -> OrderReport:
        return self.provider.answer("query", lambda: self._report(order.number))

    def close(self, order: PaymentOrder) -> OrderReport:
        def act() -> OrderReport:
            trade = self.provider.trades.setdefault(order.number, _Trade(order.total))
            if trade.outcome is Outcome.UNPAID:
                trade.outcome = Outcome.CLOSED
            return self._report(order.number)

        return self.provider.answer("close", act)

    def refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        def act() -> RefundReport:
            known = self.provider.refunds.setdefault(
                refund.number, (order.number, refund.amount, self.provider.refund_outcome)
            )
            return self._refund_report(refund, known[2])

        return self.provider.answer("refund", act)

    def query_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        del order

        def act() -> RefundReport:
            known = self.provider.refunds.get(refund.number)
            return self._refund_report(refund, known[2] if known else RefundOutcome.UNKNOWN)

        return self.provider.answer("query_refund", act)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        if not hmac.compare_digest(headers.get("signature", ""), _signature(body)):
            raise NotificationRefusedError(reason="signature")
        try:
            return _notification(json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            raise NotificationRefusedError(reason="format") from error

    def acknowledge(self, *, settled: bool, reason: str = "") -> Acknowledgement:
        text = "yes" if settled else f"no {reason}"
        return Acknowledgement(200 if settled else 500, "text/plain", text.encode())

    def statement(self, day: date) -> Sequence[StatementLine]:
        return [
            StatementLine(number, f"fake-{number}", trade.amount, trade.paid_at)
            for number, trade in self.provider.trades.items()
            if trade.paid_at is not None and shanghai_day(trade.paid_at) == day
        ]

    def _report(self, number: OrderNumber) -> OrderReport:
        trade = self.provider.trades.get(number)
        if trade is None or trade.outcome is not Outcome.PAID:
            outcome = trade.outcome if trade else Outcome.UNPAID
            return OrderReport(number, outcome, outcome.value)
        return OrderReport(
            number, trade.outcome, "paid", f"fake-{number}", trade.amount, trade.paid_at
        )

    def _refund_report(self, refund: Refund, outcome: RefundOutcome) -> RefundReport:
        done_at = self.provider.clock.now() if outcome is RefundOutcome.DONE else None
        return RefundReport(refund.number, outcome, outcome.value, done_at, refund.amount)


FAKE_FORM: Final = ProviderForm(
    key=FAKE,
    label="fake",
    note="",
    fields=(
        SettingField("mchid", "merchant", fixed=True),
        SettingField("api_key", "key", secret=True),
    ),
    merchant="mchid",
)


@attrs.frozen
class FakeGateways(GatewayFactory):
    """Every account belongs to the one provider."""

    provider: FakeProvider

    @property
    def providers(self) -> Mapping[ProviderKey, ProviderForm]:
        return {FAKE: FAKE_FORM}

    def __call__(self, account: PaymentAccount) -> PaymentGateway:
        """Return the gateway; refuse the merchant number `unusable`."""
        if account.settings.get("mchid") == "unusable":
            raise ProviderRefusedError(provider_code="settings_unusable", detail="")
        return FakePaymentGateway(self.provider)


def signed(content: Mapping[str, object]) -> tuple[Mapping[str, str], bytes]:
    """Return headers and body of a signed message with `content`."""
    body = json.dumps(content).encode()
    return {"signature": _signature(body)}, body


def _signature(body: bytes) -> str:
    return hmac.new(_SIGNING_KEY, body, hashlib.sha256).hexdigest()


def _notification(content: Mapping[str, Any]) -> Notification:
    amount = Money(content["amount"])
    if "refund" in content:
        outcome = RefundOutcome(content["outcome"])
        return Notification(
            content["id"],
            refund=RefundReport(content["refund"], outcome, outcome.value, amount=amount),
        )
    paid_at = content["paid_at"]
    number = content["order"]
    return Notification(
        content["id"],
        order=OrderReport(
            number,
            Outcome(content["outcome"]),
            content["outcome"],
            content.get("provider_number", f"fake-{number}"),
            amount,
            datetime.fromisoformat(paid_at) if paid_at else None,
        ),
    )
