"""The filter of the page of payment orders as an address: read, and written again."""

from __future__ import annotations

from typing import Final

import attrs

from billing_domain.model.company.community import CommunityId
from billing_domain.model.payments.order import OrderState
from billing_domain.model.search_text import SEARCH_LENGTH_MAX
from billing_domain.ports.payments.queries import OrderFilter
from billing_entrypoints.web.forms import Form, calendar_day, chosen
from billing_entrypoints.web.staff.list_search import ListSearch
from billing_entrypoints.web.staff_request import StaffRequest

CHANGED: Final = "payments-changed"
"""The event after which pages of orders and refunds fetch themselves again."""

LIST: Final = "/staff/payment-orders"
FIELDS: Final = ("q", "community", "state", "made_from", "made_to")
_STATES: Final = {state.value: state for state in OrderState}


@attrs.frozen
class OrderSearch(ListSearch):
    """A filter, the form it was read from, and the page of it that is wanted."""

    path = LIST
    fields = FIELDS

    order_filter: OrderFilter
    key: str | None = None


def reachable_orders(request: StaffRequest, form: Form) -> OrderSearch:
    """Read the fields of an address; an unusable one is noted and restricts nothing.

    Raises ThingNotFoundError for a community out of reach (P35).
    """
    community = CommunityId(form.text("community")) if form.has("community") else None
    if community:
        request.application.view_company.community(request.actor, community_id=community)
    order_filter = OrderFilter(
        text=form.text("q")[:SEARCH_LENGTH_MAX],
        community_id=community,
        state=form.read_optional("state", chosen("state", _STATES)),
        made_from=form.read_optional("made_from", calendar_day("made_from")),
        made_to=form.read_optional("made_to", calendar_day("made_to")),
    )
    return OrderSearch(form, order_filter, form.text("after") or None)
