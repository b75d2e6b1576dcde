"""Background work: the outbox, open payments, and the statements of the last days."""

from __future__ import annotations

import logging
import os
import platform
import secrets
import threading
import time
from typing import Final

import attrs

from billing_domain.use_cases.jobs.run_outbox import BATCH_MAX, OutboxReport
from billing_domain.use_cases.payments.check_statements import StatementDay, StatementReport
from billing_domain.use_cases.payments.settle_open_payments import JanitorReport
from billing_entrypoints.application import Application

_log = logging.getLogger(__name__)


@attrs.frozen(kw_only=True)
class Pace:
    """A worker's intervals (rules 5.3, 5.7).

    The janitor looks at what is open and forgets what was deleted long ago, the statements' pass
    at what is still to be read of the last days.
    """

    idle_seconds: float = 1.0
    janitor_seconds: float = 60.0
    statements_seconds: float = 900.0


DEFAULT_PACE: Final = Pace()
NUMBERS_LOGGED_MAX: Final = 20
"""The most foreign numbers in one log line."""


class Worker:
    """Does background work until it is stopped; several workers may run, in one process or many.

    What a person must look at is logged as an error, by number alone (P45).
    """

    def __init__(self, application: Application, pace: Pace = DEFAULT_PACE) -> None:
        self._application, self._pace = application, pace
        self._holder = f"{platform.node()}-{os.getpid()}-{secrets.token_hex(4)}"
        # Another process reads the same statements again, which changes nothing.
        self._read: tuple[StatementDay, ...] = ()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, and then to the end of the round that is under way.

        The first pass of the janitor comes after one interval, and that of the statements too.
        """
        look_at = time.monotonic() + self._pace.janitor_seconds
        read_at = time.monotonic() + self._pace.statements_seconds
        while not stop.is_set():
            busy = self._round()
            if time.monotonic() >= look_at:
                self._look()
                look_at = time.monotonic() + self._pace.janitor_seconds
            if time.monotonic() >= read_at:
                self._read_statements()
                read_at = time.monotonic() + self._pace.statements_seconds
            if not busy:
                stop.wait(self._pace.idle_seconds)

    def drain(self) -> OutboxReport:
        """Do all jobs that are due now; return the report."""
        whole = OutboxReport()
        while (report := self._application.run_outbox.run_once(holder=self._holder)).claimed:
            log_jobs(report)
            whole = _joined(whole, report)
        return whole

    def _round(self) -> bool:
        """Do one batch; return whether it was full, so that more jobs may be due."""
        try:
            report = self._application.run_outbox.run_once(holder=self._holder)
        except Exception:  # noqa: BLE001 - the next round may succeed; why is for the operator
            _log.exception("the outbox could not be read")
            return False
        log_jobs(report)
        return report.claimed >= BATCH_MAX

    def _look(self) -> None:
        try:
            log_payments(self._application.settle_open_payments.run())
            self._application.restore_bills.purge()
        except Exception:  # noqa: BLE001 - as above
            _log.exception("the janitor's pass failed")

    def _read_statements(self) -> None:
        try:
            report = self._application.check_statements.run(done=self._read)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("the statements' pass failed")
            return
        self._read = report.done
        log_statements(report)


def log_jobs(report: OutboxReport) -> None:
    """Log the outcome of jobs by kind and subject."""
    for error in report.crashes:
        _log.error("a job's handler crashed", exc_info=error)
    for job in report.dead:
        _log.error("job %s %s needs a person: %s", job.kind.value, job.subject, job.failure_reason)
    for job in report.failed:
        _log.warning(
            "job %s %s is tried again: %s", job.kind.value, job.subject, job.failure_reason
        )
    if report.done:
        _log.info("outbox: %d done", len(report.done))


def log_payments(report: JanitorReport) -> None:
    """Log the outcome of open payments by number."""
    if report.overdue:
        _log.error("orders undecided for two hours: %s", ", ".join(report.overdue))
    for number, reason in report.failed:
        _log.error("payment %s needs a person: %s", number, reason)
    if report.settled or report.closed or report.refunded:
        _log.info(
            "janitor: %d settled, %d closed, %d refunded",
            len(report.settled),
            len(report.closed),
            len(report.refunded),
        )


def log_statements(report: StatementReport) -> None:
    """Log what statements showed, by number; foreign numbers may hold anything."""
    for error in report.crashes:
        _log.error("reading a statement crashed", exc_info=error)
    if report.unknown:
        some = report.unknown[:NUMBERS_LOGGED_MAX]
        _log.error("%d payments of unknown orders: %r", len(report.unknown), some)
    if report.amounts:
        _log.error("orders paid with another amount: %s", ", ".join(report.amounts))
    for subject, reason in report.failed:
        _log.error("statement of %s needs a person: %s", subject, reason)
    for subject, reason in report.later:
        _log.warning("statement of %s is looked at again: %s", subject, reason)
    if report.settled:
        _log.info("statements: %d settled", len(report.settled))


def _joined(first: OutboxReport, second: OutboxReport) -> OutboxReport:
    names = [field.name for field in attrs.fields(OutboxReport)]
    return OutboxReport(**{name: getattr(first, name) + getattr(second, name) for name in names})
