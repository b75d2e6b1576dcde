"""The memory adapter keeps every contract of the storage ports."""

import pytest

from billing_adapters.memory.database import MemoryDatabase
from billing_adapters.memory.system import (
    CountedIds,
    FrozenClock,
    PlainPasswordHasher,
    PlainSecretCipher,
)
from billing_domain.model.shanghai import shanghai_day
from billing_domain.testing import contracts
from billing_domain.testing.contracts import Storage
from billing_domain.testing.contracts.world import NOON


@pytest.fixture
def storage() -> Storage:
    database = MemoryDatabase(FrozenClock(NOON), CountedIds())
    return Storage(
        begin=database.begin,
        bill_queries=database.bill_queries,
        house_queries=database.house_queries,
        audit_queries=database.audit_queries,
        payment_queries=database.payment_queries,
        owner_queries=database.owner_queries,
        reminder_queries=database.reminder_queries,
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


class TestFrozenClock(contracts.ClockContract):
    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock(NOON)


class TestCountedIds(contracts.IdGeneratorContract):
    @pytest.fixture
    def ids(self) -> CountedIds:
        return CountedIds()


class TestPlainPasswordHasher(contracts.PasswordHasherContract):
    @pytest.fixture
    def hasher(self) -> PlainPasswordHasher:
        return PlainPasswordHasher()


class TestPlainSecretCipher(contracts.SecretCipherContract):
    @pytest.fixture
    def cipher(self) -> PlainSecretCipher:
        return PlainSecretCipher()
