"""Errors about bills, batches, search and exports."""

from __future__ import annotations

from typing import ClassVar

import attrs

from billing_domain.errors.families import (
    ConflictError,
    InvalidInputError,
    RefusedError,
)


@attrs.frozen(str=False)
class RemarkTooLongError(InvalidInputError):
    """A remark has more than 500 characters (rules 2.2, 3.10)."""

    code: ClassVar[str] = "remark_too_long"
    length: int
    length_max: int


@attrs.frozen(str=False)
class NumberTakenError(ConflictError):
    """The bill number was used before; the caller draws another one (rule 1, 平台单号)."""

    code: ClassVar[str] = "number_taken"


@attrs.frozen(str=False)
class BillActionRefusedError(RefusedError):
    """The bill's state or origin does not allow the action (rule 2.1).

    `reason` is `paid`, `voided`, `pending`, `imported`, `pushed`, `online`, `receipted`,
    `reserved`, `refunding` or `gone`.
    """

    code: ClassVar[str] = "bill_action_refused"
    number: str
    action: str
    reason: str


@attrs.frozen(str=False)
class ChargeExistsError(RefusedError):
    """Another bill charges the house for the same already, and nobody confirmed it (2.12)."""

    code: ClassVar[str] = "charge_exists"
    number: str


@attrs.frozen(str=False)
class BatchRefusedError(RefusedError):
    """Some bills refused, so the batch changed nothing; names each such bill (rule 2.4)."""

    code: ClassVar[str] = "batch_refused"
    action: str
    refusals: tuple[BillActionRefusedError, ...]


@attrs.frozen(str=False)
class BatchTooLargeError(RefusedError):
    """A batch names more bills than one transaction may change (P21)."""

    code: ClassVar[str] = "batch_too_large"
    count: int
    count_max: int


@attrs.frozen(str=False)
class BatchChangedError(ConflictError):
    """The bills changed after the confirmation was shown; confirm again. Sums are in fen."""

    code: ClassVar[str] = "batch_changed"
    count_confirmed: int
    count_found: int
    total_confirmed: int
    total_found: int


@attrs.frozen(str=False)
class ExportNotReadyError(RefusedError):
    """The export has no file: it is still being written, was cancelled, or failed."""

    code: ClassVar[str] = "export_not_ready"
    state: str


@attrs.frozen(str=False)
class SearchTooSlowError(RefusedError):
    """The search exceeded its time limit; a narrower search will succeed (promise P42)."""

    code: ClassVar[str] = "search_too_slow"
    seconds_max: float


@attrs.frozen(str=False)
class BillReservedError(ConflictError):
    """The bill is in an open payment order, which must be decided first (rules 2.5, 5.4)."""

    code: ClassVar[str] = "bill_reserved"
    number: str
    order: str
