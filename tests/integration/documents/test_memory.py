"""Reading stays small whatever a file claims: measured in a process of its own (promise P30)."""

import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.locked_workbooks import agile, xls_by_rc4
from tests.workbooks import STRINGS_PART, cell, parts, strings_xml, xls_of_records, xlsx, zipped

NUMBER, END = 0x203, 0x0A
WORKBOOK = (0x809, struct.pack("<HHHH", 0x600, 5, 0, 0))
BEGIN_SHEET = (0x809, struct.pack("<HHHH", 0x600, 0x10, 0, 0))
SHEET = (0x85, struct.pack("<IBB", 12 + 10 + 4, 0, 0))
GROWTH_MAX = 64 * 1024 * 1024
MEASURE = """
import resource, sys
from pathlib import Path
from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import SheetRefusedError

def peak():
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says on Linux includes the parent before exec
        lines = status.read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

contents = [Path(name).read_bytes() for name in sys.argv[1:]]
before = peak()
for content in contents:
    try:
        DocumentSheetReader().read(content)
    except SheetRefusedError as error:
        print(error.reason, peak() - before)
"""


def far_cells() -> bytes:
    return xlsx("".join(f"<row>{cell(f'IV{row}')}</row>" for row in range(1, 20_000)))


def far_cell() -> bytes:
    return xlsx(f'<row r="1">{cell("A1")}</row><row r="200000">{cell("ALL200000")}</row>')


def shared_string() -> bytes:
    shown = '<c t="s"><v>0</v></c>' * 6
    return xlsx(f"<row>{shown}</row>" * 600, **{STRINGS_PART: strings_xml("字" * 300_000)})


def long_text() -> bytes:
    return xlsx(cell("A1", "A" * (70 * 1024 * 1024)))


def distinct_strings() -> bytes:
    return xlsx(**{STRINGS_PART: strings_xml(*[f"{number:032}" for number in range(220_000)])})


def distinct_names() -> bytes:
    return xlsx("".join(f"<n{number}/>" for number in range(200_000)))


def nested() -> bytes:
    return xlsx("<a>" * 3_000_000)


def attributes() -> bytes:
    return xlsx("<c " + " ".join(f'a{number}="1"' for number in range(500_000)) + "/>")


def small_tags() -> bytes:
    return xlsx("<c/>" * 3_000_000)


def distinct_cells() -> bytes:
    row = "".join(f"<c><v>{number}.5</v></c>" for number in range(200))
    return xlsx(f"<row>{row}</row>" * 1_100)


def unread_bomb() -> bytes:
    return zipped(parts(cell("A1")) | {"xl/media/a.bin": b"\0" * (110 * 1024 * 1024)})


def entries() -> bytes:
    return zipped({f"{number}": b"" for number in range(4_000)})


def html_cells() -> bytes:
    return b"<table>" + b"<tr>" + b"<td rowspan=9>" * 360_000


def xml_cells() -> bytes:
    name = b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>'
    return name + b"<Row>" + b"<Cell/>" * 590_000


def quotes() -> bytes:
    return b'a,"' + b'""' * 2_500_000


def separators() -> bytes:
    return b"," * 5_000_000


def line_breaks() -> bytes:
    return b"\n" * 5_000_000


def xls_far_cells() -> bytes:
    cells = [(NUMBER, struct.pack("<HHHd", row, 255, 0, 1)) for row in range(20_000)]
    return xls_of_records([WORKBOOK, SHEET, (END, b""), BEGIN_SHEET, *cells, (END, b"")])


def xls_distinct_texts() -> bytes:
    texts = [struct.pack("<HBH", 2, 0, number) for number in range(65_536)] * 15
    blocks = [b"".join(texts[start : start + 1_600]) for start in range(0, len(texts), 1_600)]
    first = (0xFC, struct.pack("<II", 0, 0) + blocks[0])
    more = [(0x3C, block) for block in blocks[1:]]
    return xls_of_records([WORKBOOK, SHEET, first, *more, (END, b"")])


def xls_small_records() -> bytes:
    return xls_of_records([WORKBOOK, SHEET, *[(0xE0, bytes(4))] * 600_000, (END, b"")])


def locked_xls_small_records() -> bytes:
    return xls_by_rc4(xls_small_records())


def locked_distinct_names() -> bytes:
    return agile(distinct_names())


def xls_circles() -> bytes:
    """Sectors of 4 KiB, whose table leads through the same ones again and again."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(4_096, b"\0"))
    struct.pack_into("<HH", header, 28, 0xFFFE, 12)
    struct.pack_into("<II", header, 48, 1, 0)
    struct.pack_into("<I", header, 56, 4_096)
    struct.pack_into("<109I", header, 76, *[0] * 109)
    table = struct.pack("<1024I", *[(place + 1) % 1_024 for place in range(1_024)])
    return bytes(header) + table * 1_200


HOSTILE: list[tuple[Callable[[], bytes], str]] = [
    (far_cells, "unpacks_too_large"),
    (far_cell, "too_long"),
    (shared_string, "damaged"),
    (long_text, "damaged"),
    (distinct_strings, "unpacks_too_large"),
    (distinct_names, "damaged"),
    (nested, "damaged"),
    (attributes, "damaged"),
    (small_tags, "unpacks_too_large"),
    (distinct_cells, "unpacks_too_large"),
    (unread_bomb, "unpacks_too_large"),
    (entries, "unpacks_too_large"),
    (quotes, "quote_unclosed"),
    (html_cells, "unpacks_too_large"),
    (xml_cells, "unpacks_too_large"),
    (separators, "too_wide"),
    (line_breaks, "too_long"),
    (xls_far_cells, "unpacks_too_large"),
    (xls_distinct_texts, "unpacks_too_large"),
    (xls_small_records, "damaged"),
    (xls_circles, "damaged"),
    (locked_xls_small_records, "damaged"),
    (locked_distinct_names, "damaged"),
]


def test_hostile_files_are_refused_in_little_memory(tmp_path: Path) -> None:
    """One process reads them all: its peak is at least that of each file alone."""
    files = [tmp_path / make.__name__ for make, _ in HOSTILE]
    for file, (make, _) in zip(files, HOSTILE, strict=True):
        file.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *files], capture_output=True, text=True, check=True
    )
    said = [line.split() for line in done.stdout.splitlines()]

    assert [reason for reason, _ in said] == [reason for _, reason in HOSTILE]
    grown = {file.name: int(peak) for file, (_, peak) in zip(files, said, strict=True)}
    assert max(grown.values()) < GROWTH_MAX, grown
