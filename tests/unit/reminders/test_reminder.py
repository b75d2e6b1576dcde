"""Who is reminded of what, and when again: rule 4."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import FieldError, ReminderChannelOffError
from billing_domain.model.bills.bill import Bill, BillOrigin, PendingBill
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner, may_see, shown_by_reminder
from billing_domain.model.reminders.batch import ReminderBatch
from billing_domain.model.reminders.reminder import (
    Cooling,
    NamedBill,
    NobodyToReach,
    NothingUnpaid,
    PastReminder,
    Prospect,
    Recipient,
    ReminderDecision,
    ReminderState,
    SendReminder,
    UnderWay,
    address_of,
    decide,
    named,
    still_due,
)
from billing_domain.model.reminders.settings import (
    COOLING_DAYS_MAX,
    ReminderChannel,
    ReminderPolicy,
)
from billing_domain.testing import strategies
from tests.unit.payments.builders import COMMUNITY, COMPANY, NOW, number, paid, pending

HOUSE = pending().house_id
TODAY = date(2026, 3, 1)
WECHAT, SMS = ReminderChannel.WECHAT, ReminderChannel.SMS
WAITING, DELIVERED, UNKNOWN, FAILED, DROPPED = ReminderState
BOTH = ReminderPolicy(channels=frozenset(ReminderChannel))


def resident(serial: int = 1, **fields: Any) -> Resident:
    known: dict[str, Any] = {
        "id": ResidentId(f"{serial:032x}"),
        "community_id": COMMUNITY,
        "house_id": HOUSE,
        "name": "王小明",
        "phone": f"1380000{serial:04}",
        "relation": Relation.OWNER,
        "moved_in_on": None,
        "openid": f"openid-{serial}",
    }
    return Resident(**{**known, **fields})


def decided(
    *,
    channel: ReminderChannel = WECHAT,
    policy: ReminderPolicy = BOTH,
    today: date = TODAY,
    residents: Sequence[Resident] = (resident(),),
    bills: Sequence[Bill] = (pending(),),
    history: Sequence[PastReminder] = (),
) -> ReminderDecision:
    recipients = [
        Recipient(who.id, address) for who in residents if (address := address_of(who, channel))
    ]
    prospect = Prospect(HOUSE, recipients, named(bills), history)
    return decide(prospect, channel, policy=policy, today=today)


def sent(decision: ReminderDecision) -> SendReminder:
    assert isinstance(decision, SendReminder)
    return decision


class TestThePolicy:
    def test_is_three_days_over_wechat_and_no_sms(self) -> None:
        policy = ReminderPolicy()

        assert policy.days(WECHAT) == 3
        with pytest.raises(ReminderChannelOffError) as refused:
            policy.days(SMS)
        assert refused.value.channel == "sms"

    def test_keeps_thirty_days_for_sms_once_it_is_on(self) -> None:
        assert BOTH.days(SMS) == 30

    @pytest.mark.parametrize("days", [1, COOLING_DAYS_MAX])
    def test_changes_one_channel(self, days: int) -> None:
        policy = ReminderPolicy().change(SMS, days=days, on=True)

        assert (policy.days(SMS), policy.days(WECHAT)) == (days, 3)

    def test_switches_a_channel_off(self) -> None:
        policy = BOTH.change(SMS, days=30, on=False)

        assert policy == ReminderPolicy()

    @pytest.mark.parametrize("days", [-1, 0, COOLING_DAYS_MAX + 1])
    def test_refuses_other_days(self, days: int) -> None:
        with pytest.raises(FieldError) as refused:
            ReminderPolicy().change(WECHAT, days=days, on=True)

        assert (refused.value.field, refused.value.value) == ("reminder_days", str(days))


class TestDecide:
    def test_names_every_unpaid_bill_and_their_sum_in_one_message(self) -> None:
        bills: list[Bill] = [pending(1, 100_00), paid(2), pending(3, 20_50)]

        reminder = sent(decided(bills=bills))

        assert reminder.bills == (
            NamedBill(number(1), Money(100_00)),
            NamedBill(number(3), Money(20_50)),
        )
        assert (reminder.count, reminder.total) == (2, Money(120_50))

    def test_reaches_a_person_once_who_is_there_twice(self) -> None:
        twice = [resident(1), resident(2, openid="openid-1")]

        assert sent(decided(residents=twice)).recipients == (
            Recipient(ResidentId(f"{1:032x}"), "openid-1"),
        )

    def test_never_shows_where_somebody_is_reached(self) -> None:
        assert "openid-1" not in repr(decided())

    def test_says_when_nobody_is_reached(self) -> None:
        assert decided(residents=[resident(openid=None)]) == NobodyToReach(HOUSE)

    def test_says_when_nothing_is_unpaid(self) -> None:
        voided = pending(2, origin=BillOrigin.PUSHED).void(NOW)

        assert decided(bills=[paid(), voided]) == NothingUnpaid(HOUSE)

    def test_refuses_a_channel_that_is_off(self) -> None:
        with pytest.raises(ReminderChannelOffError):
            decided(policy=ReminderPolicy(), channel=SMS)


class TestCooling:
    def test_lasts_until_the_first_moment_of_the_day_that_is_named(self) -> None:
        history = [PastReminder(WECHAT, DELIVERED, date(2018, 1, 9))]
        refusal = Cooling(HOUSE, date(2018, 1, 9), date(2018, 1, 12))

        assert decided(history=history, today=date(2018, 1, 11)) == refusal
        assert sent(decided(history=history, today=date(2018, 1, 12))).count == 1

    @pytest.mark.parametrize(
        ("history", "sure"),
        [
            ([(DELIVERED, TODAY), (DELIVERED, date(2026, 1, 1))], True),
            ([(UNKNOWN, TODAY)], False),
            ([(UNKNOWN, TODAY), (DELIVERED, TODAY)], True),
            ([(WAITING, TODAY), (DELIVERED, TODAY)], True),
        ],
    )
    def test_counts_from_the_latest_that_arrived_or_may_have(
        self, history: list[tuple[ReminderState, date]], *, sure: bool
    ) -> None:
        past = [PastReminder(WECHAT, *each) for each in history]

        assert decided(history=past) == Cooling(HOUSE, TODAY, date(2026, 3, 4), sure=sure)

    @pytest.mark.parametrize(
        "past",
        [
            PastReminder(WECHAT, FAILED, TODAY),
            PastReminder(WECHAT, DROPPED, TODAY),
            PastReminder(SMS, DELIVERED, TODAY),
        ],
    )
    def test_does_not_start_with_what_never_arrived_or_on_another_channel(
        self, past: PastReminder
    ) -> None:
        assert sent(decided(history=[past])).count == 1

    def test_gives_way_to_owing_nothing(self) -> None:
        history = [PastReminder(WECHAT, DELIVERED, TODAY)]

        assert decided(history=history, bills=[]) == NothingUnpaid(HOUSE)

    def test_gives_way_to_nothing_while_an_earlier_one_waits(self) -> None:
        history = [PastReminder(WECHAT, WAITING, TODAY - timedelta(days=40))]

        assert decided(history=history) == UnderWay(HOUSE, TODAY - timedelta(days=40))


class TestStillDue:
    def test_names_no_bill_that_came_later(self) -> None:
        assert still_due(sent(decided()).bills, [pending(9)]) == ()


class TestShownByReminder:
    OLD = pending(imported_at=NOW - timedelta(days=400))

    def shows(self, bill: Bill, *, day: date = TODAY, named: bool = True) -> bool:
        new = resident(moved_in_on=date(2026, 2, 20), moved_out_on=date(2026, 5, 1))
        owner = Owner("openid-1", COMPANY, (new,))
        assert not may_see(owner, bill, day=day, paid_by_owner=())
        return shown_by_reminder(owner, bill, day=day, named={bill.number} if named else set())

    def test_shows_a_new_resident_the_old_bill_that_it_named(self) -> None:
        assert self.shows(self.OLD)

    def test_shows_no_other_old_bill(self) -> None:
        assert not self.shows(self.OLD, named=False)

    def test_shows_it_only_while_it_is_unpaid(self) -> None:
        old = attrs.evolve(paid(), imported_at=self.OLD.imported_at)

        assert not self.shows(old)

    def test_ends_with_moving_out(self) -> None:
        assert not self.shows(self.OLD, day=date(2026, 5, 1))

    def test_shows_nothing_of_another_house(self) -> None:
        assert not self.shows(attrs.evolve(self.OLD, house_id=HouseId("0" * 32)))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["remind", "deliver", "fail", "retry", "wait"]),
        st.sampled_from(ReminderChannel),
        st.integers(0, 20),
    ),
    min_size=30,
    max_size=80,
)


class TestAnyHistory:
    """Remind, deliver, fail and retry in any order, on any day."""

    @given(
        steps=STEPS,
        start=st.dates(date(2024, 1, 1), date(2032, 12, 31)),
        days=st.integers(1, 40),
    )
    def test_delivers_no_two_reminders_of_a_channel_within_its_days(
        self, steps: list[tuple[str, ReminderChannel, int]], start: date, days: int
    ) -> None:
        policy = BOTH.change(WECHAT, days=days, on=True)
        history: list[PastReminder] = []
        today = start
        for step, channel, amount in steps:
            if step == "wait":
                today += timedelta(days=amount)
            else:
                act(step, channel, policy=policy, today=today, history=history)

        for channel in ReminderChannel:
            assert_apart(history, channel, policy.days(channel))


def act(
    step: str,
    channel: ReminderChannel,
    *,
    policy: ReminderPolicy,
    today: date,
    history: list[PastReminder],
) -> None:
    """Do a step as the program will: whatever is to go is decided first, a retry too."""
    state = {"deliver": WAITING, "fail": WAITING, "retry": FAILED}.get(step)
    found = [i for i, each in enumerate(history) if (each.channel, each.state) == (channel, state)]
    if step in {"deliver", "fail"} and found:
        became = DELIVERED if step == "deliver" else FAILED
        history[found[0]] = PastReminder(channel, became, today)
    if step == "remind" or (step == "retry" and found):
        decision = decided(channel=channel, policy=policy, today=today, history=history)
        if isinstance(decision, Cooling):
            assert decision.next_on == decision.last_on + timedelta(days=policy.days(channel))
            assert today < decision.next_on
        if isinstance(decision, SendReminder):
            if step == "retry":
                history.pop(found[0])
            history.append(PastReminder(channel, WAITING, today))


def assert_apart(history: list[PastReminder], channel: ReminderChannel, days: int) -> None:
    delivered = sorted(
        each.on for each in history if (each.channel, each.state) == (channel, DELIVERED)
    )
    for earlier, later in pairwise(delivered):
        assert (later - earlier).days >= days


class TestTheBatch:
    @given(st.lists(strategies.reminder_decisions(), unique_by=lambda each: each.house_id))
    def test_adds_up(self, decisions: list[ReminderDecision]) -> None:
        batch = ReminderBatch.of(decisions)

        parts: list[ReminderDecision] = [
            *batch.to_send,
            *batch.cooling,
            *batch.under_way,
            *batch.unreachable,
            *batch.nothing_unpaid,
        ]
        assert len(parts) == len(decisions)
        assert {each.house_id for each in parts} == {each.house_id for each in decisions}

    def test_adds_up_what_would_be_sent(self) -> None:
        other, third = HouseId("1" * 32), HouseId("2" * 32)
        reminder = sent(decided(residents=[resident(1), resident(2)], bills=[pending(1, 100)]))
        cooling = Cooling(third, TODAY, date(2026, 3, 4))

        batch = ReminderBatch.of([reminder, attrs.evolve(reminder, house_id=other), cooling])

        assert (batch.count, batch.total, batch.people) == (2, Money(200), 4)
        assert (batch.earliest, batch.only) == (date(2026, 3, 4), None)
        assert ReminderBatch.of([cooling]).only == cooling

    def test_decides_about_a_house_once(self) -> None:
        with pytest.raises(ValueError, match="once"):
            ReminderBatch.of([NobodyToReach(HOUSE), NothingUnpaid(HOUSE)])


class TestOneReminder:
    @given(st.lists(st.integers(1, 99_999_999_99), min_size=1, max_size=50))
    def test_comes_to_what_its_bills_do(self, amounts: list[int]) -> None:
        bills: list[PendingBill] = [
            pending(serial, fen) for serial, fen in enumerate(amounts, start=1)
        ]

        assert sent(decided(bills=bills)).total == Money(sum(amounts))
