"""Files of bills: asked for with a filter, written beside the requests, fetched (rule 2.10)."""

from collections.abc import Sequence
from typing import Any, Final

import attrs
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import File

from billing_domain.model.bills.export import ExportId, ExportJob, ExportState
from billing_domain.model.company.staff import Permission
from billing_domain.ports.documents import FileFormat
from billing_domain.ports.paging import COUNT_MAX
from billing_domain.words.zh_nouns import field_label
from billing_entrypoints.web.addresses import address_of
from billing_entrypoints.web.downloads import stored_file
from billing_entrypoints.web.forms import Form, SentForm, chosen
from billing_entrypoints.web.handlers import form_at, post_at
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, go, page
from billing_entrypoints.web.staff.bills.filters import BILLS, BillSearch
from billing_entrypoints.web.staff.list_page import ListPage
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

LIST: Final = "/staff/exports"
EXPORTS: Final = ListPage(LIST, "staff/bills/exports/list.html", dict[str, Any])
FORMATS: Final = {each.value: each for each in FileFormat}
FORMAT_FIELD: Final = "format"


@get("/exports", sync_to_thread=True)
def list_exports(request: StaffRequest) -> Response[str]:
    """Show the actor's own exports of the last day."""
    search = EXPORTS.read(request)
    found = request.application.export_bills.jobs(request.actor, key=search.key)
    return search.answer(request, found, jobs=[_current(request, job) for job in found.rows])


@form_at("/exports/new", *BILLS.names, FORMAT_FIELD, sent_to="/exports")
def start_export(request: StaffRequest, form: SentForm) -> Response[str]:
    """Say what a filter finds, ask for the format, and let the file be written."""
    search = BILLS.read(request, form if form.sent else None)
    form.fill(**{FORMAT_FIELD: FileFormat.XLSX.value})
    file_format = form.read(FORMAT_FIELD, chosen(FORMAT_FIELD, FORMATS))
    if not form.sent or file_format is None or not form.valid:
        return _form(request, search, form)
    wanted: dict[str, Any] = {"bill_filter": search.exact, "file_format": file_format}
    job = request.application.export_bills.start(request.actor, **wanted)
    request.web.exports.submit(request.actor, job, **wanted)
    return go(request, address_of(job))


@get("/exports/{export_id:str}", sync_to_thread=True)
def show_export(request: StaffRequest, export_id: FromPath[ExportId]) -> Response[str]:
    """Show how far an own export is; the page asks again while it is being written."""
    job = request.application.export_bills.job(request.actor, export_id=export_id)
    return page(request, "staff/bills/exports/detail.html", {"job": _current(request, job)})


@post_at("/exports/{export_id:str}/cancellation")
def cancel_export(request: StaffRequest, export_id: FromPath[ExportId]) -> Response[str]:
    """Stop an own export; one that is over already stays as it is."""
    job = request.application.export_bills.cancel(request.actor, export_id=export_id)
    words = screens.EXPORT_CANCELLED if job.state is ExportState.CANCELLED else screens.EXPORT_OVER
    return go(request, LIST, Notice(words))


@get("/exports/{export_id:str}/file", sync_to_thread=True)
def download_export(request: StaffRequest, export_id: FromPath[ExportId]) -> File:
    """Send a finished file to whoever asked for it."""
    exports = request.application.export_bills
    path = exports.file(request.actor, export_id=export_id)
    job = exports.job(request.actor, export_id=export_id)
    return stored_file(path, file_name=job.file_name)


def _form(request: StaffRequest, search: BillSearch, form: Form) -> Response[str]:
    request.actor.require(Permission.EXPORT_BILLS)
    totals = request.application.view_bills.totals(request.actor, bill_filter=search.exact)
    context = {
        "form": form,
        "fields": search.pairs(),
        "criteria": _criteria(search),
        "totals": totals,
        "count_max": COUNT_MAX,
        "whole_phones": request.actor.may(Permission.VIEW_PHONES),
    }
    return dialog(request, "staff/bills/exports/new.html", context)


def _criteria(search: BillSearch) -> Sequence[tuple[str, str]]:
    """Return the filter in words: what the list shows as chips and what its toolbar shows."""
    wanted = search.exact
    toolbar = [
        (screens.SEARCHED, wanted.text),
        (field_label("fee_type"), "、".join(each.label for each in wanted.fee_types)),
        (field_label("state"), "、".join(each.label for each in wanted.states)),
    ]
    chips = [(chip.label, chip.value) for chip in search.chips]
    return [*((label, value) for label, value in toolbar if value), *chips]


def _current(request: StaffRequest, job: ExportJob) -> ExportJob:
    """Return an export with its true state, whatever is stored."""
    return attrs.evolve(job, state=request.web.exports.shown_state(job, now=request.now()))
