"""The unit of work in memory: copy on begin, swap on commit, so a lost commit shows."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TypeVar, cast

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


_T = TypeVar("_T")


def _repository(make: Callable[[MemoryState], _T]) -> _T:
    """Return a property that makes a repository on the state of its unit of work."""
    return cast("_T", property(lambda work: make(work.state), doc=make.__doc__))


class _Repositories(UnitOfWork):
    """The repositories over a state that is there between entering and leaving."""

    companies = _repository(MemoryCompanyRepository)
    communities = _repository(MemoryCommunityRepository)
    houses = _repository(MemoryHouseRepository)
    residents = _repository(MemoryResidentRepository)
    bills = _repository(MemoryBillRepository)
    import_batches = _repository(MemoryImportBatchRepository)
    import_profiles = _repository(MemoryImportProfileRepository)
    uploads = _repository(MemoryUploadRepository)
    exports = _repository(MemoryExportRepository)
    staff = _repository(MemoryStaffRepository)
    sessions = _repository(MemorySessionRepository)
    orders = _repository(MemoryOrderRepository)
    refunds = _repository(MemoryRefundRepository)
    messages = _repository(MemoryMessageRepository)
    payment_accounts = _repository(MemoryPaymentAccountRepository)
    official_accounts = _repository(MemoryOfficialAccountRepository)
    owner_sessions = _repository(MemoryOwnerSessionRepository)
    registrations = _repository(MemoryRegistrationRepository)
    receipts = _repository(MemoryReceiptRepository)
    outbox = _repository(MemoryOutboxRepository)
    reminders = _repository(MemoryReminderRepository)
    reminder_settings = _repository(MemoryReminderSettingsRepository)
    audit = _repository(MemoryAuditLog)

    def __init__(self, clock: Clock, ids: IdGenerator) -> None:
        self.clock, self.ids = clock, ids
        self._entered: MemoryState | None = None

    @property
    def state(self) -> MemoryState:
        """The state, between entering and leaving."""
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
        if self.state.spoiled:
            raise RuntimeError("a refused step left a part of itself behind")
        self._database.publish(self.state.copy())


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
