"""Every handler below `/staff`, resource by resource."""

from collections.abc import Sequence
from typing import Any, Final

from billing_entrypoints.web.staff.bills import batches as bill_batches
from billing_entrypoints.web.staff.bills import (
    bills,
    exports,
    receipts,
    removals,
    settlements,
    voidings,
)
from billing_entrypoints.web.staff.bills import edits as bill_edits
from billing_entrypoints.web.staff.bills import phones as bill_phones
from billing_entrypoints.web.staff.company import (
    account_passwords,
    audit_log,
    collection_codes,
    communities,
    company,
    password,
    staff_accounts,
)
from billing_entrypoints.web.staff.houses import houses, residents
from billing_entrypoints.web.staff.imports import imports
from billing_entrypoints.web.staff.imports import profiles as import_profiles
from billing_entrypoints.web.staff.jobs import jobs as outbox_jobs
from billing_entrypoints.web.staff.owners import registrations
from billing_entrypoints.web.staff.payments import accounts as payment_accounts
from billing_entrypoints.web.staff.payments import orders as payment_orders
from billing_entrypoints.web.staff.payments import refunds
from billing_entrypoints.web.staff.payments import troubles as payment_troubles
from billing_entrypoints.web.staff.reminders import (
    import_batches,
    official_accounts,
    official_menu,
    reminders,
)
from billing_entrypoints.web.staff.reminders import requests as reminder_requests
from billing_entrypoints.web.staff.reminders import runs as reminder_runs
from billing_entrypoints.web.staff.reminders import settings as reminder_settings

STAFF_HANDLERS: Final[Sequence[Any]] = (
    *bills.HANDLERS,
    *bill_edits.HANDLERS,
    *bill_phones.HANDLERS,
    *settlements.HANDLERS,
    *removals.HANDLERS,
    *voidings.HANDLERS,
    *bill_batches.HANDLERS,
    *reminders.HANDLERS,
    *reminder_runs.HANDLERS,
    *reminder_requests.HANDLERS,
    *payment_orders.HANDLERS,
    *payment_troubles.HANDLERS,
    *outbox_jobs.HANDLERS,
    *refunds.HANDLERS,
    *receipts.HANDLERS,
    *imports.HANDLERS,
    *import_batches.HANDLERS,
    *import_profiles.HANDLERS,
    *exports.HANDLERS,
    *houses.HANDLERS,
    *residents.HANDLERS,
    *registrations.HANDLERS,
    *communities.HANDLERS,
    *collection_codes.HANDLERS,
    *payment_accounts.HANDLERS,
    *official_accounts.HANDLERS,
    *official_menu.HANDLERS,
    *reminder_settings.HANDLERS,
    *company.HANDLERS,
    *staff_accounts.HANDLERS,
    *account_passwords.HANDLERS,
    *audit_log.HANDLERS,
    *password.HANDLERS,
)
