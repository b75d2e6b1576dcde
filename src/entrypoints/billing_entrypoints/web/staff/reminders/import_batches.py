"""The result of an import, and the question whether to remind now (rule 3.1)."""

from litestar import get
from litestar.params import FromPath

from billing_domain.errors import BillingError
from billing_domain.model.bills.bill import BatchId
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.reminders.batch import ReminderBatch
from billing_domain.ports.bills import BillFilter
from billing_domain.words.zh import sentence
from billing_entrypoints.web.addresses import START, with_query
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.pages import Html, go, page
from billing_entrypoints.web.staff.reminders.answers import LIST as REMINDERS
from billing_entrypoints.web.staff.reminders.answers import (
    NO_MESSAGE_LEAVES,
    earlier_run,
    run_path,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens


@get("/imports/batches/{batch_id:str}", sync_to_thread=True)
def show_batch(request: StaffRequest, batch_id: FromPath[BatchId]) -> Html:
    """Say what was imported, and ask whether to remind now (rule 3.1)."""
    request.actor.require(Permission.IMPORT_BILLS)
    return _page(request, _batch(request, batch_id))


@post_at("/imports/batches/{batch_id:str}/reminding", "remind_now")
def answer_reminding(request: StaffRequest, batch_id: FromPath[BatchId], form: SentForm) -> Html:
    """Remind now, or show the bills that were imported; only the first answer counts."""
    request.actor.require(Permission.IMPORT_BILLS)
    batch = _batch(request, batch_id)
    if batch.remind_now is not None:
        return go(request, _bills(batch), screens.ANSWERED_BEFORE)
    if form.text("remind_now") != "yes":
        _remember(request, batch, remind_now=False)
        return go(request, _bills(batch), screens.REMIND_LATER)
    try:
        return _remind(request, batch)
    except NO_MESSAGE_LEAVES:
        return _page(request, batch, status=422)


def _remind(request: StaffRequest, batch: ImportBatch) -> Html:
    reminded = request.application.remind_residents.by_filter(
        request.actor, BillFilter(batch_id=batch.id)
    )
    # Remembered afterwards: whoever fails in between is asked again, and reminds nobody twice.
    _remember(request, batch, remind_now=True)
    if earlier := earlier_run(request, reminded.batch):
        return go(request, run_path(earlier), screens.SENT_BEFORE)
    if reminded.run is None:
        return go(request, _bills(batch), screens.NOTHING_TO_REMIND)
    return go(request, run_path(reminded.run.id))


def _remember(request: StaffRequest, batch: ImportBatch, *, remind_now: bool) -> None:
    request.application.import_bills.answer_reminding(
        request.actor, batch_id=batch.id, remind_now=remind_now
    )


def _page(request: StaffRequest, batch: ImportBatch, *, status: int = 200) -> Html:
    view = request.application.view_company
    open_ = batch.remind_now is None and batch.withdrawn_at is None
    asked = open_ and request.actor.may(Permission.REMIND)
    reminders, blocked = _dry_run(request, batch) if asked else (None, None)
    context = {
        "batch": batch,
        "community": view.community(request.actor, community_id=batch.community_id),
        "bills_address": _bills(batch),
        "reminders_address": with_query(REMINDERS, [("community", batch.community_id)]),
        "asked": asked,
        "reminders": reminders,
        "blocked": sentence(blocked) if blocked else "",
    }
    return page(request, "staff/reminders/import_batch.html", context, status=status)


def _dry_run(
    request: StaffRequest, batch: ImportBatch
) -> tuple[ReminderBatch | None, BillingError | None]:
    """Return the dry run of 确定, or the error that blocks every message."""
    try:
        reminded = request.application.remind_residents.by_filter(
            request.actor, BillFilter(batch_id=batch.id), dry_run=True
        )
    except NO_MESSAGE_LEAVES as error:
        return None, error
    return reminded.batch, None


def _batch(request: StaffRequest, batch_id: BatchId) -> ImportBatch:
    return request.application.import_bills.batch(request.actor, batch_id=batch_id)


def _bills(batch: ImportBatch) -> str:
    return with_query(START, [("community", batch.community_id), ("batch", batch.id)])
