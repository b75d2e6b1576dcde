"""Messages that are not what a provider documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from billing_domain.errors import NotificationRefusedError, ProviderUnavailableError


class MalformedMessageError(Exception):
    """A message can't be read; names the field, never its content; never leaves the adapters."""


@contextmanager
def malformed_is_unknown() -> Iterator[None]:
    """Say of an answer that can't be read that it proves nothing: ask again later."""
    try:
        yield
    except MalformedMessageError as error:
        raise ProviderUnavailableError(detail=f"malformed answer: {error}", silent=True) from error


@contextmanager
def malformed_is_refused() -> Iterator[None]:
    """Refuse a notification that can't be read, so that it comes again (rule 5.5)."""
    try:
        yield
    except MalformedMessageError as error:
        raise NotificationRefusedError(reason="format") from error
