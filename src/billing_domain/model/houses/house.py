"""Houses, and the search for the one house that a written address means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NewType

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CommunityId
from billing_domain.model.folding import without_invisible
from billing_domain.model.houses.house_folding import (
    address_readings,
    behind_name,
    fold_address,
    is_bare,
    numbers_of,
)
from billing_domain.model.houses.nearest import NearestAddresses
from billing_domain.model.houses.no_address import kind_of_text

HouseId = NewType("HouseId", str)
"""32 hex digits."""

ADDRESS_LENGTH_MAX: Final = 120
CANDIDATES_MAX: Final = 3
_NUMBER_WIDTH: Final = 8
_NUMBER: Final = re.compile(r"[0-9]+")
_ADDRESS_BEGINS: Final = re.compile(
    "[东南西北中前后新老商]?负?[0-9A-Z]|[东南西北中]区|地下|车库|车位|商铺|别墅"
)
"""What may follow a community's name without a separator in the address of a new house."""


@attrs.frozen
class HouseAddress:
    """The place of a house in its community, in slash-joined parts: `1号楼/1层/101`."""

    text: str

    @classmethod
    def parse(cls, text: str) -> HouseAddress:
        """Return the canonical spelling, in which a new house is stored (rule 3.9).

        `text` has no community's name in front. Raises FieldError for an unusable address.
        """
        seen = without_invisible(text)
        if not all(char.isprintable() or unicodedata.category(char) == "Zs" for char in seen):
            raise FieldError(field="address", reason="format", value=text)
        folded = fold_address(seen)
        if not folded:
            raise FieldError(field="address", reason="required")
        if len(folded) > ADDRESS_LENGTH_MAX:
            raise FieldError(field="address", reason="too_long", value=text)
        return cls(folded)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the address, outermost first."""
        return tuple(self.text.split("/"))

    @property
    def building(self) -> str:
        """The outermost part in its canonical spelling, for the building filter (rule 2.9)."""
        return self.key.partition("/")[0]

    @property
    def key(self) -> str:
        """The folded address, unique in a community (rule 3.9)."""
        return fold_address(self.text)

    @property
    def sort_key(self) -> str:
        """The key for natural order when compared by code points: 2号楼 before 10号楼."""
        return natural_sort_key(self.text)


@attrs.frozen
class House:
    """A household's address in a community; bills are charged to it."""

    id: HouseId
    community_id: CommunityId
    address: HouseAddress


@audit_facts.register
def _house_facts(house: House) -> AuditFacts:
    return AuditFacts("house", house.id, {"address": house.address.text}, house.community_id)


@attrs.frozen
class NoHouse:
    """An address that means no house or several.

    `houses` are the several or the nearest ones, `candidates` their full addresses.
    """

    candidates: tuple[str, ...]
    ambiguous: bool
    houses: tuple[House, ...] = attrs.field(default=(), eq=False, repr=False)


class AddressBook:
    """The houses of one community, found by any accepted spelling of their address (rule 3.9)."""

    def __init__(self, community_name: str, houses: Iterable[House]) -> None:
        """Index the houses; addresses may start with `community_name`."""
        self._community_name = community_name
        self._prefix = fold_address(community_name)
        self.houses: Final = tuple(houses)
        self._by_text: dict[str, list[House]] = defaultdict(list)
        self._by_key: dict[str, list[House]] = defaultdict(list)
        for house in self.houses:
            self._by_text[house.address.text].append(house)
            self._by_key[house.address.key].append(house)

    def __len__(self) -> int:
        """Return the number of houses."""
        return len(self.houses)

    def full_address(self, house: House) -> str:
        """Return the address with the community's name in front."""
        return f"{self._community_name}/{house.address.text}"

    def find(self, text: str) -> House | NoHouse:
        """Return the only house that the text means, or the houses that it may mean.

        These are the several ones that it fits, never guessed between, or else the nearest.
        """
        matches = self.matches(text)
        if len(matches) == 1:
            return matches[0]
        houses = matches or self.nearest(text)
        names = tuple(self.full_address(house) for house in houses)
        return NoHouse(names, ambiguous=bool(matches), houses=houses)

    def matches(self, text: str) -> tuple[House, ...]:
        """Return every house that a written address may mean (rule 3.9).

        An address written as stored is that house. Otherwise both sides are folded, and numbers
        without units mean the houses that have these numbers part by part: `3-1-402` is
        `3号楼/1单元/402`.
        """
        written = text.strip()
        behind_name = written.removeprefix(f"{self._community_name}/")
        for stored in (written, behind_name):
            if stored in self._by_text:
                return tuple(self._by_text[stored])
        found: dict[HouseId, House] = {}
        for key in self._keys(text):
            same = self._by_key.get(key, [])
            if not same or all(map(is_bare, key.split("/"))):
                same = [*same, *self._with_numbers(key)]
            found |= {house.id: house for house in same}
        return tuple(sorted(found.values(), key=lambda house: house.address.text))

    def nearest(self, text: str, *, count: int = CANDIDATES_MAX) -> tuple[House, ...]:
        """Return the houses whose addresses are most like a text, the most similar first."""
        *_, key = self._keys(text)
        near = self._index.of(key, count=count)
        return tuple(house for each in near for house in self._by_key[each])[:count]

    def new_address(self, text: str) -> HouseAddress:
        """Return the canonical address of a new house, without the community's name (rule 3.9).

        Raises FieldError for an unusable address, and for a text that is none.
        """
        address = HouseAddress.parse(text)
        if address.text == self._prefix or kind_of_text(text) not in {"", "number"}:
            raise FieldError(field="address", reason="no_address", value=text)
        rest = self._behind_name(text)
        begins = address.text.startswith(f"{self._prefix}/") or _ADDRESS_BEGINS.match(
            fold_address(rest)
        )
        own = rest if rest and begins else text
        reading, *others = address_readings(own)
        if others:
            raise FieldError(field="address", reason="unclear", value=text)
        return HouseAddress.parse(reading)

    def _keys(self, text: str) -> Iterator[str]:
        """Yield the folded readings of a text, each also without the community's name."""
        yield from address_readings(text)
        if rest := self._behind_name(text):
            yield from address_readings(rest)

    def _behind_name(self, text: str) -> str:
        """Return what follows the community's name, as written or folded; empty without it."""
        folded, name = fold_address(text), f"{self._prefix}/"
        rest = behind_name(text, self._community_name)
        return rest or (folded[len(name) :] if folded.startswith(name) else "")

    def _with_numbers(self, key: str) -> Iterator[House]:
        """Yield the houses that have a key's parts, with or without a unit where it has none."""
        parts = key.split("/")
        if len(parts) == 1:
            return
        for house in self._by_numbers.get(numbers_of(key), ()):
            pairs = zip(parts, house.address.key.split("/"), strict=True)
            if all(part == other or is_bare(part) for part, other in pairs):
                yield house

    @cached_property
    def _by_numbers(self) -> dict[str, list[House]]:
        found: dict[str, list[House]] = defaultdict(list)
        for key, houses in self._by_key.items():
            found[numbers_of(key)] += houses
        return found

    @cached_property
    def _index(self) -> NearestAddresses:
        return NearestAddresses(self._by_key)


def natural_sort_key(text: str) -> str:
    """Return a text with zero-padded numbers, which sort by size."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NUMBER.sub(lambda match: match[0].rjust(_NUMBER_WIDTH, "0"), folded)
