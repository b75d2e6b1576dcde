"""Spreadsheets in and out, stored files, receipts, QR codes."""

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
    """Reads uploaded spreadsheets, from any program."""

    @abstractmethod
    def read(self, content: bytes) -> SheetTable:
        """Return the first sheet of a csv, xls or xlsx file; the content decides the format.

        Numbers come as int, float or Decimal, dates as date or datetime, formulas as their stored
        value. Raises SheetRefusedError with the reason for a file that is too large, encrypted,
        damaged, hostile, or no spreadsheet (rule 3.4, promises P30, P31).
        """


@attrs.frozen
class TemplateColumn:
    """One header of a template, with the group header above it."""

    group: str
    header: str


@attrs.frozen
class SheetTemplate:
    """A workbook to fill in: header, example, and one row per house (rule 3.2).

    `title` names the first sheet, `notes_title` the second, which holds the sentences of `notes`.
    `choices` maps a header to the values of its drop-down.
    """

    title: str
    columns: Sequence[TemplateColumn]
    example_row: Sequence[str] | None
    rows: Sequence[Sequence[str]]
    choices: Mapping[str, Sequence[str]]
    notes_title: str
    notes: Sequence[str]


class FileFormat(Enum):
    """The file format of an export (rule 2.10)."""

    XLSX = "xlsx"
    CSV = "csv"


ExportCell = str | int | Money | date | datetime | None
"""A cell to write. Text never becomes a formula; Money becomes yuan with two decimals.

A datetime is written as its own wall clock, so pass Shanghai time.
"""


class SheetWriter(Protocol):
    """Writes workbooks whose text cells never start a formula (promise P33)."""

    @abstractmethod
    def template(self, template: SheetTemplate) -> bytes:
        """Return an xlsx file to fill in."""

    @abstractmethod
    def with_errors(
        self, table: SheetTable, messages: Mapping[int, str], *, header: str, header_row: int
    ) -> bytes:
        """Return the user's own rows as xlsx, with an extra column of messages by row number.

        The extra column's title `header` stands in row `header_row`. Row numbers count from 1,
        like in a spreadsheet. Rows with a message are highlighted (rule 3.11). A second upload
        ignores the extra column; a column of the same title from an earlier upload is used again.
        """

    @abstractmethod
    def table(
        self,
        path: Path,
        file_format: FileFormat,
        header: Sequence[str],
        rows: Iterable[Sequence[ExportCell]],
    ) -> None:
        """Write many rows to a file in bounded memory; exceptions of `rows` pass through."""


class QrEncoder(Protocol):
    """Turns an address into a QR code to be scanned from paper or a screen (rule 5.10)."""

    @abstractmethod
    def png(self, text: str) -> bytes:
        """Return a black and white PNG, at least 600 pixels wide including the quiet zone.

        Raises ValueError for a text that is too long for a QR code.
        """

    @abstractmethod
    def svg(self, text: str) -> str:
        """Return an `<svg>` element for a page, without script and style.

        Raises ValueError for a text that is too long for a QR code.
        """


class FileStore(Protocol):
    """Stores finished files for a limited time, under names that we generate (promise P32)."""

    @abstractmethod
    def path(self, name: str) -> Path:
        """Return the path of the file with this name (32 hex digits), for writing or reading.

        Raises ValueError for any other name, so that no input from outside becomes a path.
        """

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file, if it exists."""
