"""The first sheet of an xls file, read in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import attrs

from adapters.documents.reading import xls_child
from adapters.documents.reading.limits import refused
from adapters.documents.reading.number_formats import shown_as
from adapters.documents.reading.numbers import cell_of_number
from adapters.documents.reading.table_builder import TableBuilder
from billing_domain.model.sheet import SheetRefusal, SheetTable

_DIRECTORY_ENTRY_BYTES: Final = 128
_NAME_BYTES_AT: Final = 64
_STREAM: Final = b"\x02"


@attrs.frozen
class XlsLimits:
    """What the process may use: megabytes of address space and seconds.

    Windows and macOS hold it to the seconds only.
    """

    megabytes: int = 512
    seconds: int = 10


def read_xls(content: bytes, *, python: str = sys.executable, limits: XlsLimits) -> SheetTable:
    """Return the first sheet of an xls file; `python` is the interpreter to start.

    Raises SheetRefusedError with the reason, RuntimeError when the process can't start.
    """
    if _has_stream(content, "EncryptedPackage"):
        raise refused(SheetRefusal.ENCRYPTED)
    if not (_has_stream(content, "Workbook") or _has_stream(content, "Book")):
        raise refused(SheetRefusal.NOT_A_SPREADSHEET)
    return _table(_ask_child(content, python, limits))


def _has_stream(content: bytes, name: str) -> bool:
    """Tell whether a compound file seems to hold a stream, by its directory entry.

    Any Office file of old and any encrypted one of today is such a container.
    """
    field = f"{name}\0".encode("utf-16-le")
    rest = len(field).to_bytes(2, "little") + _STREAM
    place = content.find(field)
    while place >= 0:
        end = place + _NAME_BYTES_AT
        if place % _DIRECTORY_ENTRY_BYTES == 0 and content[end : end + len(rest)] == rest:
            return True
        place = content.find(field, place + 1)
    return False


def _ask_child(content: bytes, python: str, limits: XlsLimits) -> dict[str, Any]:
    """Return what the process printed; it is killed when it takes too long."""
    found = find_spec("xlrd")
    if found is None or found.origin is None:
        raise RuntimeError("reading xls files needs the package xlrd")
    folder = str(Path(found.origin).parents[1])
    arguments = [str(limits.megabytes), str(limits.seconds), folder]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [python, "-I", "-S", xls_child.__file__, *arguments],
            input=content,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refused(SheetRefusal.TOO_SLOW) from error
    if done.returncode < 0:  # killed by a signal, as a crash is
        raise refused(SheetRefusal.DAMAGED)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _table(answer: dict[str, Any]) -> SheetTable:
    if "refused" in answer:
        raise refused(SheetRefusal(answer["refused"]))
    builder = TableBuilder()
    for row, column, value, format_id in answer["cells"]:
        if format_id is None:
            builder.put(row, column, value)
            continue
        shown = shown_as(format_id, answer["formats"][str(format_id)])
        cell = cell_of_number(value, shown, from_1904=answer["from_1904"])
        builder.put(row, column, cell)
    return builder.table()
