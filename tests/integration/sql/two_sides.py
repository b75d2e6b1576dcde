"""SQLite and PostgreSQL, which are told and asked the same."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

import attrs
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from billing_adapters.fakes.system import FrozenClock
from billing_domain.errors import BillingError
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.testing.contracts import Storage
from billing_domain.testing.contracts.world import NOON, World, id_of
from tests.databases import PostgresServer, sqlite_pool, storage_of

TODAY = shanghai_day(NOON)


class UndoneError(Exception):
    """What a unit of work is left with to undo it."""


class TwoSides(RuleBasedStateMachine):
    """Both databases, with the same small world in each; `agree` says on which server."""

    postgres: ClassVar[PostgresServer]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        clock = FrozenClock(NOON)
        databases = [sqlite_pool().take(), self.stack.enter_context(self.postgres.lent())]
        self.sides = [storage_of(database, clock) for database in databases]
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

    def read(
        self, act: Callable[[Storage], Any], *, judges: Sequence[Storage] = (), done: bool = False
    ) -> Any:
        """Ask both sides and judges; return what all answer, an error's name with its facts."""
        first, *others = (answer(act, side) for side in (*self.sides, *judges))
        for each in others:
            assert first == each
        return first if done or not isinstance(first, Refusal) else None


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


def agree(machine: type[TwoSides], postgres: PostgresServer, *, share: int) -> None:
    """Look for a story that tells the databases apart, in a share of the usual examples."""
    examples = max(5, settings().max_examples // share)
    run_state_machine_as_test(
        type(f"{machine.__name__}OfBoth", (machine,), {"postgres": postgres}),
        settings=settings(max_examples=examples, stateful_step_count=30),
    )
