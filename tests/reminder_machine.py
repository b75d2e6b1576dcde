"""The rules by which a town is reminded, and what must hold after every step (rule 4).

Hypothesis looks for the shortest story of staff who remind at once, bills that are paid meanwhile,
people who move, a provider that is down or silent, commits that fail and workers that die, after
which somebody is reminded twice, of what is paid, or never.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from billing_domain.errors import BillingError
from billing_domain.model.bills.bill import PaymentChannel, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import Resident
from billing_domain.model.jobs.outbox import JobState
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import (
    DeliveryState,
    QueuedReminder,
    ReminderId,
    RunId,
)
from billing_domain.model.reminders.reminder import (
    Cooling,
    NobodyToReach,
    NothingUnpaid,
    ReminderDecision,
    SendReminder,
    UnderWay,
    address_of,
)
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.reminders.queries import ReminderOutcome
from billing_domain.use_cases.reminders.remind_residents import Reminded
from tests.money_town import CommitFault, MoneyTown
from tests.phones import Answer, Call

Done = TypeVar("Done")

DAYS: Final = {ReminderChannel.WECHAT: 3, ReminderChannel.SMS: 30}
SILENCE_ENDS: Final = timedelta(hours=3)
"""After so long every pause, lease and retry is over."""

PICK = st.integers(0, 1_000)
PICKS = st.lists(PICK, min_size=1, max_size=6)
CHANNEL = st.sampled_from([ReminderChannel.WECHAT] * 3 + [ReminderChannel.SMS])
ANSWERS = st.lists(st.sampled_from([Answer.FINE, Answer.FINE, *Answer]), max_size=5)
FAULTS = st.lists(
    st.sampled_from([CommitFault.BUSY, CommitFault.LOST, CommitFault.KEPT]), max_size=2
)
JUMPS = [
    timedelta(seconds=20),
    timedelta(minutes=4),
    timedelta(minutes=6),
    timedelta(minutes=11),
    timedelta(hours=3),
    timedelta(hours=13),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=30),
]
OPENIDS = ["openid-wang", "openid-li", "openid-new"]
BILLS_MAX = 12


class ReminderMachine(RuleBasedStateMachine):
    """Everything that can happen to reminders."""

    def __init__(self) -> None:
        super().__init__()
        self.town = MoneyTown()
        self.town.connect_wechat()
        self.use, self.admin = self.town.application, self.town.staff[0]
        self.use.configure_reminders.change_channel(
            self.admin,
            version=1,
            channel=ReminderChannel.SMS,
            days=DAYS[ReminderChannel.SMS],
            on=True,
        )
        self.town.phones.watch = self.hear
        self.houses = [house.id for house in self.town.houses]
        self.runs: dict[RunId, Reminded] = {}
        self.named: dict[ReminderId, set[BillNumber]] = {}
        self.lies: list[str] = []
        self.sound = True

    @initialize(channel=CHANNEL, answers=ANSWERS)
    def begin_with(self, channel: ReminderChannel, answers: list[Answer]) -> None:
        """Begin where something is on its way."""
        self.remind_all(channel, faults=[], rival=False)
        self.work(answers, [], 20)

    # Staff.

    @rule(channel=CHANNEL, faults=FAULTS, rival=st.booleans())
    def remind_all(
        self, channel: ReminderChannel, faults: list[CommitFault], *, rival: bool
    ) -> None:
        """Remind all houses; a rival may do the same at the same moment (P26)."""
        act = self.use.remind_residents.by_filter
        if rival:
            self.town.chance.rivals.append(
                lambda: self.keep(act(self.town.staff[1], BillFilter(), channel=channel))
            )
        self.remind(lambda: act(self.admin, BillFilter(), channel=channel), faults)

    @rule(picks=PICKS, channel=CHANNEL, faults=FAULTS)
    def remind_of_bills(
        self, picks: list[int], channel: ReminderChannel, faults: list[CommitFault]
    ) -> None:
        """Remind the houses of some bills, paid ones among them."""
        bills = self.town.stored_bills()
        wanted = {bills[pick % len(bills)].number for pick in picks} if bills else set()
        act = self.use.remind_residents.by_numbers
        self.remind(lambda: act(self.admin, wanted, channel=channel), faults)

    @precondition(lambda self: self.runs)
    @rule(pick=PICK, faults=FAULTS)
    def remind_again(self, pick: int, faults: list[CommitFault]) -> None:
        run_id = [*self.runs][pick % len(self.runs)]
        self.remind(lambda: self.use.remind_residents.again(self.admin, run_id=run_id), faults)

    @rule(channel=CHANNEL)
    def rehearse(self, channel: ReminderChannel) -> None:
        """Decide without keeping anything: what is decided then comes to the same."""
        act, before = self.use.remind_residents.by_filter, len(self.town.jobs(JobState.WAITING))
        rehearsed = act(self.admin, BillFilter(), channel=channel, dry_run=True)
        assert len(self.town.jobs(JobState.WAITING)) == before
        self.check_decisions(rehearsed, channel)

    @rule(pick=PICK, amount=st.sampled_from([Money(7), Money(70)]))
    def edit(self, pick: int, amount: Money) -> None:
        if found := self.unpaid():
            bill = found[pick % len(found)]
            self.use.manage_bills.edit(
                self.admin,
                number=bill.number,
                version=bill.version,
                fee_type=FeeType.WATER,
                amount=amount,
                period=bill.period,
                remark="",
            )

    @rule(picks=PICKS, paid=st.booleans())
    def pay_or_delete(self, picks: list[int], *, paid: bool) -> None:
        found = self.unpaid()
        chosen = {found[pick % len(found)].number for pick in picks[:2]} if found else set()
        if chosen and paid:
            self.use.manage_bills.mark_paid(
                self.admin, numbers=chosen, channel=PaymentChannel.CASH
            )
        elif chosen:
            self.use.manage_bills.delete(self.admin, numbers=chosen)

    @rule(house=st.integers(0, 2), amount=st.sampled_from([Money(7), Money(70)]))
    def import_a_bill(self, house: int, amount: Money) -> None:
        if len(self.unpaid()) < BILLS_MAX:
            self.town.add_bill(self.town.houses[house], amount)

    @rule(pick=PICK)
    def move_out(self, pick: int) -> None:
        if found := self.living():
            who = found[pick % len(found)]
            self.use.register_residents.move_out(
                self.admin, resident_id=who.id, version=who.version, on=self.today()
            )

    @rule(house=st.integers(0, 2), openid=st.sampled_from(OPENIDS))
    def move_in(self, house: int, openid: str) -> None:
        """Let somebody move in; the same person may be entered twice."""
        if len(self.living()) < len(self.houses) * 3:
            self.town.add_owner(self.town.houses[house], openid=openid, phone="13912345678")

    # The worker, the provider and time.

    @rule(answers=ANSWERS, faults=FAULTS, count_max=st.sampled_from([1, 20]))
    def work(self, answers: list[Answer], faults: list[CommitFault], count_max: int) -> None:
        self.town.phones.coming.extend(answers)
        self.town.chance.faults.extend(faults)
        self.do(lambda: self.town.run_worker(count_max=count_max))
        self.calm_down()

    @rule(pick=PICK, channel=CHANNEL)
    def pay_between_two_messages(self, pick: int, channel: ReminderChannel) -> None:
        """Let the provider fail after one message of a house, and a bill be paid before the next.

        Rules alone come to this too seldom.
        """
        self.remind_all(channel, faults=[], rival=False)
        self.work([Answer.FINE, Answer.DOWN], [], 1)
        self.pay_or_delete([pick], paid=True)
        self.wait(JUMPS[2])
        self.work([], [], 20)

    @rule(jump=st.sampled_from(JUMPS))
    def wait(self, jump: timedelta) -> None:
        self.town.clock.advance(jump)

    @rule()
    def restart(self) -> None:
        """Let another process send from now on."""
        self.town.restart()

    # What must hold.

    def remind(self, act: Callable[[], Reminded], faults: list[CommitFault]) -> None:
        self.sound = False
        self.town.chance.faults.extend(faults)
        reminded = self.do(act)
        self.calm_down()
        if reminded is not None:
            self.keep(reminded)
        self.note_names()

    def keep(self, reminded: Reminded) -> None:
        """Note a request, and look whether its decisions are right."""
        if reminded.run is not None:
            self.runs[reminded.run.id] = reminded
            self.check_decisions(reminded, reminded.run.channel, made_by=reminded.run.id)

    def note_names(self) -> None:
        """Note what each new reminder named when it was queued."""
        for reminder in self.town.reminders():
            self.named.setdefault(reminder.id, {bill.number for bill in reminder.bills})

    def check_decisions(
        self, reminded: Reminded, channel: ReminderChannel, made_by: RunId | None = None
    ) -> None:
        """Compare each decision with what the phones and the register say."""
        past = [
            each
            for each in self.town.reminders()
            if each.channel is channel and each.run_id != made_by
        ]
        for decision in reminded.batch.decisions:
            mine = [each for each in past if each.house_id == decision.house_id]
            self.check_decision(decision, channel, mine)

    def check_decision(
        self, decision: ReminderDecision, channel: ReminderChannel, past: list[QueuedReminder]
    ) -> None:
        house_id, today = decision.house_id, self.today()
        unpaid = [bill for bill in self.unpaid() if bill.house_id == house_id]
        reached = {
            address_of(who, channel) for who in self.living() if who.house_id == house_id
        } - {None}
        cooling = self.cooling(past, DAYS[channel])
        if isinstance(decision, Cooling):
            assert cooling
            assert (decision.last_on, decision.sure) in cooling.items()
            assert decision.last_on == max(cooling), "the latest of them counts"
            assert decision.next_on == decision.last_on + timedelta(days=DAYS[channel]) > today
        elif isinstance(decision, UnderWay):
            assert decision.since in {shanghai_day(each.queued_at) for each in past if each.open}
        else:
            assert bool(unpaid) != isinstance(decision, NothingUnpaid)
        if isinstance(decision, SendReminder):
            assert not cooling, f"{decision.house_id} was reminded on {cooling}"
            assert not any(each.open for each in past)
            assert {bill.number for bill in decision.bills} == {bill.number for bill in unpaid}
            assert sorted(each.address for each in decision.recipients) == sorted(
                filter(None, reached)
            )
        if isinstance(decision, NobodyToReach):
            assert not reached

    def cooling(self, past: list[QueuedReminder], days: int) -> Mapping[date, bool]:
        """Return the days that keep a house back by the phones, and whether they are sure.

        A message that may have arrived counts once its reminder has come to its end without
        any that surely did.
        """
        found: dict[date, bool] = {}
        for reminder in past:
            fine = [call.at for call in self.calls(reminder.id) if call.answer is Answer.FINE]
            doubtful = [
                each.tried_at
                for each in reminder.deliveries
                if each.state is DeliveryState.UNKNOWN and each.tried_at is not None
            ]
            if fine and reminder.delivered_at:
                found[shanghai_day(min(fine))] = True
            elif doubtful and not reminder.open:
                found.setdefault(shanghai_day(min(doubtful)), False)
        return {
            day: sure for day, sure in found.items() if self.today() < day + timedelta(days=days)
        }

    def hear(self, call: Call) -> None:
        """Note what is wrong with a message at the moment when it arrives (rule 4.5)."""
        if not call.new:
            return
        with self.town.begin(read_only=True) as work:
            reminder = work.reminders.find(call.reminder)
        assert reminder is not None
        named = self.named.get(reminder.id) or {bill.number for bill in reminder.bills}
        due = [bill for bill in self.unpaid() if bill.number in named]
        said, true = (call.message.count, call.message.total), (len(due), _sum(due))
        if said != true:
            self.lies.append(f"{call.reminder} says {said}, due are {true}")
        if not self.lives_there(reminder, call.address):
            self.lies.append(f"{call.reminder} came to {call.address}, who moved out")

    def lives_there(self, reminder: QueuedReminder, address: str) -> bool:
        """Tell whether somebody who lives in the house is reached at an address."""
        return address in {
            address_of(who, reminder.channel)
            for who in self.living()
            if who.house_id == reminder.house_id
        }

    @invariant()
    def all_is_well(self) -> None:
        self.sound = False
        self.nobody_is_told_lies()
        self.nobody_is_reminded_twice()
        self.nothing_open_is_forgotten()
        self.requests_add_up([*self.runs][-2:])
        self.sound = True

    def nobody_is_told_lies(self) -> None:
        assert self.lies == []

    def nobody_is_reminded_twice(self) -> None:
        """One message to a phone for a reminder, and days between two reminders of a house."""
        arrived = Counter((call.reminder, call.address) for call in self.town.phones.arrived)
        assert not [name for name, times in arrived.items() if times > 1], "came twice"
        firsts: dict[tuple[HouseId, ReminderChannel], list[date]] = {}
        for reminder in self.town.reminders():
            days = [shanghai_day(call.at) for call in self.calls(reminder.id) if call.new]
            if days:
                place = reminder.house_id, reminder.channel
                firsts.setdefault(place, []).append(min(days))
        for (house_id, channel), days in firsts.items():
            for one, next_one in pairwise(sorted(days)):
                assert (next_one - one).days >= DAYS[channel], f"{house_id} on {one}, {next_one}"

    def nothing_open_is_forgotten(self) -> None:
        """Each open reminder has a job that waits, or one that staff are shown."""
        jobs = {job.subject for job in self.town.jobs(JobState.WAITING, JobState.DEAD)}
        reminders = [each for each in self.town.reminders() if each.open]
        assert {each.id for each in reminders} <= jobs
        places = [(each.house_id, each.channel) for each in reminders]
        assert len(places) == len(set(places)), "one open reminder of a house and channel"

    def requests_add_up(self, runs: Iterable[RunId]) -> None:
        """Each house of a request is counted once, and a refusal stays what it was."""
        for run_id in runs:
            progress = self.use.view_reminders.progress(self.admin, run_id=run_id)
            batch = self.runs[run_id].batch
            assert sum(progress.houses.values()) == len(batch.decisions)
            assert progress.queued == len(batch.to_send)
            for outcome, refused in {
                ReminderOutcome.COOLING: batch.cooling,
                ReminderOutcome.UNDER_WAY: batch.under_way,
                ReminderOutcome.UNREACHABLE: batch.unreachable,
                ReminderOutcome.NOTHING_UNPAID: batch.nothing_unpaid,
            }.items():
                assert progress.houses.get(outcome, 0) == len(refused)

    def teardown(self) -> None:
        """Let everything come to rest: what could be said is said, and nothing waits."""
        if self.sound:
            self.rest()

    def rest(self) -> None:
        self.calm_down()
        self.town.restart()
        owed = self.owed()
        self.town.work_for(SILENCE_ENDS, step=timedelta(minutes=6))
        assert not [each for each in self.town.reminders() if each.open]
        assert self.town.jobs(JobState.WAITING) == []
        arrived = {(call.reminder, call.address) for call in self.town.phones.arrived}
        assert owed <= arrived
        self.all_is_well()
        self.requests_add_up(self.runs)

    def owed(self) -> set[tuple[ReminderId, str]]:
        """Return the messages that never left, and should: nothing speaks against them."""
        unpaid = {bill.number for bill in self.unpaid()}
        dead = {job.subject for job in self.town.jobs(JobState.DEAD)}
        here = {(who.id, address_of(who, way)) for who in self.living() for way in ReminderChannel}
        return {
            (reminder.id, each.address)
            for reminder in self.town.reminders()
            if reminder.id not in dead and unpaid & self.named[reminder.id]
            for each in reminder.waiting
            if each.tried_at is None and (each.resident_id, each.address) in here
        }

    # How things are done and looked up.

    def do(self, act: Callable[[], Done]) -> Done | None:
        """Return what somebody did; None when it was refused."""
        try:
            return act()
        except BillingError:
            return None

    def calm_down(self) -> None:
        """Let nothing fail and nobody interfere any more."""
        self.town.phones.coming.clear()
        self.town.chance.forget()

    def today(self) -> date:
        return shanghai_day(self.town.clock.now())

    def calls(self, reminder_id: ReminderId) -> list[Call]:
        return [call for call in self.town.phones.calls if call.reminder == reminder_id]

    def unpaid(self) -> list[PendingBill]:
        return [bill for bill in self.town.stored_bills() if isinstance(bill, PendingBill)]

    def living(self) -> list[Resident]:
        """Return who lives in the town today."""
        today = self.today()
        return [who for who in self.town.residents() if who.lives_here_on(today)]


def _sum(bills: list[PendingBill]) -> Money:
    return Money.total(bill.amount for bill in bills)
