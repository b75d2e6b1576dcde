"""What a provider's refusal means to us, and how we answer its messages."""

from __future__ import annotations

from typing import Final

from billing_domain.errors import ProviderRefusedError, ProviderUnavailableError

_YES, _REFUSED, _LATER = 200, 401, 500
_REASONS: Final = frozenset(
    {"signature", "stale", "probe", "merchant", "format", "amount", "order"}
)


def nothing_known(refused: ProviderRefusedError) -> ProviderUnavailableError:
    """Return what a refused question says of its object: nothing, until somebody mends it."""
    detail = f"{refused.provider_code} {refused.detail}".strip()
    return ProviderUnavailableError(detail=detail)


def answer_status(*, settled: bool, reason: str) -> int:
    """Return the HTTP status that answers a message: 401 when refused, 500 when not booked."""
    if settled:
        return _YES
    return _REFUSED if reason in _REASONS else _LATER
