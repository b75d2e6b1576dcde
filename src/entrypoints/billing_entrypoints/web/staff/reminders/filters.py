"""The filter of 催缴记录 as an address: read, and written again."""

from __future__ import annotations

from typing import Final

import attrs

from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.search_text import SEARCH_LENGTH_MAX
from billing_domain.ports.houses import HouseRow
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome
from billing_entrypoints.web.forms import Form, calendar_day, chosen
from billing_entrypoints.web.staff.list_search import ListSearch
from billing_entrypoints.web.staff_request import StaffRequest

LIST: Final = "/staff/reminders"
FIELDS: Final = ("q", "community", "house", "outcome", "asked_from", "asked_to")
OUTCOMES: Final = {outcome.value: outcome for outcome in ReminderOutcome}


@attrs.frozen
class ReminderSearch(ListSearch):
    """A filter, the form it was read from, and the page of it that is wanted.

    `house` is the one that the filter names.
    """

    path = LIST
    fields = FIELDS

    reminder_filter: ReminderFilter
    house: HouseRow | None
    key: str | None = None


def reachable_reminders(request: StaffRequest, form: Form) -> ReminderSearch:
    """Read the fields of an address; an unusable one is noted and restricts nothing.

    Raises ThingNotFoundError for a community or a house out of reach (P35).
    """
    community = CommunityId(form.text("community")) if form.has("community") else None
    if community:
        request.application.view_company.community(request.actor, community_id=community)
    house = None
    if form.has("house"):
        house_id = HouseId(form.text("house"))
        house = request.application.view_houses.house(request.actor, house_id=house_id)
    outcome = form.read_optional("outcome", chosen("outcome", OUTCOMES))
    reminder_filter = ReminderFilter(
        text=form.text("q")[:SEARCH_LENGTH_MAX],
        community_id=community,
        house_id=house.id if house else None,
        outcomes=frozenset([outcome] if outcome else []),
        requested_from=form.read_optional("asked_from", calendar_day("requested_at")),
        requested_to=form.read_optional("asked_to", calendar_day("requested_at")),
    )
    return ReminderSearch(form, reminder_filter, house, form.text("after") or None)
