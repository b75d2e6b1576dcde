"""Two imports into one community at the same moment: rules 3.12 and 3.14."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_domain.errors import BillingError, FileImportedBeforeError
from billing_domain.model.company.actor import Actor
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.imports.resident_sheet import RESIDENT_HEADERS
from billing_domain.ports.bills import BillFilter
from billing_domain.testing.contracts.world import NOON, World
from billing_domain.use_cases.imports.import_bills import ImportBills
from billing_domain.use_cases.imports.import_residents import ImportResidents
from tests.databases import opened
from tests.plain_ports import PlainWriter, RowsReader
from tests.world import HEADER

ROUNDS = 3
ROW = ("1号楼/101", "物业费", "12", "2026年01月", "2026年02月")


def together(action: Callable[[int], object]) -> list[object]:
    """Return what two threads that start at the same moment get or are refused with."""
    gate = threading.Barrier(2)

    def run(which: int) -> object:
        gate.wait()
        try:
            return action(which)
        except BillingError as refusal:
            return type(refusal)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


def parts(database: Database) -> tuple[Any, ...]:
    """Return what a use case of importing works with."""
    clock, ids = SystemClock(), SystemIds()
    return SqlUnitOfWorkFactory(database, clock, ids), RowsReader(), PlainWriter(), clock, ids


class TestResidents:
    @pytest.mark.parametrize("turn", range(ROUNDS))
    def test_are_added_once(self, sql_database: Database, world: World, turn: int) -> None:
        house = world.add_house(f"{turn + 1}号楼/101")
        row = (house.address.text, "兰兰", "13898424613", "业主", "2020年1月1日")
        request = ImportRequest.of_rows(world.garden.id, [RESIDENT_HEADERS, row])
        imports = ImportResidents(*parts(sql_database))

        together(lambda _: imports.import_sheet(Actor.system(world.company.id), request=request))

        with SqlUnitOfWorkFactory(sql_database, SystemClock(), SystemIds())(
            read_only=True
        ) as work:
            assert len(work.residents.of_house(house.id)) == 1


class TestBills:
    @pytest.mark.parametrize("turn", range(ROUNDS))
    def test_of_one_file_come_in_once(
        self, sql_database: Database, world: World, turn: int
    ) -> None:
        world.add_house("1号楼/101")
        imports = ImportBills(*parts(sql_database))
        request = ImportRequest.of_rows(world.garden.id, [HEADER, (*ROW, str(turn))])

        outcomes = together(
            lambda which: imports.import_sheet(
                Actor.system(world.company.id),
                request=attrs.evolve(request, request_key=f"{turn}-{which}"),
            )
        )

        assert outcomes.count(FileImportedBeforeError) == 1
        totals = SqlBillQueries(sql_database, SystemClock()).totals(world.scope, BillFilter())
        assert totals.count == 1

    def test_never_share_a_number(self, sql_database: Database, world: World) -> None:
        """Rule 1: two processes import in one second and first draw the same serials."""
        houses = [world.add_house(f"{room}").address.text for room in range(1, 40)]
        sheets = [houses, houses[::-1]]

        def import_one(which: int) -> ImportBatch:
            with opened(sql_database.url) as own:
                clock, ids = FrozenClock(NOON), SameFirstDraw()
                begin = SqlUnitOfWorkFactory(own, clock, ids)
                imports = ImportBills(begin, RowsReader(), PlainWriter(), clock, ids)
                rows = [(address, *ROW[1:], "") for address in sheets[which]]
                return imports.import_sheet(
                    Actor.system(world.company.id),
                    request=ImportRequest.of_rows(world.garden.id, [HEADER, *rows]),
                    confirm_warnings=True,
                )

        batches = together(import_one)

        queries = SqlBillQueries(sql_database, FrozenClock(NOON))
        for batch, sheet in zip(batches, sheets, strict=True):
            assert isinstance(batch, ImportBatch)
            wanted = BillFilter(batch_id=batch.id)
            page = queries.page(world.scope, wanted, key=None, rows=100)
            assert [row.address for row in page.rows] == sheet


class SameFirstDraw(SystemIds):
    """Serials whose first block is the same in every process."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn = False

    def bill_serials(self, count: int) -> Sequence[int]:
        if self._drawn:
            return super().bill_serials(count)
        self._drawn = True
        return range(count)[::-1]
