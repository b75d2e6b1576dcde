"""The application as it is deployed, on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from billing_adapters.sql.db.engine import Database
from tests.integration.promises.victim import Victim
from tests.money_town import MoneyTown
from tests.website import Server, Website


@pytest.fixture
def site(server: Server, sql_database: Database, tmp_path: Path) -> Website:
    """Two companies at work on a database of this test's own."""
    return Website(server, tmp_path, sql_database, as_deployed=True)


@pytest.fixture
def victim(site: Website) -> Victim:
    """Whoever owns one thing of every kind there."""
    return Victim.at(site)


@pytest.fixture
def town(sql_database: Database) -> MoneyTown:
    """Families that pay, on a database of this test's own, with a provider that plays along."""
    return MoneyTown(sql_database)
