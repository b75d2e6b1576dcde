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

import attrs
import python_calamine
import xlwt
from sqlalchemy import event, insert

from benchmarks.stopwatch import Ratio, in_turn
from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.tables.houses import houses as house_table
from billing_adapters.sql.tables.houses import residents as resident_table
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_adapters.system.passwords import Argon2PasswordHasher
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
    Company,
    CompanyId,
)
from billing_domain.model.company.staff import Role, StaffAccount, StaffId
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.imports.resident_sheet import RESIDENT_HEADERS
from billing_domain.use_cases.company.sign_in import SignIn
from billing_domain.use_cases.houses.register_residents import RegisterResidents, ResidentData
from billing_domain.use_cases.imports.import_residents import ImportResidents

HOUSES, ROWS, ROUNDS = 10_000, 5_000, 5
PREVIEW_MS, IMPORT_MS, LOCK_MS, WAIT_MS = 3_000.0, 3_000.0, 500.0, 1_000.0
PASSWORD: Final = "correct-horse-battery"  # noqa: S105 - of a database that is deleted
SPELLINGS: Final = ("幸福家园/{}号楼/{}单元/{}{:02}", "{}栋{}单元{}{:02}室", "{}幢-{}单元-{}{:02}")


def measure(name: str, database: Database) -> tuple[list[Ratio], list[Ratio]]:
    """Return the times beside the bare way, and the times beside what they may be."""
    stage = _Stage(SqlUnitOfWorkFactory(database, SystemClock(), SystemIds()))
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


def _budgets(name: str, database: Database, stage: _Stage, files: Iterator[bytes]) -> list[Ratio]:
    previews: list[float] = []
    imports: list[float] = []
    with stage.others() as waits, _locks(database) as locks:
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


@attrs.frozen
class _Stage:
    """A large community, two other companies, and the use cases."""

    begin: SqlUnitOfWorkFactory
    ids: SystemIds = attrs.field(factory=SystemIds)
    clock: SystemClock = attrs.field(factory=SystemClock)
    hasher: Argon2PasswordHasher = attrs.field(factory=Argon2PasswordHasher)
    companies: list[CompanyId] = attrs.field(factory=list)
    communities: list[CommunityId] = attrs.field(factory=list)
    residents: list[Resident] = attrs.field(factory=list)

    @property
    def actor(self) -> Actor:
        return Actor.system(self.companies[0])

    @property
    def imports(self) -> ImportResidents:
        return ImportResidents(
            self.begin, DocumentSheetReader(), DocumentSheetWriter(), self.clock, self.ids
        )

    def load(self) -> None:
        """Add the companies, their houses and one account for each."""
        for number, count in enumerate((HOUSES, 20, 20)):
            company = Company(CompanyId(self.ids.new_id()), f"物业{number}", self.clock.now())
            community = Community(
                CommunityId(self.ids.new_id()),
                company.id,
                "幸福家园",
                CommunityStatus.OPEN,
                self.clock.now(),
            )
            addresses = itertools.islice(_addresses("{}号楼/{}单元/{}{:02}"), count)
            houses = [
                House(HouseId(self.ids.new_id()), community.id, HouseAddress(text))
                for text in addresses
            ]
            person = self._resident(houses[0])
            with self.begin() as work:
                work.companies.add(company)
                work.communities.add(community)
                work.houses.add_all(houses)
                work.residents.add_all([person])
                work.staff.add(self._account(company, number))
                work.commit()
            self.companies.append(company.id)
            self.communities.append(community.id)
            self.residents.append(person)

    def opened(self, content: bytes) -> ImportRequest:
        return self.imports.open_file(
            self.actor,
            community_id=self.communities[0],
            file_name="residents.xls",
            content=content,
            request_key=self.ids.new_id(),
        )

    def whole_way(self, content: bytes) -> None:
        """Read and preview a file, then read and import it, as two requests of a browser do."""
        assert self.imports.preview(self.actor, request=self.opened(content)).sheet.importable
        done = self.imports.import_sheet(self.actor, request=self.opened(content))
        assert done.residents == ROWS

    @contextmanager
    def others(self) -> Iterator[dict[str, list[float]]]:
        """Let the other companies work all the time; yield how long each action took, in ms."""
        waits: dict[str, list[float]] = {"small writes": [], "signing in": []}
        stop = threading.Event()
        threads = [
            threading.Thread(target=_repeat, args=(stop, action, waits[what]))
            for what, action in (("small writes", self._writer()), ("signing in", self._sign_in))
        ]
        for thread in threads:
            thread.start()
        try:
            yield waits
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _writer(self) -> Callable[[], None]:
        """Return a small guarded write with its audit entry, as a checkout makes several."""
        register, actor = RegisterResidents(self.begin, self.ids), Actor.system(self.companies[1])
        version = itertools.count(1)
        data = ResidentData("王伟", "13800000001", Relation.OWNER, None)

        def write() -> None:
            register.change_resident(
                actor, resident_id=self.residents[1].id, version=next(version), data=data
            )

        return write

    def _sign_in(self) -> None:
        SignIn(self.begin, self.hasher, self.clock, self.ids).sign_in(
            login_name="clerk2", password=PASSWORD, address="127.0.0.1"
        )

    def _resident(self, house: House) -> Resident:
        return Resident(
            id=ResidentId(self.ids.new_id()),
            community_id=house.community_id,
            house_id=house.id,
            name="王伟",
            phone="13800000000",
            relation=Relation.OWNER,
            moved_in_on=None,
        )

    def _account(self, company: Company, number: int) -> StaffAccount:
        return StaffAccount(
            StaffId(self.ids.new_id()),
            company.id,
            f"clerk{number}",
            "前台",
            Role.ADMINISTRATOR,
            None,
            self.hasher.hash(PASSWORD),
            self.clock.now(),
        )


