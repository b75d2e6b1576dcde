"""Reads of bills in SQL: each page takes a constant number of statements at any depth."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, CursorResult, Select, case, func, select

from billing_adapters.sql.bills.listing import LISTED, listed, listed_rows
from billing_adapters.sql.bills.search.plan import along
from billing_adapters.sql.bills.search.search import search_bills
from billing_adapters.sql.bills.search.sorting import sorted_page
from billing_adapters.sql.db.connections import moment, query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.key_lists import among
from billing_adapters.sql.db.page_keys import page_of
from billing_adapters.sql.db.rows import found_one
from billing_adapters.sql.db.scopes import in_scope, narrowed_scope
from billing_adapters.sql.tables.bills import (
    BILL_IS_THERE,
    BILLS_BY_COMPANY,
    BILLS_BY_PERIOD,
    bills,
)
from billing_adapters.sql.tables.houses import houses
from billing_domain.model.bills.bill import BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId, natural_sort_key
from billing_domain.model.money import Money
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.bills import BillFilter, BillOrder, BillQueries, BillRow, BillTotals
from billing_domain.ports.paging import COUNT_MAX, Page, PageKey
from billing_domain.ports.system import Clock

_STREAMED_AT_ONCE: Final = 500
"""How many rows of a snapshot are in memory at one time."""

_PLACE: Final = (bills.c.house_id, bills.c.community_id)


@attrs.frozen
class SqlBillQueries(BillQueries):
    """Reads of bills for lists, exports and batches; `clock` gives the day for the residents.

    Raises SearchTooSlowError after two seconds for a statement (promise P42); a snapshot has no
    limit.
    """

    database: Database
    clock: Clock

    def page(
        self,
        scope: Scope,
        bill_filter: BillFilter,
        *,
        key: PageKey | None,
        rows: int,
        order: BillOrder = BillOrder.NEWEST,
    ) -> Page[BillRow]:
        here = bill_filter.community_id
        with query(self.database.reader) as connection:
            search = search_bills(connection, scope, bill_filter, self._today)

            def nearest(key: PageKey | None, limit: int) -> Sequence[BillNumber]:
                return search.newest(connection, limit, key)

            if here is None or order is BillOrder.NEWEST:
                page = page_of(nearest, str, key, rows)
            else:
                page = sorted_page(connection, search, here, order, key=key, rows=rows)
            shown = listed(connection, scope.company_id, page.rows, self._today)
        by_number = {row.number: row for row in shown}
        in_order = tuple(by_number[number] for number in page.rows if number in by_number)
        return Page(in_order, page.next_key, page.previous_key)

    def totals(self, scope: Scope, bill_filter: BillFilter) -> BillTotals:
        with query(self.database.reader) as connection:
            search = search_bills(connection, scope, bill_filter, self._today)
            columns = (bills.c.number, bills.c.state, bills.c.amount_fen)
            plan, complete = search.some_plan(connection)
            some = plan.some(*columns, limit=COUNT_MAX + 1)
            totals = _totals(connection, some, plan.values)
            if complete or totals.capped:
                return totals
            plan = search.plan(connection)
            return _totals(connection, plan.some(*columns, limit=COUNT_MAX + 1), plan.values)

    def numbers(
        self, scope: Scope, bill_filter: BillFilter, *, count_max: int
    ) -> Sequence[BillNumber]:
        with query(self.database.reader) as connection:
            search = search_bills(connection, scope, bill_filter, self._today)
            return search.plan(connection).newest_numbers(connection, count_max, None)

    def houses(
        self, scope: Scope, bill_filter: BillFilter, *, count_max: int
    ) -> Mapping[HouseId, CommunityId]:
        with query(self.database.reader) as connection:
            search = search_bills(connection, scope, bill_filter, self._today)
            plan = search.plan(connection)
            return _houses(connection, plan.some(*_PLACE, limit=None), plan.values, count_max)

    def houses_of(
        self, scope: Scope, numbers: Collection[BillNumber]
    ) -> Mapping[HouseId, CommunityId]:
        found = select(*_PLACE).where(
            among(bills.c.number, "numbers"),
            bills.c.state == BillState.PENDING,
            BILL_IS_THERE,
            in_scope(bills, scope),
        )
        with query(self.database.reader) as connection:
            values = {"numbers": numbers}
            return _houses(connection, along(found, BILLS_BY_COMPANY), values, None)

    def row(self, scope: Scope, number: BillNumber) -> BillRow:
        return found_one(self.rows_by_number(scope, [number]), "bill", number)

    def rows_by_number(self, scope: Scope, numbers: Sequence[BillNumber]) -> Sequence[BillRow]:
        number = bills.c.number
        own = select(number).where(number.in_(set(numbers)), in_scope(bills, scope), BILL_IS_THERE)
        with query(self.database.reader) as connection:
            seen = connection.execute(along(own, BILLS_BY_COMPANY)).scalars().all()
            return listed(connection, scope.company_id, seen, self._today)

    @contextmanager
    def snapshot(
        self, scope: Scope, bill_filter: BillFilter
    ) -> Iterator[tuple[int, Iterator[BillRow]]]:
        with moment(self.database.reader) as connection:
            search = search_bills(connection, scope, bill_filter, self._today)
            plan = search.plan(connection)
            counted = plan.all_of(select(bills.c.number)).order_by(None)
            counting = select(func.count()).select_from(counted.subquery())
            count = connection.execute(counting, plan.values).scalar_one()
            streamed = plan.all_of(LISTED).execution_options(yield_per=_STREAMED_AT_ONCE)
            with connection.execute(streamed, plan.values) as found:
                yield count, _stream(connection, found, self._today)

    def month(self, scope: Scope, community_id: CommunityId | None, month: date) -> BillTotals:
        first = month.replace(day=1)
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        with query(self.database.reader) as connection:
            found = select(bills.c.number, bills.c.state, bills.c.amount_fen).where(
                BILL_IS_THERE,
                in_scope(bills, narrowed_scope(scope, community_id)),
                bills.c.period >= first.isoformat(),
                bills.c.period < after.isoformat(),
            )
            return _totals(connection, along(found, BILLS_BY_PERIOD), {})

    def buildings(self, scope: Scope, community_id: CommunityId) -> Sequence[str]:
        here = (in_scope(houses, scope), houses.c.community_id == community_id)
        found = select(houses.c.building).where(*here).distinct()
        with query(self.database.reader) as connection:
            names = connection.execute(found).scalars().all()
        return sorted(names, key=lambda name: (natural_sort_key(name), name))

    @property
    def _today(self) -> date:
        return shanghai_day(self.clock.now())


def _stream(connection: Connection, found: CursorResult[Any], today: date) -> Iterator[BillRow]:
    for rows in found.partitions():
        yield from listed_rows(connection, rows, today)


def _houses(
    connection: Connection,
    found: Select[Any],
    values: Mapping[str, object],
    count_max: int | None,
) -> dict[HouseId, CommunityId]:
    """Return the distinct houses of a select of house and community."""
    each = found.subquery()
    places = select(each.c.house_id, each.c.community_id).distinct().limit(count_max)
    return {row.house_id: row.community_id for row in connection.execute(places, values)}


def _totals(
    connection: Connection, found: Select[Any], values: Mapping[str, object]
) -> BillTotals:
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
    count, pending_count, pending_fen, paid_fen = connection.execute(counted, values).one()
    return BillTotals(count, pending_count, Money(int(pending_fen)), Money(int(paid_fen)))
