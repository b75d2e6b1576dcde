"""Matches one search word with communities, addresses and residents (rule 2.9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import attrs
from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Integer,
    Text,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from billing_adapters.sql.db.key_lists import one_of
from billing_adapters.sql.houses.search_index import grams
from billing_adapters.sql.tables.houses import houses, residents
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.search_text import NUMBER_MARK, SearchWord, bare_numbers, marked

TODAY: Final = bindparam("today", type_=Date)

Shape = tuple[int, int, bool, bool, int]
"""The place of a word, and how many texts it is looked for in each column."""


@attrs.frozen
class WordMatch:
    """A word among the communities of a scope; `place` numbers its bound values.

    `whole`: communities whose name contains the word, so every house matches. `starts`: a word may
    begin in the community's name and end in the address, as in `garden/1`; then the address, or
    its numbers, begin with the rest.
    """

    word: SearchWord
    place: int
    phones: tuple[str, ...]
    whole: frozenset[CommunityId]
    starts: Mapping[tuple[Column[Any], str], tuple[CommunityId, ...]]

    @classmethod
    def of(
        cls, word: SearchWord, place: int, names: Mapping[CommunityId, str], *, whole_phones: bool
    ) -> WordMatch:
        """Match a word with the folded names of communities."""
        whole = (
            key
            for key, name in names.items()
            if any(each in f"{name}/" for each in word.addresses)
        )
        phones = word.phone_parts(whole_phones=whole_phones)
        return cls(word, place, phones, frozenset(whole), _starts(word, names))

    @property
    def shape(self) -> Shape:
        """What the condition looks like, without the communities' names and its values."""
        word = self.word
        counts = (len(word.addresses), bool(word.numbers), bool(word.name), len(self.phones))
        return (self.place, *counts)

    @property
    def plain(self) -> bool:
        """Whether no community's name plays a part."""
        return not (self.whole or self.starts)

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition that a house matches; `values` and the day fill its parameters."""
        found = condition_of(self.shape)
        if self.plain:
            return found
        across = (
            and_(one_of(houses.c.community_id, ids), _begins(column, start))
            for (column, start), ids in self.starts.items()
        )
        return or_(found, one_of(houses.c.community_id, sorted(self.whole)), *across)

    @property
    def values(self) -> dict[str, str]:
        """The bound values of the condition."""
        return {
            _name("name", self.place): self.word.name,
            _name("numbers", self.place): self.word.numbers,
            **_numbered("address", self.place, self.word.addresses),
            **_numbered("phone", self.place, self.phones),
        }

    @property
    def needles(self) -> set[frozenset[str]]:
        """The grams of each text that a matching house may contain; an empty set for unknown."""
        texts = [*self.word.addresses, *self.phones, *filter(None, [self.word.name])]
        numbers = [*filter(None, [self.word.numbers])]
        for column, start in self.starts:
            (numbers if column is houses.c.search_numbers else texts).append(start)
        found = {frozenset(grams(text)) for text in texts}
        return found | {frozenset(_beginnings(each)) for each in numbers}


def contains(text: ColumnElement[str], part: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a text contains a part; the part has no wildcards."""
    return _Position(text, part) > 0


@lru_cache(maxsize=256)
def condition_of(shape: Shape) -> ColumnElement[bool]:
    """Return the condition on address and present residents. Cached by its shape."""
    place, addresses, numbers, name, phones = shape

    def has(column: Column[Any], kind: str, count: int) -> Iterator[ColumnElement[bool]]:
        for each in range(count):
            yield contains(column, bindparam(_name(kind, place, each), type_=Text))

    moved_out_on = residents.c.moved_out_on
    lives_here = exists().where(
        residents.c.house_id == houses.c.id,
        or_(moved_out_on.is_(None), moved_out_on > TODAY),
        or_(
            false(),
            *has(residents.c.search_name, "name", name),
            *has(residents.c.search_phone, "phone", phones),
        ),
    )
    return or_(
        false(),
        *has(houses.c.search_address, "address", addresses),
        *has(houses.c.search_numbers, "numbers", numbers),
        *([lives_here] if name or phones else ()),
    )


def _beginnings(numbers: str) -> set[str]:
    """Return the grams that each address with these numbers has, whatever its units."""
    return {gram for gram in grams(marked(numbers)) if gram.startswith(NUMBER_MARK)}


def _name(kind: str, place: int, each: int = 0) -> str:
    return f"{kind}{place}_{each}"


def _numbered(kind: str, place: int, texts: tuple[str, ...]) -> dict[str, str]:
    return {_name(kind, place, each): text for each, text in enumerate(texts)}


def _starts(
    word: SearchWord, names: Mapping[CommunityId, str]
) -> dict[tuple[Column[Any], str], tuple[CommunityId, ...]]:
    """Return what addresses begin with when the word begins in the name of communities."""
    found: dict[tuple[Column[Any], str], list[CommunityId]] = defaultdict(list)
    for needle in word.addresses:
        for end in range(1, len(needle)):
            rest = needle[end:].lstrip("/")
            ids = [key for key, name in names.items() if name.endswith(needle[:end].rstrip("/"))]
            if not (rest and ids and needle[:end].strip("/")):
                continue
            found[houses.c.search_address, f"/{rest}"] += ids
            if numbers := bare_numbers(rest.replace(NUMBER_MARK, "")):
                found[houses.c.search_numbers, numbers] += ids
    return {start: tuple(dict.fromkeys(ids)) for start, ids in found.items()}


def _begins(text: ColumnElement[str], start: str) -> ColumnElement[bool]:
    return func.substr(text, 1, len(start)) == start


class _Position(FunctionElement[int]):
    """The position of a text within another, from 1; 0 when absent."""

    inherit_cache = True
    type = Integer()


@compiles(_Position, "sqlite")
def _sqlite_position(element: _Position, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(_Position, "postgresql")
def _postgresql_position(element: _Position, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"strpos({compiler.process(element.clauses, **options)})"
