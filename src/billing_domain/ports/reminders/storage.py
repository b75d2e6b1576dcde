"""Storage of reminders, their settings and the official account."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.queued_reminder import QueuedReminder, ReminderId, ReminderRun
from billing_domain.model.reminders.reminder import Prospect, ReminderDecision
from billing_domain.model.reminders.settings import ReminderChannel, ReminderSettings


class OfficialAccountRepository(Protocol):
    """The WeChat official account of each company."""

    @abstractmethod
    def find(self, company_id: CompanyId) -> OfficialAccount | None:
        """Return a company's account, or None."""

    @abstractmethod
    def save(self, account: OfficialAccount) -> None:
        """Store a company's account: version 1 is new, later versions replace the previous one.

        Raises StaleError.
        """


class ReminderRepository(Protocol):
    """Reminders and reminder requests of all companies."""

    @abstractmethod
    def prospects(
        self,
        scope: Scope,
        houses: Collection[HouseId],
        *,
        channel: ReminderChannel,
        today: date,
        since: date,
    ) -> Sequence[Prospect]:
        """Return the facts for deciding about houses in scope, in a few statements for any number.

        `recipients` have moved in by `today` and not moved out, in the order they were added.
        `bills` are the unpaid bills by ascending number. `history` are the channel's open
        reminders, and reminders that cool since `since`. A reminder that arrived for one resident
        and waits for another appears twice.
        """

    @abstractmethod
    def add_run(
        self,
        run: ReminderRun,
        queued: Collection[QueuedReminder],
        refused: Mapping[HouseId, tuple[CommunityId, ReminderDecision]],
    ) -> None:
        """Store a request with the decision about each house: queued, or the refusal's reason.

        Lists show refusals in the order of `refused`, and queued reminders by descending id.
        Raises StaleError(reminder) when a house and channel have an open reminder (P26).
        """

    @abstractmethod
    def find(self, reminder_id: ReminderId) -> QueuedReminder | None:
        """Return a reminder of any company, for the worker and for the page behind its link."""

    @abstractmethod
    def named_to(
        self, company_id: CompanyId, address: str, houses: Collection[HouseId]
    ) -> set[BillNumber]:
        """Return the houses' bills that reminders to an openid or phone name (rule 4.6).

        Only reminders that were delivered, or may have been.
        """

    @abstractmethod
    def save(self, reminder: QueuedReminder) -> None:
        """Store the next version; raise StaleError(reminder)."""


class ReminderSettingsRepository(Protocol):
    """Companies' reminder settings."""

    @abstractmethod
    def get(self, company_id: CompanyId) -> ReminderSettings:
        """Return a company's settings; the defaults have version 0."""

    @abstractmethod
    def save(self, settings: ReminderSettings) -> None:
        """Store the next version; raise StaleError(reminder_settings)."""
