"""Bills by a part of their number, ours or the external one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import attrs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    TextClause,
    and_,
    bindparam,
    func,
    select,
    text,
)

from billing_adapters.sql.bills.search.access_paths import BY_NUMBERS, WAYS_MAX, ways_by_place
from billing_adapters.sql.bills.search.filters import has_flagged
from billing_adapters.sql.bills.search.number_windows import PART_LENGTH_MIN, Windows, windows
from billing_adapters.sql.bills.search.plan import AccessPath
from billing_adapters.sql.houses.match import contains
from billing_adapters.sql.tables.bills import (
    BILL_IS_THERE,
    BILLS_BY_COMPANY,
    BILLS_MISDATED,
    BILLS_WITH_EXTERNAL,
    BILLS_WITH_WIDE_EXTERNAL,
    bills,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope

_FEW: Final = 300
_NUMBER_LENGTH: Final = 21
_AFTER_DIGITS: Final = ":"
"""The character behind 9: what is less than a beginning with it appended has the beginning."""


@attrs.frozen
class NumberWays:
    """The ways to the bills of a number, with the values that they leave open but the needle."""

    ways: tuple[AccessPath, ...] = ()
    values: Mapping[str, object] = attrs.field(factory=dict)


def ways_by_number(connection: Connection, scope: Scope, needle: str) -> NumberWays:
    """Return the ways to the bills whose number contains the needle."""
    if not (needle.isascii() and needle.isdigit() and len(needle) <= _NUMBER_LENGTH):
        return NumberWays()
    ranges = _ranges(connection, scope, needle)
    few = None if ranges is None else _few_numbers(connection, scope, ranges)
    if few is not None:
        return NumberWays((BY_NUMBERS,), {"numbers": few}) if few else NumberWays()
    if ranges is not None and len(ranges.forwards) <= WAYS_MAX and not ranges.backwards:
        starts = (AccessPath(BILLS_BY_COMPANY, _begins_with(start)) for start in ranges.forwards)
        return NumberWays(tuple(starts))
    sieve = contains(bills.c.number, _NEEDLE)
    return NumberWays(
        tuple(
            attrs.evolve(way.narrowed(sieve), index_filtered=True) for way in ways_by_place(scope)
        )
    )


def way_by_external_number(needle: str) -> AccessPath:
    """Return the way to the bills whose external number contains the needle."""
    return _BY_EXTERNAL if needle.isascii() else _BY_WIDE_EXTERNAL


_NEEDLE: Final = bindparam("needle", type_=Text)
_HAS_NEEDLE: Final = contains(bills.c.search_external, _NEEDLE)
_BY_EXTERNAL: Final = AccessPath(
    BILLS_WITH_EXTERNAL, and_(bills.c.search_external.is_not(None), _HAS_NEEDLE)
)
_BY_WIDE_EXTERNAL: Final = AccessPath(
    BILLS_WITH_WIDE_EXTERNAL, and_(bills.c.external_wide.is_not(None), _HAS_NEEDLE)
)


def _ranges(connection: Connection, scope: Scope, needle: str) -> Windows | None:
    """Return where the numbers of a company may contain a needle; None for no idea."""
    if len(needle) < PART_LENGTH_MIN:
        return None
    if has_flagged(connection, scope, bills.c.misdated, BILLS_MISDATED):
        return None
    own = (bills.c.company_id == scope.company_id, BILL_IS_THERE)
    ends = (func.min(bills.c.number), func.max(bills.c.number))
    both = select(*(select(end).where(*own).scalar_subquery() for end in ends))
    oldest, newest = connection.execute(both).one()
    return windows(needle, _day(oldest), _day(newest)) if oldest else Windows((), ())


def _day(number: BillNumber) -> date:
    return date(int(number[:4]), int(number[4:6]), int(number[6:8]))


def _begins_with(start: str) -> ColumnElement[bool]:
    return and_(bills.c.number >= start, bills.c.number < start + _AFTER_DIGITS)


def _few_numbers(
    connection: Connection, scope: Scope, ranges: Windows
) -> Sequence[BillNumber] | None:
    """Return the numbers that lie in ranges, or None when they are not few."""
    found: list[BillNumber] = []
    for column, starts in (
        (bills.c.number, ranges.forwards),
        (bills.c.number_reversed, ranges.backwards),
    ):
        if starts:
            values = {f"start{place}": start for place, start in enumerate(starts)}
            statement = _in_ranges(column.name, len(starts))
            rows = connection.execute(statement, {**values, "company": scope.company_id})
            found += rows.scalars()
    return found if len(found) <= _FEW else None


def _in_ranges(column: str, count: int) -> TextClause:
    """Return a statement that seeks each range by itself, which the expression language can't say.

    In SQLite, CROSS JOIN keeps the ranges in front.
    """
    starts = ", ".join(f"(:start{place})" for place in range(count))
    return text(
        f"WITH ranges(start) AS (VALUES {starts}) "  # noqa: S608 - made of names and numbers
        f"SELECT bills.number FROM ranges CROSS JOIN {bills.name} AS bills "
        "WHERE bills.company_id = :company AND bills.state != 'deleted' "
        f"AND bills.{column} >= ranges.start "
        f"AND bills.{column} < ranges.start || '{_AFTER_DIGITS}' LIMIT {_FEW + 1}"
    )
