"""Export jobs in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
from sqlalchemy import ColumnElement, delete, select

from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.bills import exports
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.export import ExportId, ExportJob
from billing_domain.model.company.community import CompanyId
from billing_domain.ports.bills import ExportRepository


@attrs.frozen
class SqlExportRepository(ExportRepository):
    """Files of bills being written."""

    work: Transaction

    def add(self, job: ExportJob) -> None:
        self.work.insert(exports, [attrs.asdict(job, recurse=False)])

    def get(self, company_id: CompanyId, staff_id: str, export_id: ExportId) -> ExportJob:
        for job in self._find(company_id, staff_id, exports.c.id == export_id):
            return job
        raise ThingNotFoundError(kind="export", id=export_id)

    def save(self, job: ExportJob) -> None:
        values = attrs.asdict(job, recurse=False)
        self.work.replace_version(exports.c.id, values, kind="export")

    def of_staff(self, company_id: CompanyId, staff_id: str) -> Sequence[ExportJob]:
        return self._find(company_id, staff_id)

    def remove_before(self, moment: datetime) -> Sequence[ExportId]:
        old = delete(exports).where(exports.c.created_at < moment).returning(exports.c.id)
        return [ExportId(export_id) for export_id in self.work.connection.execute(old).scalars()]

    def _find(
        self, company_id: CompanyId, staff_id: str, *conditions: ColumnElement[bool]
    ) -> list[ExportJob]:
        own = (exports.c.company_id == company_id, exports.c.staff_id == staff_id)
        columns = [exports.c[field.name] for field in attrs.fields(ExportJob)]
        newest_first = (exports.c.created_at.desc(), exports.c.row_id.desc())
        found = select(*columns).where(*own, *conditions).order_by(*newest_first)
        return [ExportJob(*row) for row in self.work.connection.execute(found)]
