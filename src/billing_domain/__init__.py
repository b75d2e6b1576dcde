"""Property-fee billing: bills, imports and their rules, without any I/O.

The names exported here are stable. `preview_rows` needs only rows; the use cases need adapters of
the ports in `billing_domain.ports`.
"""

from billing_domain.errors import (
    BillingError,
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
)
from billing_domain.model.bills.bill import (
    Bill,
    BillAction,
    BillOrigin,
    BillState,
    PaidBill,
    PaymentChannel,
    PendingBill,
    Settlement,
    VoidedBill,
)
from billing_domain.model.bills.bill_number import BillNumber, bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.community import Community, CommunityId, Company, CompanyId
from billing_domain.model.company.staff import Permission, Role, StaffAccount
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.imports.bill_row import BillDraft
from billing_domain.model.imports.bill_sheet import BillSheet, read_bill_sheet
from billing_domain.model.imports.profile import NEWSEE, STANDARD, ImportProfile
from billing_domain.model.imports.request import ImportPreview, ImportRequest
from billing_domain.model.imports.row_preview import preview_rows
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.model.sheet import RowProblem, Severity, SheetTable
from billing_domain.use_cases.bills.manage_bills import ManageBills
from billing_domain.use_cases.bills.view_bills import ViewBills
from billing_domain.use_cases.imports.import_bills import ImportBills

__all__ = [
    "NEWSEE",
    "STANDARD",
    "Actor",
    "AddressBook",
    "Bill",
    "BillAction",
    "BillDraft",
    "BillNumber",
    "BillOrigin",
    "BillSheet",
    "BillState",
    "BillingError",
    "BillingPeriod",
    "Community",
    "CommunityId",
    "Company",
    "CompanyId",
    "ConflictError",
    "FeeType",
    "House",
    "HouseAddress",
    "HouseId",
    "ImportBills",
    "ImportPreview",
    "ImportProfile",
    "ImportRequest",
    "InvalidInputError",
    "ManageBills",
    "Money",
    "NotAllowedError",
    "NotFoundError",
    "PaidBill",
    "PaymentChannel",
    "PendingBill",
    "Permission",
    "RefusedError",
    "Relation",
    "Resident",
    "ResidentId",
    "Role",
    "RowProblem",
    "Scope",
    "Settlement",
    "Severity",
    "SheetTable",
    "StaffAccount",
    "ViewBills",
    "VoidedBill",
    "bill_number",
    "preview_rows",
    "read_bill_sheet",
]
