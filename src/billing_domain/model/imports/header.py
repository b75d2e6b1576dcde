"""Where a sheet's header stands, and what its columns say (rule 3.4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final, Generic, TypeVar

import attrs

from billing_domain.errors import SheetRefusedError
from billing_domain.model.folding import fold_label
from billing_domain.model.sheet import (
    Cell,
    RowProblem,
    Severity,
    SheetRefusal,
    SheetTable,
    cell_text,
    column_letters,
)

HEADER_ROWS_MAX: Final = 20
"""The header stands within the first 20 rows (rule 3.4)."""

ERRORS_HEADER: Final = "错误说明"
"""The column that an error workbook adds, which its next upload need not explain."""

_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^][]*\]|【[^【】]*】")
_SHOWN_MAX: Final = 80

Key = TypeVar("Key", bound=Hashable)


@attrs.frozen
class Template(Generic[Key]):
    """The columns of one kind of sheet, each with its header names, the first being shown."""

    name: str
    columns: Mapping[Key, Sequence[str]]
    optional: Collection[Key]


@attrs.frozen
class FoundHeader(Generic[Key]):
    """Where a sheet's header stands and which column each field is in.

    `row` counts from 0 into the table; `places` maps columns to positions, `names` to the
    header text of this very file; `ignored` are further headers, `hidden` those of columns that
    the sheet hides.
    """

    row: int
    places: Mapping[Key, int]
    names: Mapping[Key, str]
    ignored: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def problems(self) -> Iterator[RowProblem]:
        """Yield what is to say of columns: unknown ones are noted, hidden ones warned of."""
        row = self.row + 1
        for name in self.ignored:
            yield RowProblem(row, name, Severity.NOTE, "column_ignored", {"column": name})
        for name in self.hidden:
            yield RowProblem(row, name, Severity.WARNING, "column_hidden", {"column": name})


def fold_header(text: str) -> str:
    """Return a header without the stars and colons around its name."""
    return fold_label(text).strip("*:")


def find_header(
    table: SheetTable, template: Template[Key], others: Iterable[Template[Any]] = ()
) -> FoundHeader[Key]:
    """Find the header by its names within the first 20 rows, in any column order (rule 3.4).

    Raises SheetRefusedError when no row names the columns, saying what was read and which of
    the `others` it looks like, or when a column stands twice or is hidden.
    """
    nothing = _Candidate(FoundHeader[Key](0, {}, {}), ())
    rows = _candidates(table, template)
    best = max(rows, key=lambda each: len(each.header.places), default=nothing)
    header = best.header
    missing = [
        key
        for key in template.columns
        if key not in header.places and key not in template.optional
    ]
    if len(header.places) <= 1 or missing:
        _refuse_other_template(table, template, others)
    if len(header.places) <= 1:
        filled = (index for index, row in enumerate(table.rows) if any(map(cell_text, row)))
        raise _refusal(SheetRefusal.HEADER_NOT_FOUND, table, next(filled, 0))
    if best.twice:
        names = "、".join(
            dict.fromkeys(cell_text(table.rows[header.row][at]) for at in best.twice)
        )
        letters = "、".join(column_letters(at + 1) for at in best.twice)
        raise SheetRefusedError(reason=SheetRefusal.COLUMN_TWICE.value, detail=names, read=letters)
    if missing:
        hidden = {fold_header(name) for name in header.hidden}
        aliases = {fold_header(alias) for key in missing for alias in template.columns[key]}
        reason = SheetRefusal.COLUMN_HIDDEN if aliases & hidden else SheetRefusal.COLUMN_MISSING
        names = "、".join(template.columns[key][0] for key in missing)
        raise _refusal(reason, table, header.row, names)
    return header


@attrs.frozen
class _Candidate(Generic[Key]):
    """What a row names if it is the header, and the places of a column that stands twice.

    Any row may repeat a word; it is a fault in the header alone.
    """

    header: FoundHeader[Key]
    twice: tuple[int, ...]


def _candidates(table: SheetTable, template: Template[Key]) -> Iterator[_Candidate[Key]]:
    by_name = {
        fold_header(alias): key for key, names in template.columns.items() for alias in names
    }
    for index, row in enumerate(table.rows[:HEADER_ROWS_MAX]):
        yield _candidate(index, row, table.hidden_columns, by_name)


def _candidate(
    index: int, row: Sequence[Cell], hidden_columns: AbstractSet[int], by_name: Mapping[str, Key]
) -> _Candidate[Key]:
    """Read a row as a header: names as they are first, then without what brackets add to them."""
    texts = {place: text for place, cell in enumerate(row) if (text := cell_text(cell))}
    keys = {place: by_name.get(fold_header(text)) for place, text in texts.items()}
    exact = set(keys.values())
    for place, text in texts.items():
        if keys[place] is None:
            bare = by_name.get(fold_header(_BRACKETED.sub("", fold_label(text))))
            keys[place] = None if bare in exact else bare
    hidden = [place for place, key in keys.items() if key and place + 1 in hidden_columns]
    seen: dict[Key, list[int]] = {}
    for place, key in keys.items():
        if key is not None and place not in hidden:
            seen.setdefault(key, []).append(place)
    header = FoundHeader(
        row=index,
        places={key: places[0] for key, places in seen.items()},
        names={key: texts[places[0]] for key, places in seen.items()},
        ignored=tuple(
            text for place, text in texts.items() if keys[place] is None and text != ERRORS_HEADER
        ),
        hidden=tuple(texts[place] for place in hidden),
    )
    twice = next((tuple(places) for places in seen.values() if len(places) > 1), ())
    return _Candidate(header, twice)


def _refuse_other_template(
    table: SheetTable, template: Template[Key], others: Iterable[Template[Any]]
) -> None:
    """Raise SheetRefusedError if the sheet is one of another template."""
    for other in others:
        required = [key for key in other.columns if key not in other.optional]
        for each in _candidates(table, other):
            if other.name != template.name and all(key in each.header.places for key in required):
                reason = SheetRefusal.OTHER_TEMPLATE.value
                raise SheetRefusedError(reason=reason, detail=other.name, sheet=table.name)


def _refusal(
    reason: SheetRefusal, table: SheetTable, index: int, detail: str = ""
) -> SheetRefusedError:
    """Return the refusal that shows which row of which sheet was looked at."""
    row = table.rows[index] if table.rows else ()
    texts = " | ".join(filter(None, map(cell_text, row)))
    return SheetRefusedError(
        reason=reason.value,
        detail=detail,
        sheet=table.name,
        read=texts[:_SHOWN_MAX] + ("…" if len(texts) > _SHOWN_MAX else ""),
        row=index + 1,
    )
