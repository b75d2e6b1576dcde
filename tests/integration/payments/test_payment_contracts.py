"""The SQL adapter keeps every contract of payments and owners, on SQLite and PostgreSQL."""

from billing_domain.testing import contracts


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


class TestPaymentQueries(contracts.PaymentQueriesContract):
    pass


class TestOwnerQueries(contracts.OwnerQueriesContract):
    pass


class TestRemindedOwners(contracts.RemindedOwnerContract):
    pass


class TestReminderQueries(contracts.ReminderQueriesContract):
    pass
