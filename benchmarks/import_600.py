"""Preview and import of 600 rows from xls, beside a bare read and a bare bulk insert."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import python_calamine
import xlwt

from adapters.documents.reading.sheet_reader import DocumentSheetReader
from adapters.documents.writing.sheet_writer import DocumentSheetWriter
from adapters.sql.engine import Database
from adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from benchmarks.stopwatch import Ratio, in_turn
from billing_domain.model.actor import Actor
from billing_domain.model.community import (
    Community,
    CommunityId,
    CommunityStatus,
    Company,
    CompanyId,
)
from billing_domain.model.fee_type import FeeType
from billing_domain.model.house import House, HouseAddress, HouseId
from billing_domain.use_cases.import_bills import ImportBills

HEADER = ("房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注")
ADDRESSES = [
    f"{building}号楼/{unit}单元/{floor}0{door}"
    for building, unit, floor, door in itertools.product(range(1, 6), (1, 2), range(1, 7), (1, 2))
]


def measure(name: str, database: Database) -> Ratio:
    """Return how much longer the import takes than the floor; each turn has a file of its own."""
    ids, clock = SystemIds(), SystemClock()
    actor, community = _set_up(database, ids, clock)
    imports = ImportBills(
        SqlUnitOfWorkFactory(database), DocumentSheetReader(), DocumentSheetWriter(), clock, ids
    )
    files = _files()

    def ours() -> None:
        request = imports.open_file(
            actor,
            community_id=community.id,
            file_name="bench.xls",
            content=next(files),
            request_key=ids.new_id(),
        )
        assert imports.preview(actor, request=request).sheet.importable
        assert imports.import_bills(actor, request=request).rows == 600

    floor = _floor(database, actor, community, next(files))
    return in_turn(f"import 600 rows from xls, {name}", ours, floor, rounds=15, allowed=3.0)


def _set_up(database: Database, ids: SystemIds, clock: SystemClock) -> tuple[Actor, Community]:
    company = Company(CompanyId(ids.new_id()), "安居物业", clock.now())
    community = Community(
        CommunityId(ids.new_id()), company.id, "幸福家园", CommunityStatus.OPEN, clock.now()
    )
    houses = [
        House(HouseId(ids.new_id()), community.id, HouseAddress.parse(text)) for text in ADDRESSES
    ]
    with SqlUnitOfWorkFactory(database)() as work:
        work.companies.add(company)
        work.communities.add(community)
        work.houses.add_all(houses)
        work.commit()
    return Actor.system(company.id), community


def _files() -> Iterator[bytes]:
    """Yield sheets that charge for another year each, so that no row was charged before."""
    fees = [fee.label for fee in FeeType]
    for year in range(2000, 2100):
        rows = [
            (
                f"幸福家园/{ADDRESSES[index % len(ADDRESSES)]}",
                fees[index // len(ADDRESSES)],
                "1,688.00" if index % 7 == 0 else 212.755,
                f"{year}年{index % 12 + 1:02}月",
                f"{year}年{index % 12 + 1}月28日",
                "请尽快缴纳" if index % 3 == 0 else "",
            )
            for index in range(600)
        ]
        book = xlwt.Workbook()
        sheet = book.add_sheet("缴费单")
        for place, row in enumerate([HEADER, *rows]):
            for column, value in enumerate(row):
                sheet.write(place, column, value)
        content = io.BytesIO()
        book.save(content)
        yield content.getvalue()


def _floor(
    database: Database, actor: Actor, community: Community, content: bytes
) -> Callable[[], None]:
    """Return the bare way: calamine reads, the driver inserts the same columns."""
    with SqlUnitOfWorkFactory(database)(read_only=True) as work:
        house = work.houses.of_community(community.id)[0]
    numbers = (f"19990101000000{serial:07d}" for serial in itertools.count())

    def values(row: Sequence[Any]) -> tuple[Any, ...]:
        number = next(numbers)
        return (
            number, number[::-1], actor.company_id, community.id, house.id, FeeType.PROPERTY.name.lower(), 21_276,
            "2026-01-01", "2026-01-28", row[5], "imported", "2026-01-01 00:00:00", "pending",
            False, 1,
        )  # fmt: skip

    def bare() -> None:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python()[1:]
        assert len(rows) == 600
        _insert(database, [values(row) for row in rows])

    return bare


def _insert(database: Database, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = (
        "number, number_reversed, company_id, community_id, house_id, fee_type, amount_fen, "
        "first_day, last_day, remark, origin, imported_at, state, receipted, version"
    )
    mark = "?" if database.is_sqlite else "%s"
    marks = ", ".join([mark] * len(rows[0]))
    statement = f"INSERT INTO bills ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        if database.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany(statement, rows)
        if database.is_sqlite:
            cursor.execute("COMMIT")
        raw.commit()
    finally:
        raw.close()
