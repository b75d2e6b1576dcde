"""Reading fields of version 2's messages, where everything is text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from billing_adapters.wechat.malformed import MalformedMessageError
from billing_domain.model.money import Money
from billing_domain.model.shanghai import SHANGHAI

COMPACT: Final = "%Y%m%d%H%M%S"
SPACED: Final = "%Y-%m-%d %H:%M:%S"

_TEXT_LENGTH_MAX: Final = 256
_FEN: Final = re.compile(r"[0-9]{1,11}")


def text_at(fields: Mapping[str, str], name: str) -> str:
    """Return a printable text of 1..256 characters; raise MalformedMessageError."""
    text = fields.get(name, "")
    if not 1 <= len(text) <= _TEXT_LENGTH_MAX or not text.isprintable():
        raise MalformedMessageError(name)
    return text


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
