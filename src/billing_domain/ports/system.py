"""Time and random values as ports, so that tests can fix them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Gives the time."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class IdGenerator(Protocol):
    """Generates identifiers that are unique or can't be guessed."""

    @abstractmethod
    def new_id(self) -> str:
        """Return 32 hex digits, unique and ascending with time."""

    @abstractmethod
    def bill_serials(self, count: int) -> Sequence[int]:
        """Return `count` descending numbers of 0..9,999,999 for bills of one moment.

        Lists show the highest number first, so the first bill gets the highest (rule 2.8).
        """

    @abstractmethod
    def order_serial(self) -> int:
        """Return a number of 0..999,999,999,999 for an order or refund, hard to guess."""

    @abstractmethod
    def new_secret(self) -> str:
        """Return 16 random letters and digits, a 授权密钥."""

    @abstractmethod
    def new_token(self) -> str:
        """Return an unguessable, URL-safe session token of at least 256 bits."""
