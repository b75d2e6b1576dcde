"""An answer as lines to compare: status, headers, and the body by its type."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator

import httpx
import openpyxl

HTML = "text/html"
UNTOLD_HEADERS = {
    "connection",
    "content-length",
    "date",
    "etag",
    "last-modified",
    "server",
    "x-request-id",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")


def html_of(answer: httpx.Response) -> str:
    """Return the page or the part of one, empty for anything else."""
    return answer.text if answer.headers.get("content-type", "").startswith(HTML) else ""


def lines_of_answer(answer: httpx.Response) -> Iterator[str]:
    """Yield what is compared of an answer but for the HTML in it."""
    yield f"status: {answer.status_code}"
    yield from sorted(_headers(answer))
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == HTML:
        return
    if kind == "application/pdf":
        yield f"pages: {len(PDF_PAGE.findall(answer.content))}"
    elif kind == XLSX:
        yield from cells_of(answer.content)
    elif kind == "application/json" and answer.content:
        yield from json.dumps(answer.json(), ensure_ascii=False, indent=1).splitlines()
    elif kind.startswith(("image/png", "font/")):
        yield f"content: {hashlib.sha256(answer.content).hexdigest()}"
    else:
        yield from answer.text.splitlines()


def _headers(answer: httpx.Response) -> Iterator[str]:
    for name, value in answer.headers.multi_items():
        if name == "set-cookie":
            cookie, _, attributes = value.partition(";")
            key, _, content = cookie.partition("=")
            told = "<value>" if content.strip('"') else ""
            yield f"set-cookie: {key}={told};{attributes}"
        elif name not in UNTOLD_HEADERS:
            yield f"{name}: {value}"


def cells_of(content: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        yield f"sheet: {sheet.title}, {sheet.dimensions}"
        for row in sheet.iter_rows(values_only=True):
            yield " | ".join("" if value is None else str(value) for value in row)
