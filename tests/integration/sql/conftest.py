"""A small world in each database."""

from __future__ import annotations

import pytest

from adapters.memory.system import FrozenClock
from adapters.sql.bill_queries import SqlBillQueries
from adapters.sql.engine import Database
from adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_domain.testing.contracts.world import NOON, World


@pytest.fixture
def begin(sql_database: Database) -> SqlUnitOfWorkFactory:
    """Units of work on the database."""
    return SqlUnitOfWorkFactory(sql_database)


@pytest.fixture
def world(begin: SqlUnitOfWorkFactory) -> World:
    """Two companies with their communities."""
    return World.founded(begin)


@pytest.fixture
def bill_queries(sql_database: Database) -> SqlBillQueries:
    """Reads of bills at noon."""
    return SqlBillQueries(sql_database, FrozenClock(NOON))
