"""催缴记录: every house that was reminded or should have been, and what came of it (rule 4.3)."""

from typing import Final

from litestar import get

from billing_domain.model.houses.house import HouseId
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome
from billing_entrypoints.web.pages import Html
from billing_entrypoints.web.staff.list_page import (
    ListPage,
    choice,
    days,
    exactly,
    in_community,
    text,
)
from billing_entrypoints.web.staff.reminders.answers import LIST, binding_advice
from billing_entrypoints.web.staff_request import StaffRequest
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
