"""The unit of work in memory: copy on begin, swap on commit, so a lost commit shows."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from billing_adapters.memory.audit import MemoryAuditLog
from billing_adapters.memory.bills import MemoryBillRepository
from billing_adapters.memory.companies import MemoryCommunityRepository, MemoryCompanyRepository
from billing_adapters.memory.exports import MemoryExportRepository
from billing_adapters.memory.houses import MemoryHouseRepository, MemoryResidentRepository
from billing_adapters.memory.imports import (
    MemoryImportBatchRepository,
    MemoryImportProfileRepository,
    MemoryUploadRepository,
)
from billing_adapters.memory.orders import MemoryOrderRepository
from billing_adapters.memory.outbox import MemoryOutboxRepository
from billing_adapters.memory.owner_storage import (
    MemoryOwnerSessionRepository,
    MemoryReceiptRepository,
    MemoryRegistrationRepository,
)
from billing_adapters.memory.payment_accounts import (
    MemoryOfficialAccountRepository,
    MemoryPaymentAccountRepository,
)
from billing_adapters.memory.provider_messages import MemoryMessageRepository
from billing_adapters.memory.refunds import MemoryRefundRepository
from billing_adapters.memory.reminders import (
    MemoryReminderRepository,
    MemoryReminderSettingsRepository,
)
from billing_adapters.memory.staff import MemorySessionRepository, MemoryStaffRepository
from billing_adapters.memory.state import MemoryState
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
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork


class Writable(Protocol):
    """What a unit of work needs of the database."""

    clock: Clock
    ids: IdGenerator

    def published(self) -> MemoryState:
        """Return the state as of the last commit."""

    def publish(self, state: MemoryState) -> None:
        """Make a state the committed one."""

    def start_writing(self) -> None:
        """Wait until nobody else writes."""

    def stop_writing(self) -> None:
        """Let the next unit of work begin."""


class _Repositories(UnitOfWork):
    """The repositories over a state that is there between entering and leaving."""

    def __init__(self, clock: Clock, ids: IdGenerator) -> None:
        self.clock, self.ids = clock, ids
        self._entered: MemoryState | None = None

    @property
    def companies(self) -> CompanyRepository:
        """The companies."""
        return MemoryCompanyRepository(self._state)

    @property
    def communities(self) -> CommunityRepository:
        """The communities."""
        return MemoryCommunityRepository(self._state)

    @property
    def houses(self) -> HouseRepository:
        """The houses."""
        return MemoryHouseRepository(self._state)

    @property
    def residents(self) -> ResidentRepository:
        """The residents."""
        return MemoryResidentRepository(self._state)

    @property
    def bills(self) -> BillRepository:
        """The bills."""
        return MemoryBillRepository(self._state)

    @property
    def import_batches(self) -> ImportBatchRepository:
        """The imports."""
        return MemoryImportBatchRepository(self._state)

    @property
    def import_profiles(self) -> ImportProfileRepository:
        """The companies' own import profiles."""
        return MemoryImportProfileRepository(self._state)

    @property
    def uploads(self) -> UploadRepository:
        """The files waiting for a confirmation."""
        return MemoryUploadRepository(self._state)

    @property
    def exports(self) -> ExportRepository:
        """The files being written."""
        return MemoryExportRepository(self._state)

    @property
    def staff(self) -> StaffRepository:
        """The staff accounts."""
        return MemoryStaffRepository(self._state)

    @property
    def sessions(self) -> SessionRepository:
        """The sessions."""
        return MemorySessionRepository(self._state)

    @property
    def orders(self) -> OrderRepository:
        """The payment orders."""
        return MemoryOrderRepository(self._state)

    @property
    def refunds(self) -> RefundRepository:
        """The refunds."""
        return MemoryRefundRepository(self._state)

    @property
    def messages(self) -> MessageRepository:
        """What providers sent."""
        return MemoryMessageRepository(self._state)

    @property
    def payment_accounts(self) -> PaymentAccountRepository:
        """The merchant accounts."""
        return MemoryPaymentAccountRepository(self._state)

    @property
    def official_accounts(self) -> OfficialAccountRepository:
        """The WeChat official accounts."""
        return MemoryOfficialAccountRepository(self._state)

    @property
    def owner_sessions(self) -> OwnerSessionRepository:
        """The owners' sessions."""
        return MemoryOwnerSessionRepository(self._state)

    @property
    def registrations(self) -> RegistrationRepository:
        """The registrations of owners."""
        return MemoryRegistrationRepository(self._state)

    @property
    def receipts(self) -> ReceiptRepository:
        """The receipts."""
        return MemoryReceiptRepository(self._state)

    @property
    def outbox(self) -> OutboxRepository:
        """The outbox."""
        return MemoryOutboxRepository(self._state)

    @property
    def reminders(self) -> ReminderRepository:
        """The reminders."""
        return MemoryReminderRepository(self._state)

    @property
    def reminder_settings(self) -> ReminderSettingsRepository:
        """How companies remind."""
        return MemoryReminderSettingsRepository(self._state)

    @property
    def audit(self) -> AuditLog:
        """The audit log."""
        return MemoryAuditLog(self._state)

    @property
    def _state(self) -> MemoryState:
        if self._entered is None:
            raise RuntimeError("the unit of work is not entered, or was left")
        return self._entered


class MemoryUnitOfWork(_Repositories):
    """One transaction on a private copy of the state; raises RuntimeError when not entered."""

    def __init__(self, database: Writable) -> None:
        super().__init__(database.clock, database.ids)
        self._database = database

    def __enter__(self) -> Self:
        """Begin with a copy of the last commit, waiting for the unit of work before."""
        self._database.start_writing()
        self._entered = self._database.published().copy()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Throw the copy away."""
        self._entered = None
        self._database.stop_writing()

    def commit(self) -> None:
        """Publish everything done so far; what is done later needs a commit of its own.

        Raises RuntimeError after a refusal that left a step half done.
        """
        if self._state.spoiled:
            raise RuntimeError("a refused step left a part of itself behind")
        self._database.publish(self._state.copy())


class MemoryReading(_Repositories):
    """A look at one moment that waits for nobody; writing raises TypeError or AttributeError."""

    def __init__(self, database: Writable) -> None:
        super().__init__(database.clock, database.ids)
        self._published = database.published

    def __enter__(self) -> Self:
        """Begin with the last commit."""
        self._entered = self._published().sealed()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop looking."""
        self._entered = None

    def commit(self) -> None:
        """Raise RuntimeError: there is nothing to keep."""
        raise RuntimeError("this unit of work only reads")
