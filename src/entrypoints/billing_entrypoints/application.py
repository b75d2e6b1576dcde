"""The application as entrypoints see it: a bag of use cases, wired by somebody else."""

from __future__ import annotations

import attrs

from billing_domain.ports.payments.cashier import Cashier
from billing_domain.ports.reminders.inbox import Inbox
from billing_domain.use_cases.bills.export_bills import ExportBills
from billing_domain.use_cases.bills.manage_bills import ManageBills
from billing_domain.use_cases.bills.view_bills import ViewBills
from billing_domain.use_cases.company.configure_companies import ConfigureCompanies
from billing_domain.use_cases.company.manage_staff import ManageStaff
from billing_domain.use_cases.company.sign_in import SignIn
from billing_domain.use_cases.company.view_company import ViewCompany
from billing_domain.use_cases.houses.register_residents import RegisterResidents
from billing_domain.use_cases.houses.view_houses import ViewHouses
from billing_domain.use_cases.imports.import_bills import ImportBills
from billing_domain.use_cases.imports.import_residents import ImportResidents
from billing_domain.use_cases.imports.manage_import_profiles import ManageImportProfiles
from billing_domain.use_cases.imports.stage_uploads import StageUploads
from billing_domain.use_cases.jobs.run_outbox import RunOutbox
from billing_domain.use_cases.owners.register_owners import RegisterOwners
from billing_domain.use_cases.owners.show_collection_codes import ShowCollectionCodes
from billing_domain.use_cases.owners.sign_in_owners import SignInOwners
from billing_domain.use_cases.owners.view_owner_bills import ViewOwnerBills
from billing_domain.use_cases.payments.check_statements import CheckStatements
from billing_domain.use_cases.payments.collect_payments import CollectPayments
from billing_domain.use_cases.payments.configure_payments import ConfigurePayments
from billing_domain.use_cases.payments.issue_receipts import IssueReceipts
from billing_domain.use_cases.payments.refund_payments import RefundPayments
from billing_domain.use_cases.payments.release_orders import ReleaseOrders
from billing_domain.use_cases.payments.settle_open_payments import SettleOpenPayments
from billing_domain.use_cases.payments.take_notifications import TakeNotifications
from billing_domain.use_cases.payments.view_payments import ViewPayments
from billing_domain.use_cases.reminders.configure_reminders import ConfigureReminders
from billing_domain.use_cases.reminders.remind_residents import RemindResidents
from billing_domain.use_cases.reminders.view_reminders import ViewReminders


@attrs.frozen(kw_only=True)
class Application:
    """Every use case under the name of its module; knows no adapter.

    Tests and embedders build their own with other adapters and hand it to the web application
    or the command line. `cashier` and `inbox` are the sandbox's own pages, None where it is not.
    """

    cashier: Cashier | None
    check_statements: CheckStatements
    collect_payments: CollectPayments
    configure_companies: ConfigureCompanies
    configure_payments: ConfigurePayments
    configure_reminders: ConfigureReminders
    export_bills: ExportBills
    import_bills: ImportBills
    import_residents: ImportResidents
    inbox: Inbox | None
    issue_receipts: IssueReceipts
    manage_bills: ManageBills
    manage_import_profiles: ManageImportProfiles
    manage_staff: ManageStaff
    refund_payments: RefundPayments
    register_owners: RegisterOwners
    register_residents: RegisterResidents
    release_orders: ReleaseOrders
    remind_residents: RemindResidents
    run_outbox: RunOutbox
    settle_open_payments: SettleOpenPayments
    show_collection_codes: ShowCollectionCodes
    sign_in: SignIn
    sign_in_owners: SignInOwners
    stage_uploads: StageUploads
    take_notifications: TakeNotifications
    view_bills: ViewBills
    view_company: ViewCompany
    view_houses: ViewHouses
    view_owner_bills: ViewOwnerBills
    view_payments: ViewPayments
    view_reminders: ViewReminders
