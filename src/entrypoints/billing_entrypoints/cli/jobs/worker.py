"""`billing worker`: background work as a process of its own."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import attrs

from billing_domain.use_cases.jobs.run_outbox import OutboxReport
from billing_entrypoints.cli.arguments import FLAG, Command
from billing_entrypoints.cli.console import pick
from billing_entrypoints.cli.session import DONE, REFUSED, Session
from billing_entrypoints.words import commands as words
from billing_entrypoints.words.labels import job_end_label
from billing_entrypoints.worker import Worker


def work(session: Session) -> int:
    """Work until stopped, or what is due now; dead jobs need a person, and give status 1."""
    worker = Worker(session.application)
    if session.arguments.once:
        report = worker.drain()
        session.console.answer(_report_data(report), _report_text(report))
        return REFUSED if report.dead or report.crashes else DONE
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    with _stopped_by_signals() as stop:
        session.console.answer({"state": "working"}, words.WORKING)
        sys.stdout.flush()
        worker.run(stop)
    session.console.answer({"state": "stopped"}, words.STOPPED)
    return DONE


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Yield an event that SIGTERM and Ctrl+C set, so that the round under way comes to its end."""
    stop = threading.Event()
    before = {
        each: signal.signal(each, lambda *_: stop.set())
        for each in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _report_data(report: OutboxReport) -> dict[str, object]:
    counts = {name: len(found) for name, found in attrs.asdict(report, recurse=False).items()}
    dead = [{**pick(job, "id subject"), "said": job.failure_reason} for job in report.dead]
    return {**counts, "dead": dead}


def _report_text(report: OutboxReport) -> str:
    counts = words.JOBS_DONE.format(
        done=len(report.done), postponed=len(report.postponed), failed=len(report.failed)
    )
    dead = [
        words.JOB_DEAD.format(
            id=job.id, subject=job.subject, why=job_end_label(job.failure_reason)
        )
        for job in report.dead
    ]
    return "\n".join([counts, *dead])


COMMANDS: Final = (Command("worker", work, {"--once": FLAG}),)
