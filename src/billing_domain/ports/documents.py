"""Spreadsheets in and out, receipts, QR codes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

import attrs

from billing_domain.model.money import Money
from billing_domain.model.sheet import SheetTable

FILE_BYTES_MAX = 5 * 1024 * 1024
"""The largest upload (rule 3.4)."""


class SheetReader(Protocol):
    """Reads what users upload, whoever wrote it."""

    @abstractmethod
    def read(self, content: bytes) -> SheetTable:
        """Return the first sheet of a csv, xls or xlsx file, told apart by its content.

        Numbers come as int, float or Decimal, dates as date or datetime, formulas as their
        stored value. Raises SheetRefusedError with the reason for anything that is too large,
        encrypted, damaged, hostile, or no spreadsheet (rule 3.4, promises P30, P31).
        """


@attrs.frozen
class TemplateColumn:
    """One header of a template with the group that it stands under."""

    group: str
    header: str


@attrs.frozen
class SheetTemplate:
    """A workbook to be filled in: header, example, and one row per house (rule 3.2).

    `title` names the first sheet, `notes_title` the second, which holds the sentences of
    `notes`. `choices` maps a header to the values of its drop-down.
    """

    title: str
    columns: Sequence[TemplateColumn]
    example_row: Sequence[str] | None
    rows: Sequence[Sequence[str]]
    choices: Mapping[str, Sequence[str]]
    notes_title: str
    notes: Sequence[str]


class FileFormat(Enum):
    """What an export is written as (rule 2.10)."""

    XLSX = "xlsx"
    CSV = "csv"


ExportCell = str | int | Money | date | datetime | None
"""A cell to write: text never becomes a formula, Money is a number of yuan with two decimals.

A datetime is written as the wall clock that it carries, so give it in Shanghai time.
"""


class SheetWriter(Protocol):
    """Writes workbooks whose text cells never start a formula (promise P33)."""

    @abstractmethod
    def template(self, template: SheetTemplate) -> bytes:
        """Return an xlsx to be filled in."""

    @abstractmethod
    def with_errors(
        self, table: SheetTable, messages: Mapping[int, str], *, header: str, header_row: int
    ) -> bytes:
        """Return the user's own rows as xlsx with one more column of messages by row number.

        `header` is written in `header_row`. It and the keys of `messages` are rows as a
        spreadsheet shows them, from 1; rows with a message are marked (rule 3.11). Uploading the
        mended file again ignores the extra column; a column of that name from an earlier round
        is used again.
        """

    @abstractmethod
    def table(
        self,
        path: Path,
        file_format: FileFormat,
        header: Sequence[str],
        rows: Iterable[Sequence[ExportCell]],
    ) -> None:
        """Write many rows to a file in bounded memory; an exception of `rows` passes through."""


class QrEncoder(Protocol):
    """Turns an address into a QR code to be scanned from paper or a screen (rule 5.10)."""

    @abstractmethod
    def png(self, text: str) -> bytes:
        """Return a black and white picture, at least 600 pixels wide, its quiet zone included.

        Raises ValueError for a text that is longer than a code holds.
        """

    @abstractmethod
    def svg(self, text: str) -> str:
        """Return an `<svg>` element to stand in a page, without script and style.

        Raises ValueError for a text that is longer than a code holds.
        """


class FileStore(Protocol):
    """Keeps finished files for a while, by a name of our own making (promise P32)."""

    @abstractmethod
    def path(self, name: str) -> Path:
        """Return where to write or read the file of a name: 32 hex digits.

        Raises ValueError for any other name, so that nothing from outside becomes a path.
        """

    @abstractmethod
    def remove(self, name: str) -> None:
        """Forget a file, silently if there is none."""