def _repeat(stop: threading.Event, action: Callable[[], None], times: list[float]) -> None:
    while not stop.wait(0.02):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))


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


def _addresses(spelling: str, *, first: int = 1) -> Iterator[str]:
    for building in itertools.count(first):
        for unit, floor, door in itertools.product(range(1, 5), range(1, 26), (1, 2)):
            yield spelling.format(building, unit, floor, door)


def _files() -> Iterator[bytes]:
    """Yield sheets with other people and other new houses each."""
    for turn in itertools.count(1):
        known = [_addresses(spelling) for spelling in SPELLINGS]
        new = _addresses("{}栋{}单元{}{:02}", first=1000 * turn)
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


def _floor(database: Database, stage: _Stage, content: bytes) -> Callable[[], None]:
    """Return the bare way: calamine reads twice, SQLAlchemy inserts the same two tables."""
    house = stage.residents[0].house_id
    serial = itertools.count(1)

    def read() -> Sequence[Any]:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python()[1:]

    def bare() -> None:
        assert len(read()) == ROWS  # the preview
        rows = read()
        owner = {"company_id": stage.companies[0], "community_id": stage.communities[0]}
        turn = next(serial)
        made = [
            {
                **owner,
                "id": f"floor-{turn}-{row}",
                "address": str(cells[0]),
                "address_key": f"{turn}/{cells[0]}",
                "building": "",
                "sort_key": str(cells[0]),
                "search_address": f"/{cells[0]}",
            }
            for row, cells in enumerate(rows)
            if row % 5 == 0
        ]
        people = [
            {
                **owner,
                "id": f"floor-{turn}-{row}",
                "house_id": house,
                "name": cells[1],
                "phone": cells[2],
                "search_name": cells[1],
                "search_phone": cells[2],
                "relation": Relation.OWNER,
                "version": 1,
            }
            for row, cells in enumerate(rows)
        ]
        with database.engine.begin() as connection:
            connection.execute(insert(house_table), made)
            connection.execute(insert(resident_table), people)

    return bare


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
