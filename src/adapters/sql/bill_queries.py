"""Reads of bills in SQL: each page is a constant number of statements, however deep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, CursorResult, Select, case, func, select

from adapters.sql.bill_listing import LISTED, listed_rows
from adapters.sql.bill_plan import along
from adapters.sql.bill_search import search_bills
from adapters.sql.connections import moment, query
from adapters.sql.engine import Database
from adapters.sql.scopes import in_scope, narrowed_scope
from adapters.sql.tables import BILL_IS_THERE, BILLS_BY_COMPANY, BILLS_BY_PERIOD, bills, houses
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.actor import Scope
from billing_domain.model.bill import BillState
from billing_domain.model.bill_number import BillNumber
from billing_domain.model.community import CommunityId
from billing_domain.model.house import natural_sort_key
from billing_domain.model.money import Money
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.queries import (
    COUNT_MAX,
    BillFilter,
    BillQueries,
    BillRow,
    BillTotals,
    Page,
    PageKey,
)
from billing_domain.ports.system import Clock

_STREAMED_AT_ONCE: Final = 500
"""How many rows of a snapshot are in memory at one time."""


@attrs.frozen
class SqlBillQueries(BillQueries):
    """Reads of bills for lists, exports and batches; `clock` says who lives in a house today.

    Raises SearchTooSlowError when a statement takes longer than two seconds (promise P42), which
    a snapshot may.
    """

    database: Database
    clock: Clock

    def page(
        self, scope: Scope, bill_filter: BillFilter, *, key: PageKey | None, rows: int
    ) -> Page[BillRow]:
        """Return one page, newest import first, in time independent of its depth."""
        with query(self.database.reader) as connection:
            search = search_bills(connection, scope, bill_filter, self._today)
            numbers = search.newest(connection, rows + 1, key)
            shown = sorted(numbers[:rows], reverse=True)
            if not shown:
                return Page((), next_key=None, previous_key=None)
            newest, oldest = shown[0], shown[-1]
            backwards = key is not None and key.backwards
            other_side = PageKey(oldest if backwards else newest, backwards=not backwards)
            beyond = len(numbers) > rows
            behind = key is not None and bool(search.newest(connection, 1, other_side))
            older, newer = (behind, beyond) if backwards else (beyond, behind)
            return Page(
                self._listed(connection, LISTED.where(bills.c.number.in_(shown))),
                next_key=oldest if older else None,
                previous_key=newest if newer else None,
            )

    def totals(self, scope: Scope, bill_filter: BillFilter) -> BillTotals:
        """Count and add up what a filter finds, capped."""
        with query(self.database.reader) as connection:
            search = search_bills(connection, scope, bill_filter, self._today)
            columns = (bills.c.number, bills.c.state, bills.c.amount_fen)
            plan, complete = search.some_plan(connection)
            totals = _totals(connection, plan.some(*columns, limit=COUNT_MAX + 1))
            if complete or totals.capped:
                return totals
            every = search.plan(connection).some(*columns, limit=COUNT_MAX + 1)
            return _totals(connection, every)

    def numbers(
        self, scope: Scope, bill_filter: BillFilter, *, count_max: int
    ) -> Sequence[BillNumber]:
        """Return the numbers that a filter finds, newest first, at most `count_max`."""
        with query(self.database.reader) as connection:
            search = search_bills(connection, scope, bill_filter, self._today)
            found = search.plan(connection).newest(bills.c.number, limit=count_max)
            return [*connection.execute(found).scalars()]

    def row(self, scope: Scope, number: BillNumber) -> BillRow:
        """Return one bill or raise ThingNotFoundError."""
        for row in self.rows_by_number(scope, [number]):
            return row
        raise ThingNotFoundError(kind="bill", id=number)

    def rows_by_number(self, scope: Scope, numbers: Sequence[BillNumber]) -> Sequence[BillRow]:
        """Return those of the bills that are in scope, newest first."""
        found = LISTED.where(bills.c.number.in_(set(numbers)), in_scope(bills, scope))
        with query(self.database.reader) as connection:
            return self._listed(connection, along(found, BILLS_BY_COMPANY))

    @contextmanager
    def snapshot(
        self, scope: Scope, bill_filter: BillFilter
    ) -> Iterator[tuple[int, Iterator[BillRow]]]:
        """Open (count, all rows newest first) of one moment, in bounded memory (P34)."""
        with moment(self.database.reader) as connection:
            search = search_bills(connection, scope, bill_filter, self._today)
            plan = search.plan(connection)
            counted = plan.all_of(select(bills.c.number)).order_by(None)
            count = connection.execute(select(func.count()).select_from(counted.subquery()))
            streamed = plan.all_of(LISTED).execution_options(yield_per=_STREAMED_AT_ONCE)
            with connection.execute(streamed) as found:
                yield count.scalar_one(), _stream(connection, found, self._today)

    def month(self, scope: Scope, community_id: CommunityId | None, month: date) -> BillTotals:
        """Add up the bills whose period starts in the month of a day, uncapped."""
        first = month.replace(day=1)
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        with query(self.database.reader) as connection:
            found = select(bills.c.number, bills.c.state, bills.c.amount_fen).where(
                BILL_IS_THERE,
                in_scope(bills, narrowed_scope(scope, community_id)),
                bills.c.period >= first.isoformat(),
                bills.c.period < after.isoformat(),
            )
            return _totals(connection, along(found, BILLS_BY_PERIOD))

    def buildings(self, scope: Scope, community_id: CommunityId) -> Sequence[str]:
        """Return the buildings of a community in natural order, for the filter."""
        here = (in_scope(houses, scope), houses.c.community_id == community_id)
        found = select(houses.c.building).where(*here).distinct()
        with query(self.database.reader) as connection:
            names = connection.execute(found).scalars().all()
        return sorted(names, key=lambda name: (natural_sort_key(name), name))

    @property
    def _today(self) -> date:
        return shanghai_day(self.clock.now())

    def _listed(self, connection: Connection, found: Select[Any]) -> tuple[BillRow, ...]:
        newest_first = found.where(BILL_IS_THERE).order_by(bills.c.number.desc())
        return listed_rows(connection, connection.execute(newest_first).all(), self._today)


def _stream(connection: Connection, found: CursorResult[Any], today: date) -> Iterator[BillRow]:
    for rows in found.partitions():
        yield from listed_rows(connection, rows, today)


def _totals(connection: Connection, found: Select[Any]) -> BillTotals:
    """Count and add up a select of number, state and amount."""
    each = found.subquery()
    pending = each.c.state == BillState.PENDING
    paid = each.c.state == BillState.PAID

    def fen(which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((which, each.c.amount_fen), else_=0)), 0)

    counted = select(
        func.count(),
        func.coalesce(func.sum(case((pending, 1), else_=0)), 0),
        fen(pending),
        fen(paid),
    ).select_from(each)
    count, pending_count, pending_fen, paid_fen = connection.execute(counted).one()
    return BillTotals(count, pending_count, Money(int(pending_fen)), Money(int(paid_fen)))
