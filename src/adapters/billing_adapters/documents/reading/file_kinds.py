"""What a file is that holds no table we read: its first bytes tell, or the parts it is made of.

The kinds are names that entrypoints put into words: what the file is, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

ZIP: Final = b"PK\x03\x04"
COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

BEGINNINGS: Final = (
    ("pdf", (b"%PDF-",)),
    ("picture", (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")),
    ("rtf", (b"{\\rtf",)),
    ("archive", (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"PK\x05\x06")),
    ("mhtml", (b"MIME-Version:", b"From: <Saved by")),
    ("old_xls", (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")),
    ("database", (b"SQLite format 3", b"\0\1\0\0Standard")),
)
ZIP_PARTS: Final = (
    ("xlsb", ("xl/workbook.bin",)),
    ("word", ("word/document.xml",)),
    ("slides", ("ppt/presentation.xml",)),
    ("numbers", ("index/document.iwa", "index.zip", "index/calculationengine.iwa")),
    ("ods", ("content.xml",)),
)
_STREAMS: Final = (
    ("word", ("WordDocument",)),
    ("slides", ("PowerPoint Document",)),
)


def other_kind(content: bytes) -> str:
    """Return what a file is that begins like no table, empty if it may be one."""
    start = content[:64].removeprefix(b"\xef\xbb\xbf")
    starts = (start, start.lstrip(b"\r\n\t "))
    return next(
        (kind for kind, marks in BEGINNINGS if any(each.startswith(marks) for each in starts)), ""
    )


def kind_of_archive(names: AbstractSet[str]) -> str:
    """Return what a zip archive is by the names of its parts in lower case."""
    return next((kind for kind, parts in ZIP_PARTS if not names.isdisjoint(parts)), "archive")


def kind_of_container(names: AbstractSet[str]) -> str:
    """Return what a compound file without a workbook is by the names of its streams."""
    return next((kind for kind, streams in _STREAMS if not names.isdisjoint(streams)), "")
