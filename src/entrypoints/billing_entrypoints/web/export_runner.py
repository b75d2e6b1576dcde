"""Lets exports be written beside the requests, by a few threads of their own."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

import attrs

from billing_domain.model.bills.export import ExportId, ExportJob, ExportState
from billing_domain.model.company.actor import Actor
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.documents import FileFormat
from billing_domain.use_cases.bills.export_bills import ExportBills

WORKERS: Final = 2
STALLED_AFTER: Final = timedelta(minutes=30)
"""A million bills take minutes; an export that takes longer has lost its process."""

_log = logging.getLogger(__name__)


@attrs.frozen
class _Running:
    """An export that this process writes, with its owner and its future."""

    actor: Actor
    future: Future[None]


class ExportRunner:
    """Runs exports in threads of this process; `close` cancels the unfinished ones.

    A process that dies can't say so: an export that neither ended nor belongs to this process
    counts as failed half an hour after it was asked for (`shown_state`).
    """

    def __init__(self, export_bills: ExportBills, *, workers: int = WORKERS) -> None:
        self._export_bills = export_bills
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="export")
        self._running: dict[ExportId, _Running] = {}
        self._lock = threading.Lock()

    def submit(
        self, actor: Actor, job: ExportJob, *, bill_filter: BillFilter, file_format: FileFormat
    ) -> None:
        """Let an export be written as soon as a thread is free."""
        with self._lock:
            future = self._threads.submit(self._run, actor, job.id, bill_filter, file_format)
            self._running[job.id] = _Running(actor, future)
        future.add_done_callback(lambda _done: self._forget(job.id))

    def shown_state(self, job: ExportJob, *, now: datetime) -> ExportState:
        """Return an export's state; FAILED for one whose process is gone."""
        stalled = not job.state.over and now - job.created_at >= STALLED_AFTER
        return ExportState.FAILED if stalled and job.id not in self._running else job.state

    def close(self) -> None:
        """Cancel what is waiting or being written, and wait until the threads are done."""
        with self._lock:
            left = dict(self._running)
        for export_id, running in left.items():
            running.future.cancel()
            self._export_bills.cancel(running.actor, export_id=export_id)
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _run(
        self, actor: Actor, export_id: ExportId, bill_filter: BillFilter, file_format: FileFormat
    ) -> None:
        try:
            self._export_bills.run(
                actor, export_id=export_id, bill_filter=bill_filter, file_format=file_format
            )
        except Exception:  # noqa: BLE001 - the job says that it failed; why is for the operator
            _log.exception("export %s failed", export_id)

    def _forget(self, export_id: ExportId) -> None:
        with self._lock:
            self._running.pop(export_id, None)
