"""List pages: criteria from the address, reach, chips, and pages both ways (rules 2.4, 2.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

import attrs
from litestar import Response

from billing_domain.errors import FieldError, FilterUnreadableError
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.search_text import SEARCH_LENGTH_MAX, read_search_text
from billing_domain.model.money import Money
from billing_domain.ports.paging import PAGE_ROWS, Page, PageKey
from billing_entrypoints.web import hx
from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.forms import Form, calendar_day, chosen
from billing_entrypoints.web.pages import page
from billing_entrypoints.web.shell import COMMUNITY_FIELD
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

AFTER: Final = "after"
BEFORE: Final = "before"
SORT: Final = "sort"
SIZE: Final = "rows"

_Filter = TypeVar("_Filter")
Words = Callable[[StaffRequest, str], str]


@attrs.frozen
class Criterion:
    """A restriction of a list: one field of the address, or both ends of a range.

    `fields` are the names in the filter. `words` returns the chip's text for a single field; it
    raises ThingNotFoundError for a thing out of reach (P35). `hidden` fields have no control in
    the form, `lenient` reads what the list shows when `parse` refuses.
    """

    names: tuple[str, ...]
    fields: tuple[str, ...]
    parse: Callable[[str], Any]
    words: Words = lambda _request, text: text
    chip: bool = False
    hidden: bool = False
    lenient: Callable[[str], Any] | None = None

    def read(self, form: Form) -> dict[str, Any]:
        """Return the filter's fields; note each that can't be read or comes twice."""
        found = {}
        for name, field in zip(self.names, self.fields, strict=True):
            if len(set(form.texts(name))) > 1:
                form.refuse(FieldError(field=name, reason="twice"), field=name)
            if not form.text(name):
                continue
            value = form.read(name, self.parse)
            if value is None and self.lenient is not None:
                value = self.lenient(form.text(name))
            if value is not None:
                found[field] = value
        return found


def text(name: str = "q", field: str = "text") -> Criterion:
    """Return a search text; the list shows what a cut one finds (P42)."""
    return Criterion(
        (name,), (field,), read_search_text, lenient=lambda typed: typed[:SEARCH_LENGTH_MAX]
    )


def in_community(*, chip: bool = False, hidden: bool = True) -> Criterion:
    """Return the restriction to a community within reach."""
    return Criterion(
        (COMMUNITY_FIELD,),
        ("community_id",),
        CommunityId,
        words=_community_name,
        chip=chip,
        hidden=hidden,
    )


def exactly(name: str, field: str, **more: Any) -> Criterion:  # noqa: ANN401 - Criterion's
    """Return the restriction to an id or a text, compared as it is."""
    return Criterion((name,), (field,), str, **more)


def choice(name: str, choices: Mapping[str, Any], field: str = "", **more: Any) -> Criterion:  # noqa: ANN401 - Criterion's
    """Return one of several values by its code; `field` is its name in the filter."""
    field = field or name
    return Criterion((name,), (field,), chosen(name, choices), **more)


def days(name: str, field: str = "", *, chip: bool = False) -> Criterion:
    """Return a range of Shanghai days, both included; `field` is its name in the filter."""
    return _span(name, field or name, ("from", "to"), calendar_day(f"{name}_from"), chip=chip)


def amounts(name: str, *, chip: bool = False) -> Criterion:
    """Return a range of sums, both included."""
    return _span(name, name, ("min", "max"), Money.parse, chip=chip)


@attrs.frozen
class Chip:
    """One active criterion and the address of the list without it."""

    label: str
    value: str
    address: str


@attrs.frozen
class ListPage(Generic[_Filter]):
    """A list of rows at an address of its own; `make_filter` takes the criteria's fields.

    `region` is the id of the element that htmx replaces. `orders` are the orders to choose from,
    by their codes in the address, `sizes` how many rows a page may show, the usual number first.
    """

    path: str
    template: str
    make_filter: Callable[..., _Filter]
    criteria: tuple[Criterion, ...] = ()
    orders: Mapping[str, Any] = attrs.field(factory=dict)
    sizes: tuple[int, ...] = (PAGE_ROWS,)
    region: str = attrs.field(
        default=attrs.Factory(lambda self: self.path.rpartition("/")[2], takes_self=True)
    )

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the address, without the page's key."""
        return tuple(name for each in self.criteria for name in each.names)

    def parse(self, form: Form) -> ListSearch[_Filter]:
        """Read the fields of an address; checks no reach and makes no chips."""
        values: dict[str, Any] = {}
        for each in self.criteria:
            values |= each.read(form)
        key = None
        if form.has(BEFORE):
            key = PageKey(form.text(BEFORE), backwards=True)
        elif form.has(AFTER):
            key = PageKey(form.text(AFTER))
        return ListSearch(self, form, self.make_filter(**values), key)

    def read(self, request: StaffRequest, form: Form | None = None) -> ListSearch[_Filter]:
        """Read the address, or a form that holds its fields.

        Raises ThingNotFoundError for a thing out of reach (P35).
        """
        search = self.parse(form or Form.of_query(request))
        chips = [
            Chip(
                screens.CRITERIA[each.names[0]],
                words,
                search.address(**dict.fromkeys(each.names, "")),
            )
            for each in self.criteria
            if (words := _words(request, search.form, each)) and each.chip
        ]
        return attrs.evolve(search, chips=chips)


