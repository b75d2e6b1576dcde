"""A payment order (支付单): one order at a provider that settles one or many bills (rule 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, NewType

import attrs

from billing_domain.errors import OrderLinesError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.money import Money
from billing_domain.model.shanghai import SHANGHAI

OrderNumber = NewType("OrderNumber", str)
"""26 digits: 14 of Shanghai time and 12 more; within every provider's 32 of `[0-9A-Za-z]`."""

ProviderKey = NewType("ProviderKey", str)
"""Which gateway an order went to, as `sandbox` or `wechat_v3`."""

AccountId = NewType("AccountId", str)
"""32 hex digits: the merchant account that the money goes to."""

LINES_MAX: Final = 50
"""How many bills one order may settle (rule 5.2)."""

SERIAL_MAX: Final = 999_999_999_999

ASK_AFTER: Final = timedelta(minutes=2)
CLOSE_AFTER: Final = timedelta(minutes=30)
ALERT_AFTER: Final = timedelta(hours=2)
CHECKED_AFTER: Final = tuple(
    timedelta(minutes=minutes) for minutes in (5, 30, 2 * 60, 12 * 60, 24 * 60)
)
"""When a closed order is asked about once more: providers that were told to close have taken
money, and the message about it can be lost (rules 5.6, 5.7)."""

ASK_AGAIN_AFTER: Final = timedelta(minutes=10)
GIVE_UP_AFTER: Final = timedelta(days=3)


class PaymentMethod(Enum):
    """How the payer meets the provider."""

    JSAPI = "jsapi"
    NATIVE = "native"
    REDIRECT = "redirect"


class OrderState(Enum):
    """Where an order stands; unknown is waiting, never failed (rule 5.3)."""

    CREATED = "created"
    WAITING = "waiting"
    PAID = "paid"
    CLOSED = "closed"

    @property
    def open(self) -> bool:
        """Whether the provider may still take money for the order in the normal way."""
        return self in {OrderState.CREATED, OrderState.WAITING}


class OrderEvent(Enum):
    """What we learn about an order."""

    PLACED = "placed"
    PLACING_UNKNOWN = "placing_unknown"
    PLACING_REFUSED = "placing_refused"
    SAID_PAID = "said_paid"
    SAID_UNPAID = "said_unpaid"
    SAID_UNKNOWN = "said_unknown"
    CLOSE_CONFIRMED = "close_confirmed"
    RELEASED = "released"


class Effect(Enum):
    """What a transition does besides changing the state."""

    NOTHING = "nothing"
    SETTLE = "settle"
    RELEASE = "release"


_S, _E = OrderState, OrderEvent
_STAYS: Final = {
    (state, event): (state, Effect.NOTHING) for state in OrderState for event in OrderEvent
}
TRANSITIONS: Final[Mapping[tuple[OrderState, OrderEvent], tuple[OrderState, Effect]]] = {
    **_STAYS,
    (_S.CREATED, _E.PLACED): (_S.WAITING, Effect.NOTHING),
    (_S.CREATED, _E.PLACING_UNKNOWN): (_S.WAITING, Effect.NOTHING),
    (_S.CREATED, _E.SAID_UNPAID): (_S.WAITING, Effect.NOTHING),
    (_S.CREATED, _E.SAID_UNKNOWN): (_S.WAITING, Effect.NOTHING),
    (_S.CREATED, _E.PLACING_REFUSED): (_S.CLOSED, Effect.RELEASE),
    (_S.CREATED, _E.CLOSE_CONFIRMED): (_S.CLOSED, Effect.RELEASE),
    (_S.WAITING, _E.CLOSE_CONFIRMED): (_S.CLOSED, Effect.RELEASE),
    (_S.CREATED, _E.RELEASED): (_S.CLOSED, Effect.RELEASE),
    (_S.WAITING, _E.RELEASED): (_S.CLOSED, Effect.RELEASE),
    (_S.CREATED, _E.SAID_PAID): (_S.PAID, Effect.SETTLE),
    (_S.WAITING, _E.SAID_PAID): (_S.PAID, Effect.SETTLE),
    (_S.CLOSED, _E.SAID_PAID): (_S.PAID, Effect.SETTLE),
}
"""Every state and event: the next state and the effect. Paid is never left again, and a
provider that was told to close and still took the money is believed (rules 5.3, 5.6)."""


@attrs.frozen
class Ticket:
    """What the payer's page needs to go on.

    JSAPI: `parameters` for the bridge call. Native: `text` is the content of a QR code.
    Redirect: `text` is an address.
    """

    text: str
    parameters: Mapping[str, str] = attrs.field(factory=dict)


