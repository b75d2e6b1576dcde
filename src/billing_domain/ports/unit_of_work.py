"""Where things are kept: one unit of work, one repository per aggregate.

Repositories of a unit of work see its own uncommitted changes; leaving it without `commit` undoes
everything. Writes are guarded: a record that was changed meanwhile raises StaleError instead of
being overwritten. Every look-up takes a Scope and knows nothing outside it (promise P35).
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


class UnitOfWork(Protocol):
    """One transaction: enter it, change things, commit; leaving undoes what is left.

    `clock` and `ids` are for the audit log. A subclass provides them and the repositories, and
    inherits `record`.
    """

    clock: Clock
    ids: IdGenerator

    companies: CompanyRepository
    communities: CommunityRepository
    houses: HouseRepository
    residents: ResidentRepository
    bills: BillRepository
    import_batches: ImportBatchRepository
    import_profiles: ImportProfileRepository
    uploads: UploadRepository
    exports: ExportRepository
    staff: StaffRepository
    sessions: SessionRepository
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

    def record(
        self,
        actor: Actor,
        action: AuditAction,
        before: object = None,
        after: object = None,
        *,
        reason: str = "",
    ) -> None:
        """Write an audit entry about a thing, given as it was, as it is now, or both (rule 2.11).

        What the log keeps of it is what its type registered as `audit_facts`.
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
        """Write an entry for each (before, after); addresses of houses are read once for all."""
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
    """Makes a fresh unit of work for each use of a use case."""

    @abstractmethod
    def __call__(self, *, read_only: bool = False) -> UnitOfWork:
        """Return a unit of work that is not entered yet.

        With `read_only` the caller promises to write nothing: such a unit waits for no writer
        and sees one moment. Writing in it is a programming mistake that storage refuses.
        """
