"""A whole application in memory, reading and writing real spreadsheets and receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from billing_adapters.documents.qr_codes import QrCodes
from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.receipts.receipt_writer import PdfReceiptWriter
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_adapters.fakes.messaging import FakeMenus, FakeMessages, FakeSms
from billing_adapters.fakes.payment_provider import FakeGateways, FakeProvider
from billing_adapters.fakes.system import (
    CountedIds,
    PlainOwnerIdentity,
    PlainPasswordHasher,
    PlainSecretCipher,
)
from billing_adapters.system.file_store import LocalFileStore
from billing_domain.ports.system import Clock
from billing_entrypoints.application import Application
from billing_entrypoints.wiring import Choices, Ports, wire
from tests.databases import sqlite_pool, storage_of

PUBLIC_URL: Final = "https://fee.example.com"


def memory_application(clock: Clock, files: Path) -> Application:
    """Return an empty application that forgets everything with its last reference."""
    return wire(memory_ports(clock, files), Choices(public_url=PUBLIC_URL, demo=True))


def memory_ports(
    clock: Clock,
    files: Path,
    provider: FakeProvider | None = None,
    messages: FakeMessages | None = None,
) -> Ports:
    """Return adapters that keep everything in this process.

    Payers are played by `provider`; `messages` keeps what owners are sent.
    """
    storage = storage_of(sqlite_pool().take(), clock)
    messages = messages or FakeMessages()
    return Ports(
        begin=storage.begin,
        bills=storage.bill_queries,
        houses=storage.house_queries,
        audit=storage.audit_queries,
        payments=storage.payment_queries,
        owner_bills=storage.owner_queries,
        reminders=storage.reminder_queries,
        gateways=FakeGateways(provider or FakeProvider(clock)),
        cashier=None,
        identity=PlainOwnerIdentity(),
        messages=messages,
        sms=FakeSms(messages),
        menu=FakeMenus(),
        cipher=PlainSecretCipher(),
        hasher=PlainPasswordHasher(),
        reader=DocumentSheetReader(),
        writer=DocumentSheetWriter(),
        receipts=PdfReceiptWriter(),
        codes=QrCodes(),
        files=LocalFileStore(files),
        clock=clock,
        ids=CountedIds(),
    )
