"""The SQL adapter keeps every contract of the storage ports, on SQLite and PostgreSQL."""

import pytest

from adapters.memory.system import FrozenClock
from adapters.sql.audit_log import SqlAuditQueries
from adapters.sql.bill_queries import SqlBillQueries
from adapters.sql.engine import Database
from adapters.sql.house_queries import SqlHouseQueries
from adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_domain.model.shanghai import shanghai_day
from billing_domain.testing import contracts
from billing_domain.testing.contracts import Storage
from billing_domain.testing.contracts.world import NOON


@pytest.fixture
def storage(sql_database: Database) -> Storage:
    clock = FrozenClock(NOON)
    return Storage(
        begin=SqlUnitOfWorkFactory(sql_database),
        bill_queries=SqlBillQueries(sql_database, clock),
        house_queries=SqlHouseQueries(sql_database, clock),
        audit_queries=SqlAuditQueries(sql_database),
        today=shanghai_day(NOON),
    )


class TestUnitOfWork(contracts.UnitOfWorkContract):
    pass


class TestCompanies(contracts.CompanyRepositoryContract):
    pass


class TestCommunities(contracts.CommunityRepositoryContract):
    pass


class TestHouses(contracts.HouseRepositoryContract):
    pass


class TestResidents(contracts.ResidentRepositoryContract):
    pass


class TestBills(contracts.BillRepositoryContract):
    pass


class TestImportBatches(contracts.ImportBatchRepositoryContract):
    pass


class TestImportProfiles(contracts.ImportProfileRepositoryContract):
    pass


class TestUploads(contracts.UploadRepositoryContract):
    pass


class TestExports(contracts.ExportRepositoryContract):
    pass


class TestStaff(contracts.StaffRepositoryContract):
    pass


class TestSessions(contracts.SessionRepositoryContract):
    pass


class TestAudit(contracts.AuditContract):
    pass


class TestBillQueries(contracts.BillQueriesContract):
    pass


class TestBillFilters(contracts.BillFilterContract):
    pass


class TestBillSearch(contracts.BillSearchContract):
    pass


class TestHouseQueries(contracts.HouseQueriesContract):
    pass
