"""Reminders in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

import attrs

from billing_adapters.memory.state import MemoryState, RefusedReminder, replace_version
from billing_domain.errors import StaleError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.reminders.queued_reminder import (
    QueuedReminder,
    ReminderId,
    ReminderRun,
    refusal_id,
)
from billing_domain.model.reminders.reminder import (
    PastReminder,
    Prospect,
    ReminderDecision,
    ReminderState,
    prospect_of,
)
from billing_domain.model.reminders.settings import ReminderChannel, ReminderSettings
from billing_domain.ports.reminders.storage import ReminderRepository, ReminderSettingsRepository


@attrs.frozen
class MemoryReminderRepository(ReminderRepository):
    """Reminders of all companies."""

    state: MemoryState

    def prospects(
        self,
        scope: Scope,
        houses: Collection[HouseId],
        *,
        channel: ReminderChannel,
        today: date,
        since: date,
    ) -> Sequence[Prospect]:
        """Return what deciding needs of houses in scope."""
        bills = sorted(self.state.bills.values(), key=lambda bill: bill.number)
        return [
            prospect_of(
                house_id,
                channel,
                today=today,
                residents=self.state.residents_of(house_id),
                bills=(bill for bill in bills if bill.house_id == house_id),
                history=self._history(house_id, channel, since),
            )
            for house_id in dict.fromkeys(houses)
            if self._covers(scope, house_id)
        ]

    def add_run(
        self,
        run: ReminderRun,
        queued: Collection[QueuedReminder],
        refused: Mapping[HouseId, tuple[CommunityId, ReminderDecision]],
    ) -> None:
        """Keep a request with its decisions; raise StaleError for an open reminder (P26)."""
        with self.state.step():
            for reminder in queued:
                if self._is_open(reminder):
                    raise StaleError(kind="reminder", id=reminder.house_id)
                self.state.reminders[reminder.id] = reminder
        self.state.reminder_runs[run.id] = run
        for house_id, (community_id, decision) in refused.items():
            kept = RefusedReminder(run.id, community_id, decision)
            self.state.reminder_refusals[refusal_id(run.id, house_id)] = kept

    def find(self, reminder_id: ReminderId) -> QueuedReminder | None:
        """Return a reminder of any company, or None."""
        return self.state.reminders.get(reminder_id)

    def named_to(
        self, company_id: CompanyId, address: str, houses: Collection[HouseId]
    ) -> set[BillNumber]:
        """Return the bills of houses that reminders sent to an openid or phone name."""
        return self.state.named_to(company_id, address, houses)

    def save(self, reminder: QueuedReminder) -> None:
        """Replace the version before this one; raise StaleError(reminder)."""
        with self.state.step():
            replace_version(self.state.reminders, reminder.id, reminder, kind="reminder")

    def _history(
        self, house_id: HouseId, channel: ReminderChannel, since: date
    ) -> Iterator[PastReminder]:
        for reminder in self.state.reminders.values():
            if (reminder.house_id, reminder.channel) != (house_id, channel):
                continue
            for past in reminder.past():
                waits = past.state is ReminderState.WAITING
                if waits or (past.state.cools and past.on >= since):
                    yield past

    def _covers(self, scope: Scope, house_id: HouseId) -> bool:
        house = self.state.houses.get(house_id)
        return house is not None and self.state.covers(scope, house.community_id)

    def _is_open(self, reminder: QueuedReminder) -> bool:
        return any(
            each.open and (each.house_id, each.channel) == (reminder.house_id, reminder.channel)
            for each in self.state.reminders.values()
        )


@attrs.frozen
class MemoryReminderSettingsRepository(ReminderSettingsRepository):
    """What companies chose."""

    state: MemoryState

    def get(self, company_id: CompanyId) -> ReminderSettings:
        """Return a company's choice; version 0 of the defaults when it made none."""
        return self.state.reminder_settings.get(company_id, ReminderSettings(company_id))

    def save(self, settings: ReminderSettings) -> None:
        """Replace the version before this one; raise StaleError(reminder_settings)."""
        if self.get(settings.company_id).version != settings.version - 1:
            raise StaleError(kind="reminder_settings", id=settings.company_id)
        self.state.reminder_settings[settings.company_id] = settings
