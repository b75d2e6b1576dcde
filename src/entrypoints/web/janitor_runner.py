"""Lets the janitor of payments look every minute, in a thread beside the requests (rule 5.3)."""

from __future__ import annotations

import logging
import threading
from typing import Final

from billing_domain.use_cases.settle_open_payments import JanitorReport, SettleOpenPayments

EVERY_SECONDS: Final = 60.0

_log = logging.getLogger(__name__)


class JanitorRunner:
    """Runs passes until it is closed; several processes may do so at once.

    What a person must look at is logged as an error at every pass, by number alone (P45).
    """

    def __init__(self, janitor: SettleOpenPayments, *, every_seconds: float) -> None:
        self._janitor, self._every_seconds = janitor, every_seconds
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="janitor", daemon=True)

    def start(self) -> None:
        """Begin; the first pass comes after one interval."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the pass that is under way."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(self._every_seconds):
            try:
                _tell(self._janitor.run())
            except Exception:  # noqa: BLE001 - the next pass may succeed; why is for the operator
                _log.exception("the janitor's pass failed")


def _tell(report: JanitorReport) -> None:
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
