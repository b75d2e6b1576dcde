"""The unit of work in SQL: one connection, one transaction at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self, TypeVar, cast

import attrs
from sqlalchemy import Connection

from billing_adapters.sql.bills.deleted_bills import SqlDeletedBillRepository
from billing_adapters.sql.bills.exports import SqlExportRepository
from billing_adapters.sql.bills.repository import SqlBillRepository
from billing_adapters.sql.company.audit_log import SqlAuditLog
from billing_adapters.sql.company.repositories import SqlCommunityRepository, SqlCompanyRepository
from billing_adapters.sql.company.staff import SqlStaffRepository, SqlStaffSessionRepository
from billing_adapters.sql.db.connections import connect, moment
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.houses.repositories import SqlHouseRepository, SqlResidentRepository
from billing_adapters.sql.imports.batches import SqlImportBatchRepository
from billing_adapters.sql.imports.repositories import (
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
from billing_adapters.sql.reminders.repository import SqlReminderRepository
from billing_adapters.sql.reminders.settings import (
    SqlOfficialAccountRepository,
    SqlReminderSettingsRepository,
)
from billing_domain.errors import CommitUnknownError, StorageBusyError
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory

_T = TypeVar("_T")


def _repository(make: Callable[[Transaction], _T]) -> _T:
    """Return a property that makes a repository on the transaction of its unit of work."""
    return cast("_T", property(lambda work: make(work.transaction), doc=make.__doc__))


class SqlUnitOfWork(UnitOfWork):
    """One transaction, begun by its first statement; threads must not share it.

    Raises StorageBusyError when the database is locked too long or the connection breaks. The
    transaction then changed nothing, and the caller may retry the whole unit of work.
    """

    companies = _repository(SqlCompanyRepository)
    communities = _repository(SqlCommunityRepository)
    houses = _repository(SqlHouseRepository)
    residents = _repository(SqlResidentRepository)
    bills = _repository(SqlBillRepository)
    deleted_bills = _repository(SqlDeletedBillRepository)
    import_batches = _repository(SqlImportBatchRepository)
    import_profiles = _repository(SqlImportProfileRepository)
    uploads = _repository(SqlUploadRepository)
    exports = _repository(SqlExportRepository)
    staff = _repository(SqlStaffRepository)
    sessions = _repository(SqlStaffSessionRepository)
    orders = _repository(SqlOrderRepository)
    refunds = _repository(SqlRefundRepository)
    messages = _repository(SqlMessageRepository)
    payment_accounts = _repository(SqlPaymentAccountRepository)
    official_accounts = _repository(SqlOfficialAccountRepository)
    owner_sessions = _repository(SqlOwnerSessionRepository)
    registrations = _repository(SqlRegistrationRepository)
    receipts = _repository(SqlReceiptRepository)
    outbox = _repository(SqlOutboxRepository)
    reminders = _repository(SqlReminderRepository)
    reminder_settings = _repository(SqlReminderSettingsRepository)
    audit = _repository(SqlAuditLog)

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
        self._stack = ExitStack()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        stack, self._stack = self._stack, None
        self._connection = self._transaction = None
        if stack is not None:
            stack.close()

    def commit(self) -> None:
        """Commit all changes or none; later changes need another commit.

        Raises RuntimeError after a refused step that may be half written, StorageBusyError when
        nothing was committed, and CommitUnknownError when the connection broke meanwhile.
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
    def transaction(self) -> Transaction:
        """The open transaction, begun at the first access."""
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
    """Opens units of work on one database."""

    database: Database
    clock: Clock
    ids: IdGenerator

    def __call__(self, *, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.database, self.clock, self.ids, read_only=read_only)
