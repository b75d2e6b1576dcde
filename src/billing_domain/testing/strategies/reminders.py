"""Reminders in any state, settings about them, and menus."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import attrs
from hypothesis import strategies as st

from billing_domain.model.reminders.batch import ReminderBatch
from billing_domain.model.reminders.menu import (
    BUTTONS_MAX,
    NAME_WIDTH_MAX,
    SUB_BUTTONS_MAX,
    MenuButton,
)
from billing_domain.model.reminders.queued_reminder import (
    DeliveryState,
    QueuedReminder,
    ReminderRun,
    queue,
)
from billing_domain.model.reminders.reminder import (
    Cooling,
    NamedBill,
    NobodyToReach,
    NothingUnpaid,
    Recipient,
    ReminderDecision,
    SendReminder,
    UnderWay,
    next_allowed_on,
)
from billing_domain.model.reminders.settings import (
    COOLING_DAYS_MAX,
    ReminderChannel,
    ReminderPolicy,
)
from .built import built
from .charges import billed_days
from .places import community_ids, house_ids
from .texts import ids, lines, openids, phones

_Step = Callable[[QueuedReminder, datetime], QueuedReminder]


@cache
def queued_reminders() -> st.SearchStrategy[QueuedReminder]:
    """Queued reminders after up to four steps, each some seconds later."""
    fresh = st.builds(
        lambda reminder_id, run, place, decision: queue(
            reminder_id, run, place, attrs.evolve(decision, channel=run.channel)
        ),
        ids(),
        built(ReminderRun),
        community_ids(),
        reminders_to_send(),
    )
    return st.builds(_lived, fresh, st.lists(reminder_steps(), max_size=4))


@cache
def reminder_steps() -> st.SearchStrategy[tuple[_Step, timedelta]]:
    """Possible steps of an open reminder, with the time since the previous step."""
    pauses = st.integers(0, 90_000).map(lambda seconds: timedelta(seconds=seconds))
    return st.tuples(st.sampled_from(_STEPS), pauses)


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


@cache
def reminder_policies() -> st.SearchStrategy[ReminderPolicy]:
    """Policies with any days and channels."""
    return st.builds(
        ReminderPolicy,
        st.fixed_dictionaries(dict.fromkeys(ReminderChannel, st.integers(1, COOLING_DAYS_MAX))),
        st.frozensets(st.sampled_from(ReminderChannel)),
    )


@cache
def reminders_to_send() -> st.SearchStrategy[SendReminder]:
    """Decisions to send, with at least one recipient and one bill, without duplicates."""
    reached = built(Recipient, address=openids() | phones().filter(bool))
    recipients = st.lists(reached, min_size=1, max_size=3, unique_by=lambda each: each.address)
    bills = st.lists(built(NamedBill), min_size=1, max_size=4, unique_by=lambda each: each.number)
    return built(SendReminder, recipients=recipients.map(tuple), bills=bills.map(tuple))


@cache
def coolings() -> st.SearchStrategy[Cooling]:
    """Decisions for houses within the cooling days."""
    return st.builds(
        lambda house, last_on, days: Cooling(house, last_on, next_allowed_on(last_on, days)),
        house_ids(),
        billed_days(),
        st.integers(1, COOLING_DAYS_MAX),
    )


@cache
def reminder_decisions() -> st.SearchStrategy[ReminderDecision]:
    """Any decision about a house."""
    others = (built(each) for each in (UnderWay, NobodyToReach, NothingUnpaid))
    return st.one_of(reminders_to_send(), coolings(), *others)


@cache
def reminder_batches() -> st.SearchStrategy[ReminderBatch]:
    """Batches of different houses, including empty batches."""
    decided = st.lists(reminder_decisions(), max_size=6, unique_by=lambda each: each.house_id)
    return decided.map(ReminderBatch.of)


@cache
def menu_buttons() -> st.SearchStrategy[MenuButton]:
    """Top-row buttons that `check_menu` accepts, with and without sub-buttons."""
    leaf = _leaves(2 * NAME_WIDTH_MAX)
    group = st.builds(
        MenuButton,
        name=_names(NAME_WIDTH_MAX),
        buttons=st.lists(leaf, min_size=1, max_size=SUB_BUTTONS_MAX).map(tuple),
    )
    return _leaves(NAME_WIDTH_MAX) | group


menus = cache(lambda: st.lists(menu_buttons(), min_size=1, max_size=BUTTONS_MAX).map(tuple))


def _leaves(width_max: int) -> st.SearchStrategy[MenuButton]:
    urls = st.from_regex(r"https://[a-z]{1,20}\.example/[a-z0-9/?=&-]{0,40}", fullmatch=True)
    return st.builds(MenuButton, name=_names(width_max), url=urls)


def _names(width_max: int) -> st.SearchStrategy[str]:
    narrow = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
    return lines(width_max // 2) | narrow.map(lambda name: name[:width_max])