@attrs.frozen
class ListSearch(Generic[_Filter]):
    """What one address asks of a list: its filter, its page, and the addresses around it."""

    listing: ListPage[_Filter]
    form: Form
    shown: _Filter
    """The criteria that could be read: enough for showing rows, never for acting on all."""

    key: PageKey | None = None
    chips: Sequence[Chip] = ()

    @property
    def unreadable(self) -> Sequence[str]:
        """The fields that restrict less than was asked for."""
        return [name for name in self.listing.names if self.form.error(name)]

    @property
    def exact(self) -> _Filter:
        """The filter for acts on all results; raises FilterUnreadableError (rule 2.4)."""
        if wrong := self.unreadable:
            criteria = tuple((name, self.form.text(name)[:40]) for name in wrong)
            raise FilterUnreadableError(criteria=criteria)
        return self.shown

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """Return the filled fields of the address, with some of them changed."""
        found = [(name, changes.get(name, self.form.text(name))) for name in self.listing.names]
        return [(name, value) for name, value in found if value]

    @property
    def whole(self) -> list[tuple[str, str]]:
        """The fields with which a form asks for all results again."""
        return [("whole", "1"), *self.pairs()]

    @property
    def order(self) -> Any:  # noqa: ANN401 - whatever the list is sorted by
        """The chosen order, None for the usual one; it is no criterion and restricts nothing."""
        return self.listing.orders.get(self.form.text(SORT))

    @property
    def size(self) -> int:
        """How many rows a page shows."""
        by_text = {str(size): size for size in self.listing.sizes}
        return by_text.get(self.form.text(SIZE), self.listing.sizes[0])

    def view(self, **changes: str) -> list[tuple[str, str]]:
        """Return order and size as fields of the address, if they are not the usual ones."""
        sort = changes.get(SORT, self.form.text(SORT))
        size = changes.get(SIZE, str(self.size))
        usual = {SORT: "", SIZE: str(self.listing.sizes[0])}
        found = {SORT: sort if sort in self.listing.orders else "", SIZE: size}
        return [(name, value) for name, value in found.items() if value != usual[name]]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields that the form keeps without a control."""
        return [
            *(
                (n, self.form.text(n))
                for each in self.listing.criteria
                if each.hidden
                for n in each.names
            ),
            *(pair for pair in self.view() if pair[0] == SIZE),
        ]

    def address(self, *, after: str = "", before: str = "", **changes: str) -> str:
        """Return the address of the page beyond a key, with some fields changed."""
        keys = [(AFTER, after), (BEFORE, before)]
        fields = [*self.pairs(**changes), *self.view(**changes), *keys]
        return with_query(self.listing.path, fields)

    @property
    def here(self) -> str:
        """The address of this page."""
        return self.address(after=self.form.text(AFTER), before=self.form.text(BEFORE))

    @property
    def cleared(self) -> str:
        """The address of the list without any criterion but the community."""
        fields = [pair for pair in self.pairs() if pair[0] == COMMUNITY_FIELD]
        return with_query(self.listing.path, fields)

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the community restricts the list."""
        return any(name != COMMUNITY_FIELD for name, _ in self.pairs())

    @property
    def chip_count(self) -> int:
        """How many filled fields are shown as chips."""
        filled = dict(self.pairs())
        return sum(
            name in filled for each in self.listing.criteria if each.chip for name in each.names
        )

    def answer(self, request: StaffRequest, found: Page[Any], **context: object) -> Response[str]:
        """Return the page that shows the found rows."""
        after = self.address(after=found.next_key) if found.next_key else ""
        before = self.address(before=found.previous_key) if found.previous_key else ""
        common = {
            "search": self,
            "form": self.form,
            "rows": found.rows,
            "next_address": after,
            "previous_address": before,
        }
        # A page that refreshes itself adds nothing to the history.
        moved = self.here != hx.current_path(request)
        address = self.here if moved else ""
        return page(request, self.listing.template, {**common, **context}, address=address)


def _span(
    name: str, field: str, ends: tuple[str, str], parse: Callable[[str], Any], *, chip: bool
) -> Criterion:
    return Criterion(
        tuple(f"{name}_{end}" for end in ends),
        tuple(f"{field}_{end}" for end in ends),
        parse,
        chip=chip,
    )


def _words(request: StaffRequest, form: Form, criterion: Criterion) -> str:
    typed = [form.text(name) for name in criterion.names]
    if not any(typed):
        return ""
    if len(typed) == 1:
        return criterion.words(request, typed[0])
    low, high = (each or screens.OPEN_END for each in typed)
    return screens.RANGE.format(low=low, high=high)


def _community_name(request: StaffRequest, community_id: str) -> str:
    view = request.application.view_company
    return view.community(request.actor, community_id=CommunityId(community_id)).name
