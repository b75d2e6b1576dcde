"""Houses, and the finding of the one house that a written address means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final, NewType

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CommunityId

HouseId = NewType("HouseId", str)
"""32 hex digits."""

ADDRESS_LENGTH_MAX: Final = 120
CANDIDATES_MAX: Final = 3
_COMPARED_MAX: Final = 200

_NUMBER_WIDTH: Final = 8
_NUMBER: Final = re.compile(r"[0-9]+")
_SEPARATORS: Final = re.compile(r"[/\\\-‐‑‒–—−―－／、]+")
_BLANK_IN_NUMBER: Final = re.compile(r"(?<=[0-9])\s+(?=[0-9])")
_BUILDING: Final = re.compile(r"号楼|栋楼|幢楼|栋|幢")
_NUMERAL: Final = re.compile(r"[零〇一二两三四五六七八九十百]+(?=栋|单元|层|楼|号|室|区|期)")
_UNIT_END: Final = re.compile(r"(?<=[栋元层座楼区期])/+")
_DIGITS: Final = {
    char: value
    for value, chars in enumerate(("零〇", "一", "二两", *"三四五六七八九"))
    for char in chars
}


@attrs.frozen
class HouseAddress:
    """Where a house stands below its community, as slash-joined parts: `1号楼/1层/101`."""

    text: str

    @classmethod
    def parse(cls, text: str) -> HouseAddress:
        """Read an address without the community's name; raise FieldError when it is unusable.

        Parts are kept as written, without the blanks around them; empty parts are dropped.
        """
        parts = [part.strip() for part in unicodedata.normalize("NFC", text).split("/")]
        joined = "/".join(part for part in parts if part)
        if not joined:
            raise FieldError(field="address", reason="required")
        if len(joined) > ADDRESS_LENGTH_MAX:
            raise FieldError(field="address", reason="too_long", value=joined)
        if not joined.isprintable():
            raise FieldError(field="address", reason="format", value=joined)
        return cls(joined)

    @property
    def parts(self) -> tuple[str, ...]:
        """The address from the outermost part inwards."""
        return tuple(self.text.split("/"))

    @property
    def building(self) -> str:
        """The outermost part, which the building filter compares (rule 2.9)."""
        return self.parts[0]

    @property
    def key(self) -> str:
        """The folded form that is unique in a community (rule 3.9)."""
        return fold_address(self.text)

    @property
    def sort_key(self) -> str:
        """The form that sorts addresses naturally by code points: 2号楼 before 10号楼."""
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
    """No house, or more than one, is meant by an address; the nearest full addresses."""

    candidates: tuple[str, ...]
    ambiguous: bool


class AddressBook:
    """The houses of one community, found by however people write their addresses (rule 3.9)."""

    def __init__(self, community_name: str, houses: Iterable[House]) -> None:
        """Index the houses; `community_name` may or may not stand before an address."""
        self._community_name = community_name
        self._prefix = fold_address(community_name)
        self._by_text: dict[str, House] = {}
        self._by_full_text: dict[str, House] = {}
        self._by_key: dict[str, dict[HouseId, House]] = defaultdict(dict)
        for house in houses:
            self._by_text[house.address.text] = house
            self._by_full_text[f"{community_name}/{house.address.text}"] = house
            self._by_key[house.address.key][house.id] = house

    def __len__(self) -> int:
        """Return the number of houses."""
        return len(self._by_text)

    @property
    def houses(self) -> Sequence[House]:
        """All houses in the order given."""
        return tuple(self._by_text.values())

    def full_address(self, house: House) -> str:
        """Return the address with the community's name in front."""
        return f"{self._community_name}/{house.address.text}"

    def find(self, text: str) -> House | NoHouse:
        """Return the only house that the text means, or the nearest candidates.

        The address as stored wins; after that width, blanks, separators, the spellings of a
        building and Chinese numerals before a unit are folded. Two houses that fold to the same
        form are never guessed between.
        """
        written = text.strip()
        exact = self._by_text.get(written) or self._by_full_text.get(written)
        if exact is not None:
            return exact
        matches = self._matches(text)
        if len(matches) == 1:
            return matches[0]
        if matches:
            return NoHouse(tuple(self.full_address(house) for house in matches), ambiguous=True)
        return NoHouse(self._nearest(text), ambiguous=False)

    def strip_community(self, text: str) -> str:
        """Return the text without the community's name in front, if it stands there."""
        stripped = text.strip()
        head, slash, tail = stripped.partition("/")
        if slash and tail.strip() and fold_address(head) == self._prefix:
            return tail.strip()
        return stripped

    def _matches(self, text: str) -> list[House]:
        found: dict[HouseId, House] = {}
        for key in self._keys(text):
            found.update(self._by_key.get(key, {}))
        return sorted(found.values(), key=lambda house: house.address.text)

    def _keys(self, text: str) -> tuple[str, ...]:
        key = fold_address(text)
        if self._prefix and key.startswith(self._prefix):
            return (key, key[len(self._prefix) :].lstrip("/"))
        return (key,)

    def _nearest(self, text: str) -> tuple[str, ...]:
        key = self._keys(text)[-1]
        wanted = set(_numbers(key))
        near = sorted(
            self._by_key, key=lambda other: (-len(wanted & set(_numbers(other))), other)
        )[:_COMPARED_MAX]
        matcher = SequenceMatcher(b=key, autojunk=False)

        def ratio(other: str) -> float:
            matcher.set_seq1(other)
            return matcher.ratio()

        best = sorted(near, key=lambda other: (-ratio(other), other))[:CANDIDATES_MAX]
        houses = (house for other in best for house in self._by_key[other].values())
        return tuple(self.full_address(house) for house in houses)[:CANDIDATES_MAX]


def fold_address(text: str) -> str:
    """Return the form in which two spellings of one address are equal (rule 3.9).

    Folds full and half width, blanks, dashes and slashes, 号楼/栋/幢, and Chinese numerals before
    a unit; a blank between two numbers separates them, all other blanks vanish.
    """
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    folded = "".join(_BLANK_IN_NUMBER.sub("/", folded).split())
    folded = unicodedata.normalize("NFKC", folded)  # what blanks kept apart may join
    folded = _SEPARATORS.sub("/", folded).strip("/")
    folded = _BUILDING.sub("栋", folded)
    folded = _NUMERAL.sub(lambda match: _number(match[0]), folded)
    return _UNIT_END.sub("", folded)


def natural_sort_key(text: str) -> str:
    """Return a text whose numbers are padded with zeros, so that they sort by size."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NUMBER.sub(lambda match: match[0].rjust(_NUMBER_WIDTH, "0"), folded)


def _number(numeral: str) -> str:
    """Return a Chinese numeral below 1,000 in digits; one that is none stays as it is."""
    if not any(char in "十百" for char in numeral):
        return "".join(str(_DIGITS[char]) for char in numeral)
    total, digit = 0, None
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (1 if digit is None else digit) * (10 if char == "十" else 100)
            digit = None
    return str(total + (digit or 0))


def _numbers(key: str) -> list[str]:
    return _NUMBER.findall(key)
