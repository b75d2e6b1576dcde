"""The composition root: the one place that knows which adapters the application runs on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs
from sqlalchemy import make_url

from billing_adapters.documents.qr_codes import QrCodes
from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.receipts.receipt_writer import PdfReceiptWriter
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_adapters.http_client import HttpClient
from billing_adapters.sandbox.inbox import SandboxInbox
from billing_adapters.sandbox.menu import SandboxMenuEditor
from billing_adapters.sandbox.message_file import message_file
from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.company.audit_log import SqlAuditQueries
from billing_adapters.sql.db.engine import Database, open_database
from billing_adapters.sql.houses.queries import SqlHouseQueries
from billing_adapters.sql.migrations import check_head, current_revision, upgrade
from billing_adapters.sql.owners.queries import SqlOwnerQueries
from billing_adapters.sql.payments.queries import SqlPaymentQueries
from billing_adapters.sql.reminders.queries import SqlReminderQueries
from billing_adapters.sql.reminders.token_store import SqlTokenStore
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.file_store import LocalFileStore
from billing_adapters.system.ids import SystemIds
from billing_adapters.system.passwords import Argon2PasswordHasher
from billing_adapters.system.secret_cipher import FernetSecretCipher
from billing_adapters.system.sms_file import FileSmsSender, NoSmsSender
from billing_adapters.wechat.access_tokens import AccessTokens
from billing_adapters.wechat.custom_menu import WechatMenuEditor
from billing_adapters.wechat.official_client import OfficialClient
from billing_adapters.wechat.sign_in import API_URL as WECHAT_API_URL
from billing_adapters.wechat.sign_in import WechatSignIn
from billing_adapters.wechat.template_sender import WechatTemplateSender
from billing_domain.errors import StorageUnusableError
from billing_domain.model.company.actor import Actor
from billing_domain.ports.company import SecretCipher
from billing_domain.ports.reminders.messaging import Inbox, MenuEditor, MessageSender, SmsSender
from billing_domain.ports.system import Clock
from billing_domain.words.zh_sheets import BILL_TEMPLATE_NOTES, RESIDENT_TEMPLATE_NOTES
from billing_entrypoints.application import Application, Choices, Ports, wire
from billing_entrypoints.payment_gateways import PaymentGateways
from billing_entrypoints.providers import PROVIDERS
from billing_entrypoints.providers.provider import Site
from billing_entrypoints.providers.sandbox import SANDBOX, sandbox_cashier
from billing_entrypoints.settings import Settings
from billing_entrypoints.words.screens import ORDER_FORM

DEMO_LOGIN: Final = "demo-"
"""How the sign-in names of the demo begin."""

_EXPORTS: Final = "exports"
_SMS_FILE: Final = "sms.jsonl"
_INBOX_FILE: Final = "inbox.sqlite3"


@attrs.frozen
class Migrated:
    """The schema's revision before, None for an empty database, and after."""

    before: str | None
    after: str | None


@contextmanager
def open_application(settings: Settings, *, clock: Clock | None = None) -> Iterator[Application]:
    """Open the application on the deployment's database; leaving closes its connections.

    `clock` is the machine's unless given. Raises StorageUnusableError when the database can't be
    used as it is, in production also when it held the demo, and OSError when the data folder
    can't be made.
    """
    file = _sqlite_file(settings.database_url)
    if file is not None and not file.exists():
        raise StorageUnusableError(reason="schema", detail="no such file yet")
    database = open_database(settings.database_url, pool_size=settings.pool_size)
    try:
        check_head(database.engine)
        application = build(settings, database, clock or SystemClock())
        if settings.in_production:
            _check_no_demo(application)
        yield application
    finally:
        database.close()


