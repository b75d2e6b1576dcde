"""The index that finds houses by a part of an address or of a resident's name or phone.

Neither database can index parts of a Chinese text. So `house_grams` lists the grams of each house:
single letters and Chinese characters, pairs of characters, and runs of four digits. Pairs of
digits are left out, since nearly every phone contains them. A gram matches too many houses, so the
caller compares the whole text afterwards. Grams of former residents stay as long as the residents.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import add
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, delete, func, select, text
from sqlalchemy.dialects import postgresql

from billing_adapters.sql.db.key_lists import among
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.houses import house_grams, houses, residents
from billing_domain.model.houses.house import HouseId

_DIGIT_RUN: Final = re.compile(r"[0-9]{4,}")
_DIGITS: Final = frozenset("0123456789")
_TWO_DIGITS: Final = frozenset(f"{number:02}" for number in range(100))
_RUN_LENGTH: Final = 4

_INSERT_JSON: Final = text(
    f"INSERT INTO {house_grams.name} (community_row_id, gram, house_row_id) "  # noqa: S608 - our name
    "SELECT :community, each.key, house.value "
    "FROM json_each(:found) AS each, json_each(each.value) AS house "
    "WHERE true ON CONFLICT DO NOTHING"
)


def grams(*texts: str) -> set[str]:
    """Return the grams of folded texts.

    A text that contains another text has all grams of the other text.
    """
    found: set[str] = set()
    for each in texts:
        found.update(map(add, each, each[1:]))
    found -= _TWO_DIGITS
    found.update(filter(str.isalnum, set().union(*texts) - _DIGITS))
    for run in _DIGIT_RUN.findall(" ".join(texts)):
        found.update(map("".join, zip(*(run[at:] for at in range(_RUN_LENGTH)), strict=False)))
    return found


def index_houses(work: Transaction, texts: Mapping[HouseId, Collection[str]]) -> None:
    """Add the grams of folded texts to the index; grams already there stay."""
    if not texts:
        return
    rows = work.connection.execute(
        select(houses.c.id, houses.c.row_id, communities.c.row_id)
        .join(communities, communities.c.id == houses.c.community_id)
        .where(among(houses.c.id, "ids")),
        {"ids": [*texts]},
    )
    by_community: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for house_id, house, community in rows:
        houses_by_gram = by_community[community]
        for gram in grams(*texts[house_id]):
            houses_by_gram[gram].append(house)
    for community, found in by_community.items():
        _insert(work, community, dict(sorted(found.items())))


def reindex_house(work: Transaction, house_id: HouseId) -> None:
    """Rebuild the grams of a house after one of its texts changed."""
    unindex_house(work, house_id)
    address = select(houses.c.search_address).where(houses.c.id == house_id)
    people = select(residents.c.search_name, residents.c.search_phone)
    texts = [
        *work.connection.execute(address).scalars(),
        *_flat(work.connection.execute(people.where(residents.c.house_id == house_id))),
    ]
    index_houses(work, {house_id: texts})


def unindex_house(work: Transaction, house_id: HouseId) -> None:
    """Remove a house from the index."""
    row_id = select(houses.c.row_id).where(houses.c.id == house_id).scalar_subquery()
    work.connection.execute(delete(house_grams).where(house_grams.c.house_row_id == row_id))


def _insert(work: Transaction, community: int, found: Mapping[str, Sequence[int]]) -> None:
    """Insert the houses of each gram in one statement: separate rows are slower on both."""
    if work.connection.dialect.name == "sqlite":
        given = {"community": community, "found": json.dumps(found, ensure_ascii=False)}
        work.connection.execute(_INSERT_JSON, given)
        return
    names = [column.name for column in house_grams.columns]
    pairs = [(gram, house) for gram, here in found.items() for house in here]
    kinds = (Text, BigInteger)
    arrays = [
        func.unnest(bindparam(name, [*column], ARRAY(kind)))
        for name, column, kind in zip(names[1:], zip(*pairs, strict=True), kinds, strict=True)
    ]
    here = bindparam(names[0], community, BigInteger)
    inserting = postgresql.insert(house_grams).from_select(names, select(here, *arrays))
    work.connection.execute(inserting.on_conflict_do_nothing())


def _flat(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    for row in rows:
        yield from row
