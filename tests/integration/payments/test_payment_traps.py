"""What the storage of payments promises beyond its ports: few statements, guards below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import pytest
from sqlalchemy import event, insert, update
from sqlalchemy.exc import IntegrityError

from billing_adapters.fakes.system import CountedIds, FrozenClock
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.owners.queries import SqlOwnerQueries
from billing_adapters.sql.payments.queries import SqlPaymentQueries
from billing_adapters.sql.tables import METADATA
from billing_adapters.sql.tables.payments import payment_orders, settlements
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.order import OrderState
from billing_domain.model.shanghai import shanghai_day
from billing_domain.testing.contracts.payment_world import (
    OPENID,
    add_order,
    an_order,
    close,
    keep_order,
    pay,
    settlements_of,
)
from billing_domain.testing.contracts.world import NOON, World, paid_in_cash
from tests.databases import SqliteFiles, opened
from tests.integration.sql.counting import counted

TODAY = shanghai_day(NOON)


class TestStatements:
    """Round trips are what settling costs: they do not grow with the bills."""

    @pytest.mark.parametrize("count", [1, 5, 50])
    def test_of_a_checkout(self, world: World, sql_database: Database, count: int) -> None:
        house = world.add_house("1号楼/101")
        order = an_order(world, *(world.add_bill(house) for _ in range(count)))
        with counted(sql_database) as statements:
            keep_order(world, order)

        assert len(statements) == 4

    @pytest.mark.parametrize("count", [1, 5, 50])
    def test_of_each_step_of_a_settlement(
        self, world: World, sql_database: Database, count: int
    ) -> None:
        house = world.add_house("1号楼/101")
        pending = [world.add_bill(house) for _ in range(count)]
        order = add_order(world, *pending)
        spent: list[int] = []
        with world.begin() as work:
            steps: list[Callable[[], object]] = [
                lambda: work.orders.find(order.number),
                lambda: work.bills.get_many(world.scope, order.bills),
                lambda: work.orders.save(attrs.evolve(order, state=OrderState.PAID, version=2)),
                lambda: work.bills.save_all([bill.pay(paid_in_cash()) for bill in pending]),
                lambda: work.orders.add_settlements(order.company_id, settlements_of(order)),
            ]
            for step in steps:
                with counted(sql_database) as statements:
                    step()
                spent.append(len(statements))

        assert spent == [2, 1, 2, 1 if count == 1 else 2, 1]

    @pytest.mark.parametrize("count", [1, 20])
    def test_of_what_an_owner_sees(self, world: World, sql_database: Database, count: int) -> None:
        owner = an_owner(world)
        house = world.add_house("2号楼/101")
        for _ in range(count):
            pay(world, add_order(world, world.add_bill(house)))
        queries = SqlOwnerQueries(sql_database)
        with counted(sql_database) as pending:
            queries.pending(owner, day=TODAY, rows_max=50)
        with counted(sql_database) as paid:
            shown = queries.paid(owner, day=TODAY, key=None, rows=50)

        assert len(shown.rows) == count
        assert (len(pending), len(paid)) == (1, 2)


class TestDatabase:
    def test_settles_a_bill_once_whatever_a_program_does(
        self, world: World, sql_database: Database
    ) -> None:
        """Promise P13, the last line: the database refuses a second live settlement."""
        bill = world.add_bill(world.add_house("1号楼/101"))
        late = close(world, add_order(world, bill))
        pay(world, add_order(world, bill))
        second = {
            "company_id": late.company_id,
            "order_number": late.number,
            "bill_number": bill.number,
            "amount_fen": bill.amount.fen,
        }
        with pytest.raises(IntegrityError), sql_database.engine.begin() as connection:
            connection.execute(insert(settlements), [{**second, "reversed": False}])
        with sql_database.engine.begin() as connection:
            connection.execute(insert(settlements), [{**second, "reversed": True}])

    @pytest.mark.parametrize("fen", [-1, 130_001])
    def test_holds_no_more_than_came_in_and_no_less_than_nothing(
        self, world: World, sql_database: Database, fen: int
    ) -> None:
        """Promise P19, the last line: of ¥1,300.00 nobody can leave such a rest."""
        add_order(world, world.add_bill(world.add_house("1号楼/101")))
        with pytest.raises(IntegrityError), sql_database.engine.begin() as connection:
            connection.execute(update(payment_orders).values(unapplied_fen=fen))
        with sql_database.engine.begin() as connection:
            connection.execute(update(payment_orders).values(unapplied_fen=130_000))


@attrs.frozen
class Asked:
    """Where the reads below look."""

    world: World
    database: Database
    owner: Owner


def release(asked: Asked) -> None:
    bill = asked.world.add_bill(asked.world.add_house("3号楼/101"))
    close(asked.world, add_order(asked.world, bill))


def stored(read: Callable[[Any], object]) -> Callable[[Asked], object]:
    """Return a read of a unit of work."""

    def look(asked: Asked) -> None:
        with asked.world.begin(read_only=True) as work:
            read(work)

    return look


def shown(read: Callable[[SqlOwnerQueries, Owner], object]) -> Callable[[Asked], object]:
    """Return a read of an owner's bills."""
    return lambda asked: read(SqlOwnerQueries(asked.database), asked.owner)


