"""Files that a browser saves: Chinese names survive the header (RFC 6266)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import quote

from litestar import Response
from litestar.response import File

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
PNG: Final = "image/png"
PDF: Final = "application/pdf"
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9-]+")
# A download is the user's own data: no cache keeps it, and no page shows it by guessing its type.
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def content_disposition(file_name: str, *, how: str = "attachment") -> str:
    """Return the header that saves a file under its name, with a plain name for old clients.

    With `how` as `inline` the browser shows it instead, and saves it under the name on demand.
    """
    stem, dot, ending = file_name.rpartition(".")
    plain = _plain(stem if dot else ending) or "download"
    if dot and _plain(ending):
        plain = f"{plain}.{_plain(ending)}"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def workbook(content: bytes, *, file_name: str) -> Response[bytes]:
    """Return an xlsx to be saved."""
    return Response(content, media_type=XLSX, headers=_headers(file_name))


def picture(content: bytes, *, file_name: str) -> Response[bytes]:
    """Return a PNG to be saved."""
    return Response(content, media_type=PNG, headers=_headers(file_name))


def document(content: bytes, *, file_name: str) -> Response[bytes]:
    """Return a PDF to be looked at."""
    return Response(content, media_type=PDF, headers=_headers(file_name, how="inline"))


def stored_file(path: Path, *, file_name: str) -> File:
    """Return a file on disk to be saved, streamed; its type follows its ending."""
    kind = CSV if file_name.endswith(".csv") else XLSX
    return File(path, media_type=kind, headers=_headers(file_name))


def _headers(file_name: str, *, how: str = "attachment") -> dict[str, str]:
    return {**_HEADERS, "Content-Disposition": content_disposition(file_name, how=how)}


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub("_", text).strip("_")
