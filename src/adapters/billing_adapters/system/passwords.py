"""Passwords hashed with Argon2id."""

from __future__ import annotations

import secrets
from functools import cached_property

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from billing_domain.ports.company import PasswordHasher


class Argon2PasswordHasher(PasswordHasher):
    """Hashes with the parameters of RFC 9106 for little memory: 64 MiB, three passes."""

    def __init__(self) -> None:
        self._hasher = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)

    @property
    def decoy(self) -> str:
        """A hash of chance that nobody knows."""
        return self._chance_hash

    def hash(self, password: str) -> str:
        """Return a salted hash that names its own parameters."""
        return self._hasher.hash(password)

    @cached_property
    def _chance_hash(self) -> str:
        # Made when the first name is unknown: most commands never sign anybody in.
        return self.hash(secrets.token_urlsafe())

    def verify(self, password_hash: str, password: str) -> bool:
        """Tell whether the password is the hashed one; a text that is no hash matches nothing."""
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
