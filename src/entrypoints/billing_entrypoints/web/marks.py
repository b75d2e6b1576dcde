"""Marks what a search matched in the rows of a list (rule 2.9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup, escape

from billing_domain.model.houses.house_folding import fold_address, number_of
from billing_domain.model.houses.resident import mask_phone
from billing_domain.model.houses.search_text import (
    INNER_DIGITS_MIN,
    NUMBER_MARK,
    PART_DIGITS_MIN,
    SearchWord,
    search_words,
)


def marked_text(text: str, typed: str) -> Markup:
    """Return a name or an external number with the matched parts marked."""
    return _marked(text, typed, lambda word: [re.escape(word.text)])


def marked_number(number: str, typed: str) -> Markup:
    """Return a bill number with the matched digits marked: beginning, end, or many digits."""
    return _marked(number, typed, lambda word: _ends(word.digits) if word.digits else [])


def marked_phone(masked: str, typed: str) -> Markup:
    """Return a masked phone with the matched digits marked; all of it for a whole phone."""

    def patterns(word: SearchWord) -> list[str]:
        if word.phone and masked == mask_phone(word.phone):
            return [".*"]
        return _ends(word.phone)

    return _marked(masked, typed, patterns)


def marked_address(address: str, typed: str) -> Markup:
    """Return an address that may break behind its slashes, with the matched parts marked."""
    parts = address.split("/")
    hits = {place for word in search_words(typed) for place in _hits(parts, word)}
    shown = [
        Markup("<mark>{}</mark>").format(part) if place in hits else escape(part)
        for place, part in enumerate(parts)
    ]
    return Markup("/<wbr>").join(shown)


def _hits(parts: Sequence[str], word: SearchWord) -> Iterator[int]:
    """Yield the places of the parts that a word matches; its last part may be a beginning."""
    folded = [fold_address(part) for part in parts]
    for reading in word.addresses:
        wanted = reading.replace(NUMBER_MARK, "").strip("/").split("/")
        bare = bool(word.numbers)
        for start in range(len(parts)):
            for length in range(min(len(wanted), len(parts) - start), 0, -1):
                # The first parts of the word may stand in the community's name.
                tail = wanted[-length:] if start == 0 else wanted
                if len(tail) != length or not _fit(folded[start : start + length], tail, bare):
                    continue
                yield from range(start, start + length)


def _fit(parts: Sequence[str], wanted: Sequence[str], bare: bool) -> bool:  # noqa: FBT001
    *_, last = wanted
    pairs = list(zip(parts, wanted, strict=True))
    if bare and all(number_of(part) == each for part, each in pairs):
        return True
    whole = all(part == each for part, each in pairs[:-1])
    return whole and (parts[-1].startswith(last) or (not last[0].isdigit() and last in parts[-1]))


def _marked(text: str, typed: str, patterns: Callable[[SearchWord], list[str]]) -> Markup:
    found = [each for word in search_words(typed) for each in patterns(word) if each]
    if not found:
        return escape(text)
    return Markup("").join(_pieces(text, re.compile("|".join(found), re.IGNORECASE)))


def _pieces(text: str, pattern: re.Pattern[str]) -> Iterator[Markup]:
    end = 0
    for hit in pattern.finditer(text):
        if hit[0]:
            yield escape(text[end : hit.start()])
            yield Markup("<mark>{}</mark>").format(hit[0])
            end = hit.end()
    yield escape(text[end:])


def _ends(digits: str) -> list[str]:
    if len(digits) < PART_DIGITS_MIN:
        return []
    return [digits] if len(digits) >= INNER_DIGITS_MIN else [f"^{digits}", f"{digits}$"]
