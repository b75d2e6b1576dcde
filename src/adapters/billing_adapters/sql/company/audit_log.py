"""The audit log in SQL; triggers in the database refuse to alter or remove an entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
from sqlalchemy import ColumnElement, select

from billing_adapters.sql.db.connections import query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.company import audit_entries
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.audit import AuditEntry
from billing_domain.ports.company import AuditLog, AuditQueries
from billing_domain.ports.paging import Page


@attrs.frozen
class SqlAuditLog(AuditLog):
    """The append-only log (rule 2.11)."""

    work: Transaction

    def add_all(self, entries: Iterable[AuditEntry]) -> None:
        """Append entries; an id that is there already is refused by the database."""
        with self.work.refusing():
            rows = [attrs.asdict(entry, recurse=False) for entry in entries]
            self.work.insert(audit_entries, rows)


@attrs.frozen
class SqlAuditQueries(AuditQueries):
    """Reads of the audit log; ids ascend with time, so they give the order."""

    database: Database

    def of_subject(self, scope: Scope, kind: str, subject_id: str) -> Sequence[AuditEntry]:
        return self._find(
            scope,
            audit_entries.c.subject_kind == kind,
            audit_entries.c.subject_id == subject_id,
        )

    def page(
        self, scope: Scope, *, key: str | None, rows: int, subject_kind: str = ""
    ) -> Page[AuditEntry]:
        conditions = []
        if key is not None:
            conditions.append(audit_entries.c.id < key)
        if subject_kind:
            conditions.append(audit_entries.c.subject_kind == subject_kind)
        found = self._find(scope, *conditions, rows=rows + 1)
        shown = tuple(found[:rows])
        more = len(found) > len(shown) and shown
        return Page(shown, next_key=shown[-1].id if more else None, previous_key=None)

    def _find(
        self, scope: Scope, *conditions: ColumnElement[bool], rows: int | None = None
    ) -> list[AuditEntry]:
        found = (
            select(audit_entries)
            .where(in_scope(audit_entries, scope), *conditions)
            .order_by(audit_entries.c.id.desc())
            .limit(rows)
        )
        with query(self.database.reader) as connection:
            return [AuditEntry(**row._asdict()) for row in connection.execute(found)]
