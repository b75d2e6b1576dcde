"""Messages that differ from a provider's documentation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from billing_domain.errors import NotificationRefusedError, ProviderUnavailableError


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
