"""What goes on beside the requests: the outbox all the time, the janitor every minute."""

from __future__ import annotations

import logging
import os
import platform
import secrets
import threading
import time
from typing import Final

import attrs

from billing_domain.use_cases.run_outbox import BATCH_MAX, OutboxReport
from billing_domain.use_cases.settle_open_payments import JanitorReport
from entrypoints.application import Application

_log = logging.getLogger(__name__)


@attrs.frozen(kw_only=True)
class Pace:
    """How long a worker rests with nothing to do, and how often the janitor looks (rule 5.3)."""

    idle_seconds: float = 1.0
    janitor_seconds: float = 60.0


DEFAULT_PACE: Final = Pace()


class Worker:
    """Works until it is told to stop; several may, in one process or many.

    What a person must look at is logged as an error, by number alone (P45).
    """

    def __init__(self, application: Application, pace: Pace = DEFAULT_PACE) -> None:
        self._application, self._pace = application, pace
        self._holder = f"{platform.node()}-{os.getpid()}-{secrets.token_hex(4)}"

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, and then to the end of the round that is under way.

        The janitor's first pass comes after one interval.
        """
        look_at = time.monotonic() + self._pace.janitor_seconds
        while not stop.is_set():
            busy = self._round()
            if time.monotonic() >= look_at:
                self._look()
                look_at = time.monotonic() + self._pace.janitor_seconds
            if not busy:
                stop.wait(self._pace.idle_seconds)

    def drain(self) -> OutboxReport:
        """Do all that is due now, and return what became of it."""
        whole = OutboxReport()
        while (report := self._application.run_outbox.run_once(holder=self._holder)).claimed:
            tell_of_jobs(report)
            whole = _joined(whole, report)
        return whole

    def _round(self) -> bool:
        """Do one batch; return whether it was a full one, so that more may be due."""
        try:
            report = self._application.run_outbox.run_once(holder=self._holder)
        except Exception:  # noqa: BLE001 - the next round may succeed; why is for the operator
            _log.exception("the outbox could not be read")
            return False
        tell_of_jobs(report)
        return report.claimed == BATCH_MAX

    def _look(self) -> None:
        try:
            tell_of_payments(self._application.settle_open_payments.run())
        except Exception:  # noqa: BLE001 - as above
            _log.exception("the janitor's pass failed")


def tell_of_jobs(report: OutboxReport) -> None:
    """Log what became of jobs, by kind and subject."""
    for error in report.crashes:
        _log.error("a job's handler crashed", exc_info=error)
    for job in report.dead:
        _log.error("job %s %s needs a person: %s", job.kind.value, job.subject, job.said)
    for job in report.failed:
        _log.warning("job %s %s is tried again: %s", job.kind.value, job.subject, job.said)
    if report.done:
        _log.info("outbox: %d done", len(report.done))


def tell_of_payments(report: JanitorReport) -> None:
    """Log what the janitor did, by number."""
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


def _joined(first: OutboxReport, second: OutboxReport) -> OutboxReport:
    names = [field.name for field in attrs.fields(OutboxReport)]
    return OutboxReport(**{name: getattr(first, name) + getattr(second, name) for name in names})
