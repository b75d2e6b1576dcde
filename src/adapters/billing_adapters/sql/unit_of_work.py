"""The unit of work in SQL: one connection, one transaction at a time."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self

import attrs
from sqlalchemy import Connection

from billing_adapters.sql.bills.exports import SqlExportRepository
from billing_adapters.sql.bills.repository import SqlBillRepository
from billing_adapters.sql.company.audit_log import SqlAuditLog
from billing_adapters.sql.company.repositories import SqlCommunityRepository, SqlCompanyRepository
from billing_adapters.sql.company.staff import SqlSessionRepository, SqlStaffRepository
from billing_adapters.sql.db.connections import connect, moment
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.houses.repositories import SqlHouseRepository, SqlResidentRepository
from billing_adapters.sql.imports.repositories import (
    SqlImportBatchRepository,
    SqlImportProfileRepository,
    SqlUploadRepository,
)
from billing_adapters.sql.jobs.repository import SqlOutboxRepository
from billing_adapters.sql.owners.repositories import (
    SqlOwnerSessionRepository,
    SqlRegistrationRepository,
)
from billing_adapters.sql.payments.accounts import SqlPaymentAccountRepository
from billing_adapters.sql.payments.messages import SqlMessageRepository
from billing_adapters.sql.payments.orders import SqlOrderRepository
from billing_adapters.sql.payments.receipts import SqlReceiptRepository
from billing_adapters.sql.payments.refunds import SqlRefundRepository
from billing_adapters.sql.reminders.official_accounts import SqlOfficialAccountRepository
from billing_adapters.sql.reminders.repository import SqlReminderRepository
from billing_adapters.sql.reminders.settings import SqlReminderSettingsRepository
from billing_domain.errors import CommitUnknownError, StorageBusyError
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
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory


class SqlUnitOfWork(UnitOfWork):
    """One transaction, begun by the first thing done in it; not to be shared between threads.

    Raises StorageBusyError when the database gives no turn in time or breaks the connection:
    nothing was kept then, and whoever owns the whole may begin again.
    """

    def __init__(
        self, database: Database, clock: Clock, ids: IdGenerator, *, read_only: bool = False
    ) -> None:
        self.clock, self.ids = clock, ids
        self._database = database
        self._read_only = read_only
        self._stack: ExitStack | None = None
        self._connection: Connection | None = None
        self._transaction: Transaction | None = None

    def __enter__(self) -> Self:
        """Begin."""
        self._stack = ExitStack()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, undoing everything that was not committed."""
        stack, self._stack = self._stack, None
        self._connection = self._transaction = None
        if stack is not None:
            stack.close()

    def commit(self) -> None:
        """Make every change permanent, all or none; what is done later needs its own commit.

        Raises RuntimeError after a refusal that left a step half done, StorageBusyError when
        nothing was kept, and CommitUnknownError when the connection broke on the way.
        """
        if self._transaction is None:
            return
        work, self._transaction = self._transaction, None
        if work.spoiled or self._read_only:
            raise RuntimeError("there is something in this unit of work that can't be kept")
        try:
            work.connection.commit()
        except StorageBusyError as error:
            if work.connection.invalidated:
                raise CommitUnknownError from error
            raise

    @property
    def companies(self) -> CompanyRepository:
        """The companies."""
        return SqlCompanyRepository(self._work)

    @property
    def communities(self) -> CommunityRepository:
        """The communities."""
        return SqlCommunityRepository(self._work)

    @property
    def houses(self) -> HouseRepository:
        """The houses."""
        return SqlHouseRepository(self._work)

    @property
    def residents(self) -> ResidentRepository:
        """The residents."""
        return SqlResidentRepository(self._work)

    @property
    def bills(self) -> BillRepository:
        """The bills."""
        return SqlBillRepository(self._work)

    @property
    def import_batches(self) -> ImportBatchRepository:
        """The imports."""
        return SqlImportBatchRepository(self._work)

    @property
    def import_profiles(self) -> ImportProfileRepository:
        """The companies' own import profiles."""
        return SqlImportProfileRepository(self._work)

    @property
    def uploads(self) -> UploadRepository:
        """The files waiting for a confirmation."""
        return SqlUploadRepository(self._work)

    @property
    def exports(self) -> ExportRepository:
        """The files being written."""
        return SqlExportRepository(self._work)

    @property
    def staff(self) -> StaffRepository:
        """The staff accounts."""
        return SqlStaffRepository(self._work)

    @property
    def sessions(self) -> SessionRepository:
        """The sessions."""
        return SqlSessionRepository(self._work)

    @property
    def orders(self) -> OrderRepository:
        """The payment orders."""
        return SqlOrderRepository(self._work)

    @property
    def refunds(self) -> RefundRepository:
        """The refunds."""
        return SqlRefundRepository(self._work)

    @property
    def messages(self) -> MessageRepository:
        """What providers sent."""
        return SqlMessageRepository(self._work)

    @property
    def payment_accounts(self) -> PaymentAccountRepository:
        """The merchant accounts."""
        return SqlPaymentAccountRepository(self._work)

    @property
    def official_accounts(self) -> OfficialAccountRepository:
        """The WeChat official accounts."""
        return SqlOfficialAccountRepository(self._work)

    @property
    def owner_sessions(self) -> OwnerSessionRepository:
        """The owners' sessions."""
        return SqlOwnerSessionRepository(self._work)

    @property
    def registrations(self) -> RegistrationRepository:
        """The registrations of owners."""
        return SqlRegistrationRepository(self._work)

    @property
    def receipts(self) -> ReceiptRepository:
        """The receipts."""
        return SqlReceiptRepository(self._work)

    @property
    def outbox(self) -> OutboxRepository:
        """The outbox."""
        return SqlOutboxRepository(self._work)

    @property
    def reminders(self) -> ReminderRepository:
        """The reminders."""
        return SqlReminderRepository(self._work)

    @property
    def reminder_settings(self) -> ReminderSettingsRepository:
        """How companies remind."""
        return SqlReminderSettingsRepository(self._work)

    @property
    def audit(self) -> AuditLog:
        """The audit log."""
        return SqlAuditLog(self._work)

    @property
    def _work(self) -> Transaction:
        if self._stack is None:
            raise RuntimeError("the unit of work is not entered, or was left")
        if self._transaction is None:
            self._transaction = Transaction(self._connect(self._stack), self._stack)
        return self._transaction

    def _connect(self, stack: ExitStack) -> Connection:
        if self._connection is None:
            opened = (
                moment(self._database.reader)
                if self._read_only
                else connect(self._database.engine)
            )
            self._connection = stack.enter_context(opened)
        return self._connection


@attrs.frozen
class SqlUnitOfWorkFactory(UnitOfWorkFactory):
    """Makes units of work on one database."""

    database: Database
    clock: Clock
    ids: IdGenerator

    def __call__(self, *, read_only: bool = False) -> SqlUnitOfWork:
        """Return a unit of work that is not entered yet; `read_only` waits for no writer."""
        return SqlUnitOfWork(self.database, self.clock, self.ids, read_only=read_only)
