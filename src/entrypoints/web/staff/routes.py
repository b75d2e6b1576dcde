"""Every handler below `/staff`, resource by resource."""

from collections.abc import Sequence
from typing import Any, Final

from entrypoints.web.staff import (
    account_passwords,
    audit_log,
    bill_batches,
    bill_edits,
    bill_phones,
    bills,
    communities,
    company,
    exports,
    houses,
    import_batches,
    import_profiles,
    imports,
    password,
    removals,
    resident_imports,
    residents,
    settlements,
    staff_accounts,
    voidings,
)

STAFF_HANDLERS: Final[Sequence[Any]] = (
    *bills.HANDLERS,
    *bill_edits.HANDLERS,
    *bill_phones.HANDLERS,
    *settlements.HANDLERS,
    *removals.HANDLERS,
    *voidings.HANDLERS,
    *bill_batches.HANDLERS,
    *imports.HANDLERS,
    *import_batches.HANDLERS,
    *import_profiles.HANDLERS,
    *exports.HANDLERS,
    *houses.HANDLERS,
    *residents.HANDLERS,
    *resident_imports.HANDLERS,
    *communities.HANDLERS,
    *company.HANDLERS,
    *staff_accounts.HANDLERS,
    *account_passwords.HANDLERS,
    *audit_log.HANDLERS,
    *password.HANDLERS,
)
