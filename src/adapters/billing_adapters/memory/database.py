"""The memory database: one published state, replaced whole by each commit."""

from __future__ import annotations

import threading

from billing_adapters.memory.audit import MemoryAuditQueries
from billing_adapters.memory.bill_queries import MemoryBillQueries
from billing_adapters.memory.house_queries import MemoryHouseQueries
from billing_adapters.memory.owner_queries import MemoryOwnerQueries
from billing_adapters.memory.payment_queries import MemoryPaymentQueries
from billing_adapters.memory.reminder_queries import MemoryReminderQueries
from billing_adapters.memory.state import MemoryState
from billing_adapters.memory.unit_of_work import MemoryReading, MemoryUnitOfWork
from billing_domain.ports.bills import BillQueries
from billing_domain.ports.company import AuditQueries
from billing_domain.ports.houses import HouseQueries
from billing_domain.ports.owners import OwnerQueries
from billing_domain.ports.payments.queries import PaymentQueries
from billing_domain.ports.reminders.queries import ReminderQueries
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork


class MemoryDatabase:
    """Keeps everything in this process, with the semantics of the SQL adapter.

    One unit of work runs at a time; readers see the last commit and never wait. `clock` tells
    the queries which residents live somewhere today, and the audit log the time.
    """

    def __init__(self, clock: Clock, ids: IdGenerator) -> None:
        self.clock, self.ids = clock, ids
        self._published = MemoryState()
        self._writer = threading.Lock()
        self._writing_thread: int | None = None
        self._bill_queries = MemoryBillQueries(self.published, clock)
        self._house_queries = MemoryHouseQueries(self.published, clock)
        self._audit_queries = MemoryAuditQueries(self.published)
        self._payment_queries = MemoryPaymentQueries(self.published)
        self._owner_queries = MemoryOwnerQueries(self.published)
        self._reminder_queries = MemoryReminderQueries(self.published)

    def begin(self, *, read_only: bool = False) -> UnitOfWork:
        """Return a unit of work that is not entered yet: a UnitOfWorkFactory."""
        return MemoryReading(self) if read_only else MemoryUnitOfWork(self)

    @property
    def bill_queries(self) -> BillQueries:
        """The reads of bills."""
        return self._bill_queries

    @property
    def house_queries(self) -> HouseQueries:
        """The reads of houses and residents."""
        return self._house_queries

    @property
    def audit_queries(self) -> AuditQueries:
        """The reads of the audit log."""
        return self._audit_queries

    @property
    def payment_queries(self) -> PaymentQueries:
        """The reads of orders and refunds."""
        return self._payment_queries

    @property
    def owner_queries(self) -> OwnerQueries:
        """The reads of what owners see."""
        return self._owner_queries

    @property
    def reminder_queries(self) -> ReminderQueries:
        """The reads of reminders."""
        return self._reminder_queries

    def published(self) -> MemoryState:
        """Return the state as of the last commit; nobody may change it."""
        return self._published

    def publish(self, state: MemoryState) -> None:
        """Make a state the committed one; only the unit of work that writes may."""
        self._published = state

    def start_writing(self) -> None:
        """Wait until nobody else writes; raise RuntimeError for a nested unit of work.

        Waiting for itself, a thread would wait for ever.
        """
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("this thread has an open unit of work already")
        self._writer.acquire()
        self._writing_thread = threading.get_ident()

    def stop_writing(self) -> None:
        """Let the next unit of work begin."""
        self._writing_thread = None
        self._writer.release()
