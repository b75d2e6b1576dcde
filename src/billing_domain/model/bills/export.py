"""A file of bills being written, which may take a while (rule 2.10)."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NewType

import attrs

from billing_domain.model.company.community import CompanyId

ExportId = NewType("ExportId", str)
"""32 hex digits."""


class ExportState(Enum):
    """How far an export is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self not in {ExportState.WAITING, ExportState.RUNNING}


@attrs.frozen
class ExportJob:
    """One export; `rows_total` is 0 until the snapshot was counted.

    `file_name` is what the download is called; the file itself is stored under the id.
    """

    id: ExportId
    company_id: CompanyId
    staff_id: str
    file_name: str
    state: ExportState
    rows_total: int
    rows_written: int
    created_at: datetime
    version: int = 1

    def advance(self, *, rows_written: int, rows_total: int) -> ExportJob:
        """Return the export running, with so many rows written."""
        return attrs.evolve(
            self,
            state=ExportState.RUNNING,
            rows_total=rows_total,
            rows_written=rows_written,
            version=self.version + 1,
        )

    def end(self, state: ExportState) -> ExportJob:
        """Return the export over; one that is over already stays as it is."""
        if self.state.over:
            return self
        return attrs.evolve(self, state=state, version=self.version + 1)
