"""Error codes of official accounts: retry later, unreachable recipient, or wrong setting."""

from __future__ import annotations

from typing import Any, Final

from billing_adapters.payment_kit.fields import MalformedMessageError
from billing_adapters.payment_kit.texts import provider_words
from billing_domain.errors import (
    BillingError,
    MessagingMisconfiguredError,
    ProviderUnavailableError,
    RecipientUnreachableError,
)

STALE_TOKEN_CODES: Final = frozenset({40001, 40014, 42001})
"""The token is no longer valid. In answers to token requests, 40001 means a wrong secret."""

SENT_BEFORE: Final = 45065
"""A message with this `client_msg_id` was sent before."""

_PASSING: Final = frozenset({-1000, -1, 45009, 45011, 45047, 45066, *STALE_TOKEN_CODES})
"""Busy, over the limit of the day or minute, retried too soon, token invalid again."""

_UNREACHABLE: Final = {
    40003: "unknown_openid",
    43004: "not_following",
    43019: "refused",
    43101: "refused",
}
_MISCONFIGURED: Final = {
    40002: "secret",
    40013: "app_id",
    40037: "template",
    40125: "secret",
    40164: "address",
    40243: "secret",
    41002: "app_id",
    41004: "secret",
    47003: "field",
    48001: "permission",
    48004: "limited",
    50002: "limited",
    89503: "address",
    **dict.fromkeys((40054, 40055, *range(40015, 40029)), "menu"),
}


def error_code(document: dict[str, Any]) -> int:
    """Return an answer's code, 0 for success; raise MalformedMessageError."""
    code = document.get("errcode", 0)
    if not isinstance(code, int) or isinstance(code, bool):
        raise MalformedMessageError("errcode")
    return code


def refusal(document: dict[str, Any]) -> BillingError:
    """Return the error that a refusal means."""
    code = error_code(document)
    if code in _PASSING:
        return ProviderUnavailableError(detail=str(code))
    if reason := _UNREACHABLE.get(code):
        return RecipientUnreachableError(reason=reason)
    words = f"{code} {provider_words(document.get('errmsg'))}".strip()
    return MessagingMisconfiguredError(reason=_MISCONFIGURED.get(code, "other"), detail=words)


def token_refusal(document: dict[str, Any]) -> BillingError:
    """Return the error that a refused token request means."""
    if error_code(document) in STALE_TOKEN_CODES:
        words = f"{error_code(document)} {provider_words(document.get('errmsg'))}".strip()
        return MessagingMisconfiguredError(reason="secret", detail=words)
    return refusal(document)
