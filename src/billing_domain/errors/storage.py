"""Errors of storage: not found, changed meanwhile, busy, unknown, unusable."""

from __future__ import annotations

from typing import ClassVar

import attrs

from billing_domain.errors.families import (
    ConflictError,
    NotFoundError,
    UnavailableError,
)


@attrs.frozen(str=False)
class ThingNotFoundError(NotFoundError):
    """The actor can see nothing with this id; `kind` is the model noun, e.g. `bill`."""

    code: ClassVar[str] = "not_found"
    kind: str
    id: str


@attrs.frozen(str=False)
class StaleError(ConflictError):
    """The record was changed by someone else since it was read (rule 2.7)."""

    code: ClassVar[str] = "stale"
    kind: str
    id: str


@attrs.frozen(str=False)
class StorageBusyError(ConflictError):
    """The change got no lock in time, or lost the connection; nothing was stored (P18)."""

    code: ClassVar[str] = "storage_busy"


@attrs.frozen(str=False)
class CommitUnknownError(ConflictError):
    """The connection broke during commit: all or nothing was stored; read first (P17)."""

    code: ClassVar[str] = "commit_unknown"


@attrs.frozen(str=False)
class StorageUnusableError(UnavailableError):
    """The database can't be opened.

    `reason` is `url`, `driver`, `unreachable`, `encoding`, `demo` or `schema`; `detail` is the
    database's own text, without passwords.
    """

    code: ClassVar[str] = "storage_unusable"
    reason: str
    detail: str
