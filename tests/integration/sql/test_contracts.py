"""The SQL adapter keeps every contract of the storage ports on PostgreSQL too."""

import pytest

from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.reminders.token_store import SqlTokenStore
from billing_domain.model.company.community import CompanyId
from billing_domain.testing.contracts import World
from tests.unit.sql.test_contracts import *  # noqa: F403 - all of them

pytestmark = pytest.mark.postgres


@pytest.fixture
def database_kind() -> str:
    """Only this: the unit tests have done SQLite."""
    return "postgresql"


@pytest.fixture
def token_store(sql_database: Database) -> SqlTokenStore:
    return SqlTokenStore(sql_database)


@pytest.fixture
def token_companies(world: World) -> tuple[CompanyId, CompanyId]:
    return world.company.id, world.rival.id
