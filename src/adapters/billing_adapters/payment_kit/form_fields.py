"""Reads amounts and times from messages that consist of texts alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from billing_adapters.payment_kit.json_fields import text_at
from billing_adapters.payment_kit.malformed import MalformedMessageError
from billing_domain.model.money import Money
from billing_domain.model.shanghai import SHANGHAI

COMPACT: Final = "%Y%m%d%H%M%S"
SPACED: Final = "%Y-%m-%d %H:%M:%S"

_FEN: Final = re.compile(r"[0-9]{1,11}")


def fen_at(fields: Mapping[str, str], name: str) -> Money:
    """Return an amount in whole fen; raise MalformedMessageError."""
    text = text_at(fields, name)
    if _FEN.fullmatch(text) is None:
        raise MalformedMessageError(name)
    return Money(int(text))


def moment_at(fields: Mapping[str, str], name: str, form: str = COMPACT) -> datetime:
    """Return a Shanghai time as a moment in UTC; raise MalformedMessageError."""
    try:
        at = datetime.strptime(text_at(fields, name), form).replace(tzinfo=SHANGHAI)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise MalformedMessageError(name) from None
