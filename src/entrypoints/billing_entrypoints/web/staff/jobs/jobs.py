"""后台任务: what the worker gave up, and trying it once more (rules 4.4, 5.6)."""

from collections.abc import Mapping
from typing import Final

import attrs
from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.model.company.actor import Actor
from billing_domain.model.jobs.outbox import JobId, JobKind, OutboxJob
from billing_entrypoints.labels_zh import JOB_KINDS
from billing_entrypoints.reminder_labels_zh import job_end_label
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import done, page
from billing_entrypoints.web.staff.company.communities import community_names
from billing_entrypoints.web.staff_request import StaffRequest

LIST: Final = "/staff/outbox-jobs"
CHANGED: Final = "jobs-changed"


@attrs.frozen
class JobLine:
    """A job that was given up, as the table shows it."""

    job: OutboxJob
    community: str
    may_retry: bool

    @property
    def kind(self) -> str:
        """What is to be done, in a word."""
        return JOB_KINDS[self.job.kind]

    @property
    def subject(self) -> str:
        """The number by which people know the thing; a reminder has none."""
        return self.job.subject if self.job.kind is JobKind.REFUND else ""

    @property
    def why(self) -> str:
        """Why it was given up, with what to do."""
        return job_end_label(self.job.failure_reason)

    @property
    def address(self) -> str:
        """Where it is tried again."""
        return f"{LIST}/{self.job.id}/retry"


@get("/outbox-jobs", sync_to_thread=True)
def list_jobs(request: StaffRequest) -> Response[str]:
    """Show the jobs that are not tried again by themselves, last given up first."""
    jobs = request.application.run_outbox.dead(request.actor)
    names = community_names(request)
    lines = [_line(job, names, request.actor) for job in jobs]
    return page(request, "staff/jobs/list.html", {"lines": lines})


@post("/outbox-jobs/{job_id:str}/retry", sync_to_thread=True)
def retry_job(request: StaffRequest, job_id: FromPath[JobId], form: SentForm) -> Response[str]:
    """Let a job be done again at once."""
    form.require_only(())
    job = request.application.run_outbox.retry(request.actor, job_id=job_id)
    words = Notice(f"已重新安排：{JOB_KINDS[job.kind]}，马上会再试")
    return done(request, words, form=form, event=CHANGED)


def _line(job: OutboxJob, names: Mapping[str, str], actor: Actor) -> JobLine:
    return JobLine(job, names.get(job.community_id, ""), actor.may(job.kind.permission))


HANDLERS: Final = (list_jobs, retry_job)
