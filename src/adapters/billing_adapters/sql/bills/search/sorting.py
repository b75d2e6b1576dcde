"""Pages of the bill list in other orders than by number, inside one community (rule 2.8).

Few bills are found along the paths of their filter and sorted. If there are more, walking along
the index of the order soon completes a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from sqlalchemy import Connection, Index, Row, Select, or_, select

from billing_adapters.sql.bills.search.plan import along
from billing_adapters.sql.bills.search.search import BillSearch
from billing_adapters.sql.db.key_lists import one_of
from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.tables.bills import (
    BILL_IS_THERE,
    BILLS_BY_COMMUNITY_AMOUNT,
    BILLS_BY_COMMUNITY_PERIOD,
    BILLS_BY_HOUSE,
    bills,
)
from billing_adapters.sql.tables.houses import HOUSES_IN_ORDER, houses
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CommunityId
from billing_domain.ports.bills import BillOrder
from billing_domain.ports.paging import Page, PageKey

_FEW_MAX: Final = 300


@attrs.frozen
class _Sorting:
    """The columns of an order, ascending, and the index of the bills that has it."""

    columns: tuple[Any, ...]
    index: Index

    @property
    def by_house(self) -> bool:
        """Whether the order begins with the house's."""
        return self.index is BILLS_BY_HOUSE


_BY_ADDRESS: Final = _Sorting(
    (houses.c.sort_key, houses.c.id, bills.c.period, bills.c.number), BILLS_BY_HOUSE
)
_BY_AMOUNT: Final = _Sorting((bills.c.amount_fen, bills.c.number), BILLS_BY_COMMUNITY_AMOUNT)
_BY_PERIOD: Final = _Sorting((bills.c.period, bills.c.number), BILLS_BY_COMMUNITY_PERIOD)
_SORTINGS: Final[Mapping[BillOrder, tuple[_Sorting, bool]]] = {
    BillOrder.ADDRESS: (_BY_ADDRESS, False),
    BillOrder.ADDRESS_DOWN: (_BY_ADDRESS, True),
    BillOrder.AMOUNT: (_BY_AMOUNT, False),
    BillOrder.AMOUNT_DOWN: (_BY_AMOUNT, True),
    BillOrder.PERIOD: (_BY_PERIOD, False),
    BillOrder.PERIOD_DOWN: (_BY_PERIOD, True),
}
"""Each order's columns, and whether it descends."""


def sorted_page(
    connection: Connection,
    search: BillSearch,
    community_id: CommunityId,
    order: BillOrder,
    *,
    key: PageKey | None,
    rows: int,
) -> Page[BillNumber]:
    """Return the numbers of a page of what a search finds in a community."""
    sorting, descending = _SORTINGS[order]
    few = search.newest(connection, _FEW_MAX + 1, None)
    values: Mapping[str, object] = {}
    found = select(*sorting.columns).where(BILL_IS_THERE)
    if sorting.by_house:
        found = found.join_from(houses, bills, bills.c.house_id == houses.c.id)
    if len(few) <= _FEW_MAX:
        found = found.where(one_of(bills.c.number, few))
    else:
        plan = search.plan(connection)
        any_path = or_(*(path.condition for path in plan.paths))
        place = houses.c.community_id if sorting.by_house else bills.c.community_id
        found = found.where(place == community_id, plan.predicate, any_path)
        found, values = _along_order(found, sorting), plan.values

    def fetch(near: Select[Any]) -> Sequence[Row[Any]]:
        return connection.execute(near, values).all()

    page = PageOrder(sorting.columns, descending=descending).page(found, key, rows, fetch)
    return Page(tuple(row.number for row in page.rows), page.next_key, page.previous_key)


def _along_order(found: Select[Any], sorting: _Sorting) -> Select[Any]:
    if sorting.by_house:
        found = found.with_hint(houses, f"INDEXED BY {HOUSES_IN_ORDER.name}", "sqlite")
    return along(found, sorting.index)
