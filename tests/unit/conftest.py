"""Commands run in this process, and an empty storage for contracts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.reminders.token_store import SqlTokenStore
from billing_domain.model.company.community import CompanyId
from billing_domain.ports.system import Clock
from billing_domain.testing.contracts import Storage
from billing_domain.testing.contracts import world as contracts_world
from billing_entrypoints.application import Application, wire
from billing_entrypoints.cli.main import run
from billing_entrypoints.settings import Settings
from tests.answers import Answer
from tests.databases import sqlite_pool, storage_of
from tests.plain_ports import ports_of
from tests.real_documents import real_documents
from tests.world import CHOICES

HEADER = "房屋地址,费用类型,费用金额,开始时间,结束时间,备注"


class Commands:
    """Runs commands one after the other on the same data."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.environ = {"BILLING_DATA_DIR": str(folder / "data")}
        self.clock: Clock = FrozenClock(datetime(2026, 11, 20, 4, 0, tzinfo=UTC))
        self.open_now = 0
        self._application: Application | None = None

    @property
    def application(self) -> Application:
        """The application, whose clock is the first that a command brought."""
        if self._application is None:
            storage = storage_of(sqlite_pool().take(), self.clock)
            documents = real_documents(self.folder / "exports")
            self._application = wire(ports_of(storage, self.clock, **documents), CHOICES)
        return self._application

    def __call__(self, *words: str) -> Answer:
        """Run one command."""
        status = run(words, self.environ, self._open)
        said = self._capsys.readouterr()
        return Answer(status, said.out, said.err)

    def file(self, *lines: str, name: str = "bills.csv") -> str:
        """Write a csv of bills with its header and return its path."""
        path = self.folder / name
        path.write_text("\n".join((HEADER, *lines)), encoding="utf-8")
        return str(path)

    def residents(self, *addresses: str, name: str = "residents.csv") -> str:
        """Write a csv of one resident in each house and return its path."""
        lines = [
            f"{address},王建国,1380000{index:04d},业主," for index, address in enumerate(addresses)
        ]
        path = self.folder / name
        path.write_text("\n".join(("房屋地址,姓名,电话,关系,入住日期", *lines)), encoding="utf-8")
        return str(path)

    @contextlib.contextmanager
    def _open(self, settings: Settings, *, clock: Clock | None = None) -> Iterator[Application]:
        assert settings.data_dir == self.folder / "data"
        if clock is not None and self._application is None:
            self.clock = clock
        self.open_now += 1
        try:
            yield self.application
        finally:
            self.open_now -= 1


@pytest.fixture
def billing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """The command line on an empty installation."""
    return Commands(tmp_path, capsys)


@pytest.fixture
def settled(billing: Commands) -> Commands:
    """The command line where 幸福家园 of 安居物业 is open and has three houses."""
    assert billing("company", "create", "安居物业").status == 0
    assert billing("community", "create", "幸福家园", "--company", "安居物业").status == 0
    sheet = billing.residents("1号楼/1单元/101", "1号楼/1单元/102", "2号楼/1单元/101")
    assert billing("residents", "import", sheet, "--community", "幸福家园").status == 0
    return billing


@pytest.fixture
def database() -> Database:
    """An empty, migrated database."""
    return sqlite_pool().take()


@pytest.fixture
def storage(database: Database) -> Storage:
    """What the contracts ask for."""
    return storage_of(database, FrozenClock(contracts_world.NOON))


@pytest.fixture
def token_store(database: Database) -> SqlTokenStore:
    """Access tokens in the same database."""
    return SqlTokenStore(database)


@pytest.fixture
def token_companies(storage: Storage) -> tuple[CompanyId, CompanyId]:
    """Two companies that the storage knows."""
    world = contracts_world.World.founded(storage.begin)
    return world.company.id, world.rival.id
