"""催缴记录: every house that was reminded or should have been, and each run (rules 4.3, 4.4)."""

from functools import partial
from typing import Any, Final

from litestar import get
from litestar.params import FromPath

from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import HouseId
from billing_domain.model.reminders.queued_reminder import RunId
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome, RunProgress
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.pages import Html, go
from billing_entrypoints.web.staff.list_page import (
    ListPage,
    choice,
    days,
    exactly,
    in_community,
    text,
)
from billing_entrypoints.web.staff.reminders.answers import (
    LIST,
    NO_MESSAGE_LEAVES,
    answer_request,
    binding_advice,
    refusal_dialog,
    result_dialog,
    run_path,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import label


def _address(request: StaffRequest, house_id: str) -> str:
    view = request.application.view_houses
    return view.house(request.actor, house_id=HouseId(house_id)).address


OUTCOME: Final = choice(
    "outcome", {each.value: frozenset([each]) for each in ReminderOutcome}, "outcomes"
)
REMINDERS: Final = ListPage(
    LIST,
    "staff/reminders/list.html",
    ReminderFilter,
    (
        text(),
        in_community(),
        exactly("house", "house_id", chip=True, hidden=True, words=_address),
        OUTCOME,
        days("asked", "requested"),
    ),
)


@get("/reminders", sync_to_thread=True)
def list_reminders(request: StaffRequest) -> Html:
    """Show one page of what the address asks for, newest request first."""
    search = REMINDERS.read(request)
    found = request.application.view_reminders.page(request.actor, search.shown, key=search.key)
    return search.answer(
        request,
        found,
        outcomes=[(each.value, label(each)) for each in ReminderOutcome],
        how_to_bind=binding_advice(found.rows),
    )


@get("/reminder-runs/{run_id:str}", sync_to_thread=True)
def show_run(request: StaffRequest, run_id: FromPath[RunId]) -> Html:
    """Show how far a request came; the page asks again while messages wait."""
    view = request.application.view_reminders
    progress = view.progress(request.actor, run_id=run_id)
    search = run_houses(run_id).read(request)
    found = view.page(request.actor, search.shown, key=search.key)
    return search.answer(
        request,
        found,
        **_progress_context(request, progress),
        how_to_bind=binding_advice(found.rows),
    )


def run_houses(run_id: RunId) -> ListPage[ReminderFilter]:
    """Return the list of a request's houses."""
    return ListPage(
        run_path(run_id),
        "staff/reminders/run.html",
        partial(ReminderFilter, run_id=run_id),
        (OUTCOME,),
        region="reminder-run",
    )


@get("/reminder-runs/{run_id:str}/result", sync_to_thread=True)
def show_result(request: StaffRequest, run_id: FromPath[RunId]) -> Html:
    """Show the outcome of a run for one house in a dialog."""
    return result_dialog(request, run_id)


@post_at("/reminder-runs/{run_id:str}/retry")
def retry_run(request: StaffRequest, run_id: FromPath[RunId], form: SentForm) -> Html:
    """Remind those houses again whose message failed, as a request of its own (rule 4.4)."""
    try:
        reminded = request.application.remind_residents.again(request.actor, run_id=run_id)
    except NO_MESSAGE_LEAVES as error:
        return refusal_dialog(request, error, form=form)
    if reminded.run is None:
        return go(request, run_path(run_id), screens.NOTHING_TO_RETRY)
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
