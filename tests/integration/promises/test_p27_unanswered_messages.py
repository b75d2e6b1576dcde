"""P27: what may have arrived is not sent again; what is paid meanwhile is not named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from billing_adapters.sql.db.engine import Database
from billing_domain.model.bills.bill import BillOrigin, PaymentChannel, PendingBill
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.jobs.outbox import JobState
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import RECOGNISED_FOR, TIMED_OUT, DeliveryState
from billing_domain.model.reminders.reminder import (
    Cooling,
    NothingUnpaid,
    ReminderState,
    SendReminder,
)
from billing_domain.model.shanghai import shanghai_day
from billing_domain.use_cases.reminders.remind_residents import Reminded
from tests.money_town import MoneyTown
from tests.phones import KNOWN_FOR, Answer

STEP = timedelta(seconds=15)
LEASE = timedelta(minutes=5, seconds=1)


@pytest.fixture
def silent_town(sql_database: Database) -> MoneyTown:
    """A town on a database of this test's own, whose last house has one family and two bills."""
    town = MoneyTown(sql_database)
    town.connect_wechat()
    return town


def remind(town: MoneyTown) -> Reminded:
    """Remind the last house."""
    return town.remind(town.houses[2])


def state(town: MoneyTown) -> ReminderState:
    """Return the state of the only reminder."""
    (reminder,) = town.reminders()
    return reminder.state


def bills(town: MoneyTown) -> list[PendingBill]:
    """Return the unpaid bills of the last house."""
    house_id = town.houses[2].id
    return [
        bill
        for bill in town.books().bills
        if isinstance(bill, PendingBill) and bill.house_id == house_id
    ]


def said(town: MoneyTown) -> list[tuple[int, Money]]:
    """Return what arrived: how many bills, and their sum."""
    return [(call.message.count, call.message.total) for call in town.phones.arrived]


class TestP27Silence:
    @pytest.mark.parametrize("silence", [Answer.SILENT_BEFORE, Answer.SILENT_AFTER])
    def test_p27_is_tried_again_under_one_name_for_nine_minutes_only(
        self, silent_town: MoneyTown, silence: Answer
    ) -> None:
        town = silent_town
        town.phones.standing = silence
        remind(town)
        began = town.clock.now()
        town.work_for(timedelta(hours=1), step=STEP)

        assert len(town.phones.calls) > 3
        assert len({call.message.client_msg_id for call in town.phones.calls}) == 1
        assert town.phones.calls[-1].at < began + RECOGNISED_FOR < began + KNOWN_FOR
        assert len(town.phones.arrived) == (silence is Answer.SILENT_AFTER)
        assert town.jobs(JobState.WAITING) == []

    def test_p27_is_recorded_as_unknown_and_cools(self, silent_town: MoneyTown) -> None:
        town = silent_town
        town.phones.standing = Answer.SILENT_AFTER
        remind(town)
        today = shanghai_day(town.clock.now())
        town.work_for(timedelta(minutes=30), step=STEP)

        (reminder,) = town.reminders()
        assert reminder.state is ReminderState.UNKNOWN
        assert [(each.state, each.failure_reason) for each in reminder.deliveries] == [
            (DeliveryState.UNKNOWN, TIMED_OUT)
        ]
        next_on = today + timedelta(days=3)
        house = town.houses[2].id
        assert remind(town).batch.decisions == (Cooling(house, today, next_on, sure=False),)
        town.clock.advance(timedelta(days=3))
        assert isinstance(remind(town).batch.decisions[0], SendReminder)

    @pytest.mark.parametrize("silence", [Answer.SILENT_BEFORE, Answer.SILENT_AFTER])
    def test_p27_that_ends_in_time_is_one_message(
        self, silent_town: MoneyTown, silence: Answer
    ) -> None:
        town = silent_town
        town.phones.coming.extend([silence] * 3)
        remind(town)
        town.work_for(timedelta(minutes=30), step=STEP)

        assert len(town.phones.calls) == 4
        assert len(town.phones.arrived) == 1
        assert state(town) is ReminderState.DELIVERED

    @pytest.mark.parametrize("death", [Answer.KILLED_BEFORE, Answer.KILLED_AFTER])
    @pytest.mark.parametrize(
        ("dead_for", "calls", "became"),
        [(LEASE, 2, ReminderState.DELIVERED), (RECOGNISED_FOR, 1, ReminderState.UNKNOWN)],
    )
    def test_p27_of_a_dead_worker_is_asked_about_by_the_next_in_time(
        self,
        silent_town: MoneyTown,
        death: Answer,
        dead_for: timedelta,
        calls: int,
        became: ReminderState,
    ) -> None:
        """After that it stays unknown."""
        town = silent_town
        town.phones.coming.append(death)
        remind(town)
        town.run_worker()
        town.clock.advance(dead_for)
        town.run_worker()

        assert len(town.phones.calls) == calls
        assert state(town) is became
        arrived = len(town.phones.arrived)
        assert arrived == 1 or (arrived == 0 and became is ReminderState.UNKNOWN)

    def test_p27_that_says_down_is_no_silence(self, silent_town: MoneyTown) -> None:
        """The control: what certainly did not leave is sent hours later."""
        town = silent_town
        town.phones.standing = Answer.DOWN
        remind(town)
        town.work_for(timedelta(hours=2), step=timedelta(minutes=1))
        assert state(town) is ReminderState.WAITING
        town.phones.standing = Answer.FINE
        town.work_for(timedelta(minutes=6), step=STEP)

        assert len(town.phones.arrived) == 1
        assert state(town) is ReminderState.DELIVERED


