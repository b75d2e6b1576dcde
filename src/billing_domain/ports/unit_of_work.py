"""Where things are kept: one unit of work, one repository per aggregate.

Repositories of a unit of work see its own uncommitted changes; leaving it without `commit` undoes
everything. Writes are guarded: a record that was changed meanwhile raises StaleError instead of
being overwritten. Every look-up takes a Scope and knows nothing outside it (promise P35).
"""

from __future__ import annotations

from abc import abstractmethod
from types import TracebackType
from typing import Protocol, Self

from billing_domain.ports.bills import BillRepository, ExportRepository
from billing_domain.ports.company import (
    AuditLog,
    CommunityRepository,
    CompanyRepository,
    SessionRepository,
    StaffRepository,
)
from billing_domain.ports.houses import HouseRepository, ResidentRepository
from billing_domain.ports.imports import (
    ImportBatchRepository,
    ImportProfileRepository,
    UploadRepository,
)
from billing_domain.ports.jobs import OutboxRepository
from billing_domain.ports.owners import OwnerSessionRepository, RegistrationRepository
from billing_domain.ports.payments.receipts import ReceiptRepository
from billing_domain.ports.payments.storage import (
    MessageRepository,
    OrderRepository,
    PaymentAccountRepository,
    RefundRepository,
)
from billing_domain.ports.reminders.storage import (
    OfficialAccountRepository,
    ReminderRepository,
    ReminderSettingsRepository,
)


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
