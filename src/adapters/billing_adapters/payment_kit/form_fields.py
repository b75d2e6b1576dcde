"""Reading messages in which everything is text, such as forms (`a=1&b=2`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl

from billing_adapters.payment_kit.json_fields import text_at
from billing_adapters.payment_kit.malformed import MalformedMessageError
from billing_domain.model.money import Money
from billing_domain.model.shanghai import SHANGHAI

COMPACT: Final = "%Y%m%d%H%M%S"
SPACED: Final = "%Y-%m-%d %H:%M:%S"

_FEN: Final = re.compile(r"[0-9]{1,11}")


def parse_form(content: bytes) -> dict[str, str]:
    """Return the fields of a form in UTF-8; raise MalformedMessageError.

    A name that comes twice is refused: it could be signed with one value and read with the other.
    """
    try:
        pairs = parse_qsl(
            content.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict"
        )
    except ValueError:
        raise MalformedMessageError("form") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise MalformedMessageError("a name comes twice")
    return fields


def fen_at(fields: Mapping[str, str], name: str) -> Money:
    """Return an amount in whole fen; raise MalformedMessageError where there is none."""
    text = text_at(fields, name)
    if _FEN.fullmatch(text) is None:
        raise MalformedMessageError(name)
    return Money(int(text))


def moment_at(fields: Mapping[str, str], name: str, form: str = COMPACT) -> datetime:
    """Return a moment in UTC, written as Shanghai time; raise MalformedMessageError."""
    try:
        at = datetime.strptime(text_at(fields, name), form).replace(tzinfo=SHANGHAI)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise MalformedMessageError(name) from None
