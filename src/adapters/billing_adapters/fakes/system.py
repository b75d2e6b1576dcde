"""Predictable time, ids and secrets."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from billing_domain.errors import ProviderRefusedError
from billing_domain.model.bills.bill_number import SERIAL_MAX
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.company import PasswordHasher, SecretCipher
from billing_domain.ports.owners import OwnerIdentity
from billing_domain.ports.system import Clock, IdGenerator


class FrozenClock(Clock):
    """A clock that moves only by `advance`."""

    def __init__(self, now: datetime) -> None:
        self.stands_at = now

    def now(self) -> datetime:
        return self.stands_at.astimezone(UTC)

    def advance(self, duration: timedelta) -> None:
        """Move the clock forward."""
        self.stands_at += duration


class CountedIds(IdGenerator):
    """Ids, serials, secrets and tokens that count up from one."""

    def __init__(self) -> None:
        self._counter = itertools.count(1)
        self._serials = itertools.count(1)

    def new_id(self) -> str:
        """Return the next number as 32 hex digits."""
        return f"{next(self._counter):032x}"

    def bill_serials(self, count: int) -> Sequence[int]:
        """Return the next `count` numbers, highest first; start again after 9,999,999."""
        return [next(self._serials) % (SERIAL_MAX + 1) for _ in range(count)][::-1]

    def order_serial(self) -> int:
        return next(self._serials)

    def new_secret(self) -> str:
        """Return the next number as 16 digits."""
        return f"{next(self._counter):016d}"

    def new_token(self) -> str:
        return f"token-{next(self._counter)}"


class PlainPasswordHasher(PasswordHasher):
    """Marks passwords instead of hashing them: fast, and no protection at all."""

    @property
    def decoy(self) -> str:
        return "decoy"

    def hash(self, password: str) -> str:
        return f"plain:{password}"

    def verify(self, password_hash: str, password: str) -> bool:
        return password_hash == f"plain:{password}"


class PlainSecretCipher(SecretCipher):
    """Marks secrets instead of encrypting them: no protection at all."""

    def seal(self, secret: str) -> str:
        return f"plain:{secret}"

    def unseal(self, sealed: str) -> str:
        mark, colon, secret = sealed.partition(":")
        if (mark, colon) != ("plain", ":"):
            raise ValueError("sealed under another key")
        return secret


class PlainOwnerIdentity(OwnerIdentity):
    """Accepts codes of the form `code-<openid>`."""

    def authorize_url(
        self, official_account: OfficialAccount, *, return_url: str, state: str
    ) -> str:
        return f"https://wechat.example/{official_account.app_id}?to={return_url}&state={state}"

    def openid(self, official_account: OfficialAccount, *, code: str) -> str:
        del official_account
        if not code.startswith("code-"):
            raise ProviderRefusedError(provider_code="invalid_code", detail="")
        return code.removeprefix("code-")
