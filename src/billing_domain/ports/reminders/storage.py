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
    """The companies' WeChat official accounts, one each."""

    @abstractmethod
    def find(self, company_id: CompanyId) -> OfficialAccount | None:
        """Return a company's account, or None."""

    @abstractmethod
    def save(self, account: OfficialAccount) -> None:
        """Keep a company's account: version 1 is new, a later one replaces the one before.

        Raises StaleError.
        """


class ReminderRepository(Protocol):
    """Reminders of all companies, and the requests that they come from."""

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
        """Return what deciding needs of houses in scope, in a few statements however many.

        `recipients` are those who have moved in by `today` and not out, in the order they were
        added; `bills` the unpaid ones by ascending number; `history` the channel's reminders that
        wait, or that cool from `since` on. One that arrived and waits for others counts twice.
        """

    @abstractmethod
    def add_run(
        self,
        run: ReminderRun,
        queued: Collection[QueuedReminder],
        refused: Mapping[HouseId, tuple[CommunityId, ReminderDecision]],
    ) -> None:
        """Keep a request with what was decided about each house: queued, or refused and why.

        Raises StaleError(reminder) when a house and channel have an open reminder (P26).
        """

    @abstractmethod
    def find(self, reminder_id: ReminderId) -> QueuedReminder | None:
        """Return a reminder of any company, for the worker and for whoever opens its link."""

    @abstractmethod
    def named_to(
        self, company_id: CompanyId, address: str, houses: Collection[HouseId]
    ) -> set[BillNumber]:
        """Return the bills of houses that reminders sent to an openid or phone name (rule 4.6).

        Sent is what was delivered, or may have been.
        """

    @abstractmethod
    def save(self, reminder: QueuedReminder) -> None:
        """Replace the version before this one; raise StaleError(reminder)."""


class ReminderSettingsRepository(Protocol):
    """What companies chose about their reminders."""

    @abstractmethod
    def get(self, company_id: CompanyId) -> ReminderSettings:
        """Return a company's choice; version 0 of the defaults when it made none."""

    @abstractmethod
    def save(self, settings: ReminderSettings) -> None:
        """Replace the version before this one; raise StaleError(reminder_settings)."""
