"""Where things are kept: one unit of work, one repository per aggregate.

Repositories of a unit of work see its own uncommitted changes; leaving it without `commit` undoes
everything. Writes are guarded: a record that was changed meanwhile raises StaleError instead of
being overwritten. Every look-up takes a Scope and knows nothing outside it (promise P35).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from billing_domain.model.actor import Scope
from billing_domain.model.audit import AuditEntry
from billing_domain.model.bill import Bill, PendingBill
from billing_domain.model.bill_number import BillNumber
from billing_domain.model.bill_row import ChargeKey
from billing_domain.model.community import Community, CommunityId, Company, CompanyId
from billing_domain.model.house import House, HouseId
from billing_domain.model.payment import OrderNumber
from billing_domain.model.period import BillingPeriod
from billing_domain.model.resident import Resident, ResidentId
from billing_domain.ports.import_storage import (
    ExportRepository,
    ImportBatchRepository,
    ImportProfileRepository,
    UploadRepository,
)
from billing_domain.ports.outbox_storage import OutboxRepository
from billing_domain.ports.owner_storage import (
    OfficialAccountRepository,
    OwnerSessionRepository,
    ReceiptRepository,
    RegistrationRepository,
)
from billing_domain.ports.payment_storage import (
    MessageRepository,
    OrderRepository,
    PaymentAccountRepository,
    RefundRepository,
)
from billing_domain.ports.reminder_storage import (
    ReminderRepository,
    ReminderSettingsRepository,
)
from billing_domain.ports.staff_storage import SessionRepository, StaffRepository


class CompanyRepository(Protocol):
    """All companies of the deployment."""

    @abstractmethod
    def add(self, company: Company) -> None:
        """Keep a new company; raise FieldError(name, taken) for a name in use."""

    @abstractmethod
    def get(self, company_id: CompanyId) -> Company:
        """Return a company or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, company: Company) -> None:
        """Replace a company; raise FieldError(name, taken) for a name in use."""

    @abstractmethod
    def all(self) -> Sequence[Company]:
        """Return every company, oldest first."""


class CommunityRepository(Protocol):
    """The communities of companies."""

    @abstractmethod
    def add(self, community: Community) -> None:
        """Keep a new community; raise FieldError(name, taken) within its company."""

    @abstractmethod
    def get(self, scope: Scope, community_id: CommunityId) -> Community:
        """Return a community in scope or raise ThingNotFoundError."""

    @abstractmethod
    def find(self, community_id: CommunityId) -> Community | None:
        """Return a community of any company, for a scanned code (rule 5.10), or None."""

    @abstractmethod
    def lock(self, scope: Scope, community_id: CommunityId) -> Community:
        """Return a community as `get` does, and let other lockers wait until this unit ends.

        Imports into one community come one after the other, so that each sees the one before.
        """

    @abstractmethod
    def save(self, community: Community) -> None:
        """Replace the version before this one; raise StaleError, FieldError(name, taken)."""

    @abstractmethod
    def all(self, scope: Scope) -> Sequence[Community]:
        """Return the communities in scope, oldest first."""


class HouseRepository(Protocol):
    """The houses of communities; two addresses of one community never fold to one key."""

    @abstractmethod
    def add_all(self, houses: Collection[House]) -> None:
        """Keep new houses; raise FieldError(address, taken) if a folded address is in use."""

    @abstractmethod
    def get(self, scope: Scope, house_id: HouseId) -> House:
        """Return a house in scope or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, house: House) -> None:
        """Replace a house's address; raise FieldError(address, taken), ThingNotFoundError."""

    @abstractmethod
    def remove(self, house: House) -> None:
        """Forget a house; raise HouseInUseError while it has bills or residents."""

    @abstractmethod
    def of_community(self, community_id: CommunityId) -> Sequence[House]:
        """Return the houses of a community in the order they were added."""