READS: dict[str, Callable[[Asked], object]] = {
    "janitor": stored(lambda work: work.orders.open_before(NOON, count_max=9)),
    "release": release,
    "message": stored(lambda work: work.messages.booked("a" * 32, "id")),
    "residents": stored(lambda work: work.residents.of_openid("c", OPENID)),
    "unfinished": stored(lambda work: work.refunds.unfinished(count_max=9)),
    "troubles": lambda asked: SqlPaymentQueries(asked.database).troubles(
        asked.world.scope, overdue_before=NOON
    ),
    "pending": shown(lambda queries, owner: queries.pending(owner, day=TODAY, rows_max=9)),
    "paid": shown(lambda queries, owner: queries.paid(owner, day=TODAY, key=None, rows=9)),
}


class TestIndexes:
    """SQLite never looks through a whole table for what happens at every payment."""

    @pytest.mark.parametrize("read", READS)
    def test_lead_to_it(self, sqlite_files: SqliteFiles, read: str) -> None:
        with sqlite_files.new_url(migrated=True) as url, opened(url) as database:
            world = World.founded(SqlUnitOfWorkFactory(database, FrozenClock(NOON), CountedIds()))
            asked = Asked(world, database, an_owner(world))
            with explained(database) as steps:
                READS[read](asked)

        assert steps
        assert looked_through(steps) == []

    def test_would_be_missed_by_a_look_for_a_name(self, sqlite_files: SqliteFiles) -> None:
        """The control: without an index the plan says so."""
        with (
            sqlite_files.new_url(migrated=True) as url,
            opened(url) as database,
            explained(database) as steps,
            database.reader.connect() as connection,
        ):
            connection.exec_driver_sql(
                "SELECT 1 FROM billing_payment_orders WHERE payer_name = 'x'"
            )

        assert looked_through(steps) == ["SCAN billing_payment_orders"]


def looked_through(steps: list[str]) -> list[str]:
    """Return the steps that read every row of a table."""
    whole = {f"SCAN {name}" for name in METADATA.tables}
    return [step for step in steps if step in whole]


def an_owner(world: World) -> Owner:
    """Keep a resident with an openid; return them as an owner."""
    house = world.add_house("1号楼/101")
    return Owner(OPENID, world.company.id, (world.add_resident(house, "王伟", openid=OPENID),))


@contextmanager
def explained(database: Database) -> Iterator[list[str]]:
    """Collect how SQLite runs the reads and updates that are run meanwhile."""
    steps: list[str] = []

    def note(*arguments: Any) -> None:
        connection, cursor, statement, values, _context, many = arguments
        del connection
        if many or not statement.startswith(("SELECT", "UPDATE", "WITH")):
            return
        plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        steps.extend(str(row[-1]) for row in plan)

    engines = (database.engine, database.reader)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield steps
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
