"""What the memory adapter keeps: plain dictionaries of frozen model objects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date
from types import MappingProxyType
from typing import Any, Protocol, Self, TypeVar

import attrs

from billing_domain.errors import BillingError, StaleError
from billing_domain.model.bills.bill import BatchId, Bill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.export import ExportId, ExportJob
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.audit import AuditEntry, AuditId
from billing_domain.model.company.community import Community, CommunityId, Company, CompanyId
from billing_domain.model.company.session import SignInFailures, StaffSession
from billing_domain.model.company.staff import StaffAccount, StaffId
from billing_domain.model.houses.house import House, HouseId
from billing_domain.model.houses.resident import Resident, ResidentId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.profile import ImportProfile, ProfileKey
from billing_domain.model.imports.upload import Upload
from billing_domain.model.jobs.outbox import JobId, OutboxJob
from billing_domain.model.owners.registration import Registration, RegistrationId
from billing_domain.model.owners.session import OwnerSession
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.issued_receipt import IssuedReceipt
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import AccountId, OrderNumber, PaymentOrder
from billing_domain.model.payments.received_message import MessageId, ReceivedMessage
from billing_domain.model.payments.refund import Refund, RefundNumber
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.queued_reminder import (
    DeliveryState,
    QueuedReminder,
    ReminderId,
    ReminderRun,
    RunId,
)
from billing_domain.model.reminders.reminder import ReminderDecision
from billing_domain.model.reminders.settings import ReminderSettings


@attrs.frozen
class RefusedReminder:
    """A house that a request did not remind, and why."""

    run_id: RunId
    community_id: CommunityId
    decision: ReminderDecision

    @property
    def house_id(self) -> HouseId:
        """The house that it is about."""
        return self.decision.house_id


@attrs.define
class MemoryState:
    """Everything that is stored; each dictionary keeps the order in which things were added.

    `numbers` are all bill numbers ever used, those of removed bills too. `reserved` says which
    open order holds a bill; `receipts` are a bill's, oldest first. `spoiled` says that a refused
    step may have left a part of itself behind, so that nothing of it may be published.
    """

    companies: dict[CompanyId, Company] = attrs.field(factory=dict)
    communities: dict[CommunityId, Community] = attrs.field(factory=dict)
    houses: dict[HouseId, House] = attrs.field(factory=dict)
    residents: dict[ResidentId, Resident] = attrs.field(factory=dict)
    bills: dict[BillNumber, Bill] = attrs.field(factory=dict)
    numbers: dict[BillNumber, None] = attrs.field(factory=dict)
    import_batches: dict[BatchId, ImportBatch] = attrs.field(factory=dict)
    import_profiles: dict[tuple[CompanyId | None, ProfileKey], ImportProfile] = attrs.field(
        factory=dict
    )
    uploads: dict[str, Upload] = attrs.field(factory=dict)
    exports: dict[ExportId, ExportJob] = attrs.field(factory=dict)
    staff: dict[StaffId, StaffAccount] = attrs.field(factory=dict)
    sessions: dict[str, StaffSession] = attrs.field(factory=dict)
    failures: dict[str, SignInFailures] = attrs.field(factory=dict)
    orders: dict[OrderNumber, PaymentOrder] = attrs.field(factory=dict)
    reserved: dict[BillNumber, OrderNumber] = attrs.field(factory=dict)
    settlements: dict[tuple[OrderNumber, BillNumber], OnlineSettlement] = attrs.field(factory=dict)
    refunds: dict[RefundNumber, Refund] = attrs.field(factory=dict)
    outbox: dict[JobId, OutboxJob] = attrs.field(factory=dict)
    reminder_runs: dict[RunId, ReminderRun] = attrs.field(factory=dict)
    reminders: dict[ReminderId, QueuedReminder] = attrs.field(factory=dict)
    reminder_refusals: dict[ReminderId, RefusedReminder] = attrs.field(factory=dict)
    reminder_settings: dict[CompanyId, ReminderSettings] = attrs.field(factory=dict)
    messages: dict[MessageId, ReceivedMessage] = attrs.field(factory=dict)
    payment_accounts: dict[AccountId, PaymentAccount] = attrs.field(factory=dict)
    official_accounts: dict[CompanyId, OfficialAccount] = attrs.field(factory=dict)
    owner_sessions: dict[str, OwnerSession] = attrs.field(factory=dict)
    registrations: dict[RegistrationId, Registration] = attrs.field(factory=dict)
    receipts: dict[BillNumber, tuple[IssuedReceipt, ...]] = attrs.field(factory=dict)
    audit: dict[AuditId, AuditEntry] = attrs.field(factory=dict)
    spoiled: bool = False

    def copy(self) -> Self:
        """Return a state that can be changed without changing this one."""
        return self._each(dict)

    def sealed(self) -> Self:
        """Return this state as it is now, refusing every write with TypeError or AttributeError.

        Nothing is copied: it must be a state that nobody changes any more.
        """
        return self._each(MappingProxyType)

    def _each(self, change: Callable[[Any], Any]) -> Self:
        names = (field.name for field in attrs.fields(type(self)) if field.name != "spoiled")
        return type(self)(**{name: change(getattr(self, name)) for name in names})

    @contextmanager
    def step(self) -> Iterator[None]:
        """Note a refusal inside as leaving a part of a step behind."""
        try:
            yield
        except BillingError:
            self.spoiled = True
            raise

    def covers(self, scope: Scope, community_id: CommunityId) -> bool:
        """Tell whether a stored community is within reach."""
        community = self.communities.get(community_id)
        return community is not None and scope.covers(community.company_id, community_id)

    def residents_of(self, house_id: HouseId) -> list[Resident]:
        """Return a house's residents, moved-out ones too, in the order they were added."""
        return [person for person in self.residents.values() if person.house_id == house_id]

    def living_on(self, day: date) -> dict[HouseId, list[Resident]]:
        """Return who lives in each house on a day, in the order they were added."""
        living: dict[HouseId, list[Resident]] = {}
        for person in self.residents.values():
            if person.lives_here_on(day):
                living.setdefault(person.house_id, []).append(person)
        return living

    def named_to(
        self, company_id: CompanyId, address: str, houses: Collection[HouseId]
    ) -> set[BillNumber]:
        """Return the bills of houses that reminders sent to an address name (rule 4.6)."""
        return {
            bill.number
            for reminder in self.reminders.values()
            if reminder.company_id == company_id
            and reminder.house_id in houses
            and any(
                each.address == address
                and (
                    each.tried_at is not None
                    or each.state in {DeliveryState.DELIVERED, DeliveryState.UNKNOWN}
                )
                for each in reminder.deliveries
            )
            for bill in reminder.bills
        }

    def paid_by(self, company_id: CompanyId, openid: str) -> set[BillNumber]:
        """Return the bills that an owner paid online and that are still settled."""
        own = {
            order.number
            for order in self.orders.values()
            if (order.company_id, order.payer.openid) == (company_id, openid)
        }
        settled = self.settlements.values()
        return {item.bill for item in settled if item.order in own and not item.reversed}


class Versioned(Protocol):
    """A record that counts its changes."""

    @property
    def version(self) -> int:
        """How often it was written."""


_Key = TypeVar("_Key", bound=str)
_Record = TypeVar("_Record", bound=Versioned)


def replace_version(table: dict[_Key, _Record], key: _Key, record: _Record, *, kind: str) -> None:
    """Replace the version before this one; raise StaleError when another is stored."""
    stored = table.get(key)
    if stored is None or stored.version != record.version - 1:
        raise StaleError(kind=kind, id=key)
    table[key] = record
