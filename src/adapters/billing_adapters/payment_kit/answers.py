"""The meaning of a refused query, and the status that answers a message."""

from __future__ import annotations

from typing import Final

from billing_domain.errors import ProviderRefusedError, ProviderUnavailableError

_YES, _REFUSED, _LATER = 200, 401, 500
_REASONS: Final = frozenset(
    {"signature", "stale", "probe", "merchant", "format", "amount", "order"}
)


def nothing_known(refused: ProviderRefusedError) -> ProviderUnavailableError:
    """Return the error of a refused query: the object's state stays unknown."""
    detail = f"{refused.provider_code} {refused.detail}".strip()
    return ProviderUnavailableError(detail=detail)


def answer_status(*, settled: bool, reason: str) -> int:
    """Return the HTTP status that answers a message: 200 settled, 401 refused, 500 failed."""
    if settled:
        return _YES
    return _REFUSED if reason in _REASONS else _LATER
