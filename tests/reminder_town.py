"""A town whose families are reminded: phones that know a message again as WeChat does.

The provider can be down, silent before or after it delivered, and refuse people or everybody; the
process can end before or after a message left. Nothing waits for the machine's clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

import attrs

from billing_domain.errors import (
    MessagingMisconfiguredError,
    ProviderUnavailableError,
    RecipientUnreachableError,
)
from billing_domain.model.company.actor import Actor
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.jobs.outbox import JobKind, OutboxJob
from billing_domain.model.reminders.queued_reminder import QueuedReminder, ReminderId
from billing_domain.model.reminders.settings import MessagePart, ReminderChannel, ReminderTemplate
from billing_domain.ports.reminders.messaging import (
    Delivered,
    MessageSender,
    MessagingAccount,
    ReminderMessage,
    SmsSender,
)
from billing_domain.ports.reminders.queries import ReminderFilter
from billing_domain.ports.system import Clock
from billing_domain.services.reminders.circuit_breaker import CircuitBreaker
from billing_domain.services.reminders.deliver_reminders import DeliverReminders
from billing_domain.use_cases.jobs.run_outbox import BATCH_MAX, OutboxReport
from tests.money_town import MoneyTown

TEMPLATE: Final = ReminderTemplate(
    "template-1",
    {
        "thing2": MessagePart.HOUSE,
        "number5": MessagePart.COUNT,
        "amount3": MessagePart.TOTAL,
        "time4": MessagePart.SENT_AT,
    },
    {"const6": "物业费"},
)
KNOWN_FOR: Final = timedelta(minutes=10)
"""How long a phone's provider knows a `client_msg_id` again."""


class KilledError(BaseException):
    """The process ends here: no handler of ours catches it."""


class Answer(Enum):
    """What a call to the provider meets."""

    FINE = "fine"
    DOWN = "down"
    SILENT_BEFORE = "silent before it arrived"
    SILENT_AFTER = "silent after it arrived"
    UNREACHABLE = "unreachable"
    MISCONFIGURED = "misconfigured"
    KILLED_BEFORE = "we died before it left"
    KILLED_AFTER = "we died after it left"

    @property
    def arrives(self) -> bool:
        """Whether the message is on the phone afterwards."""
        return self in {Answer.FINE, Answer.SILENT_AFTER, Answer.KILLED_AFTER}

    @property
    def leaves_doubt(self) -> bool:
        """Whether we can't know if the message is there."""
        return self.value.startswith(("silent", "we died"))


@attrs.frozen
class Call:
    """One message that we tried to send; `new` when it is on the phone because of this call."""

    address: str
    message: ReminderMessage
    at: datetime
    answer: Answer
    new: bool

    @property
    def reminder(self) -> ReminderId:
        """The reminder that its link opens."""
        return ReminderId(self.message.link.rpartition("/")[2])


