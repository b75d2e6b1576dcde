"""Reads of houses and residents in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, Row, func, select

from billing_adapters.sql.db.connections import query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.db.rows import found_one, model_of
from billing_adapters.sql.db.scopes import in_scope, narrowed_scope
from billing_adapters.sql.houses.match import HouseMatch
from billing_adapters.sql.houses.repositories import lives_there
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.houses import houses, residents
from billing_domain.model.bills.bill import BillState
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.search_text import search_words
from billing_domain.model.money import Money
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.houses import HouseQueries, HouseRow, ResidentRow
from billing_domain.ports.paging import Page, PageKey
from billing_domain.ports.system import Clock

_ORDER: Final = PageOrder((houses.c.sort_key, houses.c.id), descending=False)


@attrs.frozen
class SqlHouseQueries(HouseQueries):
    """Reads of houses and residents; `clock` gives the day for the current residents."""

    database: Database
    clock: Clock

    def page(
        self,
        scope: Scope,
        community_id: CommunityId | None,
        *,
        text: str,
        key: PageKey | None,
        rows: int,
    ) -> Page[HouseRow]:
        today = shanghai_day(self.clock.now())
        here = narrowed_scope(scope, community_id)
        with query(self.database.reader) as connection:
            match = HouseMatch.find(connection, here, search_words(text), today).restricting
            few = match.few(connection) if match.words else None
            restriction = match.condition if few is None else houses.c.id.in_(few)
            found = _HOUSES.where(in_scope(houses, here), restriction)
            page = _ORDER.page(
                found, key, rows, lambda near: connection.execute(near, match.values).all()
            )
            shown = _house_rows(connection, page.rows, lives_there(today))
        return Page(shown, page.next_key, page.previous_key)

    def row(self, scope: Scope, house_id: HouseId) -> HouseRow:
        found = _HOUSES.where(houses.c.id == house_id, in_scope(houses, scope))
        with query(self.database.reader) as connection:
            rows = _house_rows(connection, connection.execute(found).all())
        return found_one(rows, "house", house_id)

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


def _house_rows(
    connection: Connection, rows: Sequence[Any], *conditions: ColumnElement[bool]
) -> tuple[HouseRow, ...]:
    """Return houses with the residents that match the conditions, and with unpaid sums."""
    if not rows:
        return ()
    ids = [row.id for row in rows]
    people: dict[HouseId, list[Row[Any]]] = defaultdict(list)
    found = select(residents).where(residents.c.house_id.in_(ids), *conditions)
    for person in connection.execute(found.order_by(residents.c.row_id)):
        people[person.house_id].append(person)
    owing = _pending(connection, ids)
    return tuple(
        model_of(
            HouseRow,
            row,
            residents=tuple(_resident_row(person, row.address) for person in people[row.id]),
            pending_count=owing.get(row.id, (0, 0))[0],
            pending=Money(owing.get(row.id, (0, 0))[1]),
        )
        for row in rows
    )


def _pending(connection: Connection, ids: Sequence[HouseId]) -> dict[HouseId, tuple[int, int]]:
    """Return the count of PENDING bills of each house, and their sum in fen."""
    found = (
        select(bills.c.house_id, func.count(), func.sum(bills.c.amount_fen))
        .where(bills.c.house_id.in_(ids), bills.c.state == BillState.PENDING)
        .group_by(bills.c.house_id)
    )
    return {house: (count, int(fen)) for house, count, fen in connection.execute(found)}


def _resident_row(person: Row[Any], address: str) -> ResidentRow:
    return model_of(ResidentRow, person, address=address, bound=person.openid is not None)
