"""The SQL adapter keeps every contract of the storage ports, here on SQLite."""

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


class TestImportRows(contracts.ImportRowsContract):
    pass


class TestDeletedBills(contracts.DeletedBillRepositoryContract):
    pass


class TestExports(contracts.ExportRepositoryContract):
    pass


class TestStaff(contracts.StaffRepositoryContract):
    pass


class TestSessions(contracts.SessionRepositoryContract):
    pass


class TestOrders(contracts.OrderRepositoryContract):
    pass


class TestReservations(contracts.ReservationContract):
    pass


class TestSettlements(contracts.SettlementContract):
    pass


class TestRefunds(contracts.RefundRepositoryContract):
    pass


class TestOutbox(contracts.OutboxRepositoryContract):
    pass


class TestReminders(contracts.ReminderRepositoryContract):
    pass


class TestReminderSettings(contracts.ReminderSettingsRepositoryContract):
    pass


class TestMessages(contracts.MessageRepositoryContract):
    pass


class TestPaymentAccounts(contracts.PaymentAccountRepositoryContract):
    pass


class TestOfficialAccounts(contracts.OfficialAccountRepositoryContract):
    pass


class TestOwnerSessions(contracts.OwnerSessionRepositoryContract):
    pass


class TestRegistrations(contracts.RegistrationRepositoryContract):
    pass


class TestReceipts(contracts.ReceiptRepositoryContract):
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


class TestPaymentQueries(contracts.PaymentQueriesContract):
    pass


class TestOwnerQueries(contracts.OwnerQueriesContract):
    pass


class TestRemindedOwners(contracts.RemindedOwnerContract):
    pass


class TestReminderQueries(contracts.ReminderQueriesContract):
    pass


class TestTokens(contracts.TokenStoreContract):
    pass
