"""Commands on a real database, in this process or as processes of their own."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import openpyxl
import pytest
from sqlalchemy import func, select

from billing_adapters.sql.tables.bills import bills
from billing_adapters.system.clock import SystemClock
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.shanghai import shanghai_day
from billing_domain.model.sheet import Cell
from billing_domain.ports.payments.gateway import StatementLine
from billing_domain.ports.system import Clock
from billing_entrypoints.application import Application
from billing_entrypoints.bootstrap import open_application
from billing_entrypoints.cli.main import run
from billing_entrypoints.settings import load_settings
from tests.answers import Answer
from tests.databases import opened

PROGRAM = str(Path(sys.executable).with_name("billing"))
HERE = ("--community", "幸福家园")
BILL_HEADER = ("房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注")
RESIDENT_HEADER = ("房屋地址", "姓名", "电话", "关系", "入住日期")
ADDRESSES = [
    f"{building}号楼/{entrance}单元/{floor}0{flat}"
    for building in range(1, 6)
    for entrance in range(1, 3)
    for floor in range(1, 7)
    for flat in range(1, 3)
]


class Processes:
    """Runs the program on one database.

    Most of a process's time goes into its start, so commands run in this one unless a test is
    about the process itself.
    """

    def __init__(self, database_url: str, folder: Path) -> None:
        self.url, self.folder = database_url, folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if "BILLING" not in name},
            "BILLING_DATABASE_URL": database_url,
            "BILLING_DATA_DIR": str(folder / "data"),
        }

    def __call__(self, *words: str, stdin: str = "") -> Answer:
        """Run one command to its end, in this process."""
        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patched,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patched.setattr("sys.stdin", io.StringIO(stdin))
            status = run(words, self.environment, open_application)
        return Answer(status, out.getvalue(), err.getvalue())

    def process(self, *words: str) -> Answer:
        """Run one command to its end, as a process."""
        done = subprocess.run(
            [PROGRAM, *words],
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command and go on."""
        return subprocess.Popen(
            [PROGRAM, *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def count(self) -> int:
        """Return how many bills there are, asking the database itself: it is faster."""
        with opened(self.url) as database, database.reader.connect() as connection:
            count: int = connection.execute(select(func.count()).select_from(bills)).scalar_one()
        return count

    def workbook(self, name: str, *rows: Sequence[object]) -> str:
        """Write rows as xlsx and return its path."""
        workbook = openpyxl.Workbook()
        for row in rows:
            workbook.worksheets[0].append(list(row))
        path = self.folder / name
        workbook.save(path)
        return str(path)

    def bills(self, count: int, name: str = "bills.xlsx", first: int = 1) -> str:
        """Write `count` good bills as xlsx; their sums begin at `first` yuan."""
        rows = [
            (f"幸福家园/{ADDRESSES[index % 120]}", "水费", first + index, "2026年01月", day)
            for index in range(count)
            for day in [f"2026年{index // 120 + 1}月"]
        ]
        return self.workbook(name, BILL_HEADER, *rows)


@attrs.frozen
class Ahead(Clock):
    """The machine's clock, some time ahead."""

    by: timedelta

    def now(self) -> datetime:
        """Return the moment that it will be then."""
        return SystemClock().now() + self.by


def open_community(
    application: Application, people: Sequence[Sequence[Cell]], rows: Sequence[Sequence[Cell]] = ()
) -> tuple[Actor, Community]:
    """Open 幸福家园 of 安居物业 with residents and bills, without any command."""
    configure = application.configure_companies
    actor = Actor.system(configure.create_company(name="安居物业").id, name="前台")
    community = configure.add_community(actor, name="幸福家园")
    configure.open_community(actor, community_id=community.id)
    application.import_residents.import_sheet(
        actor, request=ImportRequest.of_rows(community.id, [RESIDENT_HEADER, *people])
    )
    if rows:
        request = ImportRequest.of_rows(community.id, [BILL_HEADER, *rows])
        application.import_bills.import_sheet(actor, request=request)
    return actor, community


def residents_of(addresses: Sequence[str]) -> list[Sequence[Cell]]:
    """Return a resident for each house, as rows of a sheet."""
    return [(address, "王建国", "13800004613", "业主", "2015-01-02") for address in addresses]


def statement_lines(program: Processes, account: PaymentAccount) -> list[StatementLine]:
    """Return what the sandbox's own statements of these days say, asked two days later."""
    today = shanghai_day(SystemClock().now())
    settings = load_settings(program.environment)
    with open_application(settings, clock=Ahead(timedelta(days=2))) as later:
        gateway = later.configure_payments.gateways(account)
        days = [today - timedelta(days=1), today, today + timedelta(days=1)]
        return [line for day in days for line in gateway.statement(day)]


@pytest.fixture
def billing(sql_url: str, tmp_path: Path) -> Processes:
    """The program on a migrated database without any company."""
    return Processes(sql_url, tmp_path)


@pytest.fixture
def settled(billing: Processes) -> Processes:
    """The program where 幸福家园 of 安居物业 is open and has 120 houses."""
    with open_application(load_settings(billing.environment)) as application:
        open_community(application, residents_of(ADDRESSES))
    return billing
