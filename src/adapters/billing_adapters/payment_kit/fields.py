"""Reads fields of messages strictly: a wrong type is an error, never a cast.

Messages are JSON, or consist of texts alone, in which amounts and times are written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from billing_domain.errors import NotificationRefusedError, ProviderUnavailableError
from billing_domain.model.money import Money
from billing_domain.model.shanghai import SHANGHAI

COMPACT: Final = "%Y%m%d%H%M%S"
SPACED: Final = "%Y-%m-%d %H:%M:%S"
_TEXT_LENGTH_MAX: Final = 256
_FEN: Final = re.compile(r"[0-9]{1,11}")


class MalformedMessageError(Exception):
    """A message is malformed; names the field, not its value. Never leaves the adapters."""


@contextmanager
def malformed_is_unknown() -> Iterator[None]:
    """Turn a malformed answer into ProviderUnavailableError: the state stays unknown."""
    try:
        yield
    except MalformedMessageError as error:
        raise ProviderUnavailableError(detail=f"malformed answer: {error}", silent=True) from error


@contextmanager
def malformed_is_refused() -> Iterator[None]:
    """Turn a malformed notification into a refusal, so the provider repeats it (rule 5.5)."""
    try:
        yield
    except MalformedMessageError as error:
        raise NotificationRefusedError(reason="format") from error


def parse_object(content: bytes) -> dict[str, Any]:
    """Return the JSON object of a body; raise MalformedMessageError."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise MalformedMessageError("not JSON") from None
    if not isinstance(document, dict):
        raise MalformedMessageError("not an object")
    return document


def object_at(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object field; raise MalformedMessageError."""
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
    """Return a whole number of 0 or more; raise MalformedMessageError."""
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MalformedMessageError(name)
    return value


def fen_at(document: dict[str, Any], name: str) -> Money:
    """Return an amount in whole fen; raise MalformedMessageError."""
    return Money(whole_at(document, name))


def moment_at(document: dict[str, Any], name: str) -> datetime:
    """Return an RFC 3339 time with offset as a moment in UTC; raise MalformedMessageError."""
    try:
        at = datetime.fromisoformat(text_at(document, name))
        if at.utcoffset() is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise MalformedMessageError(name)


def written_fen_at(fields: Mapping[str, str], name: str) -> Money:
    """Return an amount in whole fen that is written as text; raise MalformedMessageError."""
    text = text_at(fields, name)
    if _FEN.fullmatch(text) is None:
        raise MalformedMessageError(name)
    return Money(int(text))


def written_moment_at(fields: Mapping[str, str], name: str, form: str = COMPACT) -> datetime:
    """Return a written Shanghai time as a moment in UTC; raise MalformedMessageError."""
    try:
        at = datetime.strptime(text_at(fields, name), form).replace(tzinfo=SHANGHAI)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise MalformedMessageError(name) from None
