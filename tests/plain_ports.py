"""What plays the outside world in tests: plain readers, writers and files behind the ports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from billing_adapters.fakes.messaging import FakeMenus, FakeMessages, FakeSms
from billing_adapters.fakes.payment_provider import FakeGateways, FakeProvider
from billing_adapters.fakes.system import (
    CountedIds,
    PlainOwnerIdentity,
    PlainPasswordHasher,
    PlainSecretCipher,
)
from billing_domain.errors import GlyphMissingError
from billing_domain.model.payments.receipt import ReceiptContent
from billing_domain.model.sheet import Cell, SheetTable
from billing_domain.ports.documents import (
    ExportCell,
    FileFormat,
    FileStore,
    QrEncoder,
    SheetReader,
    SheetTemplate,
    SheetWriter,
)
from billing_domain.ports.payments.receipts import ReceiptWriter
from billing_domain.ports.system import Clock
from billing_domain.testing.contracts import Storage
from billing_entrypoints.application import Ports


class RowsReader(SheetReader):
    """Reads the rows it was given, whatever the content: for tests of what comes after."""

    def __init__(self) -> None:
        self.rows: Sequence[Sequence[Cell]] = ()

    def read(self, content: bytes) -> SheetTable:  # noqa: ARG002 - the port's signature
        """Return the rows that the test put here."""
        return SheetTable(self.rows)


class PlainWriter(SheetWriter):
    """Writes text instead of workbooks, so that a test can read what was asked for."""

    def __init__(self) -> None:
        self.templates: list[SheetTemplate] = []
        self.errors: list[tuple[SheetTable, Mapping[int, str], str, int]] = []

    def template(self, template: SheetTemplate) -> bytes:
        """Keep the template and return its title."""
        self.templates.append(template)
        return template.title.encode()

    def with_errors(
        self, table: SheetTable, messages: Mapping[int, str], *, header: str, header_row: int
    ) -> bytes:
        """Keep the messages and return the header."""
        self.errors.append((table, messages, header, header_row))
        return header.encode()

    def table(
        self,
        path: Path,
        file_format: FileFormat,
        header: Sequence[str],
        rows: Iterable[Sequence[ExportCell]],
    ) -> None:
        """Write one line of text per row, fields between bars."""
        lines = ["|".join(map(str, line)) for line in ([file_format.value], header, *rows)]
        path.write_text("\n".join(lines), encoding="utf-8")


class PlainReceipts(ReceiptWriter):
    """Keeps what was printed instead of making a PDF; it has no glyph for `unprintable`."""

    def __init__(self) -> None:
        self.printed: list[Sequence[ReceiptContent]] = []
        self.unprintable = ""

    def write(self, receipts: Sequence[ReceiptContent], *, printed_on: date) -> bytes:
        """Return the bill numbers, one a line."""
        for receipt in receipts:
            if self.unprintable and self.unprintable in receipt.address:
                raise GlyphMissingError(
                    character=self.unprintable, text=receipt.address, number=receipt.bill_number
                )
        self.printed.append(tuple(receipts))
        return "\n".join([str(printed_on), *(each.bill_number for each in receipts)]).encode()


class PlainCodes(QrEncoder):
    """Writes the text itself."""

    def png(self, text: str) -> bytes:
        """Return the text."""
        return text.encode()

    def svg(self, text: str) -> str:
        """Return the text in an element."""
        return f"<svg>{text}</svg>"


class NoFiles(FileStore):
    """Keeps no file: exports have tests of their own."""

    def path(self, name: str) -> Path:
        """Return a path that nobody can write."""
        return Path("/nonexistent") / name

    def remove(self, name: str) -> None:
        """Forget nothing."""


def ports_of(storage: Storage, clock: Clock, **chosen: Any) -> Ports:
    """Return a storage with what plays the outside world, but for what is `chosen`."""
    messages = FakeMessages()
    parts: dict[str, Any] = {
        "begin": storage.begin,
        "bills": storage.bill_queries,
        "houses": storage.house_queries,
        "audit": storage.audit_queries,
        "payments": storage.payment_queries,
        "owner_bills": storage.owner_queries,
        "reminders": storage.reminder_queries,
        "gateways": FakeGateways(FakeProvider(clock)),
        "cashier": None,
        "identity": PlainOwnerIdentity(),
        "messages": messages,
        "sms": FakeSms(messages),
        "menu": FakeMenus(),
        "cipher": PlainSecretCipher(),
        "hasher": PlainPasswordHasher(),
        "reader": RowsReader(),
        "writer": PlainWriter(),
        "receipts": PlainReceipts(),
        "codes": PlainCodes(),
        "files": NoFiles(),
        "clock": clock,
        "ids": CountedIds(),
    }
    return Ports(**{**parts, **chosen})
