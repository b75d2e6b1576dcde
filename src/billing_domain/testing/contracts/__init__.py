"""What every implementation of a port must do, as test classes to inherit.

An embedder who writes an adapter of the storage ports tests it by supplying one fixture:

    class TestMyBills(BillRepositoryContract):
        @pytest.fixture
        def storage(self) -> Storage:
            return Storage(begin=..., bill_queries=..., house_queries=..., audit_queries=...,
                           payment_queries=..., owner_queries=..., reminder_queries=...,
                           today=...)

Each test needs an empty storage. The contracts of the system ports ask for a fixture named after
the port instead. Nothing but pytest is needed.
"""

import pkgutil

import pytest

# Without this, a failing contract of an installed package would only show `assert False`.
pytest.register_assert_rewrite(
    *(f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__))
)

from billing_domain.testing.contracts.audit import AuditContract as AuditContract
from billing_domain.testing.contracts.bill_filters import BillFilterContract as BillFilterContract
from billing_domain.testing.contracts.bill_queries import (
    BillQueriesContract as BillQueriesContract,
)
from billing_domain.testing.contracts.bill_search import BillSearchContract as BillSearchContract
from billing_domain.testing.contracts.bills import BillRepositoryContract as BillRepositoryContract
from billing_domain.testing.contracts.companies import (
    CommunityRepositoryContract as CommunityRepositoryContract,
    CompanyRepositoryContract as CompanyRepositoryContract,
)
from billing_domain.testing.contracts.exports import (
    ExportRepositoryContract as ExportRepositoryContract,
)
from billing_domain.testing.contracts.house_queries import (
    HouseQueriesContract as HouseQueriesContract,
)
from billing_domain.testing.contracts.houses import (
    HouseRepositoryContract as HouseRepositoryContract,
    ResidentRepositoryContract as ResidentRepositoryContract,
)
from billing_domain.testing.contracts.imports import (
    ImportBatchRepositoryContract as ImportBatchRepositoryContract,
    ImportProfileRepositoryContract as ImportProfileRepositoryContract,
    UploadRepositoryContract as UploadRepositoryContract,
)
from billing_domain.testing.contracts.orders import (
    OrderRepositoryContract as OrderRepositoryContract,
)
from billing_domain.testing.contracts.outbox import (
    OutboxRepositoryContract as OutboxRepositoryContract,
)
from billing_domain.testing.contracts.owner_queries import (
    OwnerQueriesContract as OwnerQueriesContract,
)
from billing_domain.testing.contracts.owner_reminders import (
    RemindedOwnerContract as RemindedOwnerContract,
)
from billing_domain.testing.contracts.owner_storage import (
    OwnerSessionRepositoryContract as OwnerSessionRepositoryContract,
    ReceiptRepositoryContract as ReceiptRepositoryContract,
    RegistrationRepositoryContract as RegistrationRepositoryContract,
)
from billing_domain.testing.contracts.payment_accounts import (
    OfficialAccountRepositoryContract as OfficialAccountRepositoryContract,
    PaymentAccountRepositoryContract as PaymentAccountRepositoryContract,
)
from billing_domain.testing.contracts.payment_gateways import (
    GatewayStage as GatewayStage,
    PaymentGatewayContract as PaymentGatewayContract,
)
from billing_domain.testing.contracts.payment_queries import (
    PaymentQueriesContract as PaymentQueriesContract,
)
from billing_domain.testing.contracts.provider_messages import (
    MessageRepositoryContract as MessageRepositoryContract,
)
from billing_domain.testing.contracts.refunds import (
    RefundRepositoryContract as RefundRepositoryContract,
)
from billing_domain.testing.contracts.reminder_queries import (
    ReminderQueriesContract as ReminderQueriesContract,
)
from billing_domain.testing.contracts.reminder_settings import (
    ReminderSettingsRepositoryContract as ReminderSettingsRepositoryContract,
)
from billing_domain.testing.contracts.reminders import (
    ReminderRepositoryContract as ReminderRepositoryContract,
)
from billing_domain.testing.contracts.reservations import (
    ReservationContract as ReservationContract,
)
from billing_domain.testing.contracts.settlements import SettlementContract as SettlementContract
from billing_domain.testing.contracts.staff import (
    SessionRepositoryContract as SessionRepositoryContract,
    StaffRepositoryContract as StaffRepositoryContract,
)
from billing_domain.testing.contracts.storage import (
    Storage as Storage,
    StorageContract as StorageContract,
)
from billing_domain.testing.contracts.system import (
    ClockContract as ClockContract,
    IdGeneratorContract as IdGeneratorContract,
    PasswordHasherContract as PasswordHasherContract,
    SecretCipherContract as SecretCipherContract,
)
from billing_domain.testing.contracts.tokens import TokenStoreContract as TokenStoreContract
from billing_domain.testing.contracts.unit_of_work import UnitOfWorkContract as UnitOfWorkContract
from billing_domain.testing.contracts.world import World as World
