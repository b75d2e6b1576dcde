"""Payment orders (支付单): found, looked at, asked about at the provider (rules 5.3, 5.7)."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.model.payment import OrderNumber, PaymentOrder
from billing_domain.model.staff import Permission
from entrypoints.payment_labels_zh import ORDER_STATES
from entrypoints.web.forms import Form, SentForm
from entrypoints.web.notices import Notice
from entrypoints.web.pages import done, page
from entrypoints.web.staff.order_filters import reachable_orders
from entrypoints.web.staff.payment_words import (
    CHANGED,
    OVERDUE,
    community_names,
    message_line,
    order_line,
    paid_items,
    refund_lines,
)
from entrypoints.web.staff.presenters import history_lines
from entrypoints.web.staff_request import StaffRequest


@get("/payment-orders", sync_to_thread=True)
def list_payment_orders(request: StaffRequest) -> Response[str]:
    """Show one page of orders, newest first."""
    request.actor.require(Permission.VIEW_PAYMENTS)
    search = reachable_orders(request, Form.of_query(request))
    found = request.application.view_payments.page(
        request.actor, order_filter=search.order_filter, key=search.key
    )
    names = community_names(request)
    here = search.address(after=search.key or "")
    context = {
        "search": search,
        "form": search.form,
        "here": here,
        "states": [(state.value, text) for state, text in ORDER_STATES.items()],
        "lines": [order_line(order, names) for order in found.rows],
        "first_address": search.address() if search.key else "",
        "next_address": search.address(after=found.next_key) if found.next_key else "",
    }
    return page(request, "staff/payment_orders/list.html", context, address=here)


@get("/payment-orders/{order_number:str}", sync_to_thread=True)
def show_payment_order(
    request: StaffRequest, order_number: FromPath[OrderNumber]
) -> Response[str]:
    """Show one order with everything that happened to it."""
    actor, view = request.actor, request.application.view_payments
    detail = view.detail(actor, number=order_number)
    items = paid_items(detail)
    context = {
        "line": order_line(detail.order, community_names(request)),
        "order": detail.order,
        "items": items,
        "refunds": refund_lines(request, detail.refunds),
        "messages": [message_line(message) for message in detail.messages],
        "history": history_lines(detail.history),
        "overdue": OVERDUE if detail.order.overdue(request.now()) else "",
        "may_refund": actor.may(Permission.REFUND_PAYMENTS)
        and any(item.refundable for item in items),
        "may_print": actor.may(Permission.ISSUE_RECEIPTS)
        and any(item.became == "已入账" for item in items),
    }
    return page(request, "staff/payment_orders/detail.html", context)


@post("/payment-orders/{order_number:str}/inquiry", sync_to_thread=True)
def ask_about_order(
    request: StaffRequest, order_number: FromPath[OrderNumber], form: SentForm
) -> Response[str]:
    """Ask the provider now (查询), and say what it answered."""
    form.require_only(())
    order = request.application.view_payments.ask(request.actor, number=order_number)
    notice = Notice(f"查询完成：{_answer(order)}")
    return done(request, notice, form=form, event=CHANGED)


def _answer(order: PaymentOrder) -> str:
    words = ORDER_STATES[order.state]
    return f"{words}（渠道说法：{order.said}）" if order.said else words


HANDLERS: Final = (list_payment_orders, show_payment_order, ask_about_order)
