"""How WeChat hands out access tokens: the stable way and the classic one, each with its own."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import attrs

from billing_domain.ports.system import Clock

TOKEN_LASTS = timedelta(seconds=7200)
NEXT_TOKEN_BEFORE = timedelta(minutes=5)


@attrs.frozen
class _Token:
    value: str
    ends_at: datetime
    stable: bool


class TokenDesk:
    """One account's tokens; whoever asks the classic way, or forces, ends the one before.

    `made` counts them.
    """

    def __init__(self, clock: Clock) -> None:
        self.app_id = f"wx{secrets.token_hex(8)}"
        self.secret = secrets.token_hex(16)
        self.made = 0
        self._clock = clock
        self._tokens: list[_Token] = []
        self._revoked: set[str] = set()
        self._forgotten: set[str] = set()

    def issue(self, question: dict[str, Any], *, stable: bool) -> int | dict[str, Any]:
        """Return a token, or the code with which it is refused."""
        if question.get("grant_type") != "client_credential":
            return 40002
        if question.get("appid") != self.app_id:
            return 40013
        if question.get("secret") != self.secret:
            return 40125
        now, last = self._clock.now(), self._last(stable=stable)
        fresh = not stable or question.get("force_refresh") is True
        if last is None or fresh or last.ends_at - now <= NEXT_TOKEN_BEFORE:
            if fresh and last is not None:
                self._revoked.add(last.value)
            last = _Token(secrets.token_urlsafe(90), now + TOKEN_LASTS, stable)
            self._tokens.append(last)
            self.made += 1
        seconds = int((last.ends_at - now).total_seconds())
        return {"access_token": last.value, "expires_in": seconds}

    def refusal(self, value: str) -> int:
        """Return the code that a token is refused with, 0 for none."""
        found = [each for each in self._tokens if each.value == value]
        if not found or value in self._revoked:
            return 40001
        return 42001 if found[0].ends_at <= self._clock.now() else 0

    def revoke(self, *, noticed: bool = True) -> None:
        """End the stable token; unless `noticed`, it is still handed out."""
        last = self._last(stable=True)
        if last is not None:
            self._revoked.add(last.value)
            if noticed:
                self._forgotten.add(last.value)

    def _last(self, *, stable: bool) -> _Token | None:
        of_kind = [
            each
            for each in self._tokens
            if each.stable is stable and each.value not in self._forgotten
        ]
        return of_kind[-1] if of_kind else None
