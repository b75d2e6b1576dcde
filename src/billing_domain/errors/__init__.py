"""All errors of the domain: one tree, with stable codes and facts.

An error carries no sentence; `billing_domain.words` has the sentences. The six families say what
the caller can do about an error.
"""

from __future__ import annotations

from billing_domain.errors.bills import (
    BatchChangedError,
    BatchRefusedError,
    BatchTooLargeError,
    BillActionRefusedError,
    BillReservedError,
    ChargeExistsError,
    ExportNotReadyError,
    NumberTakenError,
    RemarkTooLongError,
    SearchTooSlowError,
)
from billing_domain.errors.company import (
    CommunityClosedError,
    CommunityStatusError,
    LastAdministratorError,
    PermissionMissingError,
    SignInRefusedError,
    SignInThrottledError,
)
from billing_domain.errors.families import (
    BillingError,
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from billing_domain.errors.houses import HouseExistsError, HouseInUseError
from billing_domain.errors.imports import (
    FileImportedBeforeError,
    ImportInUseError,
    ImportRefusedError,
    ImportUnconfirmedError,
    SheetRefusedError,
    TooManyRowsError,
)
from billing_domain.errors.inputs import (
    AmountError,
    DateTextError,
    FieldError,
    FilterUnreadableError,
    PeriodOrderError,
)
from billing_domain.errors.owners import RegistrationDecidedError
from billing_domain.errors.payments import (
    GlyphMissingError,
    NoPaymentAccountError,
    NotificationRefusedError,
    OrderLinesError,
    OrderPaidMeanwhileError,
    OrderUndecidedError,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundRefusedError,
    RequestKeyReusedError,
    StatementNotReadyError,
)
from billing_domain.errors.reminders import (
    MessagingMisconfiguredError,
    MoreHousesError,
    RecipientUnreachableError,
    ReminderChannelOffError,
    TooManyHousesError,
)
from billing_domain.errors.storage import (
    CommitUnknownError,
    StaleError,
    StorageBusyError,
    StorageUnusableError,
    ThingNotFoundError,
)

__all__ = [
    "AmountError",
    "BatchChangedError",
    "BatchRefusedError",
    "BatchTooLargeError",
    "BillActionRefusedError",
    "BillReservedError",
    "BillingError",
    "ChargeExistsError",
    "CommitUnknownError",
    "CommunityClosedError",
    "CommunityStatusError",
    "ConflictError",
    "DateTextError",
    "ExportNotReadyError",
    "FieldError",
    "FileImportedBeforeError",
    "FilterUnreadableError",
    "GlyphMissingError",
    "HouseExistsError",
    "HouseInUseError",
    "ImportInUseError",
    "ImportRefusedError",
    "ImportUnconfirmedError",
    "InvalidInputError",
    "LastAdministratorError",
    "MessagingMisconfiguredError",
    "MoreHousesError",
    "NoPaymentAccountError",
    "NotAllowedError",
    "NotFoundError",
    "NotificationRefusedError",
    "NumberTakenError",
    "OrderLinesError",
    "OrderPaidMeanwhileError",
    "OrderUndecidedError",
    "PeriodOrderError",
    "PermissionMissingError",
    "ProviderRefusedError",
    "ProviderUnavailableError",
    "RecipientUnreachableError",
    "RefundRefusedError",
    "RefusedError",
    "RegistrationDecidedError",
    "RemarkTooLongError",
    "ReminderChannelOffError",
    "RequestKeyReusedError",
    "SearchTooSlowError",
    "SheetRefusedError",
    "SignInRefusedError",
    "SignInThrottledError",
    "StaleError",
    "StatementNotReadyError",
    "StorageBusyError",
    "StorageUnusableError",
    "ThingNotFoundError",
    "TooManyHousesError",
    "TooManyRowsError",
    "UnavailableError",
]
