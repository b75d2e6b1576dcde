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
    Delivery,
    DeliveryState,
    QueuedReminder,
    ReminderId,
    ReminderRun,
    queue,
)
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
    next_allowed_on,
)
from billing_domain.model.reminders.settings import (
    COOLING_DAYS_MAX,
    MessagePart,
    ReminderChannel,
    ReminderPolicy,
    ReminderSettings,
    ReminderTemplate,
)
from .bills import bill_numbers
from .charges import billed_days, moneys
from .owners import openids
from .people import resident_ids
from .places import community_ids, company_ids, house_ids
from .texts import built, ids, lines, moments, person_names, phones

_Step = Callable[[QueuedReminder, datetime], QueuedReminder]


reminder_runs = cache(lambda: built(ReminderRun, requested_by=person_names()))


@cache
def deliveries() -> st.SearchStrategy[Delivery]:
    """Deliveries in any state."""
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
    """Queued reminders after up to four steps, each some seconds later."""
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
    """Possible steps of an open reminder, with the time since the previous step."""
    pauses = st.integers(0, 90_000).map(lambda seconds: timedelta(seconds=seconds))
    return st.tuples(st.sampled_from(_STEPS), pauses)


@cache
def prospects() -> st.SearchStrategy[Prospect]:
    """Facts about houses, some of them empty."""
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
    """Reminder settings, with and without a template."""
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


@cache
def reminder_policies() -> st.SearchStrategy[ReminderPolicy]:
    """Policies with any days and channels."""
    return st.builds(
        ReminderPolicy,
        st.fixed_dictionaries(dict.fromkeys(ReminderChannel, st.integers(1, COOLING_DAYS_MAX))),
        st.frozensets(st.sampled_from(ReminderChannel)),
    )


@cache
def past_reminders() -> st.SearchStrategy[PastReminder]:
    """Earlier reminders in any state."""
    return st.builds(
        PastReminder,
        st.sampled_from(ReminderChannel),
        st.sampled_from(ReminderState),
        billed_days(),
    )


recipients = cache(lambda: st.builds(Recipient, resident_ids(), openids() | phones().filter(bool)))
"""Residents with an openid or a phone."""

named_bills = cache(lambda: st.builds(NamedBill, bill_numbers(), moneys()))


@cache
def reminders_to_send() -> st.SearchStrategy[SendReminder]:
    """Decisions to send, with at least one recipient and one bill, without duplicates."""
    return st.builds(
        SendReminder,
        house_ids(),
        st.sampled_from(ReminderChannel),
        st.lists(recipients(), min_size=1, max_size=3, unique_by=lambda each: each.address).map(
            tuple
        ),
        st.lists(named_bills(), min_size=1, max_size=4, unique_by=lambda each: each.number).map(
            tuple
        ),
    )


@cache
def coolings() -> st.SearchStrategy[Cooling]:
    """Decisions for houses within the cooling days."""
    return st.builds(
        lambda house, last_on, days: Cooling(house, last_on, next_allowed_on(last_on, days)),
        house_ids(),
        billed_days(),
        st.integers(1, COOLING_DAYS_MAX),
    )


reminders_under_way = cache(lambda: st.builds(UnderWay, house_ids(), billed_days()))
"""Decisions for houses whose earlier reminder still waits."""

unreached_houses = cache(lambda: st.builds(NobodyToReach, house_ids()))
"""Decisions for houses without a resident who can be reached."""

settled_houses = cache(lambda: st.builds(NothingUnpaid, house_ids()))
"""Decisions for houses without unpaid bills."""


@cache
def reminder_decisions() -> st.SearchStrategy[ReminderDecision]:
    """Any decision about a house."""
    return st.one_of(
        reminders_to_send(),
        coolings(),
        reminders_under_way(),
        unreached_houses(),
        settled_houses(),
    )


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
