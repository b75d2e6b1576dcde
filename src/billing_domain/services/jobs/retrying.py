"""Retry after a lost race (P18)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from billing_domain.errors import (
    BillReservedError,
    CommitUnknownError,
    StaleError,
    StorageBusyError,
)

ATTEMPTS_MAX: Final = 8

_LOST_RACES: Final = (BillReservedError, CommitUnknownError, StaleError, StorageBusyError)

_Result = TypeVar("_Result")


def retrying(attempt: Callable[[], _Result]) -> _Result:
    """Return the result of an attempt; retry it at most 7 times after a lost race.

    An attempt is one whole unit of work that reads what it changes, so a retry after a commit of
    unknown outcome changes nothing twice (P17). Raises the error of the last attempt.
    """
    for _ in range(ATTEMPTS_MAX - 1):
        try:
            return attempt()
        except _LOST_RACES:
            continue
    return attempt()
