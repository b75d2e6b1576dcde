"""A program that reads an xls file from standard input and prints its first sheet as JSON.

It runs as a process of its own with little memory and little time, since the format is full of
offsets and lengths that a hostile file can set as it likes. It imports nothing of this package,
so that it starts fast.

Prints `{"refused": reason}` with the value of a SheetRefusal, or `{"from_1904": bool,
"formats": {id: code or null}, "cells": [[row, column, value, format id or null], ...]}` with
rows and columns from 1.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

_CELLS_MAX: Final = 250_000


def main() -> None:
    """Read, limit and print; the arguments are megabytes, seconds and the folder of xlrd."""
    megabytes, seconds, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    content = sys.stdin.buffer.read()
    sys.path.append(folder)
    import xlrd  # noqa: PLC0415 - found only now

    limit_resources(megabytes * 1024 * 1024, seconds)
    try:
        answer = json.dumps(first_sheet(xlrd, content))
    except MemoryError:
        answer = json.dumps({"refused": "unpacks_too_large"})
    except Exception as error:  # noqa: BLE001 - whatever a broken file leads to
        encrypted = isinstance(error, xlrd.biffh.XLRDError) and "encrypted" in str(error)
        answer = json.dumps({"refused": "encrypted" if encrypted else "damaged"})
    sys.stdout.write(answer)


def limit_resources(memory: int, seconds: int) -> None:
    """Limit this process where the platform can: memory, processor time, core dumps.

    The time matters when whoever started the process is gone and can't end it any more.
    """
    try:
        import resource  # noqa: PLC0415 - not on every platform
    except ImportError:
        return
    limits = {
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_CPU: (seconds, seconds + 1),
        resource.RLIMIT_CORE: (0, 0),
    }
    for what, limit in limits.items():
        try:
            resource.setrlimit(what, limit)
        except (OSError, ValueError):  # the platform has the name but not the limit
            continue


def first_sheet(xlrd: Any, content: bytes) -> dict[str, Any]:  # noqa: ANN401 - imported late
    """Return the answer for the first sheet that a user sees."""
    book = xlrd.open_workbook(
        file_contents=content,
        logfile=_Silence(),
        formatting_info=True,
        ragged_rows=True,
    )
    sheets = [book.sheet_by_index(place) for place in range(book.nsheets)]
    sheet = next((sheet for sheet in sheets if not sheet.visibility), sheets[0])
    cells: list[Any] = []
    formats: dict[int, str | None] = {}
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            value, format_id = _read(xlrd, book, cell)
            if value is None:
                continue
            if format_id is not None:
                formats[format_id] = book.format_map[format_id].format_str
            cells.append((row + 1, column + 1, value, format_id))
            if len(cells) > _CELLS_MAX:
                return {"refused": "unpacks_too_large"}
    return {"from_1904": bool(book.datemode), "formats": formats, "cells": cells}


def _read(xlrd: Any, book: Any, cell: Any) -> tuple[Any, int | None]:  # noqa: ANN401 - same
    if cell.ctype in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        return cell.value, book.xf_list[cell.xf_index].format_key
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return cell.value, None
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value), None
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A"), None
    return None, None


class _Silence:
    """Takes what xlrd has to say about a file."""

    def write(self, _: str) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main()
