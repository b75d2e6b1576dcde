"""Reading fields of JSON without guessing: a wrong type is an error, not a cast."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from billing_adapters.payment_kit.malformed import MalformedMessageError
from billing_domain.model.money import Money

_TEXT_LENGTH_MAX: Final = 256


def parse_object(content: bytes) -> dict[str, Any]:
    """Return the one object that a body is; raise MalformedMessageError."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise MalformedMessageError("not JSON") from None
    if not isinstance(document, dict):
        raise MalformedMessageError("not an object")
    return document


def object_at(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object; raise MalformedMessageError where there is none."""
    value = document.get(name)
    if not isinstance(value, dict):
        raise MalformedMessageError(name)
    return value


def text_at(document: Mapping[str, Any], name: str) -> str:
    """Return a printable text of 1..256 characters; raise MalformedMessageError."""
    value = document.get(name)
    if not isinstance(value, str) or not value.isprintable():
        raise MalformedMessageError(name)
    if not 1 <= len(value) <= _TEXT_LENGTH_MAX:
        raise MalformedMessageError(name)
    return value


def whole_at(document: dict[str, Any], name: str) -> int:
    """Return a number of 0, 1, 2 …; raise MalformedMessageError where there is none."""
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MalformedMessageError(name)
    return value


def fen_at(document: dict[str, Any], name: str) -> Money:
    """Return an amount in whole fen; raise MalformedMessageError where there is none."""
    return Money(whole_at(document, name))


def moment_at(document: dict[str, Any], name: str) -> datetime:
    """Return a moment in UTC, written with its offset (RFC 3339); raise MalformedMessageError."""
    try:
        at = datetime.fromisoformat(text_at(document, name))
        if at.utcoffset() is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise MalformedMessageError(name)
