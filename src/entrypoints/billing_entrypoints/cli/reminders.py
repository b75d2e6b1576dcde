"""`billing remind`: remind the houses of a community of what they owe (rule 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from billing_domain.model.houses.house import HouseId
from billing_domain.model.reminders.batch import ReminderBatch
from billing_domain.model.reminders.reminder import (
    Cooling,
    NobodyToReach,
    NothingUnpaid,
    ReminderDecision,
    SendReminder,
    UnderWay,
)
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.paging import PAGE_ROWS_MAX, PageKey
from billing_domain.ports.reminders.queries import ReminderOutcome
from billing_domain.use_cases.reminders.remind_residents import Reminded
from billing_entrypoints.cli.arguments import FLAG, IN_COMMUNITY, PLAIN, Command, read_query
from billing_entrypoints.cli.company.lookups import Place, find_place
from billing_entrypoints.cli.console import pick, table
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words
from billing_entrypoints.words.labels import label
from billing_entrypoints.words.screens import cooling_words, long_day

_NONE: Final = "--"
_KINDS: Final = (SendReminder, Cooling, UnderWay, NobodyToReach, NothingUnpaid)


def remind(session: Session) -> int:
    """Queue the reminders of a filter, or show a dry run, house by house."""
    place, arguments = find_place(session), session.arguments
    done = session.application.remind_residents.by_filter(
        place.actor,
        BillFilter(text=read_query(arguments.query), community_id=place.community.id),
        dry_run=arguments.dry_run,
    )
    by_house = {each.house_id: each for each in done.batch.decisions}
    found = [
        (address, by_house[house_id])
        for house_id, address in _addresses(session, place)
        if house_id in by_house
    ]
    session.console.answer(
        _data(done, found, dry_run=arguments.dry_run),
        _text(done.batch, found, dry_run=arguments.dry_run),
    )
    return DONE


def _addresses(session: Session, place: Place) -> Iterator[tuple[HouseId, str]]:
    """Yield the houses of a community with their whole addresses, in the order of addresses."""
    key: PageKey | None = None
    while True:
        page = session.application.view_houses.page(
            place.actor, community_id=place.community.id, key=key, rows=PAGE_ROWS_MAX
        )
        for row in page.rows:
            yield row.id, f"{row.community_name}/{row.address}"
        if page.next_key is None:
            return
        key = PageKey(page.next_key)


def _text(
    batch: ReminderBatch, found: Sequence[tuple[str, ReminderDecision]], *, dry_run: bool
) -> str:
    queued = words.TO_SEND if dry_run else words.QUEUED
    counted = Counter(each.kind for each in batch.decisions)
    counts = "，".join(
        words.HOUSES.format(name=_outcome(kind, queued), count=counted[kind.kind])
        for kind in _KINDS
        if counted[kind.kind]
    )
    done = words.DRY_RUN if dry_run else words.REMINDED
    summary = f"{done}：{counts or words.NOTHING_UNPAID}"
    if not found:
        return summary
    lines = [(address, *_cells(each, queued)) for address, each in found]
    return f"{table(words.HOUSE_COLUMNS, lines)}\n{summary}"


def _cells(decision: ReminderDecision, queued: str) -> tuple[str, str, str, str]:
    if isinstance(decision, SendReminder):
        note = words.PEOPLE.format(count=len(decision.recipients))
        return queued, words.BILLS.format(count=decision.count), str(decision.total), note
    return _outcome(decision, queued), _NONE, _NONE, _note(decision)


def _outcome(decision: ReminderDecision | type[ReminderDecision], queued: str) -> str:
    kind = decision.kind
    return queued if kind == SendReminder.kind else label(ReminderOutcome(kind))


def _note(decision: ReminderDecision) -> str:
    if isinstance(decision, Cooling):
        return cooling_words(None, decision.last_on, decision.next_on, sure=decision.sure)
    if isinstance(decision, UnderWay):
        return words.UNDER_WAY.format(day=long_day(decision.since))
    if isinstance(decision, NobodyToReach):
        return words.NOBODY
    return _NONE


def _data(
    done: Reminded, found: Sequence[tuple[str, ReminderDecision]], *, dry_run: bool
) -> dict[str, object]:
    houses: dict[str, list[dict[str, object]]] = {kind.kind: [] for kind in _KINDS}
    for address, each in found:
        houses[each.kind].append({"house": address, **_facts(each)})
    return {"dry_run": dry_run, "run_id": done.run.id if done.run else None, **houses}


def _facts(decision: ReminderDecision) -> dict[str, object]:
    if isinstance(decision, SendReminder):
        bills = [bill.number for bill in decision.bills]
        recipients = len(decision.recipients)
        return {"bills": bills, "total_fen": decision.total, "recipients": recipients}
    if isinstance(decision, Cooling):
        return pick(decision, "last_on next_on sure")
    return pick(decision, "since") if isinstance(decision, UnderWay) else {}


_ARGUMENTS: Final = {**IN_COMMUNITY, "--query": PLAIN, "--dry-run": FLAG}
COMMANDS: Final = (Command("remind", remind, _ARGUMENTS),)
