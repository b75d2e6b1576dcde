"""The adapters that read and write documents as they are deployed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from billing_adapters.documents.qr_codes import QrCodes
from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.receipts.receipt_writer import PdfReceiptWriter
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_adapters.system.file_store import LocalFileStore


def real_documents(files: Path) -> dict[str, Any]:
    """Return them by the names of their ports; what is written goes to a folder."""
    return {
        "reader": DocumentSheetReader(),
        "writer": DocumentSheetWriter(),
        "receipts": PdfReceiptWriter(),
        "codes": QrCodes(),
        "files": LocalFileStore(files),
    }
