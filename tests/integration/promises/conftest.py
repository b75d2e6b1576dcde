"""The application as it is deployed, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_adapters.sql.db.engine import Database
from tests.integration.promises.office import Office
from tests.integration.promises.victim import Victim
from tests.money_town import MoneyTown
from tests.website import Server, Visitor, running_server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The application, reached by plain http."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def https_server() -> Iterator[Server]:
    """The application, reached by https; also the second of two processes."""
    with running_server(https=True) as server:
        yield server


@pytest.fixture
def office(server: Server, sql_database: Database, tmp_path: Path) -> Office:
    """A company at work on a database of this test's own."""
    return Office(server, sql_database, tmp_path)


@pytest.fixture
def boss(office: Office) -> Visitor:
    """A browser with an administrator signed in."""
    return office.staff()


@pytest.fixture
def victim(office: Office) -> Victim:
    """Whoever owns one thing of every kind there."""
    return Victim.at(office)


@pytest.fixture
def town(sql_database: Database) -> MoneyTown:
    """Families that pay, on a database of this test's own, with a provider that plays along."""
    return MoneyTown(sql_database)
