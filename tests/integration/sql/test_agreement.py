"""SQLite and PostgreSQL do the same, whatever is done to them: one machine drives both.

What they find is judged by an oracle that a person can read; hypothesis looks for the shortest
story in which one of them differs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, cast

import attrs
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from billing_domain.errors import BillingError
from billing_domain.model.bills.bill import (
    BatchId,
    Bill,
    BillOrigin,
    BillState,
    PaidBill,
    PaymentChannel,
    PendingBill,
    Settlement,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import Community
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.profile import ProfileKey
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.bills import BillFilter, BillOrder, BillQueries
from billing_domain.ports.paging import PageKey
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.testing.contracts import Storage
from billing_domain.testing.contracts.paging import walk as walk_pages
from billing_domain.testing.contracts.world import NOON, id_of
from tests.databases import PostgresServer
from tests.integration.bills.bill_oracle import BillOracle
from tests.integration.sql.two_sides import TODAY, TwoSides, UndoneError, agree, answer

MIDNIGHT = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
ADDRESSES = ["1号楼/101", "1栋-101", "1号楼/102", "10号楼/101", "2号楼/A", "东区/%_", "12345678"]
NAMES = ["王伟", "李芳", "王芳", "ＡＢＣ公司", "100%_", "O'Neil \\"]
PHONES = ["", "13812344613", "13899994613", "+86-21-55550101"]
NUMBERS = [BillNumber(f"2026030512{number:011d}") for number in (1, 2, 3, 12, 123, 1234, 45678)]
EXTERNALS = [None, "LX-1", "LX_2%", "13812344613"]
MOMENTS = [NOON, MIDNIGHT, MIDNIGHT - timedelta(microseconds=1), NOON - timedelta(days=30)]
DAYS = [date(2026, 2, 28), TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)]
FEES = [FeeType.PROPERTY, FeeType.WATER]
AMOUNTS = [Money(1), Money(130_000), Money(99_999_999_99)]
BATCHES = [BatchId(id_of(700)), BatchId(id_of(701))]

PERIODS = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(
    lambda days: BillingPeriod(min(days), max(days))
)
ANY_DAY = st.none() | st.sampled_from(DAYS)
SEARCHED = st.one_of(
    st.just(""),
    st.sampled_from([*ADDRESSES, *NAMES, *PHONES, *NUMBERS, "LX", "幸福", "园/1", "4613"]),
    st.sampled_from(["1-101", "家园1-101", "１幢101室", "138 1234 4613", "家园 1号楼", "号楼"]),
    st.lists(
        st.sampled_from(["王", "王伟", "芳", "101", "1号楼", "4613", "001", "LX", "202603", "/"]),
        min_size=2,
        max_size=3,
    ).map(" ".join),
    st.sampled_from([*ADDRESSES, *NAMES, *PHONES, *NUMBERS]).flatmap(
        lambda text: st.tuples(st.integers(0, len(text)), st.integers(1, 6)).map(
            lambda cut: text[cut[0] : cut[0] + cut[1]]
        )
    ),
    st.text("王伟芳幸福家园号楼栋1234 %_\\'ＡａA/-\x00", max_size=4),
)
FACTS = st.fixed_dictionaries(
    {
        "fee_type": st.sampled_from(FEES),
        "amount": st.sampled_from(AMOUNTS),
        "period": PERIODS,
        "origin": st.sampled_from(BillOrigin),
        "external_number": st.sampled_from(EXTERNALS),
        "imported_at": st.sampled_from(MOMENTS),
        "reminded_at": st.none() | st.sampled_from(MOMENTS),
        "remark": st.sampled_from(["", "备注 %\n"]),
        "batch_id": st.sampled_from([None, *BATCHES]),
    }
)
PICK = st.integers(0, 1_000)


class Agreement(TwoSides):
    """Two storages that must never be told apart."""

    def __init__(self) -> None:
        super().__init__()
        self.communities = [self.worlds[0].garden, self.worlds[0].lakeside, self.worlds[0].foreign]
        self.houses: list[House] = []
        self.residents: list[Resident] = []
        self.bills: list[Bill] = []

    @initialize(
        openids=st.lists(st.sampled_from([None, "o1"]), min_size=4, max_size=4),
        facts=st.lists(FACTS, min_size=5, max_size=5),
        channels=st.lists(st.sampled_from(PaymentChannel), min_size=2, max_size=2),
    )
    def furnish(
        self,
        openids: list[str | None],
        facts: list[dict[str, Any]],
        channels: list[PaymentChannel],
    ) -> None:
        """Begin with something to look at: houses, residents, bills, two of them paid."""
        for repetition, batch in enumerate(BATCHES, 1):
            self.import_file(batch, repetition)
        for place, address in ((0, "1号楼/101"), (0, "10号楼/101"), (1, "1号楼/101"), (2, "楼")):
            self.add_house(place, address)
        for pick, (name, phone, openid) in enumerate(zip(NAMES, PHONES, openids, strict=False)):
            self.add_resident(pick % 3, name, phone, None, openid)
        for pick, (number, each) in enumerate(zip(NUMBERS, facts, strict=False)):
            self.add_bills([pick % 3], [number], each)
        for pick, channel in enumerate(channels):
            self.change_bills([pick], "pay", MOMENTS[pick], channel)

    # What is done.

    @rule(place=st.integers(0, 2), address=st.sampled_from(ADDRESSES))
    def add_house(self, place: int, address: str) -> None:
        community = self.communities[place].id
        house = House(HouseId(self.new_id()), community, HouseAddress.parse(address))
        if self.write(lambda work: work.houses.add_all([house])):
            self.houses.append(house)

    @precondition(lambda self: self.houses)
    @rule(pick=PICK, address=st.sampled_from(ADDRESSES))
    def move_house(self, pick: int, address: str) -> None:
        house = attrs.evolve(self.one_of(self.houses, pick), address=HouseAddress(address))
        self.write(lambda work: work.houses.save(house))

    @precondition(lambda self: self.houses)
    @rule(pick=PICK)
    def remove_house(self, pick: int) -> None:
        house = self.one_of(self.houses, pick)
        if self.write(lambda work: work.houses.remove(house)):
            self.houses.remove(house)

    @rule(place=st.integers(0, 2), name=st.sampled_from(["幸福家园", "云顶", "王伟苑"]))
    def rename_community(self, place: int, name: str) -> None:
        renamed = self.communities[place].rename(name)
        if self.write(lambda work: work.communities.save(renamed)):
            self.communities[place] = renamed

    @precondition(lambda self: self.houses)
    @rule(
        pick=PICK,
        name=st.sampled_from(NAMES),
        phone=st.sampled_from(PHONES),
        gone=ANY_DAY,
        openid=st.sampled_from([None, "o1"]),
    )
    def add_resident(
        self, pick: int, name: str, phone: str, gone: date | None, openid: str | None
    ) -> None:
        house = self.one_of(self.houses, pick)
        person = Resident(
            ResidentId(self.new_id()),
            house.community_id,
            house.id,
            name,
            phone,
            Relation.OWNER,
            None,
            gone,
            openid,
        )
        if self.write(lambda work: work.residents.add_all([person])):
            self.residents.append(person)

    @precondition(lambda self: self.residents)
    @rule(pick=PICK, name=st.sampled_from(NAMES), phone=st.sampled_from(PHONES))
    def change_resident(self, pick: int, name: str, phone: str) -> None:
        person = self.one_of(self.residents, pick).change(
            name=name, phone=phone, relation=Relation.TENANT, moved_in_on=DAYS[0]
        )
        if self.write(lambda work: work.residents.save(person)):
            self.residents.append(person)

    @precondition(lambda self: self.residents)
    @rule(pick=PICK, day=st.sampled_from(DAYS[1:]))
    def move_out(self, pick: int, day: date) -> None:
        person = self.one_of(self.residents, pick).move_out(day)
        if self.write(lambda work: work.residents.save(person)):
            self.residents.append(person)

    @rule(batch=st.sampled_from(BATCHES), repetition=st.integers(1, 2))
    def import_file(self, batch: BatchId, repetition: int) -> None:
        made = ImportBatch(
            batch,
            self.communities[0].id,
            "三月.xls",
            "a" * 64,
            repetition,
            f"request {repetition}",
            ProfileKey("standard"),
            1,
            Money(1),
            NOON,
            "小李",
        )
        taken = self.read(lambda side: batch in stored_batches(side, self.communities[0]))
        if not taken:
            self.write(lambda work: work.import_batches.add(made))

    @precondition(lambda self: self.houses)
    @rule(
        picks=st.lists(PICK, min_size=1, max_size=3),
        numbers=st.lists(st.sampled_from(NUMBERS), min_size=3, max_size=3),
        facts=FACTS,
    )
    def add_bills(
        self, picks: list[int], numbers: list[BillNumber], facts: dict[str, Any]
    ) -> None:
        houses = [self.one_of(self.houses, pick) for pick in picks]
        bills = [
            PendingBill(number=number, community_id=house.community_id, house_id=house.id, **facts)
            for number, house in zip(numbers, houses, strict=False)
        ]
        if self.write(lambda work: work.bills.add_all(bills)):
            self.bills += bills

    @precondition(lambda self: self.bills)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3), at=st.sampled_from(MOMENTS))
    def remind_of_bills(self, picks: list[int], at: datetime) -> None:
        """Remind of bills in any state, removed ones too, not always later than before."""
        numbers = [self.one_of(self.bills, pick).number for pick in picks]
        self.write(lambda work: work.bills.mark_reminded(numbers, at))

    @precondition(lambda self: self.bills)
    @rule(
        picks=st.lists(PICK, min_size=1, max_size=3),
        verb=st.sampled_from(["edit", "pay", "take back", "void", "skip"]),
        at=st.sampled_from(MOMENTS),
        channel=st.sampled_from(PaymentChannel),
    )
    def change_bills(
        self, picks: list[int], verb: str, at: datetime, channel: PaymentChannel
    ) -> None:
        """Change any version that ever was stored: many are stale by then, some skip a step."""
        chosen = {self.one_of(self.bills, pick).number: pick for pick in picks}
        old = [self.one_of(self.bills, pick) for pick in chosen.values()]
        new = [after for bill in old if (after := changed(bill, verb, at, channel))]
        if self.write(lambda work: work.bills.save_all(new)):
            self.bills += new

    @precondition(lambda self: self.bills)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3))
    def remove_bills(self, picks: list[int]) -> None:
        chosen = {self.one_of(self.bills, pick).number: pick for pick in picks}
        bills = [self.one_of(self.bills, pick) for pick in chosen.values()]
        pending = [bill for bill in bills if isinstance(bill, PendingBill)]
        self.write(lambda work: work.bills.remove_all(pending, at=NOON, by="x"))

    @precondition(lambda self: self.houses and self.bills)
    @rule(pick=PICK, number=st.sampled_from(NUMBERS))
    def do_much_and_undo_it(self, pick: int, number: BillNumber) -> None:
        house = self.one_of(self.houses, pick)

        def much(work: UnitOfWork) -> None:
            work.houses.save(attrs.evolve(house, address=HouseAddress("消失/1")))
            found = work.bills.get_many(Scope(self.worlds[0].company.id), [number])
            changed = [attrs.evolve(each, version=each.version + 1) for each in found]
            work.bills.save_all(changed)
            pending = [each for each in changed if isinstance(each, PendingBill)]
            work.bills.remove_all(pending, at=NOON, by="x")
            raise UndoneError

        self.write(much)

    # What is seen.

    @rule(pick=PICK, data=st.data(), rows=st.integers(1, 3))
    def look_for_bills(self, pick: int, data: st.DataObject, rows: int) -> None:
        """Ask for what two restrictions find, and what each of them finds alone."""
        scope = self.scope(pick)
        restrictions = data.draw(
            st.lists(self.restrictions(), max_size=2, unique_by=lambda each: each[0])
        )
        for wanted in ([], *([each] for each in restrictions), restrictions):
            bill_filter = BillFilter(**dict(wanted))
            self.look(scope, bill_filter, rows)

    @rule(text=SEARCHED, rows=st.integers(1, 3))
    def search(self, text: str, rows: int) -> None:
        self.look(self.worlds[0].scope, BillFilter(text=text), rows)

    def look(self, scope: Scope, wanted: BillFilter, rows: int) -> None:
        """Ask for the same bills in every way, the oracle too."""
        oracle = BillOracle.reading(self.sides[0], self.worlds[0], NUMBERS)
        judge = attrs.evolve(self.sides[0], bill_queries=cast("BillQueries", oracle))
        ask = partial(self.read, judges=(judge,))
        found = ask(lambda side: walk(side, scope, wanted, rows))
        ask(lambda side: side.bill_queries.totals(scope, wanted))
        ask(lambda side: list(side.bill_queries.numbers(scope, wanted, count_max=3)))
        ask(lambda side: dict(side.bill_queries.houses(scope, wanted, count_max=99)))
        ask(lambda side: snapshot(side, scope, wanted))
        if found[0]:
            last = found[-1][-1].number
            ask(lambda side: walk(side, scope, wanted, rows, back_from=last))

    @rule(
        pick=PICK,
        place=st.integers(0, 2),
        text=st.just("") | SEARCHED,
        order=st.sampled_from(BillOrder),
        rows=st.integers(1, 4),
    )
    def sort_bills(self, pick: int, place: int, text: str, order: BillOrder, rows: int) -> None:
        scope = self.scope(pick)
        wanted = BillFilter(text=text, community_id=self.communities[place].id)
        found = self.read(lambda side: walk_sorted(side, scope, wanted, order, rows))
        oracle = BillOracle.reading(self.sides[0], self.worlds[0], NUMBERS)
        assert found == oracle.in_order(scope, wanted, order)

    @rule(pick=PICK, place=st.integers(0, 2), text=SEARCHED, rows=st.integers(1, 4))
    def look_for_houses(self, pick: int, place: int, text: str, rows: int) -> None:
        scope, community = self.scope(pick), self.communities[place]
        self.read(lambda side: walk_houses(side, scope, community, text, rows))
        self.read(lambda side: side.house_queries.count(scope, community.id))
        self.read(lambda side: list(side.bill_queries.buildings(scope, community.id)))

    @precondition(lambda self: self.houses)
    @rule(pick=PICK, number=st.sampled_from(NUMBERS), month=st.sampled_from(DAYS))
    def look_at_one(self, pick: int, number: BillNumber, month: date) -> None:
        scope, house = self.scope(pick), self.one_of(self.houses, pick)
        place = house.community_id if pick % 2 else None
        self.read(lambda side: side.bill_queries.row(scope, number))
        self.read(lambda side: side.bill_queries.month(scope, place, month))
        self.read(lambda side: side.house_queries.row(scope, house.id))
        self.read(lambda side: load(side, scope, house, number))

    @invariant()
    def shows_the_same_bills(self) -> None:
        scope = Scope(self.worlds[0].company.id)
        self.read(lambda side: walk(side, scope, BillFilter(), 100))

    # How both are asked.

    def scope(self, pick: int) -> Scope:
        world = self.worlds[0]
        narrow = [world.garden_scope, world.lakeside_scope, world.rival_scope]
        scopes = [world.scope] * 5 + narrow
        return scopes[pick % len(scopes)]

    def restrictions(self) -> st.SearchStrategy[tuple[str, Any]]:
        """Values for one field of a filter each."""
        fields: dict[str, st.SearchStrategy[Any]] = {
            "text": SEARCHED,
            "community_id": st.sampled_from([each.id for each in self.communities]),
            "building": st.sampled_from(["1号楼", "10号楼", "东区"]),
            "house_id": st.sampled_from([each.id for each in self.houses] or [HouseId("")]),
            "fee_types": st.sampled_from(FEES).map(lambda each: frozenset({each})),
            "states": st.frozensets(st.sampled_from(BillState), min_size=1, max_size=2),
            "channel": st.sampled_from(PaymentChannel),
            "amount_min": st.sampled_from(AMOUNTS),
            "amount_max": st.sampled_from(AMOUNTS),
            "reminded": st.booleans(),
            "batch_id": st.sampled_from(BATCHES),
        }
        for what in ("imported", "paid", "period"):
            fields |= {f"{what}_{end}": st.sampled_from(DAYS) for end in ("from", "to")}
        return st.sampled_from(sorted(fields)).flatmap(
            lambda name: st.tuples(st.just(name), fields[name])
        )


def changed(bill: Bill, verb: str, at: datetime, channel: PaymentChannel) -> Bill | None:
    """Return the next version of a bill, None where the model does not allow it."""
    try:
        if isinstance(bill, PendingBill):
            return changed_pending(bill, verb, at, channel)
        if isinstance(bill, PaidBill) and verb == "take back":
            return bill.take_back()
    except BillingError:
        return None
    return None


def changed_pending(
    bill: PendingBill, verb: str, at: datetime, channel: PaymentChannel
) -> Bill | None:
    if verb == "edit":
        return bill.edit(
            fee_type=FeeType.OTHER, amount=AMOUNTS[0], period=bill.period, remark="改"
        )
    if verb == "pay":
        return bill.pay(Settlement(channel, at, "王伟"))
    if verb == "void":
        return bill.void(at)
    return attrs.evolve(bill, version=bill.version + 2)


def walk(
    side: Storage, scope: Scope, wanted: BillFilter, rows: int, *, back_from: str | None = None
) -> list[Any]:
    """Return page after page, forwards or back from a number."""
    backwards = back_from is not None
    key = PageKey(back_from, backwards=True) if back_from is not None else None
    pages: list[Any] = []
    while True:
        page = side.bill_queries.page(scope, wanted, key=key, rows=rows)
        pages.append(page.rows)
        following = page.previous_key if backwards else page.next_key
        if following is None:
            return pages
        key = PageKey(following, backwards=backwards)


def walk_sorted(
    side: Storage, scope: Scope, wanted: BillFilter, order: BillOrder, rows: int
) -> list[BillNumber]:
    """Return the numbers of page after page, there and back."""
    page = partial(side.bill_queries.page, scope, wanted, rows=rows, order=order)
    return [row.number for row in walk_pages(lambda key: page(key=key), rows)]


def walk_houses(
    side: Storage, scope: Scope, community: Community, text: str, rows: int
) -> list[Any]:
    return walk_pages(
        lambda key: side.house_queries.page(scope, community.id, text=text, key=key, rows=rows),
        rows,
    )


def snapshot(side: Storage, scope: Scope, wanted: BillFilter) -> tuple[int, list[Any]]:
    with side.bill_queries.snapshot(scope, wanted) as (count, rows):
        return count, list(rows)


def load(side: Storage, scope: Scope, house: House, number: BillNumber) -> list[Any]:
    """Return what the repositories hold of a house and a bill."""
    with side.begin(read_only=True) as work:
        return [
            list(work.houses.of_community(house.community_id)),
            list(work.residents.of_house(house.id)),
            list(work.residents.of_community(house.community_id, on=TODAY)),
            list(work.bills.get_many(scope, NUMBERS)),
            work.bills.charges(house.community_id, [house.id]),
            work.bills.charges(
                house.community_id, [house.id], periods=[BillingPeriod(DAYS[0], DAYS[0])]
            ),
            list(work.communities.all(scope)),
            answer(lambda _: work.bills.get(scope, number), side),
        ]


def stored_batches(side: Storage, community: Community) -> set[BatchId]:
    with side.begin(read_only=True) as work:
        return {batch.id for batch in work.import_batches.by_file(community.id, "a" * 64)}


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_sqlite_and_postgresql_agree(postgres: PostgresServer) -> None:
    agree(Agreement, postgres, share=4)
