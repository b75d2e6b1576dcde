"""What a search text finds, in Python that a person can read (rule 2.9).

It looks at whole texts and shares only the folding of addresses with the program.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

import attrs

from billing_domain.model.bills.bill import Bill
from billing_domain.model.houses.house_folding import (
    address_readings,
    fold_address,
    is_bare,
    numbers_of,
)
from billing_domain.model.houses.resident import Resident

MIDDLE_DOTS = "·•‧∙⋅"
INVISIBLE = "\u200b\u200e\ufeff"


@attrs.frozen
class Place:
    """A house as it is searched: its community's name, its address, those who live there."""

    community: str
    address: str
    living: Sequence[Resident]


def words_of(text: str) -> list[str]:
    """Return the words of what was typed; a phone with blanks is one word."""
    shown = unicodedata.normalize("NFKC", text.strip()[:64])
    kept = [c if c.isprintable() else " " if c.isspace() else "" for c in shown]
    whole = "".join(c for c in kept if c not in INVISIBLE)
    phone = r"(?<!\d)(?:(?:\+|00)?86[ -]*)?(1\d\d)[ -]+(\d{4})[ -]+(\d{4})(?!\d)"
    joined = re.sub(phone, r"\1\2\3", whole, flags=re.ASCII)
    unit = r"(?<=[0-9A-Za-z一二三四五六七八九十百])\s+(?=号楼|单元|[栋幢层室])"
    found = re.sub(unit, "", joined).split()
    words = [word for word in found if plain(word)]
    return [word for word in words if any(each.strip("/") for each in readings(word))] or words


def plain(text: str) -> str:
    """Return a text in half width, without what nobody reads."""
    seen = unicodedata.normalize("NFKC", text)
    return "".join(c for c in seen if c.isprintable() and c not in f" ¦{MIDDLE_DOTS}{INVISIBLE}")


def in_house(place: Place, word: str, *, whole_phones: bool) -> bool:
    """Tell whether a word is found in address, name or phone of a house."""
    if any(in_address(place, reading) for reading in readings(word)):
        return True
    return any(
        (not is_digits(word) and plain(word).casefold() in plain(person.name).casefold())
        or in_phone(person.phone, word, whole_phones=whole_phones)
        for person in place.living
    )


def readings(word: str) -> list[str]:
    has_digit = any(c in "0123456789" for c in word)
    return [*address_readings(word), *([] if has_digit else [word.upper()])]


def in_address(place: Place, reading: str) -> bool:
    """Tell whether an address holds a reading, each number of it from its first digit on."""
    if not reading.strip("/"):
        return False
    name, address = fold_address(place.community), fold_address(place.address)
    if holds(f"{name}/", reading) or holds(f"/{address}", reading):
        return True
    if are_numbers(reading) and f"/{reading}/" in f"/{numbers_of(address)}/":
        return True
    for end in range(1, len(reading)):
        head, rest = reading[:end].rstrip("/"), reading[end:].lstrip("/")
        if not (head.strip("/") and rest and not cuts_number(reading, end)):
            continue
        if name.endswith(head) and (
            len(head) == len(name) or not cuts_number(name, len(name) - len(head))
        ):
            numbers = f"{numbers_of(address)}/"
            if address.startswith(rest) or (are_numbers(rest) and numbers.startswith(f"{rest}/")):
                return True
    return False


def holds(text: str, part: str) -> bool:
    """Tell whether a text contains a part that begins in no middle of a number."""
    begins = range(len(text) - len(part) + 1)
    return any(text.startswith(part, at) and not cuts_number(text, at) for at in begins)


def cuts_number(text: str, at: int) -> bool:
    """Tell whether a place in a text is within a number, which a 负 may begin."""
    return any(found.start() < at < found.end() for found in re.finditer("负?[0-9]+", text))


def are_numbers(reading: str) -> bool:
    parts = reading.split("/")
    return len(parts) > 1 and all(is_bare(part) for part in parts)


def in_phone(phone: str, word: str, *, whole_phones: bool) -> bool:
    """Tell whether a word is a part of a phone that the searcher may look for."""
    digits, known = phone_digits(word), phone_digits(phone)
    dashed = re.fullmatch(r"(86-)?[0-9]{2,}(-[0-9]{3,})+", word)
    if not (is_digits(word) or word.startswith("+") or dashed) or len(digits) < 3:
        return False
    begins, ends = known.startswith(digits), known.endswith(digits)
    if not whole_phones:
        shown = (begins and len(digits) <= 3) or (ends and len(digits) <= 4)
        return digits == known or shown
    return begins or ends or (len(digits) >= 6 and digits in known)


def phone_digits(text: str) -> str:
    plainly = plain(text)
    digits = re.sub("[^0-9]", "", plainly)
    if plainly.startswith("+86"):
        return digits[2:]
    if plainly.startswith("0086"):
        return digits[4:]
    return digits[2:] if digits.startswith("86") and len(digits) >= 12 else digits


def in_number(bill: Bill, word: str) -> bool:
    """Tell whether a word is a part of a bill's own or external number."""
    external = plain(bill.external_number).casefold() if bill.external_number else None
    if not is_digits(word):
        return external is not None and plain(word).casefold() in external
    known = [bill.number, *([external] if external is not None else [])]
    return any(
        (len(word) >= 3 and (number.startswith(word) or number.endswith(word)))
        or (len(word) >= 6 and word in number)
        for number in known
    )


def is_digits(word: str) -> bool:
    return bool(word) and set(word) <= set("0123456789")


def found_by(
    bill: Bill, place: Place, text: str, *, others: Collection[Place], whole_phones: bool
) -> bool:
    """Tell whether a text finds a bill; `others` are all houses that it may find."""

    def matches(word: str) -> bool:
        if in_house(place, word, whole_phones=whole_phones):
            return True
        few_digits = is_digits(word) and len(word) < 6
        if few_digits and any(in_house(each, word, whole_phones=whole_phones) for each in others):
            return False
        return in_number(bill, word)

    return all(matches(word) for word in words_of(text))
