"""Refunds of online payments: proposed by one person, decided by another (rule 5.8)."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

import attrs
from litestar.params import FromPath

from billing_domain.errors import FieldError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import OrderNumber, OrderState, PaymentOrder
from billing_domain.model.payments.refund import Refund, RefundNumber
from billing_domain.ports.bills import BillRow
from billing_domain.use_cases.payments.refund_payments import REASON_LENGTH_MAX
from billing_domain.use_cases.payments.view_payments import OrderDetail
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.handlers import form_at, post_at
from billing_entrypoints.web.pages import CHANGED as BILLS_CHANGED
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import SYSTEM, label, who_label

CHANGED: Final = "payments-changed"
"""The event after which pages of orders and refunds fetch themselves again."""

_EVENTS: Final = f"{CHANGED}, {BILLS_CHANGED}"


@form_at("/refunds/new", "order", "bill", "reason", sent_to="/refunds")
def propose_refund(request: StaffRequest, form: SentForm) -> Html:
    """Ask which bills of an order to refund, and why; somebody else has to agree."""
    request.actor.require(Permission.REFUND_PAYMENTS)
    if not form.sent:
        number = OrderNumber(request.query_params.get("order", ""))
        return _proposal_dialog(request, number, form)
    number = OrderNumber(form.text("order"))
    try:
        refund = _propose(request, number, form)
    except FieldError as error:
        if (error.field, error.reason) == ("reason", "too_long"):
            # Reasons of other things may be longer than what providers take.
            form.errors["reason"] = screens.REFUND_REASON_LONG.format(length=REASON_LENGTH_MAX)
        form.refuse(error)
        return _proposal_dialog(request, number, form)
    words = screens.REFUND_PROPOSED.format(amount=refund.amount)
    return done(request, words, form=form, event=_EVENTS)


@post_at("/refunds/{refund_number:str}/approval")
def approve_refund(
    request: StaffRequest, refund_number: FromPath[RefundNumber], form: SentForm
) -> Html:
    """Agree to a refund and send it to the provider."""
    return _decide(request, refund_number, form, request.application.refund_payments.approve)


@post_at("/refunds/{refund_number:str}/rejection")
def reject_refund(
    request: StaffRequest, refund_number: FromPath[RefundNumber], form: SentForm
) -> Html:
    """Turn a proposed refund down."""
    return _decide(request, refund_number, form, request.application.refund_payments.reject)


@post_at("/refunds/{refund_number:str}/retry")
def retry_refund(
    request: StaffRequest, refund_number: FromPath[RefundNumber], form: SentForm
) -> Html:
    """Send a failed refund again."""
    return _decide(request, refund_number, form, request.application.refund_payments.retry)


def refund_context(request: StaffRequest, refunds: Collection[Refund]) -> dict[str, Any]:
    """Return the context of the refund table; only account managers see other names."""
    actor = request.actor
    keeps = refunds and actor.may(Permission.MANAGE_STAFF)
    accounts = request.application.manage_staff.all(actor) if keeps else ()
    ids = [staff for each in refunds for staff in (each.proposed_by, each.approved_by)]
    who: dict[str, str] = {
        **dict.fromkeys(ids, screens.SOMEBODY),
        **{each.id: each.name for each in accounts},
        actor.id: screens.YOU,
        SYSTEM: who_label(SYSTEM),
        "": "--",
    }
    return {"refunds": refunds, "who": who, "may_decide": actor.may(Permission.REFUND_PAYMENTS)}


def _propose(request: StaffRequest, number: OrderNumber, form: Form) -> Refund:
    bills = [BillNumber(bill) for bill in form.texts("bill")]
    if not bills:
        # Out of reach comes first: a foreign order answers nothing about its bills (P35).
        request.application.view_payments.detail(request.actor, number=number)
        raise FieldError(field="refund_bills", reason="required")
    return request.application.refund_payments.propose(
        request.actor, order=number, bills=bills, reason=form.text("reason")
    )


def _decide(
    request: StaffRequest, number: RefundNumber, form: Form, decide: Callable[..., Refund]
) -> Html:
    refund = decide(request.actor, number=number)
    words = screens.REFUND_DECIDED.format(amount=refund.amount, state=label(refund.state))
    return done(request, words, form=form, event=_EVENTS)


def _proposal_dialog(request: StaffRequest, number: OrderNumber, form: Form) -> Html:
    detail = request.application.view_payments.detail(request.actor, number=number)
    items = [item for item in paid_items(detail) if item.refundable]
    context = {
        "form": form,
        "order": detail.order,
        "items": items,
        "chosen": form.texts("bill") if form.errors else [item.number for item in items],
        "reason_max": REASON_LENGTH_MAX,
    }
    return dialog(request, "staff/payments/orders/refund.html", context)


@attrs.frozen
class PaidItem:
    """One bill of an order: `row` is None for a deleted bill, `became` is the outcome."""

    number: BillNumber
    amount: Money
    row: BillRow | None
    became: str
    refundable: bool


def paid_items(detail: OrderDetail) -> Sequence[PaidItem]:
    """Return the bills of an order with their outcomes."""
    rows = {row.number: row for row in detail.rows}
    settled = {item.bill: item for item in detail.settlements}
    refunding = {
        number for refund in detail.refunds if refund.state.holds_money for number in refund.bills
    }
    return [
        PaidItem(
            line.bill,
            line.amount,
            rows.get(line.bill),
            _became(detail.order, settled.get(line.bill)),
            refundable=_refundable(settled.get(line.bill), refunding),
        )
        for line in detail.order.lines
    ]


def _refundable(item: OnlineSettlement | None, refunding: Collection[BillNumber]) -> bool:
    return item is not None and not item.reversed and item.bill not in refunding


def _became(order: PaymentOrder, item: OnlineSettlement | None) -> str:
    if item is not None:
        return screens.RETURNED if item.reversed else screens.SETTLED
    if order.state is OrderState.PAID:
        return screens.NOT_SETTLED
    return screens.PAYING if order.state.open else screens.UNPAID
