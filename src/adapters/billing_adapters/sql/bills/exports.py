"""Export jobs in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import attrs
from sqlalchemy import Select, delete, select

from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.db.rows import found_one
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.bills import exports
from billing_domain.model.bills.export import ExportId, ExportJob
from billing_domain.model.company.community import CompanyId
from billing_domain.ports.bills import ExportRepository
from billing_domain.ports.paging import Page, PageKey

_NEWEST_FIRST: Final = PageOrder((exports.c.created_at, exports.c.id))


@attrs.frozen
class SqlExportRepository(ExportRepository):
    """Export jobs, finished ones included."""

    work: Transaction

    def add(self, job: ExportJob) -> None:
        self.work.insert(exports, [attrs.asdict(job, recurse=False)])

    def get(self, company_id: CompanyId, staff_id: str, export_id: ExportId) -> ExportJob:
        found = self._find(_of_staff(company_id, staff_id).where(exports.c.id == export_id))
        return found_one(found, "export", export_id)

    def save(self, job: ExportJob) -> None:
        values = attrs.asdict(job, recurse=False)
        self.work.replace_version(exports.c.id, values, kind="export")

    def of_staff(
        self, company_id: CompanyId, staff_id: str, *, key: PageKey | None, rows: int
    ) -> Page[ExportJob]:
        return _NEWEST_FIRST.page(_of_staff(company_id, staff_id), key, rows, self._find)

    def remove_before(self, moment: datetime) -> Sequence[ExportId]:
        old = delete(exports).where(exports.c.created_at < moment).returning(exports.c.id)
        return [ExportId(export_id) for export_id in self.work.connection.execute(old).scalars()]

    def _find(self, found: Select[Any]) -> list[ExportJob]:
        return [ExportJob(*row) for row in self.work.connection.execute(found)]


def _of_staff(company_id: CompanyId, staff_id: str) -> Select[Any]:
    columns = [exports.c[field.name] for field in attrs.fields(ExportJob)]
    return select(*columns).where(
        exports.c.company_id == company_id, exports.c.staff_id == staff_id
    )
