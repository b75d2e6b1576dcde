"""The audit log in SQL; database triggers refuse to change or remove an entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs
from sqlalchemy import Select, select

from billing_adapters.sql.db.connections import query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.company import audit_entries
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.audit import AuditEntry
from billing_domain.ports.company import AuditLog, AuditQueries
from billing_domain.ports.paging import Page, PageKey

_ORDER: Final = PageOrder((audit_entries.c.id,))


@attrs.frozen
class SqlAuditLog(AuditLog):
    """The append-only log (rule 2.11)."""

    work: Transaction

    def add_all(self, entries: Iterable[AuditEntry]) -> None:
        with self.work.refusing():
            rows = [attrs.asdict(entry, recurse=False) for entry in entries]
            self.work.insert(audit_entries, rows)


@attrs.frozen
class SqlAuditQueries(AuditQueries):
    """Reads of the audit log, newest first: ids ascend with time."""

    database: Database

    def of_subject(self, scope: Scope, kind: str, subject_id: str) -> Sequence[AuditEntry]:
        found = select(audit_entries).where(
            in_scope(audit_entries, scope),
            audit_entries.c.subject_kind == kind,
            audit_entries.c.subject_id == subject_id,
        )
        return self._find(found.order_by(*_ORDER.by(None)))

    def page(
        self, scope: Scope, *, key: PageKey | None, rows: int, subject_kind: str = ""
    ) -> Page[AuditEntry]:
        found = select(audit_entries).where(in_scope(audit_entries, scope))
        if subject_kind:
            found = found.where(audit_entries.c.subject_kind == subject_kind)
        return _ORDER.page(found, key, rows, self._find)

    def _find(self, found: Select[Any]) -> list[AuditEntry]:
        with query(self.database.reader) as connection:
            return [AuditEntry(**row._asdict()) for row in connection.execute(found)]
