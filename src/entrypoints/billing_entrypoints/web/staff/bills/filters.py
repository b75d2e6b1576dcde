"""The filter of the bill list as an address: read, shown as chips, written again (rule 2.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from billing_domain.errors import FieldError, FilterUnreadableError
from billing_domain.model.bills.bill import BatchId, BillState, PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.search_text import SEARCH_LENGTH_MAX, read_search_text
from billing_domain.ports.bills import BillFilter, PageKey
from billing_entrypoints.web.addresses import START, with_query
from billing_entrypoints.web.forms import Form, calendar_day, chosen
from billing_entrypoints.web.staff.list_search import ListSearch
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

FEE_TYPES: Final = {fee_type.name.lower(): fee_type for fee_type in FeeType}
STATES: Final = {state.value: state for state in BillState}
CHANNELS: Final = {channel.value: channel for channel in PaymentChannel}
REMINDED: Final = {"yes": True, "no": False}

FIELDS: Final = (
    "q",
    "community",
    "building",
    "house",
    "type",
    "state",
    "paid_by",
    "imported_from",
    "imported_to",
    "paid_from",
    "paid_to",
    "period_from",
    "period_to",
    "amount_min",
    "amount_max",
    "reminded",
    "batch",
)
IN_TOOLBAR: Final = frozenset({"q", "type", "state"})
"""What is seen above the table anyway and needs no chip."""

_RANGES: Final = (
    ("imported_from", "imported_to"),
    ("paid_from", "paid_to"),
    ("period_from", "period_to"),
    ("amount_min", "amount_max"),
)


@attrs.frozen
class Chip:
    """One active criterion and the address of the list without it."""

    label: str
    value: str
    address: str


@attrs.frozen
class BillSearch(ListSearch):
    """A filter, the form it was read from, and the page of it that is wanted."""

    path = START
    fields = FIELDS

    shown: BillFilter
    """The criteria that could be read: enough for showing rows, never for acting on all."""

    key: PageKey | None = None

    @property
    def unreadable(self) -> Sequence[str]:
        """The criteria that restrict less than was asked for."""
        return [name for name in FIELDS if self.form.error(name)]

    @property
    def bill_filter(self) -> BillFilter:
        """The filter for acts on all results; raises FilterUnreadableError (rule 2.4)."""
        if wrong := self.unreadable:
            criteria = tuple((name, self.form.text(name)[:40]) for name in wrong)
            raise FilterUnreadableError(criteria=criteria)
        return self.shown

    def page_address(self, *, after: str = "", before: str = "") -> str:
        """Return the address of the page after or before a row."""
        return with_query(START, [*self.pairs(), ("after", after), ("before", before)])

    @property
    def advanced_count(self) -> int:
        """How many criteria of the panel are in use."""
        return sum(1 for name, value in self.pairs() if value and name not in IN_TOOLBAR)

    def chips(self, communities: Mapping[str, str]) -> Sequence[Chip]:
        """Return the active criteria in words; `communities` gives their names by id."""
        text = self.form.text
        singles = [
            ("community", communities.get(text("community"), "")),
            ("building", text("building")),
            ("house", screens.GIVEN_HOUSE if text("house") else ""),
            ("paid_by", _label(CHANNELS.get(text("paid_by")))),
            ("reminded", screens.REMINDED.get(text("reminded"), "")),
            ("batch", screens.GIVEN_BATCH if text("batch") else ""),
        ]
        chips = [
            Chip(screens.CRITERIA[name], value, self.address(**{name: ""}))
            for name, value in singles
            if value
        ]
        for low, high in _RANGES:
            if text(low) or text(high):
                words = screens.RANGE.format(
                    low=text(low) or screens.OPEN_END, high=text(high) or screens.OPEN_END
                )
                chips.append(
                    Chip(screens.CRITERIA[low], words, self.address(**{low: "", high: ""}))
                )
        return chips


def read_search(form: Form) -> BillSearch:
    """Read the fields of an address and note each that can't be read or comes twice."""
    for name in FIELDS:
        if len(set(form.texts(name))) > 1:
            form.refuse(FieldError(field=name, reason="twice"), field=name)
    form.read("q", read_search_text)
    state = form.read_optional("state", chosen("state", STATES))
    fee_type = form.read_optional("type", chosen("fee_type", FEE_TYPES))
    bill_filter = BillFilter(
        text=form.text("q")[:SEARCH_LENGTH_MAX],
        community_id=CommunityId(form.text("community")) if form.has("community") else None,
        building=form.text("building"),
        house_id=HouseId(form.text("house")) if form.has("house") else None,
        fee_types=frozenset([fee_type] if fee_type else []),
        states=frozenset([state] if state else []),
        channel=form.read_optional("paid_by", chosen("channel", CHANNELS)),
        imported_from=form.read_optional("imported_from", calendar_day("imported_at")),
        imported_to=form.read_optional("imported_to", calendar_day("imported_at")),
        paid_from=form.read_optional("paid_from", calendar_day("paid_at")),
        paid_to=form.read_optional("paid_to", calendar_day("paid_at")),
        period_from=form.read_optional("period_from", calendar_day("period")),
        period_to=form.read_optional("period_to", calendar_day("period")),
        amount_min=form.read_optional("amount_min", Money.parse),
        amount_max=form.read_optional("amount_max", Money.parse),
        reminded=form.read_optional("reminded", chosen("reminded", REMINDED)),
        batch_id=BatchId(form.text("batch")) if form.has("batch") else None,
    )
    return BillSearch(form, bill_filter, _key(form))


def whole_fields(search: BillSearch) -> Sequence[tuple[str, str]]:
    """Return the fields with which a form asks for all results of a filter again."""
    return [("whole", "1"), *((name, value) for name, value in search.pairs() if value)]


def reachable_search(request: StaffRequest, form: Form) -> BillSearch:
    """Read the fields and raise ThingNotFoundError for a community out of reach (P35)."""
    search = read_search(form)
    if search.shown.community_id:
        request.application.view_company.community(
            request.actor, community_id=search.shown.community_id
        )
    return search


def _key(form: Form) -> PageKey | None:
    if form.has("before"):
        return PageKey(BillNumber(form.text("before")), backwards=True)
    return PageKey(BillNumber(form.text("after"))) if form.has("after") else None


def _label(channel: PaymentChannel | None) -> str:
    return channel.label if channel else ""
