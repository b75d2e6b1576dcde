"""Reading stays small whatever a file claims: measured in a process of its own (promise P30)."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workbooks import STRINGS_PART, cell, parts, strings_xml, xlsx, zipped

GROWTH_MAX = 64 * 1024 * 1024
MEASURE = """
import resource, sys
from pathlib import Path
from adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import SheetRefusedError

def peak():
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says on Linux includes the parent before exec
        lines = status.read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

content = Path(sys.argv[1]).read_bytes()
before = peak()
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
    return xlsx(cell("A1", "A" * (90 * 1024 * 1024)))


def distinct_strings() -> bytes:
    return xlsx(**{STRINGS_PART: strings_xml(*[f"{number:032}" for number in range(300_000)])})


def distinct_names() -> bytes:
    return xlsx("".join(f"<n{number}/>" for number in range(1_000_000)))


def nested() -> bytes:
    return xlsx("<a>" * 20_000_000)


def attributes() -> bytes:
    return xlsx("<c " + " ".join(f'a{number}="1"' for number in range(2_000_000)) + "/>")


def small_tags() -> bytes:
    return xlsx("<c/>" * 20_000_000)


def distinct_cells() -> bytes:
    row = "".join(f"<c><v>{number}.5</v></c>" for number in range(200))
    return xlsx(f"<row>{row}</row>" * 5_000)


def unread_bomb() -> bytes:
    return zipped(parts(cell("A1")) | {"xl/media/a.bin": b"\0" * (200 * 1024 * 1024)})


def entries() -> bytes:
    return zipped({f"{number}": b"" for number in range(40_000)})


def quotes() -> bytes:
    return b'a,"' + b'""' * 2_500_000


def separators() -> bytes:
    return b"," * 5_000_000


def line_breaks() -> bytes:
    return b"\n" * 5_000_000


@pytest.mark.parametrize(
    ("make", "reason"),
    [
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
        (quotes, "damaged"),
        (separators, "too_wide"),
        (line_breaks, "too_long"),
    ],
)
def test_a_hostile_file_is_refused_in_little_memory(
    make: Callable[[], bytes], reason: str, tmp_path: Path
) -> None:
    file = tmp_path / "hostile"
    file.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file)], capture_output=True, text=True, check=True
    )
    found, grown = done.stdout.split()

    assert found == reason
    assert int(grown) < GROWTH_MAX
