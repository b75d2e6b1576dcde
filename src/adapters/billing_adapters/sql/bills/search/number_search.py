"""Finds bills by a part of their number, ours or the external one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

import attrs
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Text,
    TextClause,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    text,
)

from billing_adapters.sql.bills.search.access_paths import PATHS_MAX, paths_by_place
from billing_adapters.sql.bills.search.filters import has_flagged
from billing_adapters.sql.bills.search.number_windows import PART_LENGTH_MIN, Windows, windows
from billing_adapters.sql.bills.search.plan import AccessPath
from billing_adapters.sql.houses.word_match import contains
from billing_adapters.sql.tables.bills import (
    BILL_IS_THERE,
    BILLS_BY_COMPANY,
    BILLS_BY_REVERSED,
    BILLS_MISDATED,
    BILLS_WITH_EXTERNAL,
    BILLS_WITH_WIDE_EXTERNAL,
    bills,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.search_text import SearchWord

_FEW: Final = 300
_NUMBER_LENGTH: Final = 21
_AFTER_DIGITS: Final = ":"
"""The character after "9": all numbers that begin with a prefix sort below prefix + ":"."""


@attrs.frozen
class NumberPaths:
    """The paths to the bills of a number, and their bound values."""

    paths: tuple[AccessPath, ...] = ()
    values: Mapping[str, object] = attrs.field(factory=dict)


def paths_by_number(
    connection: Connection, scope: Scope, word: SearchWord, place: int
) -> NumberPaths:
    """Return the paths to the bills that a word matches by number, ours or external.

    `place` numbers the word's bound values.
    """
    external = _by_external(word, place)
    digits = word.digits
    if not word.number_parts or len(digits) > _NUMBER_LENGTH:
        return external
    ours = (
        _by_ends(scope, digits, place)
        if word.short
        else _by_part(connection, scope, digits, place)
    )
    return NumberPaths((*ours.paths, *external.paths), {**ours.values, **external.values})


def number_condition(word: SearchWord) -> ColumnElement[bool]:
    """Return the condition that a bill's own or external number matches a word."""
    external = bills.c.search_external
    found = [contains(external, literal(part, Text)) for part in word.external_parts]
    digits = word.digits
    if word.short and word.number_parts:
        found += [_begins_with(digits), _begins_with(digits[::-1], bills.c.number_reversed)]
    elif digits:
        found.append(contains(bills.c.number, literal(digits, Text)))
    return and_(or_(false(), *found))


def _by_external(word: SearchWord, place: int) -> NumberPaths:
    if not (parts := word.external_parts):
        return NumberPaths()
    values = {f"external{place}_{end}": parts[end] for end in (0, -1)}
    return NumberPaths((_external_path(place, wide=not word.text.isascii()),), values)


@lru_cache(maxsize=64)
def _external_path(place: int, *, wide: bool) -> AccessPath:
    external = bills.c.search_external
    either = or_(
        *(contains(external, bindparam(f"external{place}_{end}", type_=Text)) for end in (0, -1))
    )
    index = BILLS_WITH_WIDE_EXTERNAL if wide else BILLS_WITH_EXTERNAL
    there = (bills.c.external_wide if wide else external).is_not(None)
    return AccessPath(index, and_(there, either))


def _by_ends(scope: Scope, digits: str, place: int) -> NumberPaths:
    """Return the paths to the numbers that begin or end with a few digits."""
    values: dict[str, object] = {"numbered_company": scope.company_id}
    for kind, start in (("begins", digits), ("ends", digits[::-1])):
        values |= {f"{kind}{place}": start, f"{kind}_after{place}": start + _AFTER_DIGITS}
    return NumberPaths(_end_paths(place), values)


@lru_cache(maxsize=64)
def _end_paths(place: int) -> tuple[AccessPath, AccessPath]:
    def between(column: Column[Any], kind: str) -> ColumnElement[bool]:
        return and_(
            column >= bindparam(f"{kind}{place}"), column < bindparam(f"{kind}_after{place}")
        )

    # A path that is not in order is first read without the predicate, which has both otherwise.
    own = and_(BILL_IS_THERE, bills.c.company_id == bindparam("numbered_company"))
    ends = and_(own, between(bills.c.number_reversed, "ends"))
    return (
        AccessPath(BILLS_BY_COMPANY, between(bills.c.number, "begins")),
        AccessPath(BILLS_BY_REVERSED, ends, in_order=False),
    )


def _by_part(connection: Connection, scope: Scope, digits: str, place: int) -> NumberPaths:
    """Return the paths to the numbers that contain many digits."""
    ranges = _ranges(connection, scope, digits)
    few = None if ranges is None else _few_numbers(connection, scope, ranges)
    if few is not None:
        numbers = f"numbers{place}"
        return NumberPaths((_few_path(numbers),), {numbers: few}) if few else NumberPaths()
    if ranges is not None and len(ranges.forwards) <= PATHS_MAX and not ranges.backwards:
        starts = (AccessPath(BILLS_BY_COMPANY, _begins_with(start)) for start in ranges.forwards)
        return NumberPaths(tuple(starts))
    has_digits = contains(bills.c.number, literal(digits, Text))
    return NumberPaths(
        tuple(
            attrs.evolve(path.narrowed(has_digits), index_filtered=True)
            for path in paths_by_place(scope)
        )
    )


@lru_cache(maxsize=64)
def _few_path(name: str) -> AccessPath:
    return AccessPath(BILLS_BY_COMPANY, bills.c.number.in_(bindparam(name, expanding=True)))


def _ranges(connection: Connection, scope: Scope, needle: str) -> Windows | None:
    """Return the ranges of a company's numbers that may contain a needle; None for unknown."""
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


def _begins_with(start: str, column: Column[Any] = bills.c.number) -> ColumnElement[bool]:
    return and_(column >= start, column < start + _AFTER_DIGITS)


def _few_numbers(
    connection: Connection, scope: Scope, ranges: Windows
) -> Sequence[BillNumber] | None:
    """Return the numbers within the ranges, or None for more than `_FEW`."""
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
    """Return a statement that seeks each range separately; SQLAlchemy Core can't express it.

    In SQLite, CROSS JOIN makes `ranges` the outer loop.
    """
    starts = ", ".join(f"(:start{place})" for place in range(count))
    return text(
        f"WITH ranges(start) AS (VALUES {starts}) "  # noqa: S608 - only names and numbers
        f"SELECT bills.number FROM ranges CROSS JOIN {bills.name} AS bills "
        "WHERE bills.company_id = :company AND bills.state != 'deleted' "
        f"AND bills.{column} >= ranges.start "
        f"AND bills.{column} < ranges.start || '{_AFTER_DIGITS}' LIMIT {_FEW + 1}"
    )
