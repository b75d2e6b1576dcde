"""A file of bills that is written in the background (rule 2.10)."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NewType

import attrs

from billing_domain.model.company.community import CompanyId

ExportId = NewType("ExportId", str)
"""32 hex digits."""


class ExportState(Enum):
    """The state of an export."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether the export is done, cancelled or failed."""
        return self not in {ExportState.WAITING, ExportState.RUNNING}


@attrs.frozen
class ExportJob:
    """One export; `rows_total` is 0 until the snapshot is counted.

    `file_name` is the name of the download; the file itself is stored under the id.
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
        """Return the running export with its number of written rows."""
        return attrs.evolve(
            self,
            state=ExportState.RUNNING,
            rows_total=rows_total,
            rows_written=rows_written,
            version=self.version + 1,
        )

    def end(self, state: ExportState) -> ExportJob:
        """Return the ended export; an export that has ended already stays unchanged."""
        if self.state.over:
            return self
        return attrs.evolve(self, state=state, version=self.version + 1)
