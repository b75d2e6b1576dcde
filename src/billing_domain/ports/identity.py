"""Passwords and secrets."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


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