class Phones(MessageSender):
    """All phones of the town; `coming` are the answers to the next calls, `standing` to others.

    `watch` sees every call at its moment.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._first: dict[tuple[str, str], datetime] = {}
        self.calls: list[Call] = []
        self.coming: deque[Answer] = deque()
        self.standing = Answer.FINE
        self.watch: Callable[[Call], None] = lambda _: None

    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        """Take a message, once within ten minutes, or fail as told."""
        del account
        return self.take(openid, message)

    def take(self, address: str, message: ReminderMessage) -> Delivered:
        """Take a message for an openid or a phone."""
        answer = self.coming.popleft() if self.coming else self.standing
        now, name = self._clock.now(), (address, message.client_msg_id)
        first = self._first.get(name)
        new = answer.arrives and (first is None or now - first >= KNOWN_FOR)
        if new:
            self._first[name] = now
        self.calls.append(Call(address, message, now, answer, new))
        self.watch(self.calls[-1])
        _raise(answer)
        return Delivered(message.client_msg_id[:8])

    @property
    def arrived(self) -> list[Call]:
        """The messages on all phones, oldest first."""
        return [call for call in self.calls if call.new]


@attrs.frozen
class PhonesBySms(SmsSender):
    """The same phones, reached by text message."""

    phones: Phones

    def send(self, phone: str, message: ReminderMessage) -> Delivered:
        """Take a message, or fail as told."""
        return self.phones.take(phone, message)


def _raise(answer: Answer) -> None:
    if answer in {Answer.KILLED_BEFORE, Answer.KILLED_AFTER}:
        raise KilledError
    if answer is Answer.DOWN:
        raise ProviderUnavailableError(detail="-1")
    if answer in {Answer.SILENT_BEFORE, Answer.SILENT_AFTER}:
        raise ProviderUnavailableError(detail="timeout", silent=True)
    if answer is Answer.UNREACHABLE:
        raise RecipientUnreachableError(reason="not_following")
    if answer is Answer.MISCONFIGURED:
        raise MessagingMisconfiguredError(reason="template", detail="40037")


class ReminderTown:
    """A town whose company reminds over WeChat, and the workers that send for it."""

    def __init__(self, town: MoneyTown | None = None) -> None:
        town = town or MoneyTown()
        self.town, self.clock, self.begin = town, town.clock, town.begin
        self.application = town.application
        self.phones = Phones(town.clock)
        self.sender: MessageSender = self.phones
        self.staff: Sequence[Actor] = town.staff
        self._workers = 0
        self.configure("wx-town", "made-up")
        self.restart()

    def configure(self, app_id: str, secret: str) -> None:
        """Give the company an official account, and a template when it has none."""
        payments, reminders = (
            self.application.configure_payments,
            self.application.configure_reminders,
        )
        known = payments.official_account(self.staff[0])
        payments.save_official_account(
            self.staff[0], app_id=app_id, secret=secret, version=known.version if known else 0
        )
        settings = reminders.settings(self.staff[0])
        if settings.template is None:
            reminders.change_template(self.staff[0], version=settings.version, template=TEMPLATE)

    def remind_by_sms(self) -> None:
        """Let the company use text messages too (rule 4.2)."""
        reminders = self.application.configure_reminders
        settings = reminders.settings(self.staff[0])
        reminders.change_channel(
            self.staff[0],
            version=settings.version,
            channel=ReminderChannel.SMS,
            days=settings.policy.cooling_days[ReminderChannel.SMS],
            on=True,
        )

    def add_house(self, address: str) -> House:
        """Add a house to the town's community."""
        return self.application.register_residents.add_house(
            self.staff[0], community_id=self.town.community.id, address=address
        )

    def add_resident(self, house: House, openid: str) -> Resident:
        """Let somebody with a bound openid live in a house."""
        who = Resident(
            ResidentId(self.town.ids.new_id()),
            house.community_id,
            house.id,
            "陈思好",
            "13912345678",
            Relation.TENANT,
            None,
            openid=openid,
        )
        with self.begin() as work:
            work.residents.add_all([who])
            work.commit()
        return who

    def residents(self) -> list[Resident]:
        """Return everybody who lives or lived in the town."""
        with self.begin(read_only=True) as work:
            return [who for house in self.town.houses for who in work.residents.of_house(house.id)]

    def restart(self, sender: MessageSender | None = None) -> None:
        """Let another process send from now on, which remembers no pause."""
        self.sender = sender or self.sender
        self._workers += 1
        outbox = self.application.run_outbox
        deliver = outbox.handlers[JobKind.REMINDER]
        assert isinstance(deliver, DeliverReminders)
        fresh = attrs.evolve(
            deliver,
            sender=self.sender,
            sms=PhonesBySms(self.phones),
            pauses=CircuitBreaker(self.clock),
        )
        handlers = {**outbox.handlers, JobKind.REMINDER: fresh}
        self.application = attrs.evolve(
            self.application, run_outbox=attrs.evolve(outbox, handlers=handlers)
        )

    def work(self, *, count_max: int = BATCH_MAX) -> OutboxReport:
        """Do one round; a process that dies is followed by the next one."""
        try:
            return self.application.run_outbox.run_once(
                holder=f"worker-{self._workers}", count_max=count_max
            )
        except KilledError:
            self.restart()
            return OutboxReport()

    def work_for(self, duration: timedelta, *, step: timedelta) -> None:
        """Let time pass, and the worker do in every step all that is due."""
        end = self.clock.now() + duration
        while self.clock.now() < end:
            while self.work().claimed:
                pass
            self.clock.advance(step)

    def reminders(self) -> list[QueuedReminder]:
        """Return every reminder that was ever queued, in the order of their queueing."""
        queries = self.application.view_reminders.reminders
        page = queries.page(self.staff[0].scope, ReminderFilter(), key=None, rows=100_000)
        with self.begin(read_only=True) as work:
            found = [work.reminders.find(row.id) for row in reversed(page.rows)]
        return [each for each in found if each is not None]

    def reminder(self, reminder_id: ReminderId) -> QueuedReminder:
        """Return a reminder as it is stored now."""
        with self.begin(read_only=True) as work:
            found = work.reminders.find(reminder_id)
        assert found is not None
        return found

    def jobs(self) -> Sequence[OutboxJob]:
        """Return the reminders' waiting jobs, whoever holds them."""
        with self.begin() as work:  # left without a commit, so that nothing is claimed
            return work.outbox.claim(
                self.clock.now() + timedelta(days=365),
                kinds=[JobKind.REMINDER],
                holder="who only looks",
                lease=timedelta(seconds=1),
                count_max=100_000,
            )
