"""Answers to a request to remind: its progress, or why nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from billing_domain.errors import (
    BillingError,
    MessagingMisconfiguredError,
    ReminderChannelOffError,
)
from billing_domain.model.company.staff import Permission
from billing_domain.model.reminders.batch import ReminderBatch
from billing_domain.model.reminders.queued_reminder import RunId
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome, ReminderRow
from billing_domain.use_cases.reminders.remind_residents import Reminded
from billing_domain.words.zh import sentence
from billing_entrypoints.web import hx
from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.forms import Form
from billing_entrypoints.web.pages import CHANGED, Html, dialog, go
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.screens import HOW_TO_BIND, decision_words

LIST: Final = "/staff/reminders"
NO_MESSAGE_LEAVES: Final = (MessagingMisconfiguredError, ReminderChannelOffError)


def run_path(run_id: RunId) -> str:
    """Return where a request's page is."""
    return f"/staff/reminder-runs/{run_id}"


def binding_advice(rows: Iterable[ReminderRow]) -> str:
    """Return how residents bind WeChat, empty when every house was reached."""
    nobody = any(row.outcome is ReminderOutcome.UNREACHABLE for row in rows)
    return HOW_TO_BIND if nobody else ""


def answer_request(request: StaffRequest, reminded: Reminded, *, place: str, form: Form) -> Html:
    """Redirect to the run's progress, or show why no house is reminded.

    A second click leads to the run of the first one while it is being sent.
    """
    batch = reminded.batch
    earlier = earlier_run(request, batch)
    run_id = earlier or (reminded.run.id if reminded.run else None)
    refused = batch.only is not None and not batch.to_send
    if run_id is None or (refused and earlier is None):
        return refusal_dialog(request, batch, form=form, place=place)
    if batch.only is not None and hx.is_for_dialog(request):
        return result_dialog(request, run_id)
    return go(request, run_path(run_id), screens.SENT_BEFORE if earlier else "")


def earlier_run(request: StaffRequest, batch: ReminderBatch) -> RunId | None:
    """Return the run that is being sent, if it is the reason for sending nothing now."""
    if batch.to_send or not batch.under_way:
        return None
    waiting = ReminderFilter(
        house_id=batch.under_way[0].house_id, outcomes=frozenset({ReminderOutcome.WAITING})
    )
    found = request.application.view_reminders.page(request.actor, waiting, rows=1)
    return found.rows[0].run_id if found.rows else None


def refusal_dialog(
    request: StaffRequest, why: ReminderBatch | BillingError, *, form: Form, place: str = ""
) -> Html:
    """Show why no message is sent, in the guide's words for a single house (rule 4.2).

    An error is a setting that blocks every message; those who may change it get a link.
    """
    batch = why if isinstance(why, ReminderBatch) else ReminderBatch(())
    context = {**dry_run_context(batch, place), "form": form, "mending": ""}
    context["sees_jobs"] = request.actor.may(Permission.VIEW_PAYMENTS)
    if isinstance(why, BillingError):
        context |= {"refusal": sentence(why), "mending": _mending(request, why)}
    status = 422 if form.sent else 200
    return dialog(request, "staff/reminders/refusal.html", context, status=status)


def _mending(request: StaffRequest, error: BillingError) -> str:
    """Return the page of the blocking setting, empty without the permission."""
    if not request.actor.may(Permission.CONFIGURE_COMPANY):
        return ""
    no_account = isinstance(error, MessagingMisconfiguredError) and error.reason == "no_account"
    return "/staff/payment-accounts" if no_account else "/staff/reminder-settings"


def result_dialog(request: StaffRequest, run_id: RunId) -> Html:
    """Show the outcome of a run for one house; the dialog refreshes until it is final."""
    view = request.application.view_reminders
    progress = view.progress(request.actor, run_id=run_id)
    found = view.page(request.actor, ReminderFilter(run_id=run_id), rows=1)
    context = {
        "row": found.rows[0],
        "going": not progress.finished,
        "address": f"{run_path(run_id)}/result",
    }
    answer = dialog(request, "staff/reminders/result.html", context)
    if progress.finished:
        answer.headers.update(hx.raise_events(CHANGED))
    return answer


def dry_run_context(batch: ReminderBatch, place: str) -> dict[str, Any]:
    """Return the dialogs' context; `place` is the address of a single house, or empty."""
    only = batch.only
    return {
        "reminders": batch,
        "place": place,
        "refusal": decision_words(only, ReminderChannel.WECHAT) if only else "",
        "how_to_bind": HOW_TO_BIND if batch.unreachable else "",
        "records": with_query(LIST, [("house", only.house_id)]) if only else LIST,
    }
