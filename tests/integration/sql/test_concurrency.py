"""Several people at once: exactly one wins, and what would happen without the guard."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.bills.rows import bill_values
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_domain.errors import NumberTakenError, StaleError
from billing_domain.model.bills.bill import PendingBill
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.paging import PageKey
from billing_domain.testing.contracts.imports import add_batch
from billing_domain.testing.contracts.world import NOON, World, paid_in_cash
from tests.integration.sql.races import WRITERS, race

PAYMENT = paid_in_cash()


class TestTwoWritersOfOneBill:
    """Rule 2.7, promise P07."""

    def test_exactly_one_wins(self, world: World) -> None:
        pending = many_bills(world, 20)

        def payer(bill: PendingBill) -> Callable[[int], None]:
            return lambda writer: world.save_bill(
                bill.pay(paid_in_cash(NOON + timedelta(minutes=writer)))
            )

        outcomes = [race(payer(bill)) for bill in pending]

        assert [outcome.count(None) for outcome in outcomes] == [1] * len(pending)
        assert {type(each) for outcome in outcomes for each in outcome} == {type(None), StaleError}

    def test_without_the_guard_all_would_believe_they_won(
        self, world: World, sql_database: Database
    ) -> None:
        """The control: were versions not compared, the race above would be lost unnoticed."""
        bill = many_bills(world, 1)[0]

        def overwrite(writer: int) -> None:
            paid = bill.pay(paid_in_cash(NOON + timedelta(minutes=writer)))
            unguarded = update(bills).where(bills.c.number == bill.number)
            with sql_database.engine.begin() as connection:
                connection.execute(unguarded.values(bill_values(paid, world.company.id)))

        assert race(overwrite) == [None] * WRITERS

    def test_a_batch_wins_whole_or_not_at_all(self, world: World) -> None:
        """Batches over the same bills in any order neither mix nor block each other."""
        pending = many_bills(world, 40)

        def pay_all(writer: int) -> None:
            payment = paid_in_cash(NOON + timedelta(minutes=writer))
            paid = [bill.pay(payment) for bill in pending]
            random.Random(writer).shuffle(paid)
            with world.begin() as work:
                work.bills.save_all(paid)
                work.commit()

        outcome = race(pay_all)

        winner = outcome.index(None)
        paid_at = NOON + timedelta(minutes=winner)
        stored = [world.stored_bill(bill.number) for bill in pending]
        assert outcome.count(None) == 1
        assert stored == [bill.pay(paid_in_cash(paid_at)) for bill in pending]

    def test_paying_and_removing_do_not_both_happen(self, world: World) -> None:
        def rival(bill: PendingBill) -> Callable[[int], None]:
            return lambda writer: (
                world.remove_bills(bill) if writer % 2 else world.save_bill(bill.pay(PAYMENT))
            )

        outcomes = [race(rival(bill)) for bill in many_bills(world, 10)]

        assert [outcome.count(None) for outcome in outcomes] == [1] * 10


class TestTwoImportsOfOneFile:
    """Rule 3.12: at the same moment, once."""

    def test_one_batch_is_kept(self, world: World) -> None:
        outcome = race(lambda writer: add_batch(world, request_key=f"{writer}"))

        assert outcome.count(None) == 1
        assert {type(each) for each in outcome} == {type(None), StaleError}

    def test_one_number_is_given_once(self, world: World) -> None:
        house = world.add_house("1号楼/101")
        bill = world.a_bill(house)
        outcome = race(lambda _: world.add_bills([bill]))

        assert outcome.count(None) == 1
        assert {type(each) for each in outcome} == {type(None), NumberTakenError}


class TestCountedFailures:
    def test_none_is_lost(self, world: World) -> None:
        """Promise P39: guesses from many connections at once are counted every one."""

        def fail(_: int) -> None:
            with world.begin() as work:
                work.sessions.record_failure("account:x", NOON)
                work.commit()

        for _ in range(5):
            race(fail)

        with world.begin() as work:
            failures = work.sessions.failures("account:x")
        assert failures is not None
        assert failures.count == 5 * WRITERS


class TestPagesWhileBillsComeIn:
    def test_show_each_bill_that_was_there_exactly_once(
        self, world: World, bill_queries: SqlBillQueries
    ) -> None:
        house = world.add_house("1号楼/101")
        before = [bill.number for bill in many_bills(world, 30)]
        seen: list[str] = []
        key: PageKey | None = None
        while True:
            page = bill_queries.page(world.scope, BillFilter(), key=key, rows=4)
            seen += [row.number for row in page.rows]
            if page.next_key is None:
                break
            key = PageKey(page.next_key)
            world.add_bill(house)

        assert seen == before[::-1]


class TestUnitOfWork:
    def test_is_no_use_before_and_after(self, begin: SqlUnitOfWorkFactory) -> None:
        work = begin()
        with pytest.raises(RuntimeError):
            work.companies.all()
        with work:
            assert not work.companies.all()
        with pytest.raises(RuntimeError):
            work.companies.all()


def many_bills(world: World, count: int) -> list[PendingBill]:
    """Keep bills of a house of their own."""
    house = world.add_house(f"{world.new_id()}号楼/1")
    pending = [world.a_bill(house) for _ in range(count)]
    world.add_bills(pending)
    return pending
