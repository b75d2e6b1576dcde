"""The SQL adapter keeps the contract of TokenStore, on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.reminders.token_store import SqlTokenStore
from billing_domain.model.company.community import CompanyId
from billing_domain.ports.reminders.messaging import TokenStore
from billing_domain.testing import contracts
from billing_domain.testing.contracts.world import World


@pytest.fixture
def token_store(sql_database: Database) -> TokenStore:
    return SqlTokenStore(sql_database)


@pytest.fixture
def token_companies(world: World) -> tuple[CompanyId, CompanyId]:
    return world.company.id, world.rival.id


class TestTokens(contracts.TokenStoreContract):
    pass
