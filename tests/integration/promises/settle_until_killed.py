"""A program that settles an order and stops for good after a given write.

It says each write aloud, so that whoever started it knows when to kill it. Its arguments are the
database's URL, the order's number and the step.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from billing_adapters.fakes.payment_provider import FakeGateways, FakeProvider
from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sql.db.engine import open_database
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.ids import SystemIds
from billing_domain.model.payments.order import OrderNumber
from billing_domain.ports.payments.gateway import OrderReport, Outcome
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.services.payments.resolve_orders import ResolveOrders
from billing_domain.services.payments.settle_orders import SettleOrders
from tests.world import NOON

AUDITS = ("record", "record_all")
WRITES = ("save", "save_all", "add", "add_all", "add_settlements")


class Loud:
    """Says aloud what is written through it."""

    def __init__(self, inner: Any, say: Callable[[str], None], name: str = "") -> None:
        self._inner, self._say, self._name = inner, say, name

    def __getattr__(self, name: str) -> Any:
        if name in AUDITS:
            return partial(getattr(UnitOfWork, name), self)
        found = getattr(self._inner, name)
        if not self._name:
            return found if callable(found) else Loud(found, self._say, name)
        return self._aloud(name, found) if name in WRITES else found

    def _aloud(self, name: str, write: Callable[..., None]) -> Callable[..., None]:
        def written(*values: Any, **named: Any) -> None:
            write(*values, **named)
            self._say(f"{self._name}.{name}")

        return written

    def __enter__(self) -> Loud:  # noqa: PYI034 - what is entered is loud too
        self._inner.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._inner.__exit__(*error)


def main(url: str, number: str, stop_at: str) -> None:
    """Settle, saying each write."""

    def say(step: str) -> None:
        sys.stdout.write(f"{step}\n")
        sys.stdout.flush()
        if step == stop_at:
            time.sleep(600)

    clock = FrozenClock(NOON)
    units = SqlUnitOfWorkFactory(open_database(url), clock, SystemIds())

    def begin(*, read_only: bool = False) -> UnitOfWork:
        return cast("UnitOfWork", Loud(units(read_only=read_only), say))

    gateways = FakeGateways(FakeProvider(clock))
    decide = ResolveOrders(begin, gateways, SettleOrders(clock, SystemIds()))
    order = OrderNumber(number)
    with units(read_only=True) as work:
        found = work.orders.find(order)
    assert found is not None
    decide.book(order, OrderReport(order, Outcome.PAID, "paid", "T1", found.total, clock.now()))
    say("committed")


if __name__ == "__main__":
    main(*sys.argv[1:])