class ResidentRepository(Protocol):
    """The residents of houses, present and past."""

    @abstractmethod
    def add_all(self, residents: Collection[Resident]) -> None:
        """Keep new residents."""

    @abstractmethod
    def get(self, scope: Scope, resident_id: ResidentId) -> Resident:
        """Return a resident in scope or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, resident: Resident) -> None:
        """Replace the version before this one; raise StaleError."""

    @abstractmethod
    def of_house(self, house_id: HouseId) -> Sequence[Resident]:
        """Return a house's residents in the order they were added, moved-out ones too."""

    @abstractmethod
    def of_openid(self, company_id: CompanyId, openid: str) -> Sequence[Resident]:
        """Return every resident of a company bound to an openid, moved-out ones too."""

    @abstractmethod
    def of_community(self, community_id: CommunityId, *, on: date) -> Sequence[Resident]:
        """Return everyone who lives in the community on a day."""


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


class AuditLog(Protocol):
    """The append-only log; storage refuses to alter or remove an entry (rule 2.11)."""

    @abstractmethod
    def add_all(self, entries: Iterable[AuditEntry]) -> None:
        """Append entries."""


class UnitOfWork(Protocol):
    """One transaction: enter it, change things, commit; leaving undoes what is left."""

    @abstractmethod
    def __enter__(self) -> Self:
        """Begin."""

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, undoing everything that was not committed."""

    @abstractmethod
    def commit(self) -> None:
        """Make every change permanent, all or none.

        Raises RuntimeError after a refused step that left a part of itself behind, and where
        nothing may be written.
        """

    @property
    @abstractmethod
    def companies(self) -> CompanyRepository:
        """The companies."""

    @property
    @abstractmethod
    def communities(self) -> CommunityRepository:
        """The communities."""

    @property
    @abstractmethod
    def houses(self) -> HouseRepository:
        """The houses."""

    @property
    @abstractmethod
    def residents(self) -> ResidentRepository:
        """The residents."""

    @property
    @abstractmethod
    def bills(self) -> BillRepository:
        """The bills."""

    @property
    @abstractmethod
    def import_batches(self) -> ImportBatchRepository:
        """The imports."""

    @property
    @abstractmethod
    def import_profiles(self) -> ImportProfileRepository:
        """The companies' own import profiles."""

    @property
    @abstractmethod
    def uploads(self) -> UploadRepository:
        """The files waiting for a confirmation."""

    @property
    @abstractmethod
    def exports(self) -> ExportRepository:
        """The files being written."""

    @property
    @abstractmethod
    def staff(self) -> StaffRepository:
        """The staff accounts."""

    @property
    @abstractmethod
    def sessions(self) -> SessionRepository:
        """The sessions."""

    @property
    @abstractmethod
    def orders(self) -> OrderRepository:
        """The payment orders."""

    @property
    @abstractmethod
    def refunds(self) -> RefundRepository:
        """The refunds."""

    @property
    @abstractmethod
    def messages(self) -> MessageRepository:
        """What providers sent."""

    @property
    @abstractmethod
    def payment_accounts(self) -> PaymentAccountRepository:
        """The merchant accounts."""

    @property
    @abstractmethod
    def official_accounts(self) -> OfficialAccountRepository:
        """The WeChat official accounts."""

    @property
    @abstractmethod
    def owner_sessions(self) -> OwnerSessionRepository:
        """The owners' sessions."""

    @property
    @abstractmethod
    def registrations(self) -> RegistrationRepository:
        """The registrations of owners."""

    @property
    @abstractmethod
    def receipts(self) -> ReceiptRepository:
        """The receipts."""

    @property
    @abstractmethod
    def outbox(self) -> OutboxRepository:
        """What is left to be done."""

    @property
    @abstractmethod
    def reminders(self) -> ReminderRepository:
        """The reminders."""

    @property
    @abstractmethod
    def reminder_settings(self) -> ReminderSettingsRepository:
        """How companies remind."""

    @property
    @abstractmethod
    def audit(self) -> AuditLog:
        """The audit log."""


class UnitOfWorkFactory(Protocol):
    """Makes a fresh unit of work for each use of a use case."""

    @abstractmethod
    def __call__(self, *, read_only: bool = False) -> UnitOfWork:
        """Return a unit of work that is not entered yet.

        With `read_only` the caller promises to write nothing: such a unit waits for no writer
        and sees one moment. Writing in it is a programming mistake that storage refuses.
        """
