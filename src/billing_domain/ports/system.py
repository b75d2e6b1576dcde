"""Time and chance, as ports, so that tests can hold them still."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class IdGenerator(Protocol):
    """Draws identifiers that nobody can guess or that must differ."""

    @abstractmethod
    def new_id(self) -> str:
        """Return 32 hex digits, different at every call, ascending with time."""

    @abstractmethod
    def bill_serials(self, count: int) -> Sequence[int]:
        """Return `count` different numbers of 0..9,999,999 for bills made in one moment."""

    @abstractmethod
    def order_serial(self) -> int:
        """Return a number of 0..999,999,999,999 for an order or refund, hard to guess."""

    @abstractmethod
    def new_secret(self) -> str:
        """Return 16 random letters and digits, a 授权密钥."""

    @abstractmethod
    def new_token(self) -> str:
        """Return an unguessable session token, URL-safe, at least 256 bits."""
