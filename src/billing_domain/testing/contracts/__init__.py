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

from billing_domain.testing.contracts.audit import AuditContract  # noqa: E402 - as above
from billing_domain.testing.contracts.bill_filters import BillFilterContract  # noqa: E402
from billing_domain.testing.contracts.bill_queries import BillQueriesContract  # noqa: E402
from billing_domain.testing.contracts.bill_search import BillSearchContract  # noqa: E402
from billing_domain.testing.contracts.bills import BillRepositoryContract  # noqa: E402
from billing_domain.testing.contracts.companies import (  # noqa: E402
    CommunityRepositoryContract,
    CompanyRepositoryContract,
)
from billing_domain.testing.contracts.exports import ExportRepositoryContract  # noqa: E402
from billing_domain.testing.contracts.house_queries import HouseQueriesContract  # noqa: E402
from billing_domain.testing.contracts.houses import (  # noqa: E402
    HouseRepositoryContract,
    ResidentRepositoryContract,
)
from billing_domain.testing.contracts.imports import (  # noqa: E402
    ImportBatchRepositoryContract,
    ImportProfileRepositoryContract,
    UploadRepositoryContract,
)
from billing_domain.testing.contracts.orders import OrderRepositoryContract  # noqa: E402
from billing_domain.testing.contracts.outbox import OutboxRepositoryContract  # noqa: E402
from billing_domain.testing.contracts.owner_queries import OwnerQueriesContract  # noqa: E402
from billing_domain.testing.contracts.owner_reminders import RemindedOwnerContract  # noqa: E402
from billing_domain.testing.contracts.owner_storage import (  # noqa: E402
    OwnerSessionRepositoryContract,
    ReceiptRepositoryContract,
    RegistrationRepositoryContract,
)
from billing_domain.testing.contracts.payment_accounts import (  # noqa: E402
    OfficialAccountRepositoryContract,
    PaymentAccountRepositoryContract,
)
from billing_domain.testing.contracts.payment_gateways import (  # noqa: E402
    GatewayStage,
    PaymentGatewayContract,
)
from billing_domain.testing.contracts.payment_queries import PaymentQueriesContract  # noqa: E402
from billing_domain.testing.contracts.provider_messages import MessageRepositoryContract  # noqa: E402
from billing_domain.testing.contracts.refunds import RefundRepositoryContract  # noqa: E402
from billing_domain.testing.contracts.reminder_queries import ReminderQueriesContract  # noqa: E402
from billing_domain.testing.contracts.reminder_settings import (  # noqa: E402
    ReminderSettingsRepositoryContract,
)
from billing_domain.testing.contracts.reminders import ReminderRepositoryContract  # noqa: E402
from billing_domain.testing.contracts.reservations import ReservationContract  # noqa: E402
from billing_domain.testing.contracts.settlements import SettlementContract  # noqa: E402
from billing_domain.testing.contracts.staff import (  # noqa: E402
    SessionRepositoryContract,
    StaffRepositoryContract,
)
from billing_domain.testing.contracts.storage import Storage, StorageContract  # noqa: E402
from billing_domain.testing.contracts.system import (  # noqa: E402
    ClockContract,
    IdGeneratorContract,
    PasswordHasherContract,
    SecretCipherContract,
)
from billing_domain.testing.contracts.tokens import TokenStoreContract  # noqa: E402
from billing_domain.testing.contracts.unit_of_work import UnitOfWorkContract  # noqa: E402
from billing_domain.testing.contracts.world import World  # noqa: E402

__all__ = [
    "AuditContract",
    "BillFilterContract",
    "BillQueriesContract",
    "BillRepositoryContract",
    "BillSearchContract",
    "ClockContract",
    "CommunityRepositoryContract",
    "CompanyRepositoryContract",
    "ExportRepositoryContract",
    "GatewayStage",
    "HouseQueriesContract",
    "HouseRepositoryContract",
    "IdGeneratorContract",
    "ImportBatchRepositoryContract",
    "ImportProfileRepositoryContract",
    "MessageRepositoryContract",
    "OfficialAccountRepositoryContract",
    "OrderRepositoryContract",
    "OutboxRepositoryContract",
    "OwnerQueriesContract",
    "OwnerSessionRepositoryContract",
    "PasswordHasherContract",
    "PaymentAccountRepositoryContract",
    "PaymentGatewayContract",
    "PaymentQueriesContract",
    "ReceiptRepositoryContract",
    "RefundRepositoryContract",
    "RegistrationRepositoryContract",
    "RemindedOwnerContract",
    "ReminderQueriesContract",
    "ReminderRepositoryContract",
    "ReminderSettingsRepositoryContract",
    "ReservationContract",
    "ResidentRepositoryContract",
    "SecretCipherContract",
    "SessionRepositoryContract",
    "SettlementContract",
    "StaffRepositoryContract",
    "Storage",
    "StorageContract",
    "TokenStoreContract",
    "UnitOfWorkContract",
    "UploadRepositoryContract",
    "World",
]
