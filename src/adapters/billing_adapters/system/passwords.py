"""Passwords hashed with Argon2id."""

from __future__ import annotations

import secrets
from functools import cached_property

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from billing_domain.ports.company import PasswordHasher


class Argon2PasswordHasher(PasswordHasher):
    """Hashes with the low-memory parameters of RFC 9106: 64 MiB, three passes."""

    def __init__(self) -> None:
        self._hasher = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)

    @property
    def decoy(self) -> str:
        return self._random_hash

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    @cached_property
    def _random_hash(self) -> str:
        # Computed at the first unknown name: most commands never sign anybody in.
        return self.hash(secrets.token_urlsafe())

    def verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
