"""Hypothesis strategies for the model; `st.from_type` of a model type gives the same values."""

from .bills import (
    batch_ids as batch_ids,
    bill_numbers as bill_numbers,
    bills as bills,
    charge_keys as charge_keys,
    confirmed_batches as confirmed_batches,
    offline_settlements as offline_settlements,
    paid_bills as paid_bills,
    pending_bills as pending_bills,
    settlements as settlements,
    voided_bills as voided_bills,
)
from .charges import (
    billed_days as billed_days,
    billing_periods as billing_periods,
    moneys as moneys,
)
from .records import outbox_jobs as outbox_jobs
from .owners import (
    openids as openids,
    owner_sessions as owner_sessions,
    received_messages as received_messages,
    registration_forms as registration_forms,
    registrations as registrations,
)
from .payments import (
    account_ids as account_ids,
    allocations as allocations,
    books as books,
    official_accounts as official_accounts,
    online_settlements as online_settlements,
    order_lines as order_lines,
    order_numbers as order_numbers,
    owners as owners,
    payers as payers,
    payment_accounts as payment_accounts,
    payment_orders as payment_orders,
    provider_keys as provider_keys,
    refund_numbers as refund_numbers,
    refunds as refunds,
    tickets as tickets,
)
from .people import (
    actors as actors,
    resident_ids as resident_ids,
    residents as residents,
    scopes as scopes,
    sign_in_failures as sign_in_failures,
    staff_accounts as staff_accounts,
    staff_ids as staff_ids,
    staff_sessions as staff_sessions,
)
from .places import (
    address_books as address_books,
    communities as communities,
    community_ids as community_ids,
    companies as companies,
    company_ids as company_ids,
    house_addresses as house_addresses,
    house_ids as house_ids,
    houses as houses,
    nearest_addresses as nearest_addresses,
    plain_house_addresses as plain_house_addresses,
)
from .previews import (
    bill_drafts as bill_drafts,
    bill_sheets as bill_sheets,
    cell_ranges as cell_ranges,
    cells as cells,
    charges as charges,
    found_headers as found_headers,
    import_previews as import_previews,
    import_profiles as import_profiles,
    import_requests as import_requests,
    mends as mends,
    missing_houses as missing_houses,
    problem_counts as problem_counts,
    resident_drafts as resident_drafts,
    resident_sheets as resident_sheets,
    row_problems as row_problems,
    sheet_bill_rows as sheet_bill_rows,
    sheet_tables as sheet_tables,
    sheet_templates as sheet_templates,
)
from .reminders import (
    deliveries as deliveries,
    prospects as prospects,
    queued_reminders as queued_reminders,
    reminder_runs as reminder_runs,
    reminder_settings as reminder_settings,
    reminder_steps as reminder_steps,
    reminder_templates as reminder_templates,
)
from .payments import issued_receipts as issued_receipts, receipt_contents as receipt_contents
from .records import (
    audit_entries as audit_entries,
    export_jobs as export_jobs,
    file_names as file_names,
    import_batches as import_batches,
    uploads as uploads,
)
from .reminders import (
    coolings as coolings,
    menu_buttons as menu_buttons,
    menus as menus,
    named_bills as named_bills,
    past_reminders as past_reminders,
    recipients as recipients,
    reminder_batches as reminder_batches,
    reminder_decisions as reminder_decisions,
    reminder_policies as reminder_policies,
    reminders_to_send as reminders_to_send,
    reminders_under_way as reminders_under_way,
    settled_houses as settled_houses,
    unreached_houses as unreached_houses,
)
from .sheets import (
    BillSheetCase as BillSheetCase,
    ExpectedProblem as ExpectedProblem,
    SheetRow as SheetRow,
    backward_rows as backward_rows,
    bill_sheet_cases as bill_sheet_cases,
    broken_rows as broken_rows,
    good_rows as good_rows,
)
from .texts import (
    ids as ids,
    login_names as login_names,
    moments as moments,
    moving_days as moving_days,
    person_names as person_names,
    phones as phones,
    place_names as place_names,
    plain_place_names as plain_place_names,
    remarks as remarks,
)
from .written import (
    Written as Written,
    unknown_addresses as unknown_addresses,
    unreadable_amounts as unreadable_amounts,
    unreadable_days as unreadable_days,
    written_addresses as written_addresses,
    written_amounts as written_amounts,
    written_days as written_days,
    written_fee_types as written_fee_types,
)
