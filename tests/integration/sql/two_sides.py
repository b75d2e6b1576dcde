"""Two storages that are asked the same: memory, which a person can read, and SQL."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

import attrs
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from billing_adapters.memory.database import MemoryDatabase
from billing_adapters.memory.system import CountedIds, FrozenClock
from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.company.audit_log import SqlAuditQueries
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.houses.queries import SqlHouseQueries
from billing_adapters.sql.owners.queries import SqlOwnerQueries
from billing_adapters.sql.payments.queries import SqlPaymentQueries
from billing_adapters.sql.reminders.queries import SqlReminderQueries
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_domain.errors import BillingError
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.testing.contracts import Storage
from billing_domain.testing.contracts.world import NOON, World, id_of
from tests.databases import PostgresServer, SqliteFiles, opened

TODAY = shanghai_day(NOON)


class UndoneError(Exception):
    """What a unit of work is left with to undo it."""


class TwoSides(RuleBasedStateMachine):
    """Both storages, with the same small world in each; `agree` says in which databases."""

    databases: ClassVar[SqliteFiles | PostgresServer]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        url = self.stack.enter_context(self.databases.new_url(migrated=True))
        self.sides = [memory(), sql(self.stack.enter_context(opened(url)))]
        self.worlds = [World.founded(side.begin) for side in self.sides]
        self.counter = itertools.count(1_000)

    def teardown(self) -> None:
        self.stack.close()

    def new_id(self) -> str:
        return id_of(next(self.counter))

    def one_of(self, things: Sequence[Any], pick: int) -> Any:
        return things[pick % len(things)]

    def write(self, act: Callable[[UnitOfWork], None]) -> bool:
        """Do something in a unit of work of each side; tell whether it was committed."""

        def committed(side: Storage) -> None:
            with side.begin() as work:
                act(work)
                work.commit()

        return self.read(committed, done=True) is None

    def read(self, act: Callable[[Storage], Any], *, done: bool = False) -> Any:
        """Ask both sides; return what they answer, an error's name with its facts."""
        memory_says, sql_says = (answer(act, side) for side in self.sides)
        assert memory_says == sql_says
        return memory_says if done or not isinstance(memory_says, Refusal) else None


@attrs.frozen
class Refusal:
    """What an error says, without the text that it repeats."""

    name: str
    facts: dict[str, object]


def answer(act: Callable[[Storage], Any], side: Storage) -> Any:
    try:
        return act(side)
    except BillingError as error:
        facts = {name: value for name, value in error.facts.items() if name != "value"}
        return Refusal(type(error).__name__, facts)
    except UndoneError:
        return Refusal("undone", {})


def memory() -> Storage:
    database = MemoryDatabase(FrozenClock(NOON), CountedIds())
    return Storage(
        database.begin,
        database.bill_queries,
        database.house_queries,
        database.audit_queries,
        database.payment_queries,
        database.owner_queries,
        database.reminder_queries,
        TODAY,
    )


def sql(database: Database) -> Storage:
    clock = FrozenClock(NOON)
    return Storage(
        SqlUnitOfWorkFactory(database, clock, CountedIds()),
        SqlBillQueries(database, clock),
        SqlHouseQueries(database, clock),
        SqlAuditQueries(database),
        SqlPaymentQueries(database),
        SqlOwnerQueries(database),
        SqlReminderQueries(database, clock),
        TODAY,
    )


def agree(machine: type[TwoSides], databases: SqliteFiles | PostgresServer, *, share: int) -> None:
    """Look for a story that tells the storages apart, in a share of the usual examples."""
    examples = max(5, settings().max_examples // share)
    run_state_machine_as_test(
        type(f"{machine.__name__}OfTheseDatabases", (machine,), {"databases": databases}),
        settings=settings(max_examples=examples, stateful_step_count=30),
    )
