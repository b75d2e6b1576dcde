"""Reminders at any point of their lives, and what companies choose about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import attrs
from hypothesis import strategies as st

from billing_domain.model.reminders.queued_reminder import (
    Delivery,
    DeliveryState,
    QueuedReminder,
    ReminderId,
    ReminderRun,
    RunId,
    queue,
)
from billing_domain.model.reminders.reminder import Prospect
from billing_domain.model.reminders.settings import (
    MessagePart,
    ReminderChannel,
    ReminderSettings,
    ReminderTemplate,
)
from billing_domain.testing.strategies.owners import openids
from billing_domain.testing.strategies.people import resident_ids
from billing_domain.testing.strategies.places import community_ids, company_ids, house_ids
from billing_domain.testing.strategies.reminders import (
    named_bills,
    past_reminders,
    recipients,
    reminder_policies,
    reminders_to_send,
)
from billing_domain.testing.strategies.texts import ids, lines, moments, person_names, phones

_Step = Callable[[QueuedReminder, datetime], QueuedReminder]


@cache
def reminder_runs() -> st.SearchStrategy[ReminderRun]:
    """Requests of staff."""
    return st.builds(
        ReminderRun,
        id=ids().map(RunId),
        company_id=company_ids(),
        channel=st.sampled_from(ReminderChannel),
        requested_at=moments(),
        requested_by=person_names(),
    )


@cache
def deliveries() -> st.SearchStrategy[Delivery]:
    """Messages to one resident in any state."""
    return st.builds(
        Delivery,
        resident_id=resident_ids(),
        address=openids() | phones().filter(bool),
        state=st.sampled_from(DeliveryState),
        tried_at=st.none() | moments(),
        at=st.none() | moments(),
        message_id=lines(20),
        failure_reason=lines(20),
    )


@cache
def queued_reminders() -> st.SearchStrategy[QueuedReminder]:
    """Reminders as they are after up to four steps of their lives, each some seconds later."""
    fresh = st.builds(
        lambda reminder_id, run, place, decision: queue(
            ReminderId(reminder_id), run, place, attrs.evolve(decision, channel=run.channel)
        ),
        ids(),
        reminder_runs(),
        community_ids(),
        reminders_to_send(),
    )
    return st.builds(_lived, fresh, st.lists(reminder_steps(), max_size=4))


@cache
def reminder_steps() -> st.SearchStrategy[tuple[_Step, timedelta]]:
    """What may happen to a reminder that is open, and how long after the step before."""
    pauses = st.integers(0, 90_000).map(lambda seconds: timedelta(seconds=seconds))
    return st.tuples(st.sampled_from(_STEPS), pauses)


@cache
def prospects() -> st.SearchStrategy[Prospect]:
    """What is known of houses, of some nothing at all."""
    return st.builds(
        Prospect,
        house_ids(),
        st.lists(recipients(), max_size=3),
        st.lists(named_bills(), max_size=4, unique_by=lambda each: each.number),
        st.lists(past_reminders(), max_size=3),
    )


@cache
def reminder_templates() -> st.SearchStrategy[ReminderTemplate]:
    """Templates with any fields."""
    keys = st.from_regex(r"(thing|amount|time|const)[1-9]", fullmatch=True)
    return st.builds(
        ReminderTemplate,
        lines(43),
        st.dictionaries(keys, st.sampled_from(MessagePart), max_size=5),
        st.dictionaries(keys, lines(20), max_size=2),
    )


@cache
def reminder_settings() -> st.SearchStrategy[ReminderSettings]:
    """What companies chose, with and without a template."""
    return st.builds(
        ReminderSettings,
        company_ids(),
        reminder_policies(),
        st.none() | reminder_templates(),
        st.integers(0, 100),
    )


def _lived(reminder: QueuedReminder, steps: list[tuple[_Step, timedelta]]) -> QueuedReminder:
    now = reminder.queued_at
    for step, pause in steps:
        now += pause
        if reminder.open:
            reminder = step(reminder, now).kept()
    return reminder


def _arrives(reminder: QueuedReminder, now: datetime) -> QueuedReminder:
    return reminder.with_delivery(reminder.waiting[0].delivered(now, "200228332"), now)


def _is_refused(reminder: QueuedReminder, now: datetime) -> QueuedReminder:
    end = reminder.waiting[0].ended(DeliveryState.UNREACHABLE, now, "unsubscribed")
    return reminder.with_delivery(end, now)


_STEPS: list[_Step] = [
    _arrives,
    _is_refused,
    lambda reminder, now: reminder.with_delivery(reminder.waiting[0].marked(now), now),
    lambda reminder, now: reminder.timed_out(now),
    lambda reminder, now: reminder.given_up(now, "gave_up"),
    lambda reminder, now: reminder.dropped(now),
]
