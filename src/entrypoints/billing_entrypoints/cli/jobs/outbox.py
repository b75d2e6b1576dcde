"""`billing outbox`: background jobs that failed for good, and trying them again."""

from __future__ import annotations

import argparse
from typing import Any

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.jobs.outbox import JobId, OutboxJob
from billing_domain.model.shanghai import SHANGHAI
from billing_entrypoints.cli.arguments import add_common
from billing_entrypoints.cli.company.lookups import operator
from billing_entrypoints.cli.console import table
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.labels_zh import JOB_KINDS
from billing_entrypoints.reminder_labels_zh import job_end_label


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `outbox list` and `outbox retry`."""
    group = commands.add_parser("outbox", help="失败的后台任务：列出、重试").add_subparsers(
        title="命令", metavar="命令", required=True
    )
    listing: argparse.ArgumentParser = group.add_parser("list", help="列出不再自动重试的任务")
    listing.set_defaults(handler=list_dead)
    retrying: argparse.ArgumentParser = group.add_parser("retry", help="重试一个任务")
    retrying.add_argument("id", metavar="任务编号")
    retrying.set_defaults(handler=retry)
    for parser in (listing, retrying):
        add_common(parser)


def list_dead(session: Session) -> int:
    """List the dead jobs of every company."""
    application = session.application
    found = {
        company.name: application.run_outbox.dead(operator(company))
        for company in application.configure_companies.companies()
    }
    jobs = [(name, job) for name, dead in found.items() for job in dead]
    rows = [
        (
            job.id,
            name,
            JOB_KINDS[job.kind],
            job.subject,
            job_end_label(job.failure_reason),
            _ended(job),
        )
        for name, job in jobs
    ]
    text = table(("任务编号", "公司", "类型", "对象", "原因", "时间"), rows)
    data = {"jobs": [{"company": name, **_data(job)} for name, job in jobs]}
    session.console.answer(data, text if jobs else "没有失败的任务")
    return DONE


def retry(session: Session) -> int:
    """Let a dead job be done again, whatever its company."""
    application, wanted = session.application, JobId(session.arguments.id)
    for company in application.configure_companies.companies():
        try:
            job = application.run_outbox.retry(operator(company), job_id=wanted)
        except ThingNotFoundError:
            continue
        session.console.answer(_data(job), f"将立即重试：{JOB_KINDS[job.kind]} {job.subject}")
        return DONE
    raise ThingNotFoundError(kind="outbox_job", id=wanted)


def _ended(job: OutboxJob) -> str:
    return f"{job.ended_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if job.ended_at else "--"


def _data(job: OutboxJob) -> dict[str, object]:
    return {
        "id": job.id,
        "kind": job.kind.value,
        "subject": job.subject,
        "state": job.state.value,
        "attempts": job.attempts,
        "said": job.failure_reason,
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
    }
