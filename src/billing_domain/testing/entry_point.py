"""The entry point that hypothesis calls when it starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from hypothesis import strategies as st

from billing_domain.model import money, period, sheet
from billing_domain.model.bills import batch, bill, bill_number, export
from billing_domain.model.company import actor, audit, community, session, staff
from billing_domain.model.houses import house, nearest, resident
from billing_domain.model.imports import batch as import_batch
from billing_domain.model.imports import (
    bill_row,
    bill_sheet,
    header,
    mends,
    next_period,
    resident_sheet,
    table_rows,
    upload,
)
from billing_domain.model.imports import profile as import_profile
from billing_domain.model.imports import request as import_request
from billing_domain.model.jobs import outbox
from billing_domain.model.owners import owner, registration
from billing_domain.model.owners import session as owner_session
from billing_domain.model.payments import account as payment_account
from billing_domain.model.payments import (
    allocation,
    ledger,
    receipt,
    received_message,
    refund,
)
from billing_domain.model.payments import order as payment
from billing_domain.model.reminders import batch as reminder_batch
from billing_domain.model.reminders import menu, official_account, queued_reminder, reminder
from billing_domain.model.reminders import settings as reminder_settings
from billing_domain.testing.strategies.bills import bill_numbers, voided_bills
from billing_domain.testing.strategies.built import built
from billing_domain.testing.strategies.charges import billing_periods, moneys
from billing_domain.testing.strategies.owners import (
    owner_sessions,
    registration_forms,
    registrations,
)
from billing_domain.testing.strategies.payments import (
    issued_receipts,
    order_numbers,
    payment_orders,
    provider_keys,
    receipt_contents,
    refund_numbers,
    refunds,
)
from billing_domain.testing.strategies.people import (
    actors,
    audit_entries,
    residents,
    staff_sessions,
)
from billing_domain.testing.strategies.places import (
    address_books,
    communities,
    companies,
    house_addresses,
    nearest_addresses,
)
from billing_domain.testing.strategies.previews import (
    bill_sheets,
    cell_ranges,
    found_headers,
    import_previews,
    import_profiles,
    import_requests,
    resident_drafts,
    resident_sheets,
    row_problems,
    sheet_bill_rows,
    sheet_tables,
    sheet_templates,
)
from billing_domain.testing.strategies.previews import (
    mends as any_mends,
)
from billing_domain.testing.strategies.records import export_jobs, uploads
from billing_domain.testing.strategies.reminders import (
    coolings,
    menu_buttons,
    queued_reminders,
    reminder_batches,
    reminder_policies,
    reminders_to_send,
)
from billing_domain.testing.strategies.texts import ids

IDS: Final = (
    audit.AuditId,
    bill.BatchId,
    community.CommunityId,
    community.CompanyId,
    export.ExportId,
    house.HouseId,
    import_profile.ProfileKey,
    outbox.JobId,
    payment.AccountId,
    queued_reminder.ReminderId,
    queued_reminder.RunId,
    received_message.MessageId,
    registration.RegistrationId,
    resident.ResidentId,
    staff.StaffId,
)
PLAIN: Final = (
    actor.Scope,
    allocation.Allocation,
    batch.ConfirmedBatch,
    bill.PendingBill,
    bill.PaidBill,
    bill.Settlement,
    bill_row.BillDraft,
    bill_row.ChargeKey,
    house.House,
    house.NoHouse,
    import_batch.ImportBatch,
    ledger.Books,
    ledger.OnlineSettlement,
    next_period.Charge,
    official_account.OfficialAccount,
    outbox.OutboxJob,
    owner.Owner,
    payment.OrderLine,
    payment.Payer,
    payment.Ticket,
    payment_account.PaymentAccount,
    queued_reminder.Delivery,
    queued_reminder.ReminderRun,
    received_message.ReceivedMessage,
    reminder.NamedBill,
    reminder.NobodyToReach,
    reminder.NothingUnpaid,
    reminder.PastReminder,
    reminder.Prospect,
    reminder.Recipient,
    reminder.UnderWay,
    reminder_settings.ReminderSettings,
    reminder_settings.ReminderTemplate,
    session.SignInFailures,
    sheet.ProblemCounts,
    staff.StaffAccount,
)
"""Types without a rule among their fields."""

STRATEGIES: Final[Mapping[Any, Callable[[], st.SearchStrategy[Any]]]] = {
    **dict.fromkeys(IDS, ids),
    **{model_type: partial(built, model_type) for model_type in PLAIN},
    actor.Actor: actors,
    audit.AuditEntry: audit_entries,
    bill.VoidedBill: voided_bills,
    bill_number.BillNumber: bill_numbers,
    bill_sheet.BillSheet: bill_sheets,
    community.Community: communities,
    community.Company: companies,
    export.ExportJob: export_jobs,
    header.FoundHeader: found_headers,
    header.Template: sheet_templates,
    house.AddressBook: address_books,
    house.HouseAddress: house_addresses,
    import_profile.ImportProfile: import_profiles,
    import_request.ImportPreview: import_previews,
    import_request.ImportRequest: import_requests,
    receipt.IssuedReceipt: issued_receipts,
    menu.MenuButton: menu_buttons,
    mends.Mends: any_mends,
    money.Money: moneys,
    owner_session.OwnerSession: owner_sessions,
    payment.OrderNumber: order_numbers,
    payment.PaymentOrder: payment_orders,
    payment.ProviderKey: provider_keys,
    period.BillingPeriod: billing_periods,
    queued_reminder.QueuedReminder: queued_reminders,
    receipt.ReceiptContent: receipt_contents,
    refund.Refund: refunds,
    refund.RefundNumber: refund_numbers,
    registration.Registration: registrations,
    registration.RegistrationForm: registration_forms,
    reminder.Cooling: coolings,
    reminder.SendReminder: reminders_to_send,
    reminder_batch.ReminderBatch: reminder_batches,
    reminder_settings.ReminderPolicy: reminder_policies,
    resident.Resident: residents,
    resident_sheet.ResidentDraft: resident_drafts,
    resident_sheet.ResidentSheet: resident_sheets,
    session.StaffSession: staff_sessions,
    sheet.CellRange: cell_ranges,
    sheet.RowProblem: row_problems,
    sheet.SheetTable: sheet_tables,
    table_rows.TableRow: sheet_bill_rows,
    upload.Upload: uploads,
    nearest.NearestAddresses: nearest_addresses,
}
"""Every model type except enumerations, which hypothesis knows by itself."""


def register_strategies() -> None:
    """Register a strategy for every model type; each is built only when used."""
    for model_type, strategy in STRATEGIES.items():
        st.register_type_strategy(model_type, _ignoring_the_type(strategy))


def _ignoring_the_type(
    strategy: Callable[[], st.SearchStrategy[Any]],
) -> Callable[[Any], st.SearchStrategy[Any]]:
    return lambda _: strategy()
