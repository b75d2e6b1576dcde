"""One spelling for every way of writing an address (rules 2.9, 3.9): imports, pages, search.

The folded spelling is also the canonical one, in which new houses are stored.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from billing_domain.model.folding import without_invisible

_CACHED: Final = 32_768
_FOLDED_MAX: Final = 500
"""Longer texts are no addresses and stay as they are."""

_DASHES: Final = "‐‑‒–—―−-"
_SLASHES: Final = "/、·・•‧∙⋅⁄∕"
_CHINESE: Final = "零〇一二两三四五六七八九十百"
_UNITS: Final = "号楼|栋|单元|层|座|区|期"
"""What ends a part of an address after a number or a letter."""

_LOOSE_UNITS: Final = "楼|号|弄|排"
"""What ends a part only where a number or a letter follows: `3楼201`, but `3楼梯间`."""

_UPPER: Final = {lower: lower - 32 for lower in range(ord("a"), ord("z") + 1)}
_CANONICAL: Final = re.compile("(?:[0-9]+(?:号楼|单元|层|座|区|期)/)*[0-9]+")
"""What most stored addresses look like, which folding leaves alone."""

_RAISED: Final = re.compile("([²³¹¼-¾\u2070-\u209c\u2150-\u215f]+)")
_BLANK_IN_NUMBER: Final = re.compile(r"(?<=[0-9])\s+(?=[0-9])")
_SEPARATOR: Final = re.compile(rf"[\\{_SLASHES}{_DASHES}]+")
_DASH_BEFORE_FLOOR: Final = re.compile(
    rf"(?<=[^\s\\{_SLASHES}{_DASHES}])\s*[-−－](?=[0-9０-９{_CHINESE}]+层)"
)
_DASH: Final = re.compile(f"[{_DASHES}]")
_SLASH: Final = re.compile(rf"[\\{_SLASHES}／]")
_MINUS_BEHIND_BLANK: Final = re.compile(rf"\s[-−－](?=[0-9{_CHINESE}]+层)")
_NAME_END: Final = re.compile(rf"\s*(?:[\\{_SLASHES}]+|[{_DASHES}](?![0-9{_CHINESE}]+层))?\s*")
_ALNUM: Final = re.compile("[0-9A-Z]")
_NUMERAL: Final = re.compile(f"[{_CHINESE}]+(?=[栋幢座层楼号室区期弄排门梯]|单元)")
_NUMERAL_ALONE: Final = re.compile(f"(?<![^/负])[{_CHINESE}]+(?=/|$)")
_POSITIONAL: Final = re.compile("[零〇一二三四五六七八九]+|两")
_SPOKEN: Final = re.compile(
    "([一二两三四五六七八九]?百)?([一二三四五六七八九]?十)?([零〇]?[一二三四五六七八九])?"
)
_DIGITS: Final = {
    char: value
    for value, chars in enumerate(("零〇", "一", "二两", *"三四五六七八九"))
    for char in chars
}
_NUMBERED_BUILDING: Final = re.compile("(?<=[0-9])(?:栋楼|幢楼|栋|幢)")
_OTHER_BUILDING: Final = re.compile("(?<![0-9])(?:号楼|栋楼|幢楼|幢)")
_BASEMENT: Final = re.compile("地下(?:/?负)?(?=[0-9]+[层楼])|(?<![0-9A-Z])B负?(?=[0-9]+层)")
_PART_ENDS: Final = re.compile(
    f"([0-9A-Z东南西北中甲乙丙丁](?:{_UNITS}))(?!/|$)|([0-9A-Z](?:{_LOOSE_UNITS}))(?=[0-9A-Z负])"
)
_PART_BEGINS: Final = re.compile(f"(?<=[^/0-9A-Z负]{{2}})(?=负?[A-Z]?[0-9]+[A-Z]?(?:{_UNITS}))")
_ROOM_END: Final = re.compile("(?<=[0-9A-Z])室+$")
_NUMBER_OF_PART: Final = re.compile(f"(负?[0-9A-Z]+)(?:{_UNITS}|{_LOOSE_UNITS}|室|门|梯)")
_BARE: Final = re.compile("负?[A-Z]{0,2}[0-9]+[A-Z]?|[A-Z]")


@lru_cache(maxsize=_CACHED)
def fold_address(text: str) -> str:
    """Return the canonical spelling of an address: `三栋-1单元 402室` is `3号楼/1单元/402`.

    Equal for all spellings of one address: full and half width, blanks, invisible characters,
    separators, 栋 and 幢, Chinese numerals before a unit or alone in a part, a final 室, lower
    case. A part ends after a unit. Basements are one another and never the floor above: `-2层`,
    `B2层` and `地下2层` are `负2层`. A dash at the beginning of a part is a minus. Folding again
    changes nothing.
    """
    if len(text) > _FOLDED_MAX:
        return text
    folded = _folded_once(text)
    while (again := _folded_once(folded)) != folded:
        folded = again
    return folded


def address_readings(text: str) -> tuple[str, ...]:
    """Return the folded readings of a written address; the usual one comes first.

    A dash before a floor is a minus in `车库 -2层` and, where other signs separate, in
    `车库-2层/101`. In `1号楼-2层` it may be a separator or a minus: only the houses can tell.
    """
    usual = fold_address(text)
    if len(text) > _FOLDED_MAX:
        return (usual,)
    minus = fold_address(_DASH_BEFORE_FLOOR.sub("/负", text))
    if minus == usual:
        return (usual,)
    lone = _SLASH.search(text) and len(_DASH.findall(text)) == 1
    return (minus,) if lone or _MINUS_BEHIND_BLANK.search(text) else (usual, minus)


def behind_name(text: str, name: str) -> str:
    """Return what follows a community's name in a written address; empty without the name.

    The name may be written with other blanks and separators. A number or a letter at its end
    goes on in one behind it: that is another name.
    """
    seen, wanted = _plain(text[:_FOLDED_MAX]), _solid(_plain(name))
    place = 0
    for sign in wanted:
        while place < len(seen) and not _solid(seen[place]):
            place += 1
        if not seen.startswith(sign, place):
            return ""
        place += 1
    rest = seen[place:]
    if not wanted or not _solid(rest) or (_ALNUM.match(wanted[-1]) and _ALNUM.match(rest)):
        return ""
    return _NAME_END.sub("", rest, count=1)


def numbers_of(folded: str) -> str:
    """Return a folded address without its units: `3号楼/1单元/402` is `3/1/402`."""
    return "/".join(map(number_of, folded.split("/")))


def number_of(part: str) -> str:
    """Return a part of a folded address without its unit: `3号楼` is `3`."""
    found = _NUMBER_OF_PART.fullmatch(part)
    return found[1] if found else part


def is_bare(part: str) -> bool:
    """Return whether a part of a folded address is a number or a letter without a unit."""
    return _BARE.fullmatch(part) is not None


def _folded_once(text: str) -> str:
    if _CANONICAL.fullmatch(text):
        return text
    plain = _plain(text).strip()
    plain = "".join(_BLANK_IN_NUMBER.sub("/", plain).split())
    folded = _SEPARATOR.sub(_separator, plain).strip("/")
    folded = _NUMERAL.sub(_number, folded)
    folded = _OTHER_BUILDING.sub("栋", _NUMBERED_BUILDING.sub("号楼", folded))
    folded = _BASEMENT.sub("负", folded)
    folded = _PART_BEGINS.sub("/", _PART_ENDS.sub(r"\1\2/", folded))
    folded = _ROOM_END.sub("", folded)
    return _NUMERAL_ALONE.sub(_number, folded)


def _plain(text: str) -> str:
    """Return a text in half width and capitals; a raised digit stays what it is."""
    seen = without_invisible(text)
    pieces = _RAISED.split(seen)
    pieces[::2] = [unicodedata.normalize("NFKC", piece) for piece in pieces[::2]]
    return "".join(pieces).translate(_UPPER)


def _solid(text: str) -> str:
    return "".join(_SEPARATOR.sub("", text).split())


def _separator(found: re.Match[str]) -> str:
    """Return a slash, or a slash and a minus where the run ends with a minus before a number."""
    run, start, end = found[0], found.start(), found.end()
    number_follows = end < len(found.string) and (found.string[end] in "0123456789" + _CHINESE)
    if number_follows and run[-1] in _DASHES:
        begins = start == 0 if len(run) == 1 else run[-2] in _SLASHES
        if begins or run[-2:] in {"--", "−−"}:
            return "/负"
    return "/"


def _number(found: re.Match[str]) -> str:
    """Return a Chinese numeral below 1,000 in digits; what is no plain numeral stays."""
    numeral = found[0]
    if _POSITIONAL.fullmatch(numeral):
        return "".join(str(_DIGITS[char]) for char in numeral)
    spoken = _SPOKEN.fullmatch(numeral)
    if spoken is None:
        return numeral
    hundreds, tens, ones = (group or "" for group in spoken.groups())
    if ones and (ones[0] in "零〇") is not (bool(hundreds) and not tens):
        return numeral  # 一百一 is 110 to some and 101 to others
    return str(_value(hundreds, 100) + _value(tens, 10) + _DIGITS.get(ones[-1:], 0))


def _value(text: str, unit: int) -> int:
    return unit * _DIGITS.get(text[0], 1) if text else 0
