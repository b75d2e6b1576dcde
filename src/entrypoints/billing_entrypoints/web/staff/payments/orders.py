"""Payment orders (支付单): found, looked at, asked about at the provider (rules 5.3, 5.6, 5.7)."""

from typing import Final

from litestar import get
from litestar.params import FromPath

from billing_domain.model.company.staff import Permission
from billing_domain.model.payments.order import OrderNumber, OrderState, PaymentOrder
from billing_domain.ports.payments.queries import OrderFilter
from billing_domain.use_cases.payments.release_orders import REASON_LENGTH_MAX
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import form_at, post_at
from billing_entrypoints.web.pages import Html, dialog, done, page
from billing_entrypoints.web.staff.company.communities import community_names
from billing_entrypoints.web.staff.list_page import ListPage, choice, days, in_community, text
from billing_entrypoints.web.staff.payments.refunds import CHANGED, paid_items, refund_context
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import label

ORDERS: Final = ListPage(
    "/staff/payment-orders",
    "staff/payments/orders/list.html",
    OrderFilter,
    (
        text(),
        in_community(),
        choice("state", {state.value: state for state in OrderState}),
        days("made"),
    ),
)


@get("/payment-orders", sync_to_thread=True)
def list_payment_orders(request: StaffRequest) -> Html:
    """Show one page of orders, newest first."""
    request.actor.require(Permission.VIEW_PAYMENTS)
    search = ORDERS.read(request)
    found = request.application.view_payments.page(
        request.actor, order_filter=search.shown, key=search.key
    )
    return search.answer(
        request,
        found,
        states=[(state.value, label(state)) for state in OrderState],
        communities=community_names(request),
    )


@get("/payment-orders/{order_number:str}", sync_to_thread=True)
def show_payment_order(request: StaffRequest, order_number: FromPath[OrderNumber]) -> Html:
    """Show one order with everything that happened to it."""
    actor, view = request.actor, request.application.view_payments
    detail = view.detail(actor, number=order_number)
    items = paid_items(detail)
    context = {
        "order": detail.order,
        "communities": community_names(request),
        "items": items,
        **refund_context(request, detail.refunds),
        "messages": detail.messages,
        "history": detail.history,
        "overdue": screens.OVERDUE if detail.order.overdue(request.now()) else "",
        "may_release": actor.may(Permission.REFUND_PAYMENTS),
        "may_refund": actor.may(Permission.REFUND_PAYMENTS)
        and any(item.refundable for item in items),
        "may_print": actor.may(Permission.ISSUE_RECEIPTS)
        and any(item.became == screens.SETTLED for item in items),
    }
    return page(request, "staff/payments/orders/detail.html", context)


@post_at("/payment-orders/{order_number:str}/inquiry")
def ask_about_order(
    request: StaffRequest, order_number: FromPath[OrderNumber], form: SentForm
) -> Html:
    """Ask the provider now (查询), and say what it answered."""
    order = request.application.view_payments.ask(request.actor, number=order_number)
    words = screens.ORDER_ASKED.format(answer=_answer(order))
    return done(request, words, form=form, event=CHANGED)


@form_at("/payment-orders/{order_number:str}/release", "reason")
def release_order(
    request: StaffRequest, order_number: FromPath[OrderNumber], form: SentForm
) -> Html:
    """Ask why to let go of an order; do, unless its provider says what became of it."""
    if form.sent:
        with form.noting():
            release, reason = request.application.release_orders.release, form.text("reason")
            order = release(request.actor, number=order_number, reason=reason)
            words = screens.ORDER_RELEASED.format(answer=_answer(order))
            return done(request, words, form=form, event=CHANGED)
    request.actor.require(Permission.REFUND_PAYMENTS)
    detail = request.application.view_payments.detail(request.actor, number=order_number)
    context = {"form": form, "order": detail.order, "reason_max": REASON_LENGTH_MAX}
    return dialog(request, "staff/payments/orders/release.html", context)


@get("/payment-troubles", sync_to_thread=True)
def list_payment_troubles(request: StaffRequest) -> Html:
    """Show everything that does not go by itself."""
    view = request.application.view_payments
    troubles = view.troubles(request.actor)
    context = {
        "overdue": troubles.overdue,
        "unapplied": troubles.unapplied,
        "communities": community_names(request),
        **refund_context(request, troubles.refunds),
        "messages": view.refused_messages(request.actor),
        "jobs": len(request.application.run_outbox.dead(request.actor).rows),
        "sees_messages": request.actor.scope.community_ids is None,
    }
    return page(request, "staff/payments/troubles/list.html", context)


def _answer(order: PaymentOrder) -> str:
    words = label(order.state)
    if not order.provider_state:
        return words
    return screens.ORDER_SAID.format(state=words, provider_state=order.provider_state)
