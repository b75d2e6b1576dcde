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

from .audit import AuditContract as AuditContract
from .bill_queries import BillQueriesContract as BillQueriesContract
from .bill_search import BillSearchContract as BillSearchContract
from .bills import BillRepositoryContract as BillRepositoryContract
from .companies import (
    CommunityRepositoryContract as CommunityRepositoryContract,
    CompanyRepositoryContract as CompanyRepositoryContract,
)
from .deleted_bills import (
    DeletedBillRepositoryContract as DeletedBillRepositoryContract,
)
from .exports import ExportRepositoryContract as ExportRepositoryContract
from .house_queries import HouseQueriesContract as HouseQueriesContract
from .houses import (
    HouseRepositoryContract as HouseRepositoryContract,
    ResidentRepositoryContract as ResidentRepositoryContract,
)
from .imports import (
    ImportBatchRepositoryContract as ImportBatchRepositoryContract,
    ImportRowsContract as ImportRowsContract,
    ImportProfileRepositoryContract as ImportProfileRepositoryContract,
    UploadRepositoryContract as UploadRepositoryContract,
)
from .orders import OrderRepositoryContract as OrderRepositoryContract
from .outbox import OutboxRepositoryContract as OutboxRepositoryContract
from .owner_queries import OwnerQueriesContract as OwnerQueriesContract
from .owner_reminders import RemindedOwnerContract as RemindedOwnerContract
from .owner_storage import (
    OwnerSessionRepositoryContract as OwnerSessionRepositoryContract,
    ReceiptRepositoryContract as ReceiptRepositoryContract,
    RegistrationRepositoryContract as RegistrationRepositoryContract,
)
from .payment_accounts import (
    OfficialAccountRepositoryContract as OfficialAccountRepositoryContract,
    PaymentAccountRepositoryContract as PaymentAccountRepositoryContract,
)
from .payment_gateways import (
    GatewayStage as GatewayStage,
    PaymentGatewayContract as PaymentGatewayContract,
)
from .payment_queries import PaymentQueriesContract as PaymentQueriesContract
from .provider_messages import MessageRepositoryContract as MessageRepositoryContract
from .refunds import RefundRepositoryContract as RefundRepositoryContract
from .reminder_queries import ReminderQueriesContract as ReminderQueriesContract
from .reminder_settings import (
    ReminderSettingsRepositoryContract as ReminderSettingsRepositoryContract,
)
from .reminders import ReminderRepositoryContract as ReminderRepositoryContract
from .reservations import ReservationContract as ReservationContract
from .settlements import SettlementContract as SettlementContract
from .staff import (
    SessionRepositoryContract as SessionRepositoryContract,
    StaffRepositoryContract as StaffRepositoryContract,
)
from .storage import Storage as Storage, StorageContract as StorageContract
from .system import (
    ClockContract as ClockContract,
    IdGeneratorContract as IdGeneratorContract,
    PasswordHasherContract as PasswordHasherContract,
    SecretCipherContract as SecretCipherContract,
)
from .tokens import TokenStoreContract as TokenStoreContract
from .unit_of_work import UnitOfWorkContract as UnitOfWorkContract
from .world import World as World
