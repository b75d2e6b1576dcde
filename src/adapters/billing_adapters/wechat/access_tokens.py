"""Access tokens of official accounts, from WeChat's stable_token interface.

The interface returns the same token to every caller, so processes do not invalidate each other's
token. The token is stored all the same, since WeChat limits the calls.
"""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta
from typing import Any, Final

import attrs

from billing_adapters.http_client import HttpClient
from billing_adapters.payment_kit.fields import (
    MalformedMessageError,
    malformed_is_unknown,
    parse_object,
)
from billing_adapters.wechat.official_codes import error_code, token_refusal
from billing_domain.errors import MessagingMisconfiguredError, ProviderUnavailableError
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.company import SecretCipher
from billing_domain.ports.reminders.messaging import StoredToken, TokenStore
from billing_domain.ports.system import Clock

REFRESH_BEFORE: Final = timedelta(minutes=4)
"""WeChat issues the next token five minutes before the old token expires, not earlier."""

_OK: Final = 200
_TOKEN: Final = re.compile(r"[0-9A-Za-z_-]{1,512}")
_SECONDS_MAX: Final = 86_400


@attrs.frozen
class _Fresh:
    token: str = attrs.field(repr=False)
    lasts: timedelta


class AccessTokens:
    """Returns the token of each account; a lock lets one thread fetch an account's token."""

    def __init__(
        self, store: TokenStore, cipher: SecretCipher, http: HttpClient, clock: Clock
    ) -> None:
        self._store, self._cipher, self._http, self._clock = store, cipher, http, clock
        self._locks: dict[tuple[str, str], threading.Lock] = {}

    def current(self, account: OfficialAccount) -> str:
        """Return a token that is valid for at least REFRESH_BEFORE.

        If WeChat does not answer, returns the old token until its expiry. Raises
        ProviderUnavailableError and MessagingMisconfiguredError.
        """
        stored = self._stored(account)
        if token := self._token(stored, spare=REFRESH_BEFORE):
            return token
        with self._lock(account):
            stored = self._stored(account)
            if token := self._token(stored, spare=REFRESH_BEFORE):
                return token
            try:
                return self._keep(account, stored, self._fetch(account))
            except ProviderUnavailableError:
                if token := self._token(stored):
                    return token
                raise

    def renewed(self, account: OfficialAccount, refused: str) -> str:
        """Return a new token after WeChat refused one; raises as `current` does."""
        with self._lock(account):
            stored = self._stored(account)
            token = self._token(stored)
            if token and token != refused:
                return token
            fresh = self._fetch(account)
            if fresh.token == refused:
                fresh = self._fetch(account, force=True)
            return self._keep(account, stored, fresh)

    def _lock(self, account: OfficialAccount) -> threading.Lock:
        return self._locks.setdefault((account.company_id, account.app_id), threading.Lock())

    def _stored(self, account: OfficialAccount) -> StoredToken | None:
        return self._store.get(account.company_id, account.app_id)

    def _token(self, stored: StoredToken | None, *, spare: timedelta = timedelta()) -> str:
        """Return a stored token that is valid for longer than `spare`; empty for none."""
        if stored is None or stored.expires_at - self._clock.now() <= spare:
            return ""
        try:
            return self._cipher.unseal(stored.sealed)
        except ValueError:
            return ""

    def _keep(self, account: OfficialAccount, old: StoredToken | None, fresh: _Fresh) -> str:
        sealed = self._cipher.seal(fresh.token)
        new = StoredToken(sealed, self._clock.now() + fresh.lasts)
        stored = self._store.replace(account.company_id, account.app_id, old=old, new=new)
        return self._token(stored) or fresh.token

    def _fetch(self, account: OfficialAccount, *, force: bool = False) -> _Fresh:
        request = {
            "grant_type": "client_credential",
            "appid": account.app_id,
            "secret": self._secret(account),
            "force_refresh": force,
        }
        answer = self._http.call(
            "POST",
            "/cgi-bin/stable_token",
            headers={"Content-Type": "application/json"},
            body=json.dumps(request).encode(),
        )
        if answer.status != _OK:
            raise ProviderUnavailableError(detail=f"status {answer.status}")
        with malformed_is_unknown():
            return _read(parse_object(answer.body))

    def _secret(self, account: OfficialAccount) -> str:
        try:
            return self._cipher.unseal(account.sealed_secret)
        except ValueError:
            raise MessagingMisconfiguredError(reason="secrets_unreadable", detail="") from None


def _read(document: dict[str, Any]) -> _Fresh:
    if error_code(document) != 0:
        raise token_refusal(document)
    token, seconds = document.get("access_token"), document.get("expires_in")
    if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
        raise MalformedMessageError("access_token")
    if not isinstance(seconds, int) or not 0 < seconds <= _SECONDS_MAX:
        raise MalformedMessageError("expires_in")
    return _Fresh(token, timedelta(seconds=seconds))
