"""Preview and import of 5,000 residents into a community of 10,000 houses, and who waits for it.

Every fifth row is a new house. Two other companies sign in and write a little all the time.
"""

from __future__ import annotations

import io
import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import python_calamine
import xlwt
from sqlalchemy import Table, event, insert

from benchmarks.large_community import Stage, addresses
from benchmarks.stopwatch import Ratio, in_turn
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.houses.search_index import grams
from billing_adapters.sql.tables.houses import house_grams
from billing_adapters.sql.tables.houses import houses as house_table
from billing_adapters.sql.tables.houses import residents as resident_table
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_domain.model.houses.resident import Relation
from billing_domain.model.imports.resident_sheet import RESIDENT_HEADERS

ROWS, ROUNDS = 5_000, 5
PREVIEW_MS, IMPORT_MS, LOCK_MS, WAIT_MS = 3_000.0, 3_000.0, 500.0, 1_000.0
SPELLINGS: Final = ("幸福家园/{}号楼/{}单元/{}{:02}", "{}栋{}单元{}{:02}室", "{}幢-{}单元-{}{:02}")

_SEARCHED = ("search_address", "search_numbers")


def measure(name: str, database: Database) -> tuple[list[Ratio], list[Ratio]]:
    """Return the times beside the bare way, and the times beside what they may be."""
    stage = Stage(SqlUnitOfWorkFactory(database, SystemClock(), SystemIds()))
    stage.load()
    files = _files()
    ours = in_turn(
        f"import {ROWS:,} residents, {name}",
        lambda: stage.whole_way(next(files)),
        _floor(database, stage, next(files)),
        rounds=ROUNDS,
        allowed=6.0,
    )
    return [ours], _budgets(name, database, stage, files)


def _budgets(name: str, database: Database, stage: Stage, files: Iterator[bytes]) -> list[Ratio]:
    previews: list[float] = []
    imports: list[float] = []
    with _locks(database) as locks, stage.others() as waits:
        for content in itertools.islice(files, ROUNDS):
            start = time.perf_counter()
            request = stage.opened(content)
            assert stage.imports.preview(stage.actor, request=request).sheet.importable
            middle = time.perf_counter()
            stage.imports.import_sheet(stage.actor, request=stage.opened(content))
            previews.append(1000 * (middle - start))
            imports.append(1000 * (time.perf_counter() - middle))
    return [
        Ratio(f"preview, {name}", statistics.median(previews), PREVIEW_MS, 1.0),
        Ratio(f"import, {name}", statistics.median(imports), IMPORT_MS, 1.0),
        Ratio(f"write lock of an import, {name}", max(locks), LOCK_MS, 1.0),
        *(
            Ratio(f"{what} of others meanwhile, p95, {name}", _p95(times), WAIT_MS, 1.0)
            for what, times in waits.items()
        ),
    ]


@contextmanager
def _locks(database: Database) -> Iterator[list[float]]:
    """Yield how long this thread's write transactions take from their begin on, in ms."""
    mine, begun, held = threading.get_ident(), [0.0], []

    def begin(_connection: object) -> None:
        if threading.get_ident() == mine:
            begun[0] = time.perf_counter()

    def end(*_: object) -> None:
        if threading.get_ident() == mine and begun[0]:
            held.append(1000 * (time.perf_counter() - begun[0]))
            begun[0] = 0.0

    event.listen(database.engine, "begin", begin)
    event.listen(database.engine, "checkin", end)
    yield held
    event.remove(database.engine, "begin", begin)
    event.remove(database.engine, "checkin", end)


def _files() -> Iterator[bytes]:
    """Yield sheets with other people and other new houses each."""
    for turn in itertools.count(1):
        known = [addresses(spelling) for spelling in SPELLINGS]
        new = addresses("{}栋{}单元{}{:02}", first=1000 * turn)
        book = xlwt.Workbook()
        sheet = book.add_sheet("住户")
        for column, header in enumerate(RESIDENT_HEADERS):
            sheet.write(0, column, header)
        for row in range(ROWS):
            address = next(new) if row % 5 == 0 else next(known[row % len(known)])
            phone = f"1{turn:03}{row:07}"
            for column, value in enumerate((address, f"住户{turn}号", phone, "业主")):
                sheet.write(row + 1, column, value)
        content = io.BytesIO()
        book.save(content)
        yield content.getvalue()


def _floor(database: Database, stage: Stage, content: bytes) -> Callable[[], None]:
    """Return the bare way: calamine reads twice, SQLAlchemy inserts rows like ours."""
    serial = itertools.count(1)

    def bare() -> None:
        assert len(_read(content)) == ROWS  # the preview
        by_table = _rows(stage, _read(content), next(serial))
        with database.engine.begin() as connection:
            for table, rows in by_table.items():
                connection.execute(insert(table), rows)

    return bare


def _read(content: bytes) -> Sequence[Any]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()[1:]


def _rows(stage: Stage, sheet: Sequence[Any], turn: int) -> dict[Table, list[dict[str, Any]]]:
    owner = {"company_id": stage.companies[0], "community_id": stage.communities[0]}
    house, person = stage.residents[0].house_id, {"relation": Relation.OWNER, "version": 1}
    made: dict[Table, list[dict[str, Any]]] = {house_table: [], resident_table: []}
    index = made[house_grams] = []
    for row, (address, name, phone, *_) in enumerate(sheet):
        own = {**owner, "id": f"floor-{turn}-{row}"}
        texts = {"name": name, "phone": phone, "search_name": name, "search_phone": phone}
        made[resident_table].append({**own, **person, **texts, "house_id": house})
        if row % 5 == 0:
            key = f"{turn}/{address}"
            places = ("address", "address_key", "building", "sort_key", *_SEARCHED)
            made[house_table].append({**own, **dict.fromkeys(places, key)})
        index += (
            {"community_row_id": -turn, "gram": gram, "house_row_id": row}
            for gram in grams(name, phone)
        )
    return made


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
