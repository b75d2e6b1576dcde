"""The application: every use case on one set of ports. Callers choose the adapters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from billing_domain.model.jobs.outbox import JobKind
from billing_domain.ports.bills import BillQueries
from billing_domain.ports.company import AuditQueries, PasswordHasher, SecretCipher
from billing_domain.ports.documents import FileStore, QrEncoder, SheetReader, SheetWriter
from billing_domain.ports.houses import HouseQueries
from billing_domain.ports.owners import OwnerIdentity, OwnerQueries
from billing_domain.ports.payments.cashier import Cashier
from billing_domain.ports.payments.gateway import GatewayFactory
from billing_domain.ports.payments.queries import PaymentQueries
from billing_domain.ports.payments.receipts import ReceiptWriter
from billing_domain.ports.reminders.messaging import Inbox, MenuEditor, MessageSender, SmsSender
from billing_domain.ports.reminders.queries import ReminderQueries
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.services.payments.place_orders import PlaceOrders
from billing_domain.services.payments.resolve_orders import ResolveOrders
from billing_domain.services.payments.send_refunds import FollowRefunds, SendRefunds
from billing_domain.services.payments.settle_orders import SettleOrders
from billing_domain.services.payments.settle_refunds import SettleRefunds
from billing_domain.services.reminders.circuit_breaker import CircuitBreaker
from billing_domain.services.reminders.deliver_reminders import DeliverReminders
from billing_domain.use_cases.bills.export_bills import ExportBills
from billing_domain.use_cases.bills.manage_bills import ManageBills
from billing_domain.use_cases.bills.restore_bills import RestoreBills
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
from billing_domain.use_cases.imports.manage_imports import ManageImports
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

OWNER_PATH = "/owner"
STATEMENT_DAYS: Final = 3
"""How many past days' statements are read: a weekend on which nothing ran loses nothing."""


@attrs.frozen(kw_only=True)
class Ports:
    """One adapter for every port."""

    begin: UnitOfWorkFactory
    bills: BillQueries
    houses: HouseQueries
    audit: AuditQueries
    payments: PaymentQueries
    owner_bills: OwnerQueries
    reminders: ReminderQueries
    gateways: GatewayFactory
    cashier: Cashier | None
    identity: OwnerIdentity
    messages: MessageSender
    sms: SmsSender
    menu: MenuEditor
    cipher: SecretCipher
    hasher: PasswordHasher
    reader: SheetReader
    writer: SheetWriter
    receipts: ReceiptWriter
    codes: QrEncoder
    files: FileStore
    clock: Clock
    ids: IdGenerator
    inbox: Inbox | None = None


@attrs.frozen(kw_only=True)
class Choices:
    """What a deployment decides: its address, its words, and whether anybody may try it out.

    `public_url` ends without a slash. `order_form` is what a payer reads at the provider, with
    `{community}` and `{count}`.
    """

    public_url: str
    demo: bool
    order_form: str = "{community} x{count}"
    bill_notes: Sequence[str] = ()
    resident_notes: Sequence[str] = ()


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
    manage_imports: ManageImports
    manage_staff: ManageStaff
    refund_payments: RefundPayments
    register_owners: RegisterOwners
    register_residents: RegisterResidents
    release_orders: ReleaseOrders
    remind_residents: RemindResidents
    restore_bills: RestoreBills
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


def wire(ports: Ports, choices: Choices) -> Application:
    """Return every use case on the ports."""
    begin, clock, ids = parts = (ports.begin, ports.clock, ports.ids)
    sheets = (begin, ports.reader, ports.writer, clock, ids)
    reports, refunds = SettleOrders(clock, ids), SettleRefunds(clock)
    decide = ResolveOrders(begin, ports.gateways, reports)
    place = PlaceOrders(begin, decide, clock, choices.order_form)
    send = SendRefunds(begin, decide, refunds)
    return Application(
        cashier=ports.cashier,
        check_statements=CheckStatements(begin, decide, clock, STATEMENT_DAYS),
        collect_payments=CollectPayments(begin, decide, place, clock, ids),
        configure_companies=ConfigureCompanies(begin, ports.cipher, clock, ids),
        configure_payments=ConfigurePayments(begin, ports.cipher, ports.gateways, clock, ids),
        configure_reminders=ConfigureReminders(begin, ports.menu),
        export_bills=ExportBills(ports.bills, begin, ports.writer, ports.files, clock, ids),
        import_bills=ImportBills(*sheets, choices.bill_notes),
        import_residents=ImportResidents(*sheets, choices.resident_notes),
        inbox=ports.inbox,
        issue_receipts=IssueReceipts(begin, ports.bills, ports.owner_bills, ports.receipts, clock),
        manage_bills=ManageBills(begin, decide, clock),
        manage_import_profiles=ManageImportProfiles(begin, ids),
        manage_imports=ManageImports(begin, clock),
        manage_staff=ManageStaff(begin, ports.hasher, clock, ids),
        refund_payments=RefundPayments(begin, send, clock, ids),
        register_owners=RegisterOwners(*parts),
        register_residents=RegisterResidents(begin, ids),
        release_orders=ReleaseOrders(begin, decide, clock),
        remind_residents=RemindResidents(begin, ports.bills, ports.reminders, clock, ids),
        restore_bills=RestoreBills(begin, clock),
        run_outbox=_outbox(ports, choices, send),
        settle_open_payments=SettleOpenPayments(begin, decide, send, clock),
        show_collection_codes=ShowCollectionCodes(
            begin, ports.codes, f"{choices.public_url}{OWNER_PATH}"
        ),
        sign_in=SignIn(begin, ports.hasher, clock, ids),
        sign_in_owners=SignInOwners(begin, ports.identity, clock, ids, choices.demo),
        stage_uploads=StageUploads(*parts),
        take_notifications=TakeNotifications(begin, decide, send, reports, refunds, clock, ids),
        view_bills=ViewBills(ports.bills, ports.audit, begin),
        view_company=ViewCompany(begin, ports.audit, ports.bills),
        view_houses=ViewHouses(ports.houses),
        view_owner_bills=ViewOwnerBills(begin, ports.owner_bills, clock),
        view_payments=ViewPayments(begin, ports.payments, ports.bills, ports.audit, decide, clock),
        view_reminders=ViewReminders(ports.reminders),
    )


def _outbox(ports: Ports, choices: Choices, send: SendRefunds) -> RunOutbox:
    deliver = DeliverReminders(
        ports.begin,
        ports.messages,
        ports.sms,
        CircuitBreaker(ports.clock),
        ports.clock,
        f"{choices.public_url}{OWNER_PATH}/reminders/{{reminder}}",
    )
    return RunOutbox(
        ports.begin,
        {JobKind.REFUND: FollowRefunds(send, ports.clock), JobKind.REMINDER: deliver},
        ports.clock,
        ports.ids,
        on_dead_letter={JobKind.REMINDER: deliver.abandon},
    )
