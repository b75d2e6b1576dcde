"""Preview and import of 600 rows from xls, beside a bare read and a bare bulk insert."""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import python_calamine
import xlwt
from sqlalchemy import event, insert

from benchmarks.stopwatch import Ratio, in_turn
from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_adapters.sql.bills.rows import bill_values
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import BillNumber, bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
    Company,
    CompanyId,
)
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.use_cases.imports.import_bills import ImportBills

ROUNDS = 20
FLOOR_AT = datetime(1999, 1, 1, tzinfo=UTC)
HEADER = ("房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注")
ADDRESSES = [
    f"{building}号楼/{unit}单元/{floor}0{door}"
    for building, unit, floor, door in itertools.product(range(1, 6), (1, 2), range(1, 7), (1, 2))
]


def measure(name: str, database: Database) -> Ratio:
    """Return how much longer the import takes than the floor; each turn has a file of its own."""
    files = iter(list(_files()))  # made before the clock runs
    last = next(files)
    ours = importer(database, files)
    floor = _floor(database, last)
    return in_turn(f"import 600 rows from xls, {name}", ours, floor, rounds=ROUNDS, allowed=3.0)


def importer(database: Database, files: Iterator[bytes]) -> Callable[[], None]:
    """Return the whole way of the next file: read, preview, import."""
    ids, clock = SystemIds(), SystemClock()
    actor, community = _set_up(database, ids, clock)
    imports = ImportBills(
        SqlUnitOfWorkFactory(database, clock, ids),
        DocumentSheetReader(),
        DocumentSheetWriter(),
        clock,
        ids,
    )

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

    return ours


def _set_up(database: Database, ids: SystemIds, clock: SystemClock) -> tuple[Actor, Community]:
    company = Company(CompanyId(ids.new_id()), "安居物业", clock.now())
    community = Community(
        CommunityId(ids.new_id()), company.id, "幸福家园", CommunityStatus.OPEN, clock.now()
    )
    houses = [
        House(HouseId(ids.new_id()), community.id, HouseAddress.parse(text)) for text in ADDRESSES
    ]
    with SqlUnitOfWorkFactory(database, clock, ids)() as work:
        work.companies.add(company)
        work.communities.add(community)
        work.houses.add_all(houses)
        work.commit()
    return Actor.system(company.id), community


def _files() -> Iterator[bytes]:
    """Yield sheets that charge for another year each, so that no row was charged before."""
    fees = [fee.label for fee in FeeType]
    for year in range(2000, 2000 + ROUNDS + 2):
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


def _floor(database: Database, content: bytes) -> Callable[[], None]:
    """Return the bare way: calamine reads, the driver inserts the same columns."""
    with SqlUnitOfWorkFactory(database, SystemClock(), SystemIds())(read_only=True) as work:
        [company] = work.companies.all()
        [community] = work.communities.all(Scope(company.id))
        houses = work.houses.of_community(community.id)
    serials = iter(random.Random(7).sample(range(10**7), 600 * (ROUNDS + 2)))
    unused = (bill_number(FLOOR_AT, serial) for serial in serials)
    statement, rows = _inserted(database, houses, company.id, unused)

    def bare() -> None:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        read = book.get_sheet_by_index(0).to_python()[1:]
        assert len(read) == 600
        _insert(database, statement, [row(next(unused)) for row in rows])

    return bare


def _bill(house: House, fee_type: FeeType, number: BillNumber) -> PendingBill:
    return PendingBill(
        number=number,
        community_id=house.community_id,
        house_id=house.id,
        fee_type=fee_type,
        amount=Money(21_276),
        period=BillingPeriod(date(1999, 1, 1), date(1999, 1, 28)),
        remark="请尽快缴纳",
        imported_at=FLOOR_AT,
    )


def _inserted(
    database: Database,
    houses: Sequence[House],
    company_id: CompanyId,
    unused: Iterator[BillNumber],
) -> tuple[str, list[Callable[[BillNumber], Any]]]:
    """Return the driver's statement for 600 bills, and each one's values for another number."""
    numbers = list(itertools.islice(unused, 600))
    fees = list(FeeType)
    made = [
        _bill(houses[index % len(houses)], fees[index // len(houses) % len(fees)], number)
        for index, number in enumerate(numbers)
    ]
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, text: str, values: Any, *_: object) -> None:  # noqa: ANN401
        seen.append((text, values))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.engine.begin() as connection:
        connection.execute(insert(bills), [bill_values(bill, company_id) for bill in made])
    event.remove(database.engine, "before_cursor_execute", note)
    text, values = seen[-1]
    return text, [_renumbered(row, old) for row, old in zip(values, numbers, strict=True)]


def _renumbered(values: Any, old: BillNumber) -> Callable[[BillNumber], Any]:  # noqa: ANN401
    """Return a row's values for another number, in the driver's own form."""

    def row(number: BillNumber) -> Any:  # noqa: ANN401 - the driver's own form
        other = {old: number, old[::-1]: number[::-1]}
        if isinstance(values, Mapping):
            return {name: other.get(value, value) for name, value in values.items()}
        return tuple(other.get(value, value) for value in values)

    return row


def _insert(database: Database, statement: str, rows: Sequence[Any]) -> None:
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        if database.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany(statement, rows)
        raw.commit()
    finally:
        raw.close()
