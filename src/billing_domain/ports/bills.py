"""Storage and reads of bills and exports."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from enum import Enum
from typing import Protocol, Self

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
from billing_domain.model.imports.next_period import Charge
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.paging import COUNT_MAX, Page, PageKey


class BillRepository(Protocol):
    """All bills; the number of a removed bill is never used again."""

    @abstractmethod
    def add_all(self, bills: Collection[PendingBill]) -> None:
        """Store new bills, all or none; raise NumberTakenError if a number was ever used."""

    @abstractmethod
    def get(self, scope: Scope, number: BillNumber) -> Bill:
        """Return a bill in scope or raise ThingNotFoundError."""

    @abstractmethod
    def get_many(self, scope: Scope, numbers: Collection[BillNumber]) -> Sequence[Bill]:
        """Return the given bills that are in scope, by ascending number."""

    @abstractmethod
    def save_all(self, bills: Collection[Bill], *, holder: OrderNumber | None = None) -> None:
        """Store the next version of each bill, each in one guarded step; raise StaleError.

        Bills are written in ascending order of number. A StaleError names the first bill whose
        stored version is not the expected one. Raises BillReservedError for the first bill that an
        open order other than `holder` reserves (rule 2.5, P13); pass the order as `holder` to
        write its bills.
        """

    @abstractmethod
    def mark_reminded(self, numbers: Collection[BillNumber], at: datetime) -> None:
        """Store when each bill was last reminded, without a new version of the bill.

        An earlier moment never replaces a later one; missing bills are skipped. `save_all` leaves
        the stored moment unchanged.
        """

    @abstractmethod
    def remove_all(self, bills: Collection[PendingBill], *, at: datetime, by: str) -> None:
        """Move exactly these versions of pending bills to 回收站; raise as `save_all` does.

        Nothing but DeletedBillRepository finds them afterwards (rules 2.7, 2.12).
        """

    @abstractmethod
    def charged_since(self, community_id: CommunityId, first_day: date) -> Sequence[Charge]:
        """Return what unpaid and paid bills charge for periods that begin on a day or later."""

    @abstractmethod
    def of_batch(self, scope: Scope, batch_id: BatchId) -> Sequence[Bill]:
        """Return the bills of an import that are in scope, by ascending number."""

    @abstractmethod
    def charges(
        self,
        community_id: CommunityId,
        houses: Collection[HouseId],
        *,
        periods: Collection[BillingPeriod] | None = None,
    ) -> set[ChargeKey]:
        """Return the charges of the houses' unpaid and paid bills (rule 3.12).

        Only the given `periods`; None means all.
        """


@attrs.frozen
class DeletedBill:
    """A bill in 回收站, as it was; `address` is empty once its house is gone (rule 2.12)."""

    bill: PendingBill
    community_name: str
    address: str
    deleted_at: datetime
    deleted_by: str


class DeletedBillRepository(Protocol):
    """回收站: deleted bills of the last 30 days; `since` is the earliest deletion that counts."""

    @abstractmethod
    def page(
        self, scope: Scope, *, since: datetime, key: PageKey | None, rows: int
    ) -> Page[DeletedBill]:
        """Return one page of the deleted bills in scope, last deleted first."""

    @abstractmethod
    def get(self, scope: Scope, number: BillNumber, *, since: datetime) -> DeletedBill:
        """Return a deleted bill in scope or raise ThingNotFoundError."""

    @abstractmethod
    def restore(self, bill: PendingBill) -> PendingBill:
        """Put a deleted bill back under its number, as its next version; raise StaleError."""

    @abstractmethod
    def remove_before(self, moment: datetime) -> int:
        """Forget the bills deleted before a moment; return their number."""


@attrs.frozen
class BillFilter:
    """The criteria of the list; a field that is None or empty does not restrict (rule 2.9).

    Every word of `text` matches the house, by address, resident's name or phone, or the bill's own
    or external number (`search_words`). Only residents living in the house today count; the
    address starts with the community's name. Fewer than six digits match numbers only if they
    match no house in scope. Ranges include both ends; days are Shanghai days.
    `period_from`..`period_to` finds bills whose period overlaps it.
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


