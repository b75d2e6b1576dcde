"""What a person must look into (异常): orders, money of no bill, refunds, messages (5.3, 5.6)."""

from collections.abc import Sequence
from typing import Final

from litestar import Response, get

from billing_domain.model.payments.order import PaymentOrder
from billing_entrypoints.web.pages import page
from billing_entrypoints.web.staff.company.communities import community_names
from billing_entrypoints.web.staff.payments.words import (
    OrderLine,
    message_line,
    order_line,
    refund_lines,
)
from billing_entrypoints.web.staff_request import StaffRequest


@get("/payment-troubles", sync_to_thread=True)
def list_payment_troubles(request: StaffRequest) -> Response[str]:
    """Show everything that does not go by itself."""
    view = request.application.view_payments
    troubles = view.troubles(request.actor)
    names = community_names(request)
    messages = [message_line(each) for each in view.refused_messages(request.actor)]
    context = {
        "overdue": _lines(troubles.overdue, names),
        "unapplied": _lines(troubles.unapplied, names),
        "refunds": refund_lines(request, troubles.refunds),
        "messages": messages,
        "jobs": len(request.application.run_outbox.dead(request.actor)),
        "sees_messages": request.actor.scope.community_ids is None,
    }
    return page(request, "staff/payments/troubles/list.html", context)


def _lines(orders: Sequence[PaymentOrder], names: dict[str, str]) -> Sequence[OrderLine]:
    return [order_line(order, names) for order in orders]


HANDLERS: Final = (list_payment_troubles,)
