"""The SQL adapter keeps every contract of the storage ports, on SQLite and PostgreSQL."""

from billing_domain.testing import contracts


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
