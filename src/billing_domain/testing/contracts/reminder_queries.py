"""The contract of ReminderQueries: 催缴记录, and the whole contract (rules 4.3, 4.4)."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import House
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import (
    DeliveryState,
    ReminderId,
    ReminderRun,
    RunId,
    refusal_id,
)
from billing_domain.model.reminders.reminder import (
    Cooling,
    NobodyToReach,
    NothingUnpaid,
    ReminderDecision,
    UnderWay,
)
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.model.shanghai import day_end, day_start
from billing_domain.ports.paging import PageKey
from billing_domain.ports.reminders.queries import (
    RecipientRow,
    ReminderFilter,
    ReminderOutcome,
    ReminderRow,
)
from .paging import walk
from .payment_world import OTHER_OPENID
from .queued_reminders import (
    a_message,
    a_run,
    about,
    add_run,
    after,
    every_outcome,
    keep_reminder,
    remind,
    remind_everywhere,
)
from .run_progress import RunProgressContract
from .storage import Storage, StorageContract
from .world import NOON, World

MOMENT = timedelta(microseconds=1)
LATER = NOON + timedelta(minutes=7)


class ReminderRowsContract(StorageContract):
    """One row for each house of each request."""

    def test_show_every_fact_of_a_reminder(self, storage: Storage, world: World) -> None:
        """Recipients in the order of the messages, including those who moved out later."""
        house = world.add_house("1号楼/101")
        first = world.add_resident(house, "王伟", phone="13812344613")
        second = world.add_resident(house, "李芳", moved_out_on=storage.today)
        bills = [world.add_bill(house, amount=Money(fen)) for fen in (1, 20)]
        run = a_run(world, channel=ReminderChannel.SMS)
        messages = [a_message(second), a_message(first, OTHER_OPENID)]
        queued = about(world, run, house, *bills, messages=messages)
        add_run(world, run, [queued])
        queued = queued.with_delivery(queued.deliveries[0].delivered(LATER, "message-1"), LATER)
        failed = queued.deliveries[1].ended(DeliveryState.UNREACHABLE, NOON, "blocked")
        keep_reminder(world, queued.with_delivery(failed, LATER))

        blocked = RecipientRow("王伟", "13812344613", DeliveryState.UNREACHABLE, NOON, "blocked")
        assert lines(storage, world.scope) == [
            a_row(
                run, house, queued.id, ReminderOutcome.DELIVERED,
                count=2,
                total=Money(21),
                recipients=(RecipientRow("李芳", "", DeliveryState.DELIVERED, LATER, ""), blocked),
                ended_at=LATER,
            )
        ]  # fmt: skip

    def test_show_what_waits(self, storage: Storage, world: World, house: House) -> None:
        run = a_run(world)
        waits = a_message(world.add_resident(house, "王伟")).to_retry("timeout")
        add_run(world, run, [about(world, run, house, messages=[waits])])
        (row,) = lines(storage, world.scope)
        assert row.outcome is ReminderOutcome.WAITING
        assert row.ended_at is None
        assert row.recipients == (
            RecipientRow("王伟", "", DeliveryState.WAITING, None, "timeout"),
        )

    @pytest.mark.parametrize("sure", [True, False])
    def test_show_until_when_a_house_cools(
        self, storage: Storage, world: World, *, sure: bool
    ) -> None:
        house, run = world.add_house("1号楼/101"), a_run(world)
        last_on, next_on = date(2026, 3, 4), date(2026, 3, 7)
        refuse(world, run, house, Cooling(house.id, last_on, next_on, sure))
        days = {"last_on": last_on, "next_on": next_on, "sure": sure, "ended_at": NOON}
        row_id = refusal_id(run.id, house.id)
        row = a_row(run, house, row_id, ReminderOutcome.COOLING, **days)
        assert lines(storage, world.scope) == [row]

    def test_show_why_else_a_house_is_not_reminded(self, storage: Storage, world: World) -> None:
        houses = [world.add_house(f"1号楼/{room}") for room in (101, 102, 103)]
        run, since = a_run(world), date(2026, 3, 4)
        decisions: list[ReminderDecision] = [
            UnderWay(houses[0].id, since),
            NobodyToReach(houses[1].id),
            NothingUnpaid(houses[2].id),
        ]
        add_run(world, run, refused={each.house_id: (world.garden.id, each) for each in decisions})
        shown = {row.house_id: (row.outcome, row.last_on) for row in lines(storage, world.scope)}

        assert shown == {
            houses[0].id: (ReminderOutcome.UNDER_WAY, since),
            houses[1].id: (ReminderOutcome.UNREACHABLE, None),
            houses[2].id: (ReminderOutcome.NOTHING_UNPAID, None),
        }


class ReminderPagesContract(StorageContract):
    """The newest requests come first, however many houses each has."""

    @pytest.mark.parametrize("rows", [1, 2, 3, 6, 9])
    def test_show_every_house_once(self, storage: Storage, world: World, rows: int) -> None:
        """Rows of one moment by descending id."""
        here, there = world.add_house("1号楼/101"), world.add_house("2号楼/1", world.lakeside)
        refused = {there.id: (world.lakeside.id, NobodyToReach(there.id))}
        for moment in (NOON, LATER, NOON - timedelta(days=9)):
            run = a_run(world, requested_at=moment)
            queued = after(world, run, here, DeliveryState.DELIVERED)
            add_run(world, run, [queued], refused)
        everything = lines(storage, world.scope)

        assert len(everything) == 6
        assert everything == sorted(
            everything, key=lambda row: (row.requested_at, row.id), reverse=True
        )
        assert lines(storage, world.scope, rows=rows) == everything

    def test_are_empty_without_reminders(self, storage: Storage, world: World) -> None:
        page = storage.reminder_queries.page(world.scope, ReminderFilter(), key=None, rows=9)
        assert (page.rows, page.next_key, page.previous_key) == ((), None, None)

    def test_do_not_move_when_more_is_requested(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        old = [remind(world, house) for _ in range(4)]
        queries = storage.reminder_queries
        first = queries.page(world.scope, ReminderFilter(), key=None, rows=2)
        remind(world, house, requested_at=LATER)
        assert first.next_key is not None
        second = queries.page(world.scope, ReminderFilter(), key=PageKey(first.next_key), rows=2)
        shown = [row.id for row in (*first.rows, *second.rows)]
        assert shown == [each.id for each in old[::-1]]
        assert second.next_key is None

    def test_are_of_the_scope(self, storage: Storage, world: World) -> None:
        here, there, abroad = remind_everywhere(world)
        assert found(storage, world.scope) == {here.id, there.id}
        assert found(storage, world.garden_scope) == {here.id}
        assert found(storage, world.rival_scope) == {abroad.id}
        assert found(storage, world.garden_scope, community_id=world.lakeside.id) == set()
        assert found(storage, world.scope, community_id=world.foreign.id) == set()
        assert found(storage, world.garden_scope, house_id=there.house_id) == set()
        assert found(storage, world.rival_scope, run_id=here.run_id) == set()
        assert found(storage, world.garden_scope, text="翠湖") == set()
        assert found(storage, world.garden_scope, text="2号楼") == set()


class ReminderFilterContract(StorageContract):
    """The filters of 催缴记录."""

    def test_narrows_to_a_community(self, storage: Storage, world: World) -> None:
        _here, there, _abroad = remind_everywhere(world)
        assert found(storage, world.scope, community_id=world.lakeside.id) == {there.id}

    def test_narrows_to_a_house(self, storage: Storage, world: World) -> None:
        houses = [world.add_house(f"1号楼/{room}") for room in (101, 102)]
        first, second, _other = (remind(world, houses[place]) for place in (0, 0, 1))
        assert found(storage, world.scope, house_id=houses[0].id) == {first.id, second.id}

    def test_narrows_to_a_request(self, storage: Storage, world: World) -> None:
        houses = [world.add_house(f"1号楼/{room}") for room in (101, 102)]
        run = a_run(world)
        queued = after(world, run, houses[0], DeliveryState.DELIVERED)
        refused = NobodyToReach(houses[1].id)
        add_run(world, run, [queued], {houses[1].id: (world.garden.id, refused)})
        remind(world, houses[0])

        both = {queued.id, refusal_id(run.id, houses[1].id)}
        assert found(storage, world.scope, run_id=run.id) == both
        assert found(storage, world.scope, run_id=RunId("f" * 32)) == set()
        last = {"run_id": run.id, "house_id": houses[1].id}
        assert found(storage, world.scope, **last) == {refusal_id(run.id, houses[1].id)}

    def test_narrows_to_outcomes(self, storage: Storage, world: World) -> None:
        rows = every_outcome(world)
        for outcome in ReminderOutcome:
            shown = found(storage, world.scope, outcomes=frozenset({outcome}))
            assert shown == {rows[outcome]}, outcome
        two = frozenset({ReminderOutcome.FAILED, ReminderOutcome.COOLING})
        assert found(storage, world.scope, outcomes=two) == {rows[each] for each in two}

    def test_narrows_to_shanghai_days_with_both_ends(self, storage: Storage, world: World) -> None:
        first, last = date(2026, 3, 5), date(2026, 3, 6)
        moments = [
            day_start(first) - MOMENT,
            day_start(first),
            day_end(last) - MOMENT,
            day_end(last),
        ]
        house = world.add_house("1号楼/101")
        before, start, end, after = (
            remind(world, house, requested_at=each).id for each in moments
        )
        between = {"requested_from": first, "requested_to": last}

        assert found(storage, world.scope, **between) == {start, end}
        assert found(storage, world.scope, requested_from=first) == {start, end, after}
        assert found(storage, world.scope, requested_to=last) == {before, start, end}

    @pytest.mark.parametrize("rows", [1, 2, 9])
    def test_narrows_every_page(self, storage: Storage, world: World, rows: int) -> None:
        houses = [world.add_house(f"1号楼/{room}") for room in (101, 102)]
        shown = [remind(world, houses[place % 2]).id for place in range(6)]
        here = ReminderFilter(house_id=houses[0].id)
        by_text = ReminderFilter(text="101")
        for wanted in (here, by_text):
            pages = lines(storage, world.scope, wanted, rows=rows)
            assert [row.id for row in pages] == shown[4::-2]


class ReminderSearchContract(StorageContract):
    """Every word of the search text matches the house, by address, name or phone (rule 2.9)."""

    @pytest.mark.parametrize(
        "text",
        [
            *["A栋", "ａ栋", "10%2", "家园/a", "幸福家园/A栋/10%2_", " A栋 ", "a栋\n", "_", "幸"],
            *["王", "4613", "138 1234 4613", "A栋 王伟", "王 家园"],
        ],
    )
    def test_finds(self, storage: Storage, world: World, text: str) -> None:
        house = world.add_house("A栋/10%2_")
        world.add_resident(house, "王伟", phone="13812344613")
        reminder = remind(world, house)
        assert found(storage, world.scope, text=text) == {reminder.id}

    @pytest.mark.parametrize(
        "text", ["李", "1234", "1_2", "0%", "园B", "栋/2", "小李", "翠湖", "A栋 李", "/"]
    )
    def test_finds_nothing_else(self, storage: Storage, world: World, text: str) -> None:
        """No wildcards; staff names are not searched."""
        house = world.add_house("A栋/102")
        world.add_resident(house, "王伟", phone="13812344613")
        remind(world, house)
        world.add_house("A栋/2", world.lakeside)
        assert found(storage, world.scope, text=text) == set()

    def test_finds_whole_communities_and_single_houses(
        self, storage: Storage, world: World
    ) -> None:
        houses = [
            world.add_house("1号楼/101"),
            world.add_house("翠湖楼/1", world.garden),
            world.add_house("2号楼/1", world.lakeside),
        ]
        ids = [remind(world, house).id for house in houses]

        assert found(storage, world.scope, text="翠湖") == {ids[1], ids[2]}
        assert found(storage, world.scope, text="翠湖雅苑/2") == {ids[2]}
        assert found(storage, world.scope, text="幸福家园") == {ids[0], ids[1]}
        assert found(storage, world.garden_scope, text="翠湖") == {ids[1]}
        here = {"text": "翠湖", "community_id": world.garden.id}
        assert found(storage, world.scope, **here) == {ids[1]}

    def test_keeps_what_else_is_wanted(self, storage: Storage, world: World) -> None:
        houses = [world.add_house(f"1号楼/{room}") for room in (101, 102)]
        first, second = (remind(world, house) for house in houses)
        assert found(storage, world.scope, text="号楼", run_id=second.run_id) == {second.id}
        assert found(storage, world.scope, text="101", run_id=second.run_id) == set()
        assert found(storage, world.scope, text="号楼", house_id=first.house_id) == {first.id}
        failed = frozenset({ReminderOutcome.FAILED})
        assert found(storage, world.scope, text="101", outcomes=failed) == set()


class ReminderQueriesContract(
    ReminderRowsContract,
    ReminderPagesContract,
    ReminderFilterContract,
    ReminderSearchContract,
    RunProgressContract,
):
    """All reads of reminders."""


def a_row(
    run: ReminderRun, house: House, row_id: ReminderId, outcome: ReminderOutcome, **facts: Any
) -> ReminderRow:
    """Return the row of a house in the garden."""
    return ReminderRow(
        id=row_id,
        run_id=run.id,
        community_id=house.community_id,
        community_name="幸福家园",
        house_id=house.id,
        address="1号楼/101",
        channel=run.channel,
        requested_at=NOON,
        requested_by="小李",
        outcome=outcome,
        **{"count": 0, "total": Money.zero(), **facts},
    )


def lines(
    storage: Storage, scope: Scope, wanted: ReminderFilter | None = None, *, rows: int = 99
) -> list[ReminderRow]:
    """Return the rows of a filter, page after page."""
    ask = partial(storage.reminder_queries.page, scope, wanted or ReminderFilter(), rows=rows)
    return walk(lambda key: ask(key=key), rows)


def found(storage: Storage, scope: Scope, **fields: Any) -> set[ReminderId]:
    """Return the rows that a filter of some fields finds."""
    return {row.id for row in lines(storage, scope, ReminderFilter(**fields))}


def refuse(world: World, run: ReminderRun, house: House, decision: ReminderDecision) -> None:
    """Add a request about one house whose reminder was refused."""
    add_run(world, run, refused={house.id: (house.community_id, decision)})
