"""The composition root: the one place that knows which adapters the application runs on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs
from sqlalchemy import make_url

from adapters.documents.reading.sheet_reader import DocumentSheetReader
from adapters.documents.writing.sheet_writer import DocumentSheetWriter
from adapters.sql.audit_log import SqlAuditQueries
from adapters.sql.bill_queries import SqlBillQueries
from adapters.sql.engine import Database, open_database
from adapters.sql.house_queries import SqlHouseQueries
from adapters.sql.migrations import current_revision, revisions, upgrade
from adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from adapters.system.clock import SystemClock
from adapters.system.file_store import LocalFileStore
from adapters.system.ids import SystemIds
from adapters.system.passwords import Argon2PasswordHasher
from adapters.system.secret_cipher import FernetSecretCipher
from billing_domain.errors import StorageUnusableError
from billing_domain.ports.system import Clock
from billing_domain.use_cases.configure_companies import ConfigureCompanies
from billing_domain.use_cases.export_bills import ExportBills
from billing_domain.use_cases.import_bills import ImportBills
from billing_domain.use_cases.import_residents import ImportResidents
from billing_domain.use_cases.manage_bills import ManageBills
from billing_domain.use_cases.manage_import_profiles import ManageImportProfiles
from billing_domain.use_cases.manage_staff import ManageStaff
from billing_domain.use_cases.register_residents import RegisterResidents
from billing_domain.use_cases.sign_in import SignIn
from billing_domain.use_cases.stage_uploads import StageUploads
from billing_domain.use_cases.view_bills import ViewBills
from billing_domain.use_cases.view_company import ViewCompany
from billing_domain.use_cases.view_houses import ViewHouses
from entrypoints.application import Application
from entrypoints.settings import Settings
from entrypoints.sheet_texts import BILL_TEMPLATE_NOTES, RESIDENT_TEMPLATE_NOTES

_EXPORTS: Final = "exports"


@attrs.frozen
class Migrated:
    """The schema's revision before, None for an empty database, and after."""

    before: str | None
    after: str | None


@contextmanager
def open_application(settings: Settings, *, clock: Clock | None = None) -> Iterator[Application]:
    """Open the application on the deployment's database; leaving closes its connections.

    `clock` is the machine's unless given. Raises StorageUnusableError when the database can't be
    used as it is, and OSError when the data folder can't be made.
    """
    file = _sqlite_file(settings.database_url)
    if file is not None and not file.exists():
        raise StorageUnusableError(reason="schema", detail="no such file yet")
    database = open_database(settings.database_url, pool_size=settings.pool_size)
    try:
        _check_revision(database)
        yield build(settings, database, clock or SystemClock())
    finally:
        database.close()


def build(settings: Settings, database: Database, clock: Clock) -> Application:
    """Return every use case with its adapters on an open database."""
    begin = SqlUnitOfWorkFactory(database)
    bills = SqlBillQueries(database, clock)
    audit = SqlAuditQueries(database)
    ids, hasher = SystemIds(), Argon2PasswordHasher()
    reader, writer = DocumentSheetReader(), DocumentSheetWriter()
    files = LocalFileStore(settings.data_dir / _EXPORTS)
    cipher = FernetSecretCipher(settings.secret_key)
    return Application(
        configure_companies=ConfigureCompanies(begin, cipher, clock, ids),
        export_bills=ExportBills(bills, begin, writer, files, clock, ids),
        import_bills=ImportBills(begin, reader, writer, clock, ids, BILL_TEMPLATE_NOTES),
        import_residents=ImportResidents(
            begin, reader, writer, clock, ids, RESIDENT_TEMPLATE_NOTES
        ),
        manage_bills=ManageBills(begin, clock, ids),
        manage_import_profiles=ManageImportProfiles(begin, clock, ids),
        manage_staff=ManageStaff(begin, hasher, clock, ids),
        register_residents=RegisterResidents(begin, clock, ids),
        sign_in=SignIn(begin, hasher, clock, ids),
        stage_uploads=StageUploads(begin, clock, ids),
        view_bills=ViewBills(bills, audit, begin, clock, ids),
        view_company=ViewCompany(begin, audit, bills),
        view_houses=ViewHouses(SqlHouseQueries(database, clock)),
    )


def migrate_database(settings: Settings) -> Migrated:
    """Make the database's tables or bring them up to date; harmless when they are.

    Raises StorageUnusableError when the database can't be opened or is newer than the program.
    """
    file = _sqlite_file(settings.database_url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)  # SQLite itself would not
    database = open_database(settings.database_url)
    try:
        before = current_revision(database.engine)
        _check_known(before)
        upgrade(database.engine)
        return Migrated(before, current_revision(database.engine))
    finally:
        database.close()


def _check_revision(database: Database) -> None:
    """Raise StorageUnusableError unless the tables are those of this program."""
    current = current_revision(database.engine)
    _check_known(current)
    if current != (head := revisions()[-1]):
        detail = f"at {current or 'no revision'}, {head} is needed"
        raise StorageUnusableError(reason="schema", detail=detail)


def _check_known(revision: str | None) -> None:
    """Raise StorageUnusableError for a revision that only a newer program knows."""
    known = revisions()
    if revision is not None and revision not in known:
        detail = f"at {revision}, this program knows {known[-1]}"
        raise StorageUnusableError(reason="schema_newer", detail=detail)


def _sqlite_file(database_url: str) -> Path | None:
    url = make_url(database_url)
    return Path(url.database) if url.drivername == "sqlite" and url.database else None
