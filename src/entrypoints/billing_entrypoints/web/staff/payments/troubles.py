"""What a person must look into (异常): orders, money of no bill, refunds, messages (5.3, 5.6)."""

from litestar import get

from billing_entrypoints.web.pages import Html, page
from billing_entrypoints.web.staff.company.communities import community_names
from billing_entrypoints.web.staff.payments.refunds import refund_context
from billing_entrypoints.web.staff_request import StaffRequest


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
