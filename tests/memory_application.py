"""A whole application in memory, reading and writing real spreadsheets."""

from __future__ import annotations

from pathlib import Path

from adapters.documents.reading.sheet_reader import DocumentSheetReader
from adapters.documents.writing.sheet_writer import DocumentSheetWriter
from adapters.memory.database import MemoryDatabase
from adapters.memory.system import CountedIds, PlainPasswordHasher, PlainSecretCipher
from adapters.system.file_store import LocalFileStore
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


def memory_application(clock: Clock, files: Path) -> Application:
    """Return an empty application that forgets everything with its last reference."""
    database = MemoryDatabase(clock)
    ids, hasher = CountedIds(), PlainPasswordHasher()
    parts = (database.begin, clock, ids)
    sheets = (database.begin, DocumentSheetReader(), DocumentSheetWriter(), clock, ids)
    return Application(
        configure_companies=ConfigureCompanies(database.begin, PlainSecretCipher(), clock, ids),
        export_bills=ExportBills(
            database.bill_queries,
            database.begin,
            DocumentSheetWriter(),
            LocalFileStore(files),
            clock,
            ids,
        ),
        import_bills=ImportBills(*sheets),
        import_residents=ImportResidents(*sheets),
        manage_bills=ManageBills(*parts),
        manage_import_profiles=ManageImportProfiles(*parts),
        manage_staff=ManageStaff(database.begin, hasher, clock, ids),
        register_residents=RegisterResidents(*parts),
        sign_in=SignIn(database.begin, hasher, clock, ids),
        stage_uploads=StageUploads(*parts),
        view_bills=ViewBills(database.bill_queries, database.audit_queries, *parts),
        view_company=ViewCompany(database.begin, database.audit_queries, database.bill_queries),
        view_houses=ViewHouses(database.house_queries),
    )
