"""A whole application in memory, reading and writing real spreadsheets and receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from billing_adapters.documents.qr_codes import QrCodes
from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.receipts.receipt_writer import PdfReceiptWriter
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_adapters.memory.database import MemoryDatabase
from billing_adapters.memory.messaging import MemoryMenus, MemoryMessages, MemorySms
from billing_adapters.memory.payment_provider import MemoryGateways, MemoryProvider
from billing_adapters.memory.system import (
    CountedIds,
    PlainOwnerIdentity,
    PlainPasswordHasher,
    PlainSecretCipher,
)
from billing_adapters.system.file_store import LocalFileStore
from billing_domain.ports.system import Clock
from billing_entrypoints.application import Application
from billing_entrypoints.wiring import Choices, Ports, wire

PUBLIC_URL: Final = "https://fee.example.com"


def memory_application(clock: Clock, files: Path) -> Application:
    """Return an empty application that forgets everything with its last reference."""
    return wire(memory_ports(clock, files), Choices(public_url=PUBLIC_URL, demo=True))


def memory_ports(
    clock: Clock,
    files: Path,
    provider: MemoryProvider | None = None,
    messages: MemoryMessages | None = None,
) -> Ports:
    """Return adapters that keep everything in this process.

    Payers are played by `provider`; `messages` keeps what owners are sent.
    """
    database = MemoryDatabase(clock, CountedIds())
    messages = messages or MemoryMessages()
    return Ports(
        begin=database.begin,
        bills=database.bill_queries,
        houses=database.house_queries,
        audit=database.audit_queries,
        payments=database.payment_queries,
        owner_bills=database.owner_queries,
        reminders=database.reminder_queries,
        gateways=MemoryGateways(provider or MemoryProvider(clock)),
        cashier=None,
        identity=PlainOwnerIdentity(),
        messages=messages,
        sms=MemorySms(messages),
        menu=MemoryMenus(),
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
