"""What can be refused about bills, imports, houses, staff and storage."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import attrs

from billing_domain.errors.families import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)


@attrs.frozen(str=False)
class AmountError(InvalidInputError):
    """An amount is not written as money or lies outside 0.01..99,999,999.99 (rule 3.7).

    `reason` is `format`, `not_positive` or `too_large`.
    """

    code: ClassVar[str] = "amount_invalid"
    text: str
    reason: str


@attrs.frozen(str=False)
class DateTextError(InvalidInputError):
    """A date is in none of the accepted forms, or its year is outside 2000..2099 (rule 3.8).

    `reason` is `format`, `no_such_day` or `year`.
    """

    code: ClassVar[str] = "date_invalid"
    text: str
    reason: str


@attrs.frozen(str=False)
class PeriodOrderError(InvalidInputError):
    """A billing period ends before it starts (rule 3.8)."""

    code: ClassVar[str] = "period_order"
    first_day: date
    last_day: date


@attrs.frozen(str=False)
class RemarkTooLongError(InvalidInputError):
    """A remark has more than 500 characters (rules 2.2, 3.10)."""

    code: ClassVar[str] = "remark_too_long"
    length: int
    length_max: int


@attrs.frozen(str=False)
class FieldError(InvalidInputError):
    """One named field is empty, too long or malformed.

    `reason` is `required`, `too_long`, `too_short`, `format`, `taken`, `unknown`, `wrong`,
    `fixed`, `future` or `twice`.
    """

    code: ClassVar[str] = "field_invalid"
    field: str
    reason: str
    value: str = ""


@attrs.frozen(str=False)
class FilterUnreadableError(InvalidInputError):
    """A criterion can't be read, so nothing acts on all results of its filter (rule 2.4).

    `criteria` are pairs of a criterion's name and what was given for it.
    """

    code: ClassVar[str] = "filter_unreadable"
    criteria: tuple[tuple[str, str], ...]


@attrs.frozen(str=False)
class PermissionMissingError(NotAllowedError):
    """The actor's role does not include the permission (rule 9, 权限管理)."""

    code: ClassVar[str] = "permission_missing"
    permission: str


@attrs.frozen(str=False)
class SignInRefusedError(NotAllowedError):
    """Name or password is wrong, or the account is disabled: deliberately one answer (P39)."""

    code: ClassVar[str] = "sign_in_refused"


@attrs.frozen(str=False)
class SignInThrottledError(NotAllowedError):
    """Too many failed attempts; try again after the given whole seconds (P39)."""

    code: ClassVar[str] = "sign_in_throttled"
    retry_after_seconds: int


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
class NumberTakenError(ConflictError):
    """A bill number was drawn twice; the caller draws again (rule 1, 平台单号)."""

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
class BatchRefusedError(RefusedError):
    """A batch was refused whole; every offending bill is named with its reason (rule 2.4)."""

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
    """The bills changed since the confirmation was shown; sums are in fen; look again."""

    code: ClassVar[str] = "batch_changed"
    count_confirmed: int
    count_found: int
    total_confirmed: int
    total_found: int


@attrs.frozen(str=False)
class CommunityClosedError(RefusedError):
    """The community is not open for billing; `status` is `not_opened` or `stopped`."""

    code: ClassVar[str] = "community_closed"
    community_id: str
    status: str


@attrs.frozen(str=False)
class CommunityStatusError(RefusedError):
    """The community is already in the state asked for, or can't reach it from its own."""

    code: ClassVar[str] = "community_status"
    status: str
    wanted: str


@attrs.frozen(str=False)
class SheetRefusedError(InvalidInputError):
    """A file can't be read as a bill sheet at all (rule 3.4).

    `reason` is one of `SheetRefusal`; `detail` names the cell, the column or the size.
    """

    code: ClassVar[str] = "sheet_refused"
    reason: str
    detail: str = ""


@attrs.frozen(str=False)
class TooManyRowsError(InvalidInputError):
    """A sheet has more data rows than one import takes (rule 3.5)."""

    code: ClassVar[str] = "too_many_rows"
    rows: int
    rows_max: int


@attrs.frozen(str=False)
class ImportRefusedError(RefusedError):
    """A sheet has row errors, so none of its rows was imported (rule 3.11)."""

    code: ClassVar[str] = "import_refused"
    errors: int


@attrs.frozen(str=False)
class ImportUnconfirmedError(RefusedError):
    """A sheet has warnings that nobody confirmed (rule 3.12)."""

    code: ClassVar[str] = "import_unconfirmed"
    warnings: int


@attrs.frozen(str=False)
class FileImportedBeforeError(RefusedError):
    """The same file was already imported into this community (rule 3.12)."""

    code: ClassVar[str] = "file_imported_before"
    batch_id: str
    imported_at: datetime


@attrs.frozen(str=False)
class ExportNotReadyError(RefusedError):
    """The export has no file: it is still being written, was cancelled, or failed."""

    code: ClassVar[str] = "export_not_ready"
    state: str


@attrs.frozen(str=False)
class LastAdministratorError(RefusedError):
    """The change would leave a company without anyone who may manage staff."""

    code: ClassVar[str] = "last_administrator"


@attrs.frozen(str=False)
class HouseInUseError(RefusedError):
    """A house with bills or residents can't be removed."""

    code: ClassVar[str] = "house_in_use"
    house_id: str


@attrs.frozen(str=False)
class SearchTooSlowError(RefusedError):
    """A search took longer than it may; a narrower one will do (promise P42)."""

    code: ClassVar[str] = "search_too_slow"
    seconds_max: float


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
