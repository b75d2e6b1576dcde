"""How far a reminder came: rules 4.1, 4.4, P27."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.system.ids import SystemIds
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import ResidentId
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import (
    GAVE_UP,
    RECOGNISED_FOR,
    Delivery,
    DeliveryState,
    QueuedReminder,
    ReminderId,
    ReminderRun,
    RunId,
    client_msg_id,
    queue,
    refusal_id,
)
from billing_domain.model.reminders.reminder import (
    NamedBill,
    Recipient,
    ReminderState,
    SendReminder,
)
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.testing import strategies
from tests.unit.payments.builders import number

NOW = datetime(2026, 2, 28, 15, 59, tzinfo=UTC)
"""A minute before midnight in Shanghai."""

LATER = NOW + timedelta(minutes=2)
WECHAT = ReminderChannel.WECHAT
RUN = ReminderRun(
    id=RunId("1" * 32),
    company_id=CompanyId("2" * 32),
    channel=WECHAT,
    requested_at=NOW,
    requested_by="王经理",
)


def reminder(count: int = 1) -> QueuedReminder:
    recipients = tuple(Recipient(ResidentId(f"{n:032x}"), f"openid-{n}") for n in range(count))
    decision = SendReminder(
        HouseId("3" * 32), WECHAT, recipients, (NamedBill(number(1), Money(100)),)
    )
    return queue(ReminderId("4" * 32), RUN, CommunityId("5" * 32), decision)


def ended(made: QueuedReminder, *states: DeliveryState) -> QueuedReminder:
    """Return the reminder with its messages at these ends, those of unknown ones tried at NOW."""
    for delivery, state in zip(made.deliveries, states, strict=True):
        if state is DeliveryState.DELIVERED:
            made = made.with_delivery(delivery.delivered(LATER, "1"), LATER)
        elif state is not DeliveryState.WAITING:
            tried = NOW if state is DeliveryState.UNKNOWN else None
            end = attrs.evolve(delivery.ended(state, LATER, "why"), tried_at=tried)
            made = made.with_delivery(end, LATER)
    return made


W, D, U, F, Q = (
    DeliveryState.WAITING,
    DeliveryState.DELIVERED,
    DeliveryState.UNREACHABLE,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
)


class TestState:
    @pytest.mark.parametrize(
        ("ends", "state"),
        [
            ((W, W), ReminderState.WAITING),
            ((W, F), ReminderState.WAITING),
            ((D, W), ReminderState.DELIVERED),
            ((D, F), ReminderState.DELIVERED),
            ((Q, F), ReminderState.UNKNOWN),
            ((Q, D), ReminderState.DELIVERED),
            ((U, F), ReminderState.FAILED),
            ((U, U), ReminderState.FAILED),
        ],
    )
    def test_is_what_the_best_message_came_to(
        self, ends: tuple[DeliveryState, ...], state: ReminderState
    ) -> None:
        made = ended(reminder(2), *ends)

        assert (made.state, made.open) == (state, W in ends)
        assert made.ended_at == (None if W in ends else LATER)

    def test_is_dropped_when_nothing_was_left_to_say(self) -> None:
        assert reminder().dropped(LATER).state is ReminderState.DROPPED

    def test_of_messages_that_arrived_outlives_giving_up(self) -> None:
        made = ended(reminder(2), D, W).given_up(LATER, GAVE_UP)

        assert [each.state for each in made.deliveries] == [D, F]
        assert made.state is ReminderState.DELIVERED


class TestAnyReminder:
    @given(strategies.queued_reminders())
    def test_is_open_only_while_a_message_waits(self, made: QueuedReminder) -> None:
        assert made.waiting or not made.open
        assert made.open or made.state is not ReminderState.WAITING

    @given(strategies.queued_reminders())
    def test_cools_when_a_message_arrived_or_may_have(self, made: QueuedReminder) -> None:
        ends = {each.state for each in made.deliveries}

        assert made.state.cools == (D in ends or (Q in ends and not made.open))


class TestCooling:
    def test_counts_from_the_first_delivery(self) -> None:
        assert ended(reminder(1), D).cools_from == LATER

    def test_counts_from_the_attempt_that_nobody_answered(self) -> None:
        assert ended(reminder(1), Q).cools_from == NOW


class TestSilence:
    def test_is_remembered_from_the_first_attempt(self) -> None:
        made = reminder()
        marked = made.with_delivery(made.deliveries[0].marked(NOW), NOW)

        assert marked.with_delivery(marked.deliveries[0].marked(LATER), LATER) == marked

    @pytest.mark.parametrize(
        ("waited", "state"),
        [(RECOGNISED_FOR - timedelta(seconds=1), W), (RECOGNISED_FOR, Q)],
    )
    def test_becomes_unknown_when_the_provider_cannot_tell_any_more(
        self, waited: timedelta, state: DeliveryState
    ) -> None:
        made = reminder()
        made = made.with_delivery(made.deliveries[0].marked(NOW), NOW).timed_out(NOW + waited)

        assert [each.state for each in made.deliveries] == [state]

    def test_stays_unknown_when_the_reminder_is_given_up_or_dropped(self) -> None:
        made = reminder(2)
        marked = made.with_delivery(made.deliveries[0].marked(NOW), NOW)

        assert [each.state for each in marked.given_up(LATER, GAVE_UP).deliveries] == [Q, F]
        assert [each.state for each in marked.dropped(LATER).deliveries] == [Q, W]
        assert marked.dropped(LATER).state is ReminderState.UNKNOWN


class TestWhatItNames:
    def test_changes_until_somebody_was_told(self) -> None:
        now = (NamedBill(number(2), Money(200)),)

        assert reminder().naming(now).total == Money(200)
        assert ended(reminder(2), D, W).naming(now).total == Money(100)


class TestNames:
    @given(st.sets(st.integers(0, 10**9), min_size=2, max_size=20), st.text("0123456789abcdef"))
    def test_of_messages_differ_by_resident_and_fit_the_provider(
        self, residents: set[int], reminder_id: str
    ) -> None:
        made = {
            client_msg_id(ReminderId(reminder_id), Delivery(ResidentId(f"{n:032x}"), "openid"))
            for n in residents
        }

        assert len(made) == len(residents)
        assert all(len(each) == 32 and each.isalnum() for each in made)

    def test_of_refusals_differ_by_house_and_request(self) -> None:
        houses, runs = [HouseId("1" * 32), HouseId("2" * 32)], [RunId("1" * 32), RunId("2" * 32)]

        ids = {refusal_id(run, house) for run in runs for house in houses}

        assert (len(ids), {len(each) for each in ids}) == (4, {32})
        assert max(ids) < SystemIds().new_id()

    def test_never_show_where_somebody_is_reached(self) -> None:
        assert "openid-0" not in repr(reminder())
