"""Export jobs in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from billing_adapters.memory.state import MemoryState, replace_version
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.export import ExportId, ExportJob
from billing_domain.model.company.community import CompanyId
from billing_domain.ports.bills import ExportRepository


@attrs.frozen
class MemoryExportRepository(ExportRepository):
    """Files of bills being written."""

    state: MemoryState

    def add(self, job: ExportJob) -> None:
        """Keep a new export."""
        self.state.exports[job.id] = job

    def get(self, company_id: CompanyId, staff_id: str, export_id: ExportId) -> ExportJob:
        """Return a staff member's own export or raise ThingNotFoundError."""
        job = self.state.exports.get(export_id)
        if job is None or (job.company_id, job.staff_id) != (company_id, staff_id):
            raise ThingNotFoundError(kind="export", id=export_id)
        return job

    def save(self, job: ExportJob) -> None:
        """Replace the version before this one; raise StaleError."""
        replace_version(self.state.exports, job.id, job, kind="export")

    def of_staff(self, company_id: CompanyId, staff_id: str) -> Sequence[ExportJob]:
        """Return a staff member's exports, newest first."""
        own = [
            job
            for job in reversed(self.state.exports.values())
            if (job.company_id, job.staff_id) == (company_id, staff_id)
        ]
        return sorted(own, key=lambda job: job.created_at, reverse=True)

    def remove_before(self, moment: datetime) -> Sequence[ExportId]:
        """Forget the exports made before a moment; return their ids."""
        old = [job.id for job in self.state.exports.values() if job.created_at < moment]
        for export_id in old:
            del self.state.exports[export_id]
        return old
