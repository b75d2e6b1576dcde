"""The unit of work in SQL: one connection, one transaction at a time."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self

import attrs
from sqlalchemy import Connection

from billing_adapters.sql.account_repositories import (
    SqlOfficialAccountRepository,
    SqlPaymentAccountRepository,
)
from billing_adapters.sql.audit_log import SqlAuditLog
from billing_adapters.sql.bill_repository import SqlBillRepository
from billing_adapters.sql.company_repositories import SqlCommunityRepository, SqlCompanyRepository
from billing_adapters.sql.connections import connect, moment
from billing_adapters.sql.engine import Database
from billing_adapters.sql.export_repository import SqlExportRepository
from billing_adapters.sql.house_repositories import SqlHouseRepository, SqlResidentRepository
from billing_adapters.sql.import_repositories import (
    SqlImportBatchRepository,
    SqlImportProfileRepository,
    SqlUploadRepository,
)
from billing_adapters.sql.message_repository import SqlMessageRepository
from billing_adapters.sql.order_repository import SqlOrderRepository
from billing_adapters.sql.outbox_repository import SqlOutboxRepository
from billing_adapters.sql.owner_repositories import (
    SqlOwnerSessionRepository,
    SqlReceiptRepository,
    SqlRegistrationRepository,
)
from billing_adapters.sql.refund_repository import SqlRefundRepository
from billing_adapters.sql.reminder_repository import SqlReminderRepository
from billing_adapters.sql.reminder_settings import SqlReminderSettingsRepository
from billing_adapters.sql.staff_repositories import SqlSessionRepository, SqlStaffRepository
from billing_adapters.sql.transaction import Transaction
from billing_domain.errors import CommitUnknownError, StorageBusyError
from billing_domain.ports import (
    import_storage,
    outbox_storage,
    owner_storage,
    payment_storage,
    reminder_storage,
    staff_storage,
    storage,
)


class SqlUnitOfWork(storage.UnitOfWork):
    """One transaction, begun by the first thing done in it; not to be shared between threads.

    Raises StorageBusyError when the database gives no turn in time or breaks the connection:
    nothing was kept then, and whoever owns the whole may begin again.
    """

    def __init__(self, database: Database, *, read_only: bool) -> None:
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
    def companies(self) -> storage.CompanyRepository:
        """The companies."""
        return SqlCompanyRepository(self._work)

    @property
    def communities(self) -> storage.CommunityRepository:
        """The communities."""
        return SqlCommunityRepository(self._work)

    @property
    def houses(self) -> storage.HouseRepository:
        """The houses."""
        return SqlHouseRepository(self._work)

    @property
    def residents(self) -> storage.ResidentRepository:
        """The residents."""
        return SqlResidentRepository(self._work)

    @property
    def bills(self) -> storage.BillRepository:
        """The bills."""
        return SqlBillRepository(self._work)

    @property
    def import_batches(self) -> import_storage.ImportBatchRepository:
        """The imports."""
        return SqlImportBatchRepository(self._work)

    @property
    def import_profiles(self) -> import_storage.ImportProfileRepository:
        """The companies' own import profiles."""
        return SqlImportProfileRepository(self._work)

    @property
    def uploads(self) -> import_storage.UploadRepository:
        """The files waiting for a confirmation."""
        return SqlUploadRepository(self._work)

    @property
    def exports(self) -> import_storage.ExportRepository:
        """The files being written."""
        return SqlExportRepository(self._work)

    @property
    def staff(self) -> staff_storage.StaffRepository:
        """The staff accounts."""
        return SqlStaffRepository(self._work)

    @property
    def sessions(self) -> staff_storage.SessionRepository:
        """The sessions."""
        return SqlSessionRepository(self._work)

    @property
    def orders(self) -> payment_storage.OrderRepository:
        """The payment orders."""
        return SqlOrderRepository(self._work)

    @property
    def refunds(self) -> payment_storage.RefundRepository:
        """The refunds."""
        return SqlRefundRepository(self._work)

    @property
    def messages(self) -> payment_storage.MessageRepository:
        """What providers sent."""
        return SqlMessageRepository(self._work)

    @property
    def payment_accounts(self) -> payment_storage.PaymentAccountRepository:
        """The merchant accounts."""
        return SqlPaymentAccountRepository(self._work)

    @property
    def official_accounts(self) -> owner_storage.OfficialAccountRepository:
        """The WeChat official accounts."""
        return SqlOfficialAccountRepository(self._work)

    @property
    def owner_sessions(self) -> owner_storage.OwnerSessionRepository:
        """The owners' sessions."""
        return SqlOwnerSessionRepository(self._work)

    @property
    def registrations(self) -> owner_storage.RegistrationRepository:
        """The registrations of owners."""
        return SqlRegistrationRepository(self._work)

    @property
    def receipts(self) -> owner_storage.ReceiptRepository:
        """The receipts."""
        return SqlReceiptRepository(self._work)

    @property
    def outbox(self) -> outbox_storage.OutboxRepository:
        """The outbox."""
        return SqlOutboxRepository(self._work)

    @property
    def reminders(self) -> reminder_storage.ReminderRepository:
        """The reminders."""
        return SqlReminderRepository(self._work)

    @property
    def reminder_settings(self) -> reminder_storage.ReminderSettingsRepository:
        """How companies remind."""
        return SqlReminderSettingsRepository(self._work)

    @property
    def audit(self) -> storage.AuditLog:
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
class SqlUnitOfWorkFactory(storage.UnitOfWorkFactory):
    """Makes units of work on one database."""

    database: Database

    def __call__(self, *, read_only: bool = False) -> SqlUnitOfWork:
        """Return a unit of work that is not entered yet; `read_only` waits for no writer."""
        return SqlUnitOfWork(self.database, read_only=read_only)
