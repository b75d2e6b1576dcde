"""Reads for screens: rows as they are shown, past the aggregates."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Final, Generic, Protocol, TypeVar

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.actor import Scope
from billing_domain.model.audit import AuditEntry
from billing_domain.model.bill import (
    BatchId,
    BillAction,
    BillOrigin,
    BillState,
    PaymentChannel,
    bill_actions,
)
from billing_domain.model.bill_number import BillNumber
from billing_domain.model.community import CommunityId
from billing_domain.model.fee_type import FeeType
from billing_domain.model.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.model.resident import Relation, ResidentId
from billing_domain.model.search_text import fold_search_text

PAGE_ROWS: Final = 20
PAGE_ROWS_MAX: Final = 100
COUNT_MAX: Final = 10_000
"""Counts above this are shown as `10,000+`, since exact ones cost a whole scan."""

SEARCH_LENGTH_MAX: Final = 64
"""Lists cut longer search texts (promise P42); acts refuse them (`read_search_text`)."""

_Row = TypeVar("_Row")


def search_needle(text: str) -> str:
    """Return a search text as it is compared: cut and folded, empty for no restriction.

    A thing is found when one of its texts, folded by `fold_search_text`, contains it.
    """
    return fold_search_text(text.strip()[:SEARCH_LENGTH_MAX])


def read_search_text(text: str) -> str:
    """Return a search text that restricts as much as it says (rule 2.4).

    Raises FieldError for one that would be cut or that has nothing to compare: an act on all
    results must not reach more than the text asks for.
    """
    if len(text.strip()) > SEARCH_LENGTH_MAX:
        raise FieldError(field="search_text", reason="too_long")
    if text.strip() and not search_needle(text):
        raise FieldError(field="search_text", reason="format", value=text[:40])
    return text


@attrs.frozen
class BillFilter:
    """What the list shows; every field that is None or empty does not restrict (rule 2.9).

    `text` is a part of a number, external number, phone, resident's name or address: matched
    literally, whatever its width and case (`search_needle`); residents are those living in the
    house today, the address has the community's name in front. Ranges include both ends; days
    are Shanghai days.
    `period_from`..`period_to` keeps bills whose period overlaps it.
    """

    text: str = ""
    community_id: CommunityId | None = None
    building: str = ""
    house_id: HouseId | None = None
    fee_types: frozenset[FeeType] = frozenset()
    states: frozenset[BillState] = frozenset()
    channel: PaymentChannel | None = None
    imported_from: date | None = None
    imported_to: date | None = None
    paid_from: date | None = None
    paid_to: date | None = None
    period_from: date | None = None
    period_to: date | None = None
    amount_min: Money | None = None
    amount_max: Money | None = None
    reminded: bool | None = None
    batch_id: BatchId | None = None


@attrs.frozen
class ResidentName:
    """A resident as lists show them; the phone is whole, screens mask it."""

    name: str
    phone: str


@attrs.frozen(kw_only=True)
class BillRow:
    """One line of the list and of an export (rule 2.8).

    `residents` are those living in the house today, in the order they were added.
    """

    number: BillNumber
    external_number: str | None
    community_id: CommunityId
    community_name: str
    house_id: HouseId
    address: str
    residents: tuple[ResidentName, ...]
    fee_type: FeeType
    amount: Money
    period: BillingPeriod
    remark: str
    state: BillState
    origin: BillOrigin
    imported_at: datetime
    reminded_at: datetime | None
    channel: PaymentChannel | None
    paid_at: datetime | None
    payer_name: str
    voucher_number: str
    batch_id: BatchId | None
    version: int

    @property
    def actions(self) -> frozenset[BillAction]:
        """What the model allows with this bill (rule 2.1)."""
        return bill_actions(self.origin, self.state, self.channel)


@attrs.frozen
class Page(Generic[_Row]):
    """A page of rows with the keys of its neighbours, None where there is none.

    Bills page both ways: `next_key` is the number of the last row, `previous_key` that of the
    first, both None on an empty page. Houses and audit entries page forwards only.
    """

    rows: tuple[_Row, ...]
    next_key: str | None
    previous_key: str | None


@attrs.frozen
class PageKey:
    """Where a page starts: after a row (towards older) or before it (towards newer)."""

    number: str
    backwards: bool = False


@attrs.frozen
class BillTotals:
    """How many bills a filter finds, and their sums by state.

    `count` is at most COUNT_MAX + 1, which means "more"; the sums are then of those counted.
    """

    count: int
    pending_count: int
    pending: Money
    paid: Money

    @property
    def capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > COUNT_MAX


class BillQueries(Protocol):
    """Reads of bills for lists, exports and batches."""

    @abstractmethod
    def page(
        self, scope: Scope, bill_filter: BillFilter, *, key: PageKey | None, rows: int
    ) -> Page[BillRow]:
        """Return one page, newest import first, in time independent of its depth."""

    @abstractmethod
    def totals(self, scope: Scope, bill_filter: BillFilter) -> BillTotals:
        """Count and add up what a filter finds, capped."""

    @abstractmethod
    def numbers(
        self, scope: Scope, bill_filter: BillFilter, *, count_max: int
    ) -> Sequence[BillNumber]:
        """Return the numbers that a filter finds, newest first, at most `count_max`."""

    @abstractmethod
    def houses(
        self, scope: Scope, bill_filter: BillFilter, *, count_max: int
    ) -> Mapping[HouseId, CommunityId]:
        """Return the houses of the bills that a filter finds, at most `count_max` of them."""

    @abstractmethod
    def houses_of(
        self, scope: Scope, numbers: Collection[BillNumber]
    ) -> Mapping[HouseId, CommunityId]:
        """Return the houses of those of the bills that are in scope and unpaid."""

    @abstractmethod
    def row(self, scope: Scope, number: BillNumber) -> BillRow:
        """Return one bill or raise ThingNotFoundError."""

    @abstractmethod
    def rows_by_number(self, scope: Scope, numbers: Sequence[BillNumber]) -> Sequence[BillRow]:
        """Return those of the bills that are in scope, newest first."""

    @abstractmethod
    def snapshot(
        self, scope: Scope, bill_filter: BillFilter
    ) -> AbstractContextManager[tuple[int, Iterator[BillRow]]]:
        """Open (count, all rows newest first) of one moment, in bounded memory (P34)."""

    @abstractmethod
    def month(self, scope: Scope, community_id: CommunityId | None, month: date) -> BillTotals:
        """Add up the bills whose period starts in the month of a day, uncapped."""

    @abstractmethod
    def buildings(self, scope: Scope, community_id: CommunityId) -> Sequence[str]:
        """Return the buildings of a community in natural order, for the filter."""


@attrs.frozen(kw_only=True)
class ResidentRow:
    """One resident as the residents page shows them."""

    id: ResidentId
    house_id: HouseId
    community_id: CommunityId
    address: str
    name: str
    phone: str
    relation: Relation
    moved_in_on: date | None
    moved_out_on: date | None
    bound: bool
    version: int


@attrs.frozen(kw_only=True)
class HouseRow:
    """One house as the houses page shows it, with its present residents."""

    id: HouseId
    community_id: CommunityId
    community_name: str
    address: str
    residents: tuple[ResidentRow, ...]
    pending_count: int
    pending: Money


class HouseQueries(Protocol):
    """Reads of houses and residents."""

    @abstractmethod
    def page(
        self, scope: Scope, community_id: CommunityId, *, text: str, key: str | None, rows: int
    ) -> Page[HouseRow]:
        """Return houses whose address, residents' names or phones contain the text.

        Ordered by `HouseAddress.sort_key`, compared by code points, then by id; residents are
        those living there today. `key` is the `next_key` of the page before.
        """

    @abstractmethod
    def row(self, scope: Scope, house_id: HouseId) -> HouseRow:
        """Return one house with all residents, moved-out ones too; or ThingNotFoundError."""

    @abstractmethod
    def count(self, scope: Scope, community_id: CommunityId) -> int:
        """Return how many houses a community has."""


class AuditQueries(Protocol):
    """Reads of the audit log."""

    @abstractmethod
    def of_subject(self, scope: Scope, kind: str, subject_id: str) -> Sequence[AuditEntry]:
        """Return the entries about one thing, newest first, of communities in scope.

        Entries of no community are seen by those alone whose scope is the whole company.
        """

    @abstractmethod
    def page(
        self, scope: Scope, *, key: str | None, rows: int, subject_kind: str = ""
    ) -> Page[AuditEntry]:
        """Return the log in scope, newest first."""
