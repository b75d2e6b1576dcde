"""后台任务: what the worker gave up, and trying it once more (rules 4.4, 5.6)."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.model.jobs.outbox import JobId
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import done, page
from billing_entrypoints.web.staff.company.communities import community_names
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import label

LIST: Final = "/staff/outbox-jobs"
CHANGED: Final = "jobs-changed"


@get("/outbox-jobs", sync_to_thread=True)
def list_jobs(request: StaffRequest) -> Response[str]:
    """Show the jobs that are not tried again by themselves, last given up first."""
    jobs = request.application.run_outbox.dead(request.actor)
    context = {"jobs": jobs, "communities": community_names(request)}
    return page(request, "staff/jobs/list.html", context)


@post("/outbox-jobs/{job_id:str}/retry", sync_to_thread=True)
def retry_job(request: StaffRequest, job_id: FromPath[JobId], form: SentForm) -> Response[str]:
    """Let a job be done again at once."""
    form.require_only(())
    job = request.application.run_outbox.retry(request.actor, job_id=job_id)
    words = Notice(screens.JOB_RETRIED.format(kind=label(job.kind)))
    return done(request, words, form=form, event=CHANGED)


HANDLERS: Final = (list_jobs, retry_job)
