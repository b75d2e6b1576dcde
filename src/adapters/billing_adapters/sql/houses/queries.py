"""Reads of houses and residents in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs
from sqlalchemy import ColumnElement, Connection, Row, func, select, tuple_

from billing_adapters.sql.db.connections import query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.scopes import in_scope, narrowed_scope
from billing_adapters.sql.houses.match import HouseMatch
from billing_adapters.sql.houses.repositories import lives_there
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.houses import houses, residents
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import BillState
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.search_text import search_needle
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.houses import HouseQueries, HouseRow, ResidentRow
from billing_domain.ports.paging import Page
from billing_domain.ports.system import Clock

_BETWEEN = "\n"
"""Stands between sort key and id in a page's key; no address has a line break in it."""


@attrs.frozen
class SqlHouseQueries(HouseQueries):
    """Reads of houses and residents; `clock` says who lives in a house today."""

    database: Database
    clock: Clock

    def page(
        self, scope: Scope, community_id: CommunityId, *, text: str, key: str | None, rows: int
    ) -> Page[HouseRow]:
        today = shanghai_day(self.clock.now())
        here = narrowed_scope(scope, community_id)
        place = (houses.c.sort_key, houses.c.id)
        with query(self.database.reader) as connection:
            conditions = _matching(connection, here, search_needle(text), today)
            if key is not None:
                sort_key, _, house_id = key.rpartition(_BETWEEN)
                conditions.append(tuple_(*place) > tuple_(sort_key, house_id))
            found = _HOUSES.where(in_scope(houses, here), *conditions).order_by(*place)
            houses_found = connection.execute(found.limit(rows + 1)).all()
            shown = houses_found[:rows]
            more = bool(shown) and len(houses_found) > rows
            return Page(
                _house_rows(connection, shown, lives_there(today)),
                next_key=f"{shown[-1].sort_key}{_BETWEEN}{shown[-1].id}" if more else None,
                previous_key=None,
            )

    def row(self, scope: Scope, house_id: HouseId) -> HouseRow:
        found = _HOUSES.where(houses.c.id == house_id, in_scope(houses, scope))
        with query(self.database.reader) as connection:
            for row in _house_rows(connection, connection.execute(found).all()):
                return row
        raise ThingNotFoundError(kind="house", id=house_id)

    def count(self, scope: Scope, community_id: CommunityId) -> int:
        here = in_scope(houses, narrowed_scope(scope, community_id))
        with query(self.database.reader) as connection:
            found = connection.execute(select(func.count()).select_from(houses).where(here))
            return found.scalar_one()


_HOUSES = select(
    houses.c.id,
    houses.c.community_id,
    communities.c.name.label("community_name"),
    houses.c.address,
    houses.c.sort_key,
).join(communities, communities.c.id == houses.c.community_id)


def _matching(
    connection: Connection, scope: Scope, needle: str, today: date
) -> list[ColumnElement[bool]]:
    if not needle:
        return []
    match = HouseMatch.find(connection, scope, needle, today)
    if match.whole:
        return []
    few = match.few(connection)
    return [match.condition if few is None else houses.c.id.in_(few)]


def _house_rows(
    connection: Connection, rows: Sequence[Any], *conditions: ColumnElement[bool]
) -> tuple[HouseRow, ...]:
    """Return houses with those residents who meet the conditions and what the houses owe."""
    if not rows:
        return ()
    ids = [row.id for row in rows]
    people: dict[HouseId, list[Row[Any]]] = defaultdict(list)
    found = select(residents).where(residents.c.house_id.in_(ids), *conditions)
    for person in connection.execute(found.order_by(residents.c.row_id)):
        people[person.house_id].append(person)
    owing = _pending(connection, ids)
    return tuple(
        HouseRow(
            id=row.id,
            community_id=row.community_id,
            community_name=row.community_name,
            address=row.address,
            residents=tuple(_resident_row(person, row.address) for person in people[row.id]),
            pending_count=owing.get(row.id, (0, 0))[0],
            pending=Money(owing.get(row.id, (0, 0))[1]),
        )
        for row in rows
    )


def _pending(connection: Connection, ids: Sequence[HouseId]) -> dict[HouseId, tuple[int, int]]:
    """Return how many bills each house has to pay, and their sum in fen."""
    found = (
        select(bills.c.house_id, func.count(), func.sum(bills.c.amount_fen))
        .where(bills.c.house_id.in_(ids), bills.c.state == BillState.PENDING)
        .group_by(bills.c.house_id)
    )
    return {house: (count, int(fen)) for house, count, fen in connection.execute(found)}


def _resident_row(person: Row[Any], address: str) -> ResidentRow:
    return ResidentRow(
        id=person.id,
        house_id=person.house_id,
        community_id=person.community_id,
        address=address,
        name=person.name,
        phone=person.phone,
        relation=person.relation,
        moved_in_on=person.moved_in_on,
        moved_out_on=person.moved_out_on,
        bound=person.openid is not None,
        version=person.version,
    )
