"""SQLite and PostgreSQL do the same with reminders, whatever is done: one machine."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.period import BillingPeriod
from billing_domain.model.reminders.queued_reminder import (
    QueuedReminder,
    ReminderId,
    ReminderRun,
    RunId,
    queue,
)
from billing_domain.model.reminders.reminder import NamedBill, Recipient, SendReminder, decide
from billing_domain.model.reminders.settings import ReminderChannel, ReminderPolicy
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.bills import BillRow
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome, ReminderRow
from billing_domain.testing import strategies
from billing_domain.testing.contracts import Storage
from billing_domain.testing.contracts.paging import walk as walk_pages
from billing_domain.testing.contracts.world import NOON, paid_in_cash
from tests.databases import PostgresServer
from tests.integration.sql.two_sides import TODAY, TwoSides, agree

POLICY = ReminderPolicy(dict.fromkeys(ReminderChannel, 3), frozenset(ReminderChannel))
MOMENTS = [NOON - timedelta(days=days) for days in (9, 3, 2)] + [
    NOON - timedelta(hours=12, microseconds=1),  # the last of yesterday
    NOON,
]
DAYS = [TODAY + timedelta(days=days) for days in (-4, -3, -2, -1, 0, 1)]
LATE = TODAY + timedelta(days=9)
"""Whoever moves in then does not see by themselves what is imported today."""
CONTACTS = [("o1", ""), ("o1", "13812344613"), (None, "13812344613"), ("", ""), ("o2", "")]
TEXTS = ["1号楼", "号楼/1", "/", "幸福", "家园/1", "家园/0", "翠湖雅苑/2", "王", "138", "%", "龘"]
PICK = st.integers(0, 1_000)
CHANNEL = st.sampled_from(ReminderChannel)
MOMENT = st.sampled_from(MOMENTS)


class ReminderAgreement(TwoSides):
    """Two storages of reminders that must never be told apart."""

    def __init__(self) -> None:
        super().__init__()
        world = self.worlds[0]
        self.places = [world.garden, world.garden, world.lakeside, world.foreign]
        self.houses: list[House] = []
        self.people: list[Resident] = []
        self.bills: list[PendingBill] = []
        self.reminders: list[QueuedReminder] = []
        self.runs: list[ReminderRun] = []

    @initialize()
    def furnish(self) -> None:
        """Begin with four houses, one of them abroad."""
        self.houses += [
            House(HouseId(self.new_id()), place.id, HouseAddress(f"{number}号楼/1"))
            for number, place in enumerate(self.places)
        ]
        self.write(lambda work: work.houses.add_all(self.houses))
        for each in range(len(self.houses)):
            self.move_in(each, each, None)

    # What is done.

    @rule(
        pick=PICK,
        contact=PICK,
        until=st.none() | st.sampled_from(DAYS),
        since=st.sampled_from([None, None, LATE]),
    )
    def move_in(
        self, pick: int, contact: int, until: date | None, since: date | None = None
    ) -> None:
        house = self.one_of(self.houses, pick)
        openid, phone = self.one_of(CONTACTS, contact)
        person = Resident(
            id=ResidentId(self.new_id()),
            community_id=house.community_id,
            house_id=house.id,
            name="王伟",
            phone=phone,
            relation=Relation.OWNER,
            moved_in_on=since,
            moved_out_on=until,
            openid=openid,
        )
        self.write(lambda work: work.residents.add_all([person]))
        self.people.append(person)

    @rule(picks=st.lists(PICK, min_size=1, max_size=4))
    def bill(self, picks: list[int]) -> None:
        """Bill houses, with numbers that do not ascend as they are added."""
        bills = [
            PendingBill(
                number=BillNumber(f"20260305120000{pick % 10}{next(self.counter):06d}"),
                community_id=house.community_id,
                house_id=house.id,
                fee_type=FeeType.WATER,
                amount=Money(pick + 1),
                period=BillingPeriod(DAYS[0], DAYS[1]),
                imported_at=NOON,
            )
            for pick in picks
            for house in [self.one_of(self.houses, pick)]
        ]
        self.write(lambda work: work.bills.add_all(bills))
        self.bills += bills

    @precondition(lambda self: self.bills)
    @rule(pick=PICK, removed=st.booleans())
    def settle(self, pick: int, *, removed: bool) -> None:
        """Remove a bill or mark it paid, unless that was done before."""
        bill = self.one_of(self.bills, pick)
        paid = bill.pay(paid_in_cash())
        self.write(
            lambda work: (
                work.bills.remove_all([bill], at=NOON, by="x")
                if removed
                else work.bills.save_all([paid])
            )
        )

    @rule(picks=st.lists(PICK, min_size=1, max_size=4), channel=CHANNEL, at=MOMENT)
    def remind(self, picks: list[int], channel: ReminderChannel, at: datetime) -> None:
        """Decide as the use case does, and keep the request."""
        scope = self.worlds[0].scope
        houses = {house.id: house for pick in picks for house in [self.one_of(self.houses, pick)]}
        today = shanghai_day(at)
        since = today - timedelta(days=POLICY.days(channel))
        found = self.read(
            lambda side: prospects_in(
                side, scope, [*houses], channel=channel, today=today, since=since
            )
        )
        run = self.a_run(scope, channel, at)
        decided = {
            each.house_id: decide(each, channel, policy=POLICY, today=today) for each in found
        }
        queued = [
            queue(ReminderId(self.new_id()), run, houses[house_id].community_id, each)
            for house_id, each in decided.items()
            if isinstance(each, SendReminder)
        ]
        refused = {
            house_id: (houses[house_id].community_id, each)
            for house_id, each in decided.items()
            if not isinstance(each, SendReminder)
        }
        if self.write(lambda work: work.reminders.add_run(run, queued, refused)):
            self.reminders += queued
            self.runs.append(run)

    @rule(pick=PICK, channel=CHANNEL, at=MOMENT)
    def remind_unasked(self, pick: int, channel: ReminderChannel, at: datetime) -> None:
        """Queue a reminder without a decision: refused where one is open (P26)."""
        person = self.one_of(self.people, pick)
        company = next(each for each in self.places if each.id == person.community_id).company_id
        run = self.a_run(Scope(company), channel, at)
        wanted = SendReminder(
            person.house_id,
            channel,
            (Recipient(person.id, person.openid or "o3"),),
            (NamedBill(BillNumber("2" * 21), Money(1)),),
        )
        reminder = queue(ReminderId(self.new_id()), run, person.community_id, wanted)
        if self.write(lambda work: work.reminders.add_run(run, [reminder], {})):
            self.reminders.append(reminder)
            self.runs.append(run)

    @precondition(lambda self: self.reminders)
    @rule(pick=PICK, step=strategies.reminder_steps())
    def report(self, pick: int, step: Any) -> None:
        """Change any version that ever was stored: many are stale by then."""
        reminder = self.one_of(self.reminders, pick)
        if not reminder.open:
            return
        act, pause = step
        changed = act(reminder, reminder.queued_at + pause).kept()
        if self.write(lambda work: work.reminders.save(changed)):
            self.reminders.append(changed)

    # What is seen.

    @rule(pick=PICK, channel=CHANNEL, today=st.sampled_from(DAYS), since=st.sampled_from(DAYS))
    def look_at_prospects(
        self, pick: int, channel: ReminderChannel, today: date, since: date
    ) -> None:
        scope = self.scope(pick)
        wanted = [each.id for each in self.houses]
        self.read(
            lambda side: prospects_in(
                side, scope, wanted, channel=channel, today=today, since=since
            )
        )

    @rule(pick=PICK, data=st.data(), rows=st.integers(1, 3))
    def look_at_records(self, pick: int, data: st.DataObject, rows: int) -> None:
        """Ask for what two restrictions find, and what each of them finds alone."""
        scope = self.scope(pick)
        restrictions = data.draw(
            st.lists(self.restrictions(), max_size=2, unique_by=lambda each: each[0])
        )
        for wanted in ([], *([each] for each in restrictions), restrictions):
            self.read(partial(walk, scope, ReminderFilter(**dict(wanted)), rows))
        for run in self.runs[-2:]:
            self.read(partial(failed_houses, scope, run.id))

    @rule(openid=st.sampled_from(["o1", "o2", "o3"]), day=st.sampled_from(DAYS), pick=PICK)
    def look_as_owner(self, openid: str, day: date, pick: int) -> None:
        """Ask for what somebody sees who lives in every house of a company."""
        company_id = self.one_of(self.places, pick).company_id
        here = {place.id for place in self.places if place.company_id == company_id}
        people = tuple(each for each in self.people if each.community_id in here)
        owner = Owner(openid, company_id, people)
        self.read(partial(pending, owner, day))
        for bill in self.bills[-2:]:
            self.read(partial(seen_bill, owner, day, bill.number))

    def scope(self, pick: int) -> Scope:
        """Return one of the reaches in the world."""
        world = self.worlds[0]
        scopes = [world.scope, world.garden_scope, world.lakeside_scope, world.rival_scope]
        return scopes[pick % len(scopes)]

    def restrictions(self) -> st.SearchStrategy[tuple[str, Any]]:
        """Values for one field of a filter each."""
        outcomes = st.frozensets(st.sampled_from(ReminderOutcome), min_size=1, max_size=3)
        runs = [each.id for each in self.runs]
        fields: dict[str, st.SearchStrategy[Any]] = {
            "text": st.sampled_from(TEXTS),
            "community_id": st.sampled_from([each.id for each in self.places]),
            "house_id": st.sampled_from([each.id for each in self.houses]),
            "run_id": st.sampled_from([RunId("f" * 32), *runs]),
            "outcomes": outcomes,
            "requested_from": st.sampled_from(DAYS),
            "requested_to": st.sampled_from(DAYS),
        }
        return st.one_of(*(st.tuples(st.just(name), values) for name, values in fields.items()))

    @invariant()
    def keeps_the_same_reminders(self) -> None:
        ids = sorted({each.id for each in self.reminders})
        self.read(lambda side: stored(side, ids))
        scope = self.worlds[0].scope
        latest = [each.id for each in self.runs if each.company_id == scope.company_id][-3:]
        self.read(
            lambda side: [side.reminder_queries.progress(scope, run_id) for run_id in latest]
        )

    def a_run(self, scope: Scope, channel: ReminderChannel, at: datetime) -> ReminderRun:
        return ReminderRun(
            id=RunId(self.new_id()),
            company_id=scope.company_id,
            channel=channel,
            requested_at=at,
            requested_by="小李",
        )


def prospects_in(
    side: Storage,
    scope: Scope,
    wanted: list[HouseId],
    **asked: Any,
) -> list[Any]:
    """Return prospects by house, each history in one order."""
    with side.begin(read_only=True) as work:
        found = work.reminders.prospects(scope, wanted, **asked)
    return sorted(
        (
            attrs.evolve(
                each,
                recipients=list(each.recipients),
                bills=list(each.bills),
                history=sorted(each.history, key=str),
            )
            for each in found
        ),
        key=lambda each: each.house_id,
    )


def walk(scope: Scope, wanted: ReminderFilter, rows: int, side: Storage) -> list[ReminderRow]:
    """Return what a filter finds, page after page."""
    return walk_pages(
        lambda key: side.reminder_queries.page(scope, wanted, key=key, rows=rows), rows
    )


def failed_houses(scope: Scope, run_id: RunId, side: Storage) -> dict[HouseId, CommunityId]:
    return dict(side.reminder_queries.failed_houses(scope, run_id))


def pending(owner: Owner, day: date, side: Storage) -> list[BillRow]:
    return list(side.owner_queries.pending(owner, day=day, rows_max=9))


def seen_bill(owner: Owner, day: date, number: BillNumber, side: Storage) -> BillRow:
    return side.owner_queries.bill(owner, number, day=day)


def stored(side: Storage, ids: list[ReminderId]) -> list[QueuedReminder | None]:
    with side.begin(read_only=True) as work:
        return [work.reminders.find(each) for each in ids]


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_sqlite_and_postgresql_agree(postgres: PostgresServer) -> None:
    agree(ReminderAgreement, postgres, share=2)
