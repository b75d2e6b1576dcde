"""Send queued reminders, one message after another (rules 4.1, 4.4, 4.5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import attrs

from billing_domain.errors import (
    MessagingMisconfiguredError,
    ProviderUnavailableError,
    RecipientUnreachableError,
)
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import Community, CommunityStatus
from billing_domain.model.jobs.outbox import OutboxJob
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import (
    CHANNEL_OFF,
    CLOSED,
    GAVE_UP,
    MOVED_OUT,
    TRIED_FOR,
    Delivery,
    DeliveryState,
    QueuedReminder,
    ReminderId,
    client_msg_id,
)
from billing_domain.model.reminders.reminder import NamedBill, address_of, still_due
from billing_domain.model.reminders.settings import ReminderChannel, ReminderSettings
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.jobs import JobHandler
from billing_domain.ports.reminders.messaging import (
    Delivered,
    MessageSender,
    MessagingAccount,
    ReminderMessage,
    SmsSender,
)
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.reminders.circuit_breaker import CircuitBreaker

FIRST_FOR: Final = timedelta(hours=2)
"""How long a reminder keeps its place before the others while the provider is down."""

STEP_BACK: Final = timedelta(seconds=1)


@attrs.frozen
class _Round:
    """One attempt: the reminder at its start, and the content of its messages."""

    reminder: QueuedReminder
    due: tuple[NamedBill, ...]
    account: MessagingAccount | None
    community: str
    house: str


@attrs.frozen
class DeliverReminders(JobHandler):
    """Handles jobs whose subject is a reminder's id.

    `link` is the format of the address in the message; it has `{reminder}`.
    """

    begin: UnitOfWorkFactory
    sender: MessageSender
    sms: SmsSender
    pauses: CircuitBreaker
    clock: Clock
    link: str

    def __call__(self, job: OutboxJob) -> datetime | None:
        """Send waiting deliveries; return when to continue, None when every delivery has ended.

        Each delivery is marked before the message leaves and recorded after it, so a crash between
        the two is visible. Deliveries that waited for a day are given up. Raises StaleError when
        another worker sends the same reminder.
        """
        if (until := self.pauses.until(job.company_id)) is not None:
            return self._held_back(job, until)
        begun = self._begin(job)
        return None if begun is None else self._deliver(begun)

    def abandon(self, job: OutboxJob) -> None:
        """Close the reminder of a dead job, so that the house may be reminded again."""
        with self.begin() as work:
            reminder = work.reminders.find(ReminderId(job.subject))
            if reminder is not None and reminder.open:
                self._store(work, reminder.given_up(self.clock.now(), GAVE_UP))
                work.commit()

    def _deliver(self, begun: _Round) -> datetime | None:
        reminder = begun.reminder
        for delivery in reminder.waiting:
            marked = delivery.marked(self.clock.now())
            # This also stores the result of the previous message.
            reminder = self._save(self._after(reminder, marked))
            try:
                end = self._sent(begun, delivery)
            except ProviderUnavailableError as error:
                unsent = marked if error.silent else delivery
                reminder = self._after(reminder, unsent.to_retry(error.code))
                return self._later(reminder, self.pauses.failed(reminder.company_id))
            except MessagingMisconfiguredError as error:
                reason = ":".join(filter(None, (error.reason, error.detail)))
                undone = self._after(reminder, delivery)
                self._save(undone.given_up(self.clock.now(), reason))
                return None
            self.pauses.answered(reminder.company_id)
            reminder = self._after(reminder, end)
        self._save(reminder)
        return None

    def _held_back(self, job: OutboxJob, until: datetime) -> datetime | None:
        """Return when to retry while the provider is down, None when the reminder has ended."""
        if self.clock.now() - job.created_at < TRIED_FOR:
            return until
        with self.begin(read_only=True) as work:
            reminder = work.reminders.find(ReminderId(job.subject))
        return self._later(reminder, until) if reminder is not None and reminder.open else None

    def _later(self, reminder: QueuedReminder, until: datetime) -> datetime | None:
        """Store an unsent reminder; return when to retry, or None when it is given up."""
        now = self.clock.now()
        waited = now - reminder.queued_at
        if waited < TRIED_FOR:
            self._save(reminder)
            # If only this message fails, move it behind the others so they can go out.
            return until if waited < FIRST_FOR else until + STEP_BACK
        self._save(reminder.given_up(now, GAVE_UP))
        return None

    def _begin(self, job: OutboxJob) -> _Round | None:
        """Return the content and recipients to send now; None when there is nothing to send."""
        now = self.clock.now()
        with self.begin() as work:
            found = work.reminders.find(ReminderId(job.subject))
            if found is None or not found.open:
                return None
            reminder = _with_residents_gone(work, found.timed_out(now), now)
            scope = Scope(found.company_id)
            numbers = [bill.number for bill in found.bills]
            due = still_due(found.bills, work.bills.get_many(scope, numbers))
            reminder = reminder.naming(due) if due else reminder.dropped(now)
            community = work.communities.get(scope, found.community_id)
            settings = work.reminder_settings.get(found.company_id)
            if reminder.open and (unwanted := _unwanted(reminder, community, settings)):
                reminder = reminder.given_up(now, unwanted)
            if not reminder.open:
                self._store(work, reminder)
                work.commit()
                return None
            house = work.houses.get(scope, found.house_id)
            account = _account(work, settings)
        return _Round(reminder, due, account, community.name, house.address.text)

    def _sent(self, begun: _Round, delivery: Delivery) -> Delivery:
        """Return the delivery after sending; raise when the provider is down or set up wrongly."""
        try:
            end = self._send(begun, delivery)
        except RecipientUnreachableError as error:
            return attrs.evolve(
                delivery.ended(DeliveryState.UNREACHABLE, self.clock.now(), error.reason),
                tried_at=None,
            )
        return delivery.delivered(self.clock.now(), end.message_id)

    def _send(self, begun: _Round, delivery: Delivery) -> Delivered:
        reminder = begun.reminder
        message = ReminderMessage(
            community=begun.community,
            house=begun.house,
            count=len(begun.due),
            total=Money.total(bill.amount for bill in begun.due),
            link=self.link.format(reminder=reminder.id),
            client_msg_id=client_msg_id(reminder.id, delivery),
        )
        if reminder.channel is ReminderChannel.SMS:
            return self.sms.send(delivery.address, message)
        account = begun.account
        if account is None:
            raise MessagingMisconfiguredError(reason="no_template", detail="")
        self.pauses.check(reminder.company_id, account)
        try:
            return self.sender.send(account, delivery.address, message)
        except MessagingMisconfiguredError as error:
            self.pauses.refused(reminder.company_id, account, error)
            raise

    def _after(self, reminder: QueuedReminder, delivery: Delivery) -> QueuedReminder:
        return reminder.with_delivery(delivery, self.clock.now())

    def _save(self, reminder: QueuedReminder) -> QueuedReminder:
        with self.begin() as work:
            saved = self._store(work, reminder)
            work.commit()
        return saved

    def _store(self, work: UnitOfWork, reminder: QueuedReminder) -> QueuedReminder:
        saved = reminder.kept()
        work.reminders.save(saved)
        if saved.delivered_at is not None:
            numbers = [bill.number for bill in saved.bills]
            work.bills.mark_reminded(numbers, saved.delivered_at)
        return saved


def _with_residents_gone(
    work: UnitOfWork, reminder: QueuedReminder, now: datetime
) -> QueuedReminder:
    """Stop deliveries to residents who moved out or were unbound since queueing."""
    here = {
        who.id: address_of(who, reminder.channel)
        for who in work.residents.of_house(reminder.house_id)
        if who.lives_here_on(shanghai_day(now))
    }
    for each in reminder.waiting:
        if here.get(each.resident_id) != each.address:
            # A message that may have arrived is not sent again to find out (P36).
            gone = each.stopped(DeliveryState.UNREACHABLE, now, MOVED_OUT)
            reminder = reminder.with_delivery(gone, now)
    return reminder


def _unwanted(reminder: QueuedReminder, community: Community, settings: ReminderSettings) -> str:
    """Return why the company no longer wants the reminder sent, or an empty text."""
    if community.status is not CommunityStatus.OPEN:
        # The link would show bills that can't be paid.
        return CLOSED
    return "" if reminder.channel in settings.policy.channels else CHANNEL_OFF


def _account(work: UnitOfWork, settings: ReminderSettings) -> MessagingAccount | None:
    """Return the official account with its template, or None if either is missing."""
    official = work.official_accounts.find(settings.company_id)
    if settings.template is None or official is None:
        return None
    return MessagingAccount(official, settings.template)
