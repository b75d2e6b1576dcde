"""Write the bills of a filter to a file (rule 2.10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import attrs

from billing_domain.errors import ExportNotReadyError, StaleError
from billing_domain.model.bills.export import ExportId, ExportJob, ExportState
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditFacts, type_of_fact
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.resident import mask_phone
from billing_domain.model.houses.search_text import SEARCH_LENGTH_MAX
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.ports.bills import BillFilter, BillQueries, BillRow
from billing_domain.ports.documents import ExportCell, FileFormat, FileStore, SheetWriter
from billing_domain.ports.paging import PAGE_ROWS, Page, PageKey
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.words.zh_sheets import BILLS, EXPORT_HEADER

KEPT_FOR: Final = timedelta(days=1)
_REPORT_EVERY: Final = 1_000


class _Cancelled(Exception):  # noqa: N818 - never leaves this module
    """Somebody cancelled the export during writing."""


@attrs.frozen
class ExportBills:
    """Exports of all bills that a filter finds: one snapshot, bounded memory (P34)."""

    bills: BillQueries
    begin: UnitOfWorkFactory
    writer: SheetWriter
    files: FileStore
    clock: Clock
    ids: IdGenerator

    def start(
        self, actor: Actor, *, bill_filter: BillFilter, file_format: FileFormat
    ) -> ExportJob:
        """Return a new export; the caller then starts `run` in the background."""
        actor.require(Permission.EXPORT_BILLS)
        now = self.clock.now()
        job = ExportJob(
            id=ExportId(self.ids.new_id()),
            company_id=actor.company_id,
            staff_id=actor.id,
            file_name=f"{BILLS}_{now.astimezone(SHANGHAI):%Y%m%d_%H%M%S}.{file_format.value}",
            state=ExportState.WAITING,
            rows_total=0,
            rows_written=0,
            created_at=now,
        )
        facts: dict[str, type_of_fact] = {
            "file_name": job.file_name,
            "phones": actor.may(Permission.VIEW_PHONES),
            "text": bill_filter.text[:SEARCH_LENGTH_MAX],
        }
        exported = AuditFacts("export", job.id, facts, bill_filter.community_id)
        with self.begin() as work:
            old = work.exports.remove_before(now - KEPT_FOR)
            work.exports.add(job)
            work.record(actor, AuditAction.EXPORTED, after=exported)
            work.commit()
        for export_id in old:
            self.files.remove(export_id)
        return job

    def run(
        self,
        actor: Actor,
        *,
        export_id: ExportId,
        bill_filter: BillFilter,
        file_format: FileFormat,
    ) -> ExportJob:
        """Write an export's file and return the export, done or cancelled.

        Exceptions of writing pass through. Phones are whole only for a role that may see them; the
        audit entry says which.
        """
        actor.require(Permission.EXPORT_BILLS)
        try:
            with self.bills.snapshot(actor.scope, bill_filter) as (count, rows):
                self._advance(actor, export_id, 0, count)
                reported = self._reporting(actor, export_id, rows, count)
                phones = actor.may(Permission.VIEW_PHONES)
                cells = (export_cells(row, phones=phones) for row in reported)
                self.writer.table(self.files.path(export_id), file_format, EXPORT_HEADER, cells)
            self._advance(actor, export_id, count, count)
            return self._end(actor, export_id, ExportState.DONE)
        except _Cancelled:
            self.files.remove(export_id)
            return self.job(actor, export_id=export_id)
        except BaseException:
            self.files.remove(export_id)
            self._end(actor, export_id, ExportState.FAILED)
            raise

    def cancel(self, actor: Actor, *, export_id: ExportId) -> ExportJob:
        """Cancel an export; an export that has ended stays unchanged."""
        return self._end(actor, export_id, ExportState.CANCELLED)

    def job(self, actor: Actor, *, export_id: ExportId) -> ExportJob:
        """Return the actor's own export; raise ThingNotFoundError for any other."""
        actor.require(Permission.EXPORT_BILLS)
        with self.begin(read_only=True) as work:
            return work.exports.get(actor.company_id, actor.id, export_id)

    def jobs(self, actor: Actor, *, key: PageKey | None = None) -> Page[ExportJob]:
        """Return one page of the actor's own exports of the last day, newest first."""
        actor.require(Permission.EXPORT_BILLS)
        with self.begin(read_only=True) as work:
            return work.exports.of_staff(actor.company_id, actor.id, key=key, rows=PAGE_ROWS)

    def file(self, actor: Actor, *, export_id: ExportId) -> Path:
        """Return the file of the actor's own export; raise ExportNotReadyError unless done."""
        job = self.job(actor, export_id=export_id)
        path = self.files.path(export_id)
        if job.state is not ExportState.DONE or not path.exists():
            raise ExportNotReadyError(state=job.state.value)
        return path

    def _reporting(
        self, actor: Actor, export_id: ExportId, rows: Iterator[BillRow], count: int
    ) -> Iterator[BillRow]:
        """Yield the rows and store the progress at times; raise _Cancelled if cancelled."""
        for written, row in enumerate(rows):
            if written and written % _REPORT_EVERY == 0:
                self._advance(actor, export_id, written, count)
            yield row

    def _advance(self, actor: Actor, export_id: ExportId, written: int, total: int) -> None:
        with self.begin() as work:
            job = work.exports.get(actor.company_id, actor.id, export_id)
            if job.state.over:
                raise _Cancelled
            work.exports.save(job.advance(rows_written=written, rows_total=total))
            work.commit()

    def _end(self, actor: Actor, export_id: ExportId, state: ExportState) -> ExportJob:
        actor.require(Permission.EXPORT_BILLS)
        while True:
            with self.begin() as work:
                job = work.exports.get(actor.company_id, actor.id, export_id)
                ended = job.end(state)
                if ended is job:
                    return job
                try:
                    work.exports.save(ended)
                except StaleError:
                    continue
                work.commit()
                return ended


def export_cells(row: BillRow, *, phones: bool) -> tuple[ExportCell, ...]:
    """Return a bill's cells, in the order of EXPORT_HEADER."""
    shown = [person.phone if phones else mask_phone(person.phone) for person in row.residents]
    return (
        row.number,
        row.external_number or "--",
        row.imported_at.astimezone(SHANGHAI).replace(tzinfo=None),
        "、".join(person.name for person in row.residents),
        "、".join(phone for phone in shown if phone),
        f"{row.community_name}/{row.address}",
        row.fee_type.label,
        row.amount,
        row.period.first_day,
        row.period.last_day,
        row.state.label,
        row.channel.label if row.channel else "",
        row.paid_at.astimezone(SHANGHAI).replace(tzinfo=None) if row.paid_at else None,
        row.payer_name,
        row.voucher_number,
        row.remark,
    )
