"""Passwords, secrets, and who an owner is in WeChat."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from billing_domain.model.official_account import OfficialAccount


class PasswordHasher(Protocol):
    """Hashes passwords slowly on purpose."""

    @property
    @abstractmethod
    def decoy(self) -> str:
        """A hash that no password fits, so that an unknown name costs the same time (P39)."""

    @abstractmethod
    def hash(self, password: str) -> str:
        """Return a salted hash that `verify` takes."""

    @abstractmethod
    def verify(self, password_hash: str, password: str) -> bool:
        """Tell whether the password is the hashed one, in the same time for both answers."""


class SecretCipher(Protocol):
    """Keeps secrets unreadable at rest (rule 5.9)."""

    @abstractmethod
    def seal(self, secret: str) -> str:
        """Return the secret encrypted under the deployment's key."""

    @abstractmethod
    def unseal(self, sealed: str) -> str:
        """Return the secret again; raise ValueError when the key is another."""


class OwnerIdentity(Protocol):
    """Learns from WeChat who an owner is: the openid at a company's official account (rule 5.12).

    The browser goes to `authorize_url` and comes back to `return_url` with a code that is good
    for one question, and with the state, which the caller ties to the browser.
    """

    @abstractmethod
    def authorize_url(
        self, official_account: OfficialAccount, *, return_url: str, state: str
    ) -> str:
        """Return where to send the browser; `state` has 1..128 of `[0-9A-Za-z_-]`.

        Raises ValueError for another state: it is a programming mistake.
        """

    @abstractmethod
    def openid(self, official_account: OfficialAccount, *, code: str) -> str:
        """Return the openid that a code stands for.

        Raises ProviderRefusedError, with `invalid_code` for one that is forged, used or too old,
        so that signing in starts again; ProviderUnavailableError when asking later may help.
        """