class BillOrder(Enum):
    """The orders of the list; all but the newest import first need one community (rule 2.8).

    By address, buildings, units and floors count as numbers, and a house's periods follow one
    another. Bills that are alike sort by number.
    """

    NEWEST = "newest"
    ADDRESS = "address"
    ADDRESS_DOWN = "-address"
    AMOUNT = "amount"
    AMOUNT_DOWN = "-amount"
    PERIOD = "period"
    PERIOD_DOWN = "-period"


@attrs.frozen
class ResidentName:
    """A resident in a list; the phone is whole, screens mask it."""

    name: str
    phone: str


@attrs.frozen(kw_only=True)
class BillRow:
    """One row of the list and of an export (rule 2.8).

    `residents` live in the house today, in the order they were added.
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
        """The actions that the model allows with this bill (rule 2.1)."""
        return bill_actions(self.origin, self.state, self.channel)


@attrs.frozen
class BillTotals:
    """The number of bills that a filter finds, and their sums by state.

    `count` is at most COUNT_MAX + 1, which means "more"; the sums then cover only the counted
    bills.
    """

    count: int
    pending_count: int
    pending: Money
    paid: Money

    @classmethod
    def unknown(cls) -> Self:
        """Return the totals of more bills than could be counted."""
        return cls(COUNT_MAX + 1, 0, Money(0), Money(0))

    @property
    def capped(self) -> bool:
        """Whether there are more bills than were counted."""
        return self.count > COUNT_MAX


class BillQueries(Protocol):
    """Reads of bills for lists, exports and batches."""

    @abstractmethod
    def page(
        self,
        scope: Scope,
        bill_filter: BillFilter,
        *,
        key: PageKey | None,
        rows: int,
        order: BillOrder = BillOrder.NEWEST,
    ) -> Page[BillRow]:
        """Return one page, equally fast at any depth; an order needs the filter's community.

        Other orders than the newest import first are ignored without a community.
        """

    @abstractmethod
    def totals(self, scope: Scope, bill_filter: BillFilter) -> BillTotals:
        """Count and sum the bills that a filter finds, capped."""

    @abstractmethod
    def numbers(
        self, scope: Scope, bill_filter: BillFilter, *, count_max: int
    ) -> Sequence[BillNumber]:
        """Return the numbers that a filter finds, newest first, at most `count_max`."""

    @abstractmethod
    def houses(
        self, scope: Scope, bill_filter: BillFilter, *, count_max: int
    ) -> Mapping[HouseId, CommunityId]:
        """Return the houses of the bills that a filter finds, at most `count_max`."""

    @abstractmethod
    def houses_of(
        self, scope: Scope, numbers: Collection[BillNumber]
    ) -> Mapping[HouseId, CommunityId]:
        """Return the houses of the given bills that are in scope and unpaid."""

    @abstractmethod
    def row(self, scope: Scope, number: BillNumber) -> BillRow:
        """Return one bill or raise ThingNotFoundError."""

    @abstractmethod
    def rows_by_number(self, scope: Scope, numbers: Sequence[BillNumber]) -> Sequence[BillRow]:
        """Return the rows of the given bills that are in scope, newest first."""

    @abstractmethod
    def snapshot(
        self, scope: Scope, bill_filter: BillFilter
    ) -> AbstractContextManager[tuple[int, Iterator[BillRow]]]:
        """Open (count, all rows newest first) of one moment, in bounded memory (P34)."""

    @abstractmethod
    def month(self, scope: Scope, community_id: CommunityId | None, month: date) -> BillTotals:
        """Sum the bills whose period starts in the month of a day, uncapped."""

    @abstractmethod
    def buildings(self, scope: Scope, community_id: CommunityId) -> Sequence[str]:
        """Return the buildings of a community in natural order, for the filter."""


class ExportRepository(Protocol):
    """Export jobs, each visible only to the staff member who started it."""

    @abstractmethod
    def add(self, job: ExportJob) -> None:
        """Store a new export."""

    @abstractmethod
    def get(self, company_id: CompanyId, staff_id: str, export_id: ExportId) -> ExportJob:
        """Return a staff member's own export or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, job: ExportJob) -> None:
        """Store the next version; raise StaleError."""

    @abstractmethod
    def of_staff(
        self, company_id: CompanyId, staff_id: str, *, key: PageKey | None, rows: int
    ) -> Page[ExportJob]:
        """Return one page of a staff member's exports, newest first."""

    @abstractmethod
    def remove_before(self, moment: datetime) -> Sequence[ExportId]:
        """Remove the exports made before a moment; return their ids."""