def build(settings: Settings, database: Database, clock: Clock) -> Application:
    """Return every use case with its adapters on an open database."""
    ids, cipher = SystemIds(), FernetSecretCipher(settings.secret_key)
    wechat = HttpClient(settings.wechat_api_url or WECHAT_API_URL)
    messages, menu, inbox = _official(settings, database, wechat, cipher, clock)
    site = Site(public_url=settings.public_url, data_dir=settings.data_dir, clock=clock, ids=ids)
    gateways = PaymentGateways(
        known=PROVIDERS, cipher=cipher, site=site, in_production=settings.in_production
    )
    ports = Ports(
        begin=SqlUnitOfWorkFactory(database, clock, ids),
        bills=SqlBillQueries(database, clock),
        houses=SqlHouseQueries(database, clock),
        audit=SqlAuditQueries(database),
        payments=SqlPaymentQueries(database),
        owner_bills=SqlOwnerQueries(database),
        reminders=SqlReminderQueries(database, clock),
        gateways=gateways,
        cashier=None if settings.in_production else sandbox_cashier(site),
        identity=WechatSignIn(cipher, wechat),
        messages=messages,
        sms=_sms(settings),
        menu=menu,
        cipher=cipher,
        hasher=Argon2PasswordHasher(),
        reader=DocumentSheetReader(),
        writer=DocumentSheetWriter(),
        receipts=PdfReceiptWriter(),
        codes=QrCodes(),
        files=LocalFileStore(settings.data_dir / _EXPORTS),
        clock=clock,
        ids=ids,
        inbox=inbox,
    )
    choices = Choices(
        public_url=settings.public_url,
        demo=not settings.in_production,
        order_form=ORDER_FORM,
        bill_notes=BILL_TEMPLATE_NOTES,
        resident_notes=RESIDENT_TEMPLATE_NOTES,
    )
    return wire(ports, choices)


def _official(
    settings: Settings, database: Database, wechat: HttpClient, cipher: SecretCipher, clock: Clock
) -> tuple[MessageSender, MenuEditor, Inbox | None]:
    """Return the WeChat adapters; outside production demo messages go to the sandbox's inbox."""
    client = OfficialClient(AccessTokens(SqlTokenStore(database), cipher, wechat, clock), wechat)
    sender, editor = WechatTemplateSender(client, clock), WechatMenuEditor(client)
    if settings.in_production:
        return sender, editor, None
    file = message_file(settings.data_dir / _INBOX_FILE)
    inbox = SandboxInbox(file, clock, others=sender)
    return inbox, SandboxMenuEditor(file, others=editor), inbox


def _sms(settings: Settings) -> SmsSender:
    """Return the sender that writes text messages to a file; production has none."""
    return (
        NoSmsSender() if settings.in_production else FileSmsSender(settings.data_dir / _SMS_FILE)
    )


def _check_no_demo(application: Application) -> None:
    """Raise StorageUnusableError for a database that held the demo: its passwords are public."""
    for company in application.configure_companies.companies():
        actor = Actor.system(company.id)
        accounts = application.configure_payments.accounts(actor)
        for account in accounts:
            if account.provider == SANDBOX.key:
                raise StorageUnusableError(reason="demo", detail=account.name)
        for person in application.manage_staff.all(actor):
            if person.login_name.startswith(DEMO_LOGIN) and not person.disabled:
                raise StorageUnusableError(reason="demo", detail=person.login_name)


def migrate_database(settings: Settings) -> Migrated:
    """Make the database's tables or bring them up to date; harmless when they are.

    Raises StorageUnusableError when the database can't be opened, or what stands in it can't be
    brought up to date.
    """
    file = _sqlite_file(settings.database_url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)  # SQLite itself would not
    database = open_database(settings.database_url)
    try:
        before = current_revision(database.engine)
        upgrade(database.engine)
        return Migrated(before, current_revision(database.engine))
    finally:
        database.close()


def _sqlite_file(database_url: str) -> Path | None:
    url = make_url(database_url)
    return Path(url.database) if url.drivername == "sqlite" and url.database else None
