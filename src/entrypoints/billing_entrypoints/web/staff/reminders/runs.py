"""One request to remind: how far it came, what became of each house, and trying again (4.3)."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.model.company.staff import Permission
from billing_domain.model.reminders.queued_reminder import RunId
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome, RunProgress
from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.forms import Form, SentForm, chosen
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import go, page
from billing_entrypoints.web.staff.reminders.answers import (
    NO_MESSAGE_LEAVES,
    answer_request,
    binding_advice,
    blocked_dialog,
    result_dialog,
    run_path,
)
from billing_entrypoints.web.staff.reminders.filters import OUTCOMES
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens


@get("/reminder-runs/{run_id:str}", sync_to_thread=True)
def show_run(request: StaffRequest, run_id: FromPath[RunId]) -> Response[str]:
    """Show how far a request came; the page asks again while messages wait."""
    view, form = request.application.view_reminders, Form.of_query(request)
    progress = view.progress(request.actor, run_id=run_id)
    outcome = form.read_optional("outcome", chosen("outcome", OUTCOMES))
    key = form.text("after") or None
    wanted = ReminderFilter(run_id=run_id, outcomes=frozenset([outcome] if outcome else []))
    found = view.page(request.actor, wanted, key=key)

    def address(after: str | None) -> str:
        pairs = [("outcome", outcome.value if outcome else ""), ("after", after or "")]
        return with_query(run_path(run_id), pairs)

    context = {
        **_progress_context(request, progress),
        "outcome": outcome,
        "rows": found.rows,
        "how_to_bind": binding_advice(found.rows),
        "here": address(key),
        "first_address": address(None) if key else "",
        "next_address": address(found.next_key) if found.next_key else "",
    }
    return page(request, "staff/reminders/run.html", context)


@get("/reminder-runs/{run_id:str}/result", sync_to_thread=True)
def show_result(request: StaffRequest, run_id: FromPath[RunId]) -> Response[str]:
    """Show in a dialog what became of a request for one house."""
    return result_dialog(request, run_id)


@post("/reminder-runs/{run_id:str}/retry", sync_to_thread=True)
def retry_run(request: StaffRequest, run_id: FromPath[RunId], form: SentForm) -> Response[str]:
    """Remind those houses again whose message failed, as a request of its own (rule 4.4)."""
    form.require_only(())
    try:
        reminded = request.application.remind_residents.again(request.actor, run_id=run_id)
    except NO_MESSAGE_LEAVES as error:
        return blocked_dialog(request, error, form=form, status=422)
    if reminded.run is None:
        return go(request, run_path(run_id), Notice(screens.NOTHING_TO_RETRY))
    return answer_request(request, reminded, place="", form=form)


def _progress_context(request: StaffRequest, progress: RunProgress) -> dict[str, Any]:
    failed = progress.houses.get(ReminderOutcome.FAILED, 0)
    return {
        "path": run_path(progress.id),
        "progress": progress,
        "counts": [
            (each, progress.houses[each]) for each in ReminderOutcome if progress.houses.get(each)
        ],
        "houses": sum(progress.houses.values()),
        "all_arrived": progress.houses.get(ReminderOutcome.DELIVERED, 0) == progress.queued,
        "failed": failed,
        "may_retry": failed > 0 and request.actor.may(Permission.REMIND),
    }


HANDLERS: Final = (show_run, show_result, retry_run)
