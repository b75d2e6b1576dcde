"""What an import brought in, and the question that follows it (rule 3.1)."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.model.bill import BatchId
from billing_domain.model.staff import Permission
from entrypoints.web.addresses import START, with_query
from entrypoints.web.forms import SentForm
from entrypoints.web.notices import Notice
from entrypoints.web.pages import go, page
from entrypoints.web.staff_request import StaffRequest


@get("/imports/batches/{batch_id:str}", sync_to_thread=True)
def show_batch(request: StaffRequest, batch_id: FromPath[BatchId]) -> Response[str]:
    """Say what was imported, and ask whether to remind now (rule 3.1)."""
    request.actor.require(Permission.IMPORT_BILLS)
    batch = request.application.import_bills.batch(request.actor, batch_id=batch_id)
    view = request.application.view_company
    community = view.community(request.actor, community_id=batch.community_id)
    bills = with_query(START, [("community", community.id), ("batch", batch.id)])
    context = {"batch": batch, "community": community, "bills_address": bills}
    return page(request, "staff/imports/batch.html", context)


@post("/imports/batches/{batch_id:str}/reminding", sync_to_thread=True)
def answer_reminding(
    request: StaffRequest, batch_id: FromPath[BatchId], form: SentForm
) -> Response[str]:
    """Remember the answer, and show the bills that were imported."""
    form.require_only(("remind_now",))
    remind_now = form.text("remind_now") == "yes"
    batch = request.application.import_bills.answer_reminding(
        request.actor, batch_id=batch_id, remind_now=remind_now
    )
    words = (
        "已记录：导入后立即催缴。催缴功能启用前不会发出通知"
        if remind_now
        else "已记录：稍后催缴，没有给住户发送通知"
    )
    address = with_query(START, [("community", batch.community_id), ("batch", batch.id)])
    return go(request, address, Notice(words))


def batch_path(batch_id: str) -> str:
    """Return where an import's page is."""
    return f"/staff/imports/batches/{batch_id}"


HANDLERS: Final = (show_batch, answer_reminding)
