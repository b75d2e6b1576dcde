"""Hypothesis strategies for the model; `st.from_type` of a model type gives the same values."""

from .bills import (
    bills as bills,
    offline_settlements as offline_settlements,
    paid_bills as paid_bills,
    pending_bills as pending_bills,
    settlements as settlements,
    voided_bills as voided_bills,
)
from .built import built as built
from .charges import (
    billed_days as billed_days,
    billing_periods as billing_periods,
    moneys as moneys,
)
from .owners import (
    owner_sessions as owner_sessions,
    received_messages as received_messages,
    registration_forms as registration_forms,
    registrations as registrations,
)
from .payments import payment_orders as payment_orders, receipt_contents as receipt_contents
from .people import (
    actors as actors,
    resident_ids as resident_ids,
    residents as residents,
    scopes as scopes,
    staff_accounts as staff_accounts,
    staff_sessions as staff_sessions,
)
from .places import (
    address_books as address_books,
    communities as communities,
    community_ids as community_ids,
    companies as companies,
    company_ids as company_ids,
    house_addresses as house_addresses,
    houses as houses,
    nearest_addresses as nearest_addresses,
    plain_house_addresses as plain_house_addresses,
)
from .previews import (
    cells as cells,
    import_profiles as import_profiles,
    mends as mends,
    resident_sheets as resident_sheets,
    row_problems as row_problems,
    sheet_tables as sheet_tables,
)
from .records import export_jobs as export_jobs
from .reminders import (
    menus as menus,
    queued_reminders as queued_reminders,
    reminder_decisions as reminder_decisions,
    reminder_steps as reminder_steps,
)
from .sheets import (
    BillSheetCase as BillSheetCase,
    ExpectedProblem as ExpectedProblem,
    bill_sheet_cases as bill_sheet_cases,
)
from .texts import (
    login_names as login_names,
    moments as moments,
    moving_days as moving_days,
    person_names as person_names,
    phones as phones,
    place_names as place_names,
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
