"""What storage answers: not there, changed meanwhile, busy, unknown, unusable."""

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
    """Nothing with this id is visible to the actor; `kind` is the model noun, as `bill`."""

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
    """The change did not get its turn, or lost the connection; nothing of it was kept (P18)."""

    code: ClassVar[str] = "storage_busy"


@attrs.frozen(str=False)
class CommitUnknownError(ConflictError):
    """The connection broke while committing: all or nothing was kept, so look first (P17)."""

    code: ClassVar[str] = "commit_unknown"


@attrs.frozen(str=False)
class StorageUnusableError(UnavailableError):
    """The database can't be opened.

    `reason` is `url`, `driver`, `unreachable`, `encoding`, `demo` or `schema`; `detail` says
    more, in the database's own words, never a password.
    """

    code: ClassVar[str] = "storage_unusable"
    reason: str
    detail: str