def order_number(at: datetime, serial: int) -> OrderNumber:
    """Compose the number of an order made at an aware moment; `serial` has up to 12 digits.

    Raises ValueError for any other serial: it is a programming mistake.
    """
    if not 0 <= serial <= SERIAL_MAX:
        raise ValueError(serial)
    return OrderNumber(f"{at.astimezone(SHANGHAI):%Y%m%d%H%M%S}{serial:012d}")


@attrs.frozen
class OrderLine:
    """One bill of an order, with the amount frozen at checkout (rule 5.2)."""

    bill: BillNumber
    amount: Money


@attrs.frozen
class Payer:
    """Who pays: a resident signed in with an openid."""

    resident_id: str
    name: str
    openid: str


def _checked_lines(_order: object, _field: object, lines: tuple[OrderLine, ...]) -> None:
    bills = {line.bill for line in lines}
    if not 1 <= len(lines) <= LINES_MAX or len(bills) != len(lines):
        raise OrderLinesError(lines=len(lines), lines_max=LINES_MAX)


@attrs.frozen(kw_only=True)
class PaymentOrder:
    """One order; `lines` and with them the total never change.

    `request_key` is what the payer's page drew, so that a repeated request makes no second
    order (P01). `ticket` is there once the provider gave it. `provider_number` and `paid_at`
    are the provider's. `query_again_at` is when a closed order is asked about next. `unapplied` is
    money that fits no bill. `provider_state` is what the provider last said, for staff.
    """

    number: OrderNumber
    company_id: CompanyId
    community_id: CommunityId
    account_id: AccountId
    provider: ProviderKey
    method: PaymentMethod
    payer: Payer
    request_key: str
    lines: tuple[OrderLine, ...] = attrs.field(validator=_checked_lines)
    state: OrderState = OrderState.CREATED
    created_at: datetime
    ticket: Ticket | None = None
    queried_at: datetime | None = None
    provider_state: str = ""
    provider_number: str | None = None
    paid_at: datetime | None = None
    closed_at: datetime | None = None
    query_again_at: datetime | None = None
    unapplied: Money = attrs.field(factory=Money.zero)
    version: int = 1

    @property
    def total(self) -> Money:
        """The sum of the lines."""
        return Money.total(line.amount for line in self.lines)

    @property
    def bills(self) -> tuple[BillNumber, ...]:
        """The bills in ascending order of number, the order in which they are written."""
        return tuple(sorted(line.bill for line in self.lines))

    @property
    def expires_at(self) -> datetime:
        """When the janitor closes the order at the provider."""
        return self.created_at + CLOSE_AFTER

    def after(
        self,
        event: OrderEvent,
        **facts: Any,  # noqa: ANN401 - attrs.evolve checks the names
    ) -> tuple[PaymentOrder, Effect]:
        """Return the order after an event, by the transition table, and what must be done.

        `facts` are further fields, taken only when something changes or the order is open.
        """
        state, effect = TRANSITIONS[self.state, event]
        if state is self.state and not self.state.open:
            return self, effect
        changed = attrs.evolve(self, state=state, version=self.version + 1, **facts)
        return changed, effect

    def closed(self, at: datetime) -> PaymentOrder:
        """Return an order that has just been closed with the moment, and when to look again."""
        return attrs.evolve(self, closed_at=at, query_again_at=at + CHECKED_AFTER[0])

    def checked(self, at: datetime) -> PaymentOrder:
        """Return a closed order after asking about it once more, in vain.

        A day after closing it is not asked about any more.
        """
        closed_at = self.closed_at or self.created_at
        times = (closed_at + after for after in CHECKED_AFTER)
        following = next((each for each in times if each > at), None)
        return attrs.evolve(
            self, queried_at=at, query_again_at=following, version=self.version + 1
        )

    def unanswered(self, at: datetime) -> PaymentOrder:
        """Return a closed order after asking about it without an answer: again in ten minutes.

        Three days after closing it is given up, so that a dead account stops no other (5.7).
        """
        again = at + ASK_AGAIN_AFTER
        over = again > (self.closed_at or self.created_at) + GIVE_UP_AFTER
        query_again_at = None if over else again
        return attrs.evolve(
            self, queried_at=at, query_again_at=query_again_at, version=self.version + 1
        )

    def due_to_close(self, now: datetime) -> bool:
        """Tell whether the janitor closes the order at the provider: open for 30 minutes."""
        return self.state.open and now >= self.expires_at

    def overdue(self, now: datetime) -> bool:
        """Tell whether a person must look: open for 2 hours (rule 5.3)."""
        return self.state.open and now >= self.created_at + ALERT_AFTER


@audit_facts.register
def _order_facts(order: PaymentOrder) -> AuditFacts:
    fields = {
        "number": order.number,
        "state": order.state.value,
        "total_fen": order.total.fen,
        "unapplied_fen": order.unapplied.fen,
        "provider_number": order.provider_number,
        "bills": " ".join(order.bills),
    }
    return AuditFacts("payment_order", order.number, fields, order.community_id)