def pay(town: MoneyTown, bill: PendingBill) -> None:
    """Take cash."""
    town.application.manage_bills.mark_paid(
        town.staff[0], numbers=[bill.number], channel=PaymentChannel.CASH
    )


def delete(town: MoneyTown, bill: PendingBill) -> None:
    """Delete a bill."""
    town.application.manage_bills.delete(town.staff[0], numbers=[bill.number])


def void(town: MoneyTown, bill: PendingBill) -> None:
    """Withdraw a bill that another system pushed."""
    pushed = attrs.evolve(bill, origin=BillOrigin.PUSHED, version=bill.version + 1)
    with town.begin() as work:
        work.bills.save_all([pushed])
        work.commit()
    town.application.manage_bills.void(town.staff[0], number=bill.number, version=pushed.version)


Ending = Callable[[MoneyTown, PendingBill], None]


class TestP27BillsThatEndMeanwhile:
    @pytest.mark.parametrize("end", [pay, delete, void])
    def test_p27_are_not_named(self, silent_town: MoneyTown, end: Ending) -> None:
        town = silent_town
        remind(town)
        gone, left = bills(town)
        end(town, gone)
        town.run_worker()

        assert said(town) == [(1, left.amount)]

    @pytest.mark.parametrize("end", [pay, delete, void])
    def test_p27_leave_nothing_to_send(self, silent_town: MoneyTown, end: Ending) -> None:
        town = silent_town
        remind(town)
        for bill in bills(town):
            end(town, bill)
        town.run_worker()

        assert town.phones.calls == []
        assert state(town) is ReminderState.DROPPED
        house = town.houses[2]
        assert remind(town).batch.decisions in {(), (NothingUnpaid(house.id),)}
        town.add_bill(house, Money(7))
        assert len(remind(town).batch.to_send) == 1, "nothing was sent, so nothing cools"

    @pytest.mark.parametrize("end", [pay, delete, void])
    def test_p27_are_not_named_when_it_is_tried_again(
        self, silent_town: MoneyTown, end: Ending
    ) -> None:
        town = silent_town
        town.phones.coming.extend([Answer.DOWN, Answer.SILENT_BEFORE])
        remind(town)
        town.run_worker()
        gone, left = bills(town)
        end(town, gone)
        town.work_for(timedelta(minutes=5), step=STEP)

        assert len(town.phones.calls) == 3
        assert said(town) == [(1, left.amount)]

    def test_p27_are_named_with_their_new_amount(self, silent_town: MoneyTown) -> None:
        """Edited, not ended: the message says what is due when it leaves."""
        town = silent_town
        remind(town)
        edited, other = bills(town)
        town.application.manage_bills.edit(
            town.staff[0],
            number=edited.number,
            version=edited.version,
            fee_type=FeeType.WATER,
            amount=Money(77),
            period=edited.period,
            remark="",
        )
        town.run_worker()

        assert said(town) == [(2, Money(77) + other.amount)]
