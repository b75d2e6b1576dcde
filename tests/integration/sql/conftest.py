"""A small world in each database."""

from __future__ import annotations

import pytest

from billing_adapters.memory.system import FrozenClock
from billing_adapters.sql.audit_log import SqlAuditQueries
from billing_adapters.sql.bill_queries import SqlBillQueries
from billing_adapters.sql.engine import Database
from billing_adapters.sql.house_queries import SqlHouseQueries
from billing_adapters.sql.owner_queries import SqlOwnerQueries
from billing_adapters.sql.payment_queries import SqlPaymentQueries
from billing_adapters.sql.reminder_queries import SqlReminderQueries
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_domain.model.shanghai import shanghai_day
from billing_domain.testing.contracts import Storage
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


@pytest.fixture
def storage(sql_database: Database) -> Storage:
    """What the contracts ask for."""
    clock = FrozenClock(NOON)
    return Storage(
        begin=SqlUnitOfWorkFactory(sql_database),
        bill_queries=SqlBillQueries(sql_database, clock),
        house_queries=SqlHouseQueries(sql_database, clock),
        audit_queries=SqlAuditQueries(sql_database),
        payment_queries=SqlPaymentQueries(sql_database),
        owner_queries=SqlOwnerQueries(sql_database),
        reminder_queries=SqlReminderQueries(sql_database, clock),
        today=shanghai_day(NOON),
    )
