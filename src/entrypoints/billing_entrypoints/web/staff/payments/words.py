"""Orders, refunds and messages of providers in the words of the screens."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

import attrs

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import OrderState, PaymentOrder
from billing_domain.model.payments.received_message import ReceivedMessage, Verdict
from billing_domain.model.payments.refund import Refund, RefundState
from billing_domain.ports.bills import BillRow
from billing_domain.use_cases.payments.view_payments import OrderDetail
from billing_entrypoints.payment_labels_zh import (
    METHODS,
    NOTIFICATION_REASONS,
    ORDER_STATES,
    REFUND_STATES,
    VERDICTS,
    reason_label,
)
from billing_entrypoints.providers import provider_label
from billing_entrypoints.web.staff.payments.filters import LIST
from billing_entrypoints.web.staff_request import StaffRequest

CHANGED: Final = "payments-changed"
"""The event after which pages of orders and refunds fetch themselves again."""

OVERDUE: Final = "支付通道超过 2 小时没有给出结果"
_ORDER_TAGS: Final = {
    OrderState.CREATED: "",
    OrderState.WAITING: "pending",
    OrderState.PAID: "paid",
    OrderState.CLOSED: "",
}
_REFUND_TAGS: Final = {
    RefundState.PROPOSED: "pending",
    RefundState.APPROVED: "brand",
    RefundState.SENT: "brand",
    RefundState.DONE: "paid",
    RefundState.FAILED: "danger",
    RefundState.REJECTED: "",
}
_VERDICT_TAGS: Final = {
    Verdict.RECEIVED: "pending",
    Verdict.BOOKED: "paid",
    Verdict.REFUSED: "danger",
    Verdict.FAILED: "danger",
}
_SYSTEM: Final = "system"


@attrs.frozen
class OrderLine:
    """An order as the table shows it; `community` is the name of its community."""

    order: PaymentOrder
    community: str

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        return ORDER_STATES[self.order.state]

    @property
    def tag(self) -> str:
        """The colour that repeats the word."""
        return _ORDER_TAGS[self.order.state]

    @property
    def provider(self) -> str:
        """Where the money went."""
        return provider_label(self.order.provider)

    @property
    def method(self) -> str:
        """How the payer met the provider."""
        return METHODS[self.order.method]

    @property
    def address(self) -> str:
        """Where its own page is, and what the addresses of its actions begin with."""
        return order_path(self.order.number)


@attrs.frozen
class RefundLine:
    """A refund in words, with what this actor may do with it."""

    refund: Refund
    proposed_by: str
    approved_by: str
    own: bool
    may_decide: bool

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        return REFUND_STATES[self.refund.state]

    @property
    def tag(self) -> str:
        """The colour that repeats the word."""
        return _REFUND_TAGS[self.refund.state]

    @property
    def reason(self) -> str:
        """Why, as staff wrote it or in our words for what happens by itself."""
        return reason_label(self.refund.reason)

    @property
    def address(self) -> str:
        """What the addresses of its actions begin with."""
        return f"/staff/refunds/{self.refund.number}"

    @property
    def order_address(self) -> str:
        """Where the page of its order is."""
        return order_path(self.refund.order)

    @property
    def waits(self) -> bool:
        """Whether somebody must decide."""
        return self.refund.state is RefundState.PROPOSED

    @property
    def failed(self) -> bool:
        """Whether it may be sent again."""
        return self.refund.state is RefundState.FAILED


@attrs.frozen
class MessageLine:
    """What a provider sent and what became of it."""

    at: datetime
    verdict: str
    tag: str
    reason: str
    about: str


@attrs.frozen
class PaidItem:
    """One bill of an order: `row` is None for one that is gone, `became` says what it came to."""

    number: BillNumber
    amount: Money
    row: BillRow | None
    became: str
    refundable: bool


def order_path(number: str) -> str:
    """Return the address of an order's page."""
    return f"{LIST}/{number}"


def order_line(order: PaymentOrder, communities: Mapping[str, str]) -> OrderLine:
    """Return an order for a table; `communities` gives their names by id."""
    return OrderLine(order, communities.get(order.community_id, ""))


def refund_lines(request: StaffRequest, refunds: Collection[Refund]) -> Sequence[RefundLine]:
    """Return refunds in words; accounts are named to who keeps them and to nobody else."""
    actor = request.actor
    names: dict[str, str] = {}
    if actor.may(Permission.MANAGE_STAFF) and refunds:
        names = {each.id: each.name for each in request.application.manage_staff.all(actor)}
    return [
        RefundLine(
            refund,
            _who(refund.proposed_by, actor, names),
            _who(refund.approved_by, actor, names),
            own=refund.proposed_by == actor.id,
            may_decide=actor.may(Permission.REFUND_PAYMENTS),
        )
        for refund in refunds
    ]


def message_line(message: ReceivedMessage) -> MessageLine:
    """Return a message of a provider in words."""
    return MessageLine(
        message.received_at,
        VERDICTS[message.verdict],
        _VERDICT_TAGS[message.verdict],
        _message_reason(message),
        message.about,
    )


def paid_items(detail: OrderDetail) -> Sequence[PaidItem]:
    """Return the bills of an order with what each came to."""
    rows = {row.number: row for row in detail.rows}
    settled = {item.bill: item for item in detail.settlements}
    spoken = {
        number for refund in detail.refunds if refund.state.holds_money for number in refund.bills
    }
    return [
        PaidItem(
            line.bill,
            line.amount,
            rows.get(line.bill),
            _became(detail.order, settled.get(line.bill)),
            refundable=_refundable(settled.get(line.bill), spoken),
        )
        for line in detail.order.lines
    ]


def _refundable(item: OnlineSettlement | None, spoken: Collection[BillNumber]) -> bool:
    return item is not None and not item.reversed and item.bill not in spoken


def _became(order: PaymentOrder, item: OnlineSettlement | None) -> str:
    if item is not None:
        return "已退回" if item.reversed else "已入账"
    if order.state is OrderState.PAID:
        return "未入账，自动退款"
    return "支付中" if order.state.open else "未支付"


def _who(staff_id: str, actor: Actor, names: Mapping[str, str]) -> str:
    if not staff_id:
        return "--"
    if staff_id == _SYSTEM:
        return "系统"
    return "您" if staff_id == actor.id else names.get(staff_id, "其他同事")


def _message_reason(message: ReceivedMessage) -> str:
    if not message.reason:
        return "--"
    return NOTIFICATION_REASONS.get(message.reason, f"处理时出错（{message.reason}）")
