"""`billing outbox`: background jobs that failed for good, and trying them again."""

from __future__ import annotations

from typing import Final

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.jobs.outbox import JobId, OutboxJob
from billing_entrypoints.cli.arguments import PLAIN, Command
from billing_entrypoints.cli.company.lookups import operator, operators
from billing_entrypoints.cli.console import pick, table
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words
from billing_entrypoints.words.formats import second_text
from billing_entrypoints.words.labels import job_end_label, label


def list_dead(session: Session) -> int:
    """List the dead jobs of every company."""
    application = session.application
    found = {
        company.name: application.run_outbox.dead(operator(company)).rows
        for company in application.configure_companies.companies()
    }
    jobs = [(name, job) for name, dead in found.items() for job in dead]
    text = table(words.JOB_COLUMNS, [_cells(name, job) for name, job in jobs])
    data = {"jobs": [{"company": name, **_data(job)} for name, job in jobs]}
    session.console.answer(data, text if jobs else words.NO_JOB)
    return DONE


def retry(session: Session) -> int:
    """Let a dead job be done again, whatever its company."""
    application, wanted = session.application, JobId(session.arguments.id)
    for actor in operators(application):
        try:
            job = application.run_outbox.retry(actor, job_id=wanted)
        except ThingNotFoundError:
            continue
        text = words.RETRIED.format(kind=label(job.kind), subject=job.subject)
        session.console.answer(_data(job), text)
        return DONE
    raise ThingNotFoundError(kind="outbox_job", id=wanted)


def _cells(company: str, job: OutboxJob) -> tuple[str, ...]:
    ended = second_text(job.ended_at)
    why = job_end_label(job.failure_reason)
    return job.id, company, label(job.kind), job.subject, why, ended


def _data(job: OutboxJob) -> dict[str, object]:
    known = pick(job, "id kind subject state attempts ended_at")
    return {**known, "said": job.failure_reason}


COMMANDS: Final = (
    Command("outbox list", list_dead),
    Command("outbox retry", retry, {"id": PLAIN}),
)
