"""Calls to WeChat for an official account."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from billing_adapters.http_client import HttpClient
from billing_adapters.payment_kit.fields import malformed_is_unknown, parse_object
from billing_adapters.wechat.access_tokens import AccessTokens
from billing_adapters.wechat.official_codes import STALE_TOKEN_CODES, error_code
from billing_domain.errors import ProviderUnavailableError
from billing_domain.model.reminders.official_account import OfficialAccount

_OK: Final = 200
_REFUSED: Final = 400


class OfficialClient:
    """Calls WeChat with the account's token; after a refused token, renews it and retries once."""

    def __init__(self, tokens: AccessTokens, http: HttpClient) -> None:
        self._tokens, self._http = tokens, http

    def call(
        self,
        account: OfficialAccount,
        method: str,
        path: str,
        document: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """Return the answer, which may be a refusal.

        Raises ProviderUnavailableError for a missing or malformed answer, and
        MessagingMisconfiguredError without a token.
        """
        # WeChat shows the menu's names as sent, so JSON must not escape Chinese.
        body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
        with _nothing_sent():
            token = self._tokens.current(account)
        answer = self._ask(method, path, token, body)
        with malformed_is_unknown():
            stale = error_code(answer) in STALE_TOKEN_CODES
        if stale:
            with _nothing_sent():
                token = self._tokens.renewed(account, token)
            answer = self._ask(method, path, token, body)
        return answer

    def _ask(self, method: str, path: str, token: str, body: bytes) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} if body else {}
        answer = self._http.call(
            method, f"{path}?access_token={token}", headers=headers, body=body
        )
        if answer.status != _OK:
            # A refused request (4xx) was not carried out; a redirected request may have been.
            silent = answer.status < _REFUSED
            raise ProviderUnavailableError(detail=f"status {answer.status}", silent=silent)
        with malformed_is_unknown():
            return parse_object(answer.body)


@contextmanager
def _nothing_sent() -> Iterator[None]:
    """Mark a failed token request as "not sent": the API call itself never started."""
    try:
        yield
    except ProviderUnavailableError as error:
        raise ProviderUnavailableError(detail=error.detail) from error
