"""后台任务: what the worker gave up, and trying it once more (rules 4.4, 5.6)."""

from typing import Any, Final

from litestar import get
from litestar.params import FromPath

from billing_domain.model.jobs.outbox import JobId
from billing_domain.ports.paging import PAGE_ROWS
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.pages import Html, done
from billing_entrypoints.web.staff.company.communities import community_names
from billing_entrypoints.web.staff.list_page import ListPage
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import label

JOBS: Final = ListPage("/staff/outbox-jobs", "staff/jobs/list.html", dict[str, Any])
CHANGED: Final = "jobs-changed"


@get("/outbox-jobs", sync_to_thread=True)
def list_jobs(request: StaffRequest) -> Html:
    """Show the jobs that are not tried again by themselves, last given up first."""
    search = JOBS.read(request)
    found = request.application.run_outbox.dead(request.actor, key=search.key, rows=PAGE_ROWS)
    return search.answer(request, found, communities=community_names(request))


@post_at("/outbox-jobs/{job_id:str}/retry")
def retry_job(request: StaffRequest, job_id: FromPath[JobId], form: SentForm) -> Html:
    """Let a job be done again at once."""
    job = request.application.run_outbox.retry(request.actor, job_id=job_id)
    words = screens.JOB_RETRIED.format(kind=label(job.kind))
    return done(request, words, form=form, event=CHANGED)
