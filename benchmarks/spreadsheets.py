"""Ways to read 600 rows and to write 100,000, each in a process of its own.

``python -m benchmarks.spreadsheets`` prints seconds and peak memory; XlsxWriter is measured
where it is installed.
"""

from __future__ import annotations

import csv
import io
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path

import openpyxl
import xlwt
from openpyxl.cell import WriteOnlyCell

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_domain.model.money import Money
from billing_domain.ports.documents import ExportCell, FileFormat

ROWS_READ, ROWS_WRITTEN, ROUNDS = 600, 100_000, 30
HEADER = tuple(f"列{number}" for number in range(16))


def written_rows() -> Iterator[tuple[ExportCell, ...]]:
    """Yield rows like those of an export of bills."""
    moment, day = datetime(2019, 1, 2, 10, 11, 12), date(2019, 1, 1)  # noqa: DTZ001
    for number in range(ROWS_WRITTEN):
        yield (
            f"{201901021011120000000 + number}", "--", moment, "王伟、李芳", "138****5678",
            f"幸福家园/{number % 30}号楼/{number % 4}单元/{number % 2000}", "物业费",
            Money(130_012 + number), day, day, "已支付", "微信支付", moment, "王伟",
            f"420000{number:015}", "=1+1",
        )  # fmt: skip


def read_rows() -> list[list[str | float]]:
    """Return rows like those of an import."""
    return [
        [
            f"幸福家园/{number % 30}号楼/{number}",
            "物业费",
            212.755,
            "2026年1月",
            "2026年1月",
            "备注",
        ]
        for number in range(ROWS_READ)
    ]


def ours_xlsx() -> None:
    """Write as the product does."""
    DocumentSheetWriter().table(target("xlsx"), FileFormat.XLSX, HEADER, written_rows())


def ours_csv() -> None:
    """Write as the product does."""
    DocumentSheetWriter().table(target("csv"), FileFormat.CSV, HEADER, written_rows())


def bare_csv() -> None:
    """Write with nothing made safe."""
    with target("csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(written_rows())


def openpyxl_write_only() -> None:
    """Write row by row, each text held back from becoming a formula."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in written_rows():
        cells = [WriteOnlyCell(sheet) for _ in row]
        for cell, one in zip(cells, row, strict=True):
            cell.value = one.fen / 100 if isinstance(one, Money) else one
            cell.data_type = "s" if isinstance(one, str) else cell.data_type
        sheet.append(cells)
    workbook.save(target("xlsx"))


def xlsxwriter_constant_memory() -> None:
    """Write row by row with the calls that never make a formula."""
    import xlsxwriter  # noqa: PLC0415 - not among our requirements

    workbook = xlsxwriter.Workbook(target("xlsx"), {"constant_memory": True})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet = workbook.add_worksheet()
    for place, row in enumerate(written_rows()):
        for column, one in enumerate(row):
            if isinstance(one, str):
                sheet.write_string(place, column, one)
            elif isinstance(one, date):
                sheet.write_datetime(place, column, one, day)
            elif isinstance(one, Money):
                sheet.write_number(place, column, one.fen / 100)
    workbook.close()


WRITING: dict[str, Callable[[], None]] = {
    "write xlsx, ours": ours_xlsx,
    "write xlsx, XlsxWriter in constant memory": xlsxwriter_constant_memory,
    "write xlsx, openpyxl write-only": openpyxl_write_only,
    "write csv, ours": ours_csv,
    "write csv, bare": bare_csv,
}


def target(ending: str) -> Path:
    """Return a file that is overwritten every time."""
    return Path(tempfile.gettempdir()) / f"billing-benchmark.{ending}"


def reading(name: str) -> Callable[[], object]:
    """Return a way to read, its file already made."""
    ending, way = name.removeprefix("read ").split(", ")
    content = xls_content() if ending == "xls" else xlsx_content()
    if way == "ours":
        reader = DocumentSheetReader()
        return lambda: reader.read(content)
    if way == "calamine":
        import python_calamine  # noqa: PLC0415 - each way imports its own

        load = python_calamine.CalamineWorkbook.from_filelike
        return lambda: load(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    if way == "xlrd":
        import xlrd  # noqa: PLC0415 - same

        return lambda: xlrd.open_workbook(file_contents=content).sheet_by_index(0).get_rows()
    return lambda: list(
        openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0].values
    )


READING = [
    "read xls, ours",
    "read xls, calamine",
    "read xls, xlrd",
    "read xlsx, ours",
    "read xlsx, calamine",
    "read xlsx, openpyxl",
]


def xls_content() -> bytes:
    """Return the rows as xls."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("S")
    for place, row in enumerate(read_rows()):
        for column, one in enumerate(row):
            sheet.write(place, column, one)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def xlsx_content() -> bytes:
    """Return the rows as xlsx."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in read_rows():
        sheet.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def measure(name: str) -> None:
    """Print the best time of a way and the most memory that its process ever had."""
    run, rounds = (WRITING[name], 1) if name in WRITING else (reading(name), ROUNDS)
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"| {name} | {best * 1000:,.1f} | {peak} |")


def main() -> None:
    """Measure every way, or the named one in this very process."""
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return
    print("| way | best ms | peak MiB |\n|---|---|---|", flush=True)
    for name in [*READING, *WRITING]:
        if "XlsxWriter" not in name or find_spec("xlsxwriter"):
            subprocess.run([sys.executable, "-m", "benchmarks.spreadsheets", name], check=True)


if __name__ == "__main__":
    main()
