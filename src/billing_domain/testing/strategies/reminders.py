"""Reminder policies, decisions about houses, and the menu."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.reminders.batch import ReminderBatch
from billing_domain.model.reminders.menu import (
    BUTTONS_MAX,
    NAME_WIDTH_MAX,
    SUB_BUTTONS_MAX,
    MenuButton,
    name_width,
)
from billing_domain.model.reminders.reminder import (
    Cooling,
    NamedBill,
    NobodyToReach,
    NothingUnpaid,
    PastReminder,
    Recipient,
    ReminderDecision,
    ReminderState,
    SendReminder,
    UnderWay,
    next_allowed_on,
)
from billing_domain.model.reminders.settings import (
    COOLING_DAYS_MAX,
    ReminderChannel,
    ReminderPolicy,
)
from billing_domain.testing.strategies.bills import bill_numbers
from billing_domain.testing.strategies.charges import billed_days, moneys
from billing_domain.testing.strategies.owners import openids
from billing_domain.testing.strategies.people import resident_ids
from billing_domain.testing.strategies.places import house_ids
from billing_domain.testing.strategies.texts import lines, phones


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


@cache
def recipients() -> st.SearchStrategy[Recipient]:
    """Residents with an openid or a phone."""
    return st.builds(Recipient, resident_ids(), openids() | phones().filter(bool))


@cache
def named_bills() -> st.SearchStrategy[NamedBill]:
    """Named bills."""
    return st.builds(NamedBill, bill_numbers(), moneys())


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


@cache
def reminders_under_way() -> st.SearchStrategy[UnderWay]:
    """Decisions for houses whose earlier reminder still waits."""
    return st.builds(UnderWay, house_ids(), billed_days())


@cache
def unreached_houses() -> st.SearchStrategy[NobodyToReach]:
    """Decisions for houses without a resident who can be reached."""
    return st.builds(NobodyToReach, house_ids())


@cache
def settled_houses() -> st.SearchStrategy[NothingUnpaid]:
    """Decisions for houses without unpaid bills."""
    return st.builds(NothingUnpaid, house_ids())


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


@cache
def menus() -> st.SearchStrategy[tuple[MenuButton, ...]]:
    """Menus that `check_menu` accepts."""
    return st.lists(menu_buttons(), min_size=1, max_size=BUTTONS_MAX).map(tuple)


def _leaves(width_max: int) -> st.SearchStrategy[MenuButton]:
    urls = st.from_regex(r"https://[a-z]{1,20}\.example/[a-z0-9/?=&-]{0,40}", fullmatch=True)
    return st.builds(MenuButton, name=_names(width_max), url=urls)


def _names(width_max: int) -> st.SearchStrategy[str]:
    return lines(width_max).filter(lambda name: name_width(name) <= width_max)
