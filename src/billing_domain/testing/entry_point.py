"""The entry point that hypothesis calls when it starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    issued_receipt,
    ledger,
    receipt,
    received_message,
    refund,
)
from billing_domain.model.payments import order as payment
from billing_domain.model.reminders import batch as reminder_batch
from billing_domain.model.reminders import menu, official_account, queued_reminder, reminder
from billing_domain.model.reminders import settings as reminder_settings
from billing_domain.testing import strategies

STRATEGIES: Final[Mapping[Any, Callable[[], st.SearchStrategy[Any]]]] = {
    actor.Actor: strategies.actors,
    allocation.Allocation: strategies.allocations,
    issued_receipt.IssuedReceipt: strategies.issued_receipts,
    ledger.Books: strategies.books,
    ledger.OnlineSettlement: strategies.online_settlements,
    official_account.OfficialAccount: strategies.official_accounts,
    outbox.JobId: strategies.ids,
    outbox.OutboxJob: strategies.outbox_jobs,
    owner.Owner: strategies.owners,
    owner_session.OwnerSession: strategies.owner_sessions,
    payment.AccountId: strategies.account_ids,
    payment.OrderLine: strategies.order_lines,
    payment.OrderNumber: strategies.order_numbers,
    payment.Payer: strategies.payers,
    payment.PaymentOrder: strategies.payment_orders,
    payment.ProviderKey: strategies.provider_keys,
    payment.Ticket: strategies.tickets,
    payment_account.PaymentAccount: strategies.payment_accounts,
    received_message.MessageId: strategies.ids,
    received_message.ReceivedMessage: strategies.received_messages,
    refund.Refund: strategies.refunds,
    refund.RefundNumber: strategies.refund_numbers,
    registration.Registration: strategies.registrations,
    registration.RegistrationForm: strategies.registration_forms,
    registration.RegistrationId: strategies.ids,
    menu.MenuButton: strategies.menu_buttons,
    queued_reminder.Delivery: strategies.deliveries,
    queued_reminder.QueuedReminder: strategies.queued_reminders,
    queued_reminder.ReminderId: strategies.ids,
    queued_reminder.ReminderRun: strategies.reminder_runs,
    queued_reminder.RunId: strategies.ids,
    reminder.Cooling: strategies.coolings,
    reminder.NamedBill: strategies.named_bills,
    reminder.NobodyToReach: strategies.unreached_houses,
    reminder.NothingUnpaid: strategies.settled_houses,
    reminder.PastReminder: strategies.past_reminders,
    reminder.Prospect: strategies.prospects,
    reminder.Recipient: strategies.recipients,
    reminder.SendReminder: strategies.reminders_to_send,
    reminder.UnderWay: strategies.reminders_under_way,
    reminder_batch.ReminderBatch: strategies.reminder_batches,
    reminder_settings.ReminderPolicy: strategies.reminder_policies,
    reminder_settings.ReminderSettings: strategies.reminder_settings,
    reminder_settings.ReminderTemplate: strategies.reminder_templates,
    actor.Scope: strategies.scopes,
    audit.AuditEntry: strategies.audit_entries,
    audit.AuditId: strategies.ids,
    batch.ConfirmedBatch: strategies.confirmed_batches,
    bill.BatchId: strategies.batch_ids,
    bill.PaidBill: strategies.paid_bills,
    bill.PendingBill: strategies.pending_bills,
    bill.Settlement: strategies.settlements,
    bill.VoidedBill: strategies.voided_bills,
    bill_number.BillNumber: strategies.bill_numbers,
    bill_row.BillDraft: strategies.bill_drafts,
    bill_row.ChargeKey: strategies.charge_keys,
    bill_sheet.BillSheet: strategies.bill_sheets,
    community.Community: strategies.communities,
    community.CommunityId: strategies.community_ids,
    community.Company: strategies.companies,
    community.CompanyId: strategies.company_ids,
    export.ExportId: strategies.ids,
    export.ExportJob: strategies.export_jobs,
    house.AddressBook: strategies.address_books,
    house.House: strategies.houses,
    house.HouseAddress: strategies.house_addresses,
    house.HouseId: strategies.house_ids,
    house.NoHouse: strategies.missing_houses,
    nearest.NearestAddresses: strategies.nearest_addresses,
    import_batch.ImportBatch: strategies.import_batches,
    header.FoundHeader: strategies.found_headers,
    header.Template: strategies.sheet_templates,
    import_profile.ImportProfile: strategies.import_profiles,
    import_profile.ProfileKey: strategies.ids,
    import_request.ImportPreview: strategies.import_previews,
    import_request.ImportRequest: strategies.import_requests,
    next_period.Charge: strategies.charges,
    mends.Mends: strategies.mends,
    money.Money: strategies.moneys,
    period.BillingPeriod: strategies.billing_periods,
    receipt.ReceiptContent: strategies.receipt_contents,
    resident.Resident: strategies.residents,
    resident.ResidentId: strategies.resident_ids,
    resident_sheet.ResidentDraft: strategies.resident_drafts,
    resident_sheet.ResidentSheet: strategies.resident_sheets,
    session.SignInFailures: strategies.sign_in_failures,
    session.StaffSession: strategies.staff_sessions,
    sheet.CellRange: strategies.cell_ranges,
    sheet.ProblemCounts: strategies.problem_counts,
    sheet.RowProblem: strategies.row_problems,
    sheet.SheetTable: strategies.sheet_tables,
    staff.StaffAccount: strategies.staff_accounts,
    staff.StaffId: strategies.staff_ids,
    table_rows.TableRow: strategies.sheet_bill_rows,
    upload.Upload: strategies.uploads,
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
