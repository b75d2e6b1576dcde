"""Storage as a unit of work, with one repository per aggregate.

Repositories of a unit of work see its own uncommitted changes; leaving it without `commit` undoes
all changes. Writes are guarded: a record changed meanwhile raises StaleError instead of being
overwritten. Every look-up takes a Scope and finds nothing outside it (promise P35).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from types import TracebackType
from typing import Protocol, Self

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import (
    AuditAction,
    AuditFacts,
    AuditId,
    audit_entry,
    audit_facts,
)
from billing_domain.model.houses.house import HouseId
from billing_domain.ports.bills import BillRepository, DeletedBillRepository, ExportRepository
from billing_domain.ports.company import (
    AuditLog,
    CommunityRepository,
    CompanyRepository,
    StaffRepository,
    StaffSessionRepository,
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


class UnitOfWork(Protocol):
    """One transaction: enter, change, commit; leaving undoes uncommitted changes.

    `clock` and `ids` serve the audit log. A subclass provides them and the repositories, and
    inherits `record`.
    """

    clock: Clock
    ids: IdGenerator

    companies: CompanyRepository
    communities: CommunityRepository
    houses: HouseRepository
    residents: ResidentRepository
    bills: BillRepository
    deleted_bills: DeletedBillRepository
    import_batches: ImportBatchRepository
    import_profiles: ImportProfileRepository
    uploads: UploadRepository
    exports: ExportRepository
    staff: StaffRepository
    sessions: StaffSessionRepository
    orders: OrderRepository
    refunds: RefundRepository
    messages: MessageRepository
    payment_accounts: PaymentAccountRepository
    official_accounts: OfficialAccountRepository
    owner_sessions: OwnerSessionRepository
    registrations: RegistrationRepository
    receipts: ReceiptRepository
    outbox: OutboxRepository
    reminders: ReminderRepository
    reminder_settings: ReminderSettingsRepository
    audit: AuditLog

    @abstractmethod
    def __enter__(self) -> Self:
        """Begin the transaction."""

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the transaction; undo uncommitted changes."""

    @abstractmethod
    def commit(self) -> None:
        """Make all changes permanent, all or none.

        Raises RuntimeError after a step that failed half-way, and in a read-only unit of work with
        changes.
        """

    def record(
        self,
        actor: Actor,
        action: AuditAction,
        before: object = None,
        after: object = None,
        *,
        reason: str = "",
    ) -> None:
        """Write an audit entry about a thing, given its state before, after, or both (rule 2.11).

        The entry holds the facts that the thing's type registered with `audit_facts`.
        """
        self.record_all(actor, action, [(before, after)], reason=reason)

    def record_all(
        self,
        actor: Actor,
        action: AuditAction,
        changes: Iterable[tuple[object, object]],
        *,
        reason: str = "",
    ) -> None:
        """Write one entry for each (before, after) pair; house addresses are read once for all."""
        sides = [(_facts(before), _facts(after)) for before, after in changes]
        houses = {HouseId(side.house_id) for pair in sides for side in pair if side} - {""}
        addresses = self.houses.addresses(actor.scope, houses) if houses else {}
        now = self.clock.now()
        self.audit.add_all(
            audit_entry(
                AuditId(self.ids.new_id()),
                now,
                actor,
                action,
                pair,
                addresses=addresses,
                reason=reason,
            )
            for pair in sides
        )


def _facts(thing: object) -> AuditFacts | None:
    return None if thing is None else audit_facts(thing)


class UnitOfWorkFactory(Protocol):
    """Makes a new unit of work for each use."""

    @abstractmethod
    def __call__(self, *, read_only: bool = False) -> UnitOfWork:
        """Return a unit of work, not entered yet.

        With `read_only` the caller promises to write nothing: such a unit waits for no writer and
        sees one moment. Storage refuses writes in it, which are programming errors.
        """
