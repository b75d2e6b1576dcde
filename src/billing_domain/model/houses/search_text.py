"""Search words and searched texts, folded alike: what import matches, search finds (rule 2.9)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.folding import without_invisible
from billing_domain.model.houses.house_folding import (
    address_readings,
    fold_address,
    is_bare,
    numbers_of,
)

SEARCH_LENGTH_MAX: Final = 64
"""The maximal length: lists cut longer search texts (P42); acts refuse them."""

PART_DIGITS_MIN: Final = 3
"""Fewer digits are no part of a phone or number."""

INNER_DIGITS_MIN: Final = 6
"""From so many digits on, a part matches anywhere; fewer match at the beginning or end."""

SHOWN_HEAD, SHOWN_TAIL = 3, 4
"""The digits of a masked phone that everybody sees: `138****4613`."""

NUMBER_MARK: Final = "¦"
"""Stands before each number of a searched address: `2号楼` is not found in `12号楼`."""

_IGNORED: Final = re.compile(r"[\s·•‧∙⋅¦]+")
_NUMBER: Final = re.compile("负?[0-9]+")
_DIGITS: Final = re.compile("[0-9]+")
_COUNTRY: Final = re.compile(r"^(?:(?:\+|00)86|86(?=(?:[^0-9]*[0-9]){10}))")
_DASHED_PHONE: Final = re.compile(r"(?:86-)?[0-9]{2,}(?:-[0-9]{3,})+")
_SPACED_PHONE: Final = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86[ -]*)?(1[0-9]{2})[ -]+([0-9]{4})[ -]+([0-9]{4})(?![0-9])"
)
_UNIT_APART: Final = re.compile(
    r"(?<=[0-9A-Za-z一二三四五六七八九十百])\s+(?=号楼|单元|[栋幢层室])"
)
"""The blank in `3 号楼`, which parts no words."""


@attrs.frozen
class SearchWord:
    """One word of a search text; a thing matches when each word is found in it.

    `text` is looked for in external numbers and, with a character that is no digit, in names.
    `addresses` are looked for in full addresses, `numbers` in the numbers of an address (bare
    numbers only), `digits` in bill numbers, `phone` in phones.
    """

    text: str
    addresses: tuple[str, ...]
    numbers: str
    digits: str
    phone: str

    @classmethod
    def of(cls, word: str) -> SearchWord:
        """Fold a word without blanks."""
        text, plain = fold_search_text(word), _seen(word)
        addresses = [marked(each) for each in address_readings(word)]
        if not _DIGITS.search(plain):  # a part of a unit such as `号楼` is folded like a whole one
            addresses.append(plain.upper())
        digits = plain if _DIGITS.fullmatch(plain) else ""
        is_phone = bool(digits) or plain.startswith("+") or _DASHED_PHONE.fullmatch(plain)
        return cls(
            text,
            tuple(each for each in dict.fromkeys(addresses) if each.strip("/")),
            bare_numbers(fold_address(word)),
            digits,
            _phone_digits(plain) if is_phone else "",
        )

    @property
    def name(self) -> str:
        """What a folded name has to contain."""
        return "" if self.digits else self.text

    @property
    def short(self) -> bool:
        """Whether the word is so few digits that houses come before bill numbers."""
        return bool(self.digits) and len(self.digits) < INNER_DIGITS_MIN

    @property
    def number_parts(self) -> tuple[str, ...]:
        """What `(number)` has to contain one of: beginning, end, or any place for many digits."""
        return _parts(self.digits)

    @property
    def external_parts(self) -> tuple[str, ...]:
        """What a folded external number, `(number)`, has to contain one of."""
        if self.digits:
            return _parts(self.digits)
        return (self.text,) if self.text else ()

    def phone_parts(self, *, whole_phones: bool) -> tuple[str, ...]:
        """Return what a folded phone, `(phone)`, has to contain one of.

        Without the right to see phones only a whole phone or its shown digits match.
        """
        if whole_phones or len(self.phone) < PART_DIGITS_MIN:
            return _parts(self.phone)
        shown = [f"({self.phone})"]
        if len(self.phone) <= SHOWN_HEAD:
            shown.append(f"({self.phone}")
        if len(self.phone) <= SHOWN_TAIL:
            shown.append(f"{self.phone})")
        return tuple(shown)


@lru_cache(maxsize=256)
def search_words(text: str) -> tuple[SearchWord, ...]:
    """Return the words of a search text, cut to its maximal length; none restrict nothing."""
    cut = _seen(text.strip()[:SEARCH_LENGTH_MAX])
    joined = _UNIT_APART.sub("", _SPACED_PHONE.sub(r"\1\2\3", cut))
    words = dict.fromkeys(word for word in map(SearchWord.of, joined.split()) if word.text)
    # `3 / 1 / 402` has three words; a separator alone is one only where there is nothing else.
    return tuple(word for word in words if word.addresses) or tuple(words)


def read_search_text(text: str) -> str:
    """Return a search text that is safe for acts on all results (rule 2.4).

    Raises FieldError for a text that would be cut or has nothing to compare: an act must not reach
    more than the text asks for.
    """
    if len(text.strip()) > SEARCH_LENGTH_MAX:
        raise FieldError(field="search_text", reason="too_long")
    if text.strip() and not search_words(text):
        raise FieldError(field="search_text", reason="format", value=text[:40])
    return text


def fold_search_text(text: str) -> str:
    """Return a name or external number in half width and lower case, without blanks and `·`.

    Unprintable characters, e.g. NUL or a line break, are removed: no database could compare them.
    """
    return _IGNORED.sub("", _seen(text)).casefold()


def fold_external_number(number: str) -> str:
    """Return a folded external number in brackets, which mark its beginning and end."""
    return f"({fold_search_text(number)})"


def fold_phone(phone: str) -> str:
    """Return the digits of a phone in brackets, without a country's +86: `(13812344613)`."""
    return f"({_phone_digits(_seen(phone))})"


def community_search_name(name: str) -> str:
    """Return a community's folded name: the part of an address before the slash."""
    return marked(fold_address(name))


def address_search_text(address: str) -> str:
    """Return a folded address, with a slash in front that ends the community's name."""
    return f"/{marked(fold_address(address))}"


def address_search_numbers(address: str) -> str:
    """Return the numbers of a folded address between slashes: `/3/1/402/`."""
    return f"/{numbers_of(fold_address(address))}/"


def bare_numbers(folded: str) -> str:
    """Return `/3/1/402/` for a folded address `3/1/402` of bare numbers, else an empty text."""
    parts = folded.split("/")
    return f"/{folded}/" if len(parts) > 1 and all(map(is_bare, parts)) else ""


def _seen(text: str) -> str:
    """Return a text in half width, with blanks for what parts words, as people see it."""
    seen = unicodedata.normalize("NFKC", without_invisible(text))
    return "".join(char if char.isprintable() else " " * char.isspace() for char in seen)


def marked(address: str) -> str:
    """Return a folded address with a mark before each number."""
    return _NUMBER.sub(lambda number: NUMBER_MARK + number[0], _IGNORED.sub("", address))


def _phone_digits(plain: str) -> str:
    return "".join(_DIGITS.findall(_COUNTRY.sub("", plain, count=1)))


def _parts(digits: str) -> tuple[str, ...]:
    if len(digits) < PART_DIGITS_MIN:
        return ()
    if len(digits) < INNER_DIGITS_MIN:
        return (f"({digits}", f"{digits})")
    return (digits,)
