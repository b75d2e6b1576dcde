"""Storage and reads of bills and exports."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

import attrs

from billing_domain.model.bills.bill import (
    BatchId,
    Bill,
    BillAction,
    BillOrigin,
    BillState,
    PaymentChannel,
    PendingBill,
    bill_actions,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.export import ExportId, ExportJob
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.imports.bill_row import ChargeKey
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.paging import COUNT_MAX, Page, PageKey


class BillRepository(Protocol):
    """All bills; a removed bill is found no more, but its number is never free again."""

    @abstractmethod
    def add_all(self, bills: Collection[PendingBill]) -> None:
        """Keep new bills, all or none; raise NumberTakenError if a number was ever used."""

    @abstractmethod
    def get(self, scope: Scope, number: BillNumber) -> Bill:
        """Return a bill in scope or raise ThingNotFoundError."""

    @abstractmethod
    def get_many(self, scope: Scope, numbers: Collection[BillNumber]) -> Sequence[Bill]:
        """Return those of the bills that are in scope, by ascending number."""

    @abstractmethod
    def save_all(self, bills: Collection[Bill], *, holder: OrderNumber | None = None) -> None:
        """Replace the versions before these in one guarded step each; raise StaleError.

        Bills are written in ascending order of number. A StaleError names the first bill
        whose stored version is not the one before. Raises BillReservedError naming the first
        that an open order other than `holder` reserves (rule 2.5, P13); who writes a bill that
        an order reserves says so.
        """

    @abstractmethod
    def mark_reminded(self, numbers: Collection[BillNumber], at: datetime) -> None:
        """Write down when bills were last reminded of, without a new version of them.

        Later moments stay; bills that are gone are left out. `save_all` leaves the moment alone.
        """

    @abstractmethod
    def remove_all(self, bills: Collection[PendingBill]) -> None:
        """Remove exactly these versions of pending bills; raise as `save_all` does (rule 2.7)."""

    @abstractmethod
    def charges(
        self,
        community_id: CommunityId,
        houses: Collection[HouseId],
        *,
        periods: Collection[BillingPeriod] | None = None,
    ) -> set[ChargeKey]:
        """Return what the unpaid and paid bills of houses charge for (rule 3.12).

        `periods` are those that matter, None for all.
        """


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


class ExportRepository(Protocol):
    """Files of bills being written."""

    @abstractmethod
    def add(self, job: ExportJob) -> None:
        """Keep a new export."""

    @abstractmethod
    def get(self, company_id: CompanyId, staff_id: str, export_id: ExportId) -> ExportJob:
        """Return a staff member's own export or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, job: ExportJob) -> None:
        """Replace the version before this one; raise StaleError."""

    @abstractmethod
    def of_staff(
        self, company_id: CompanyId, staff_id: str, *, key: PageKey | None, rows: int
    ) -> Page[ExportJob]:
        """Return one page of a staff member's exports, newest first."""

    @abstractmethod
    def remove_before(self, moment: datetime) -> Sequence[ExportId]:
        """Forget the exports made before a moment; return their ids."""
