"""The company's own data (rule 9)."""

from typing import Final

from litestar import Response, get, post

from billing_domain.errors import FieldError
from billing_domain.model.company.staff import Permission
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import go, page
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

PATH: Final = "/staff/company"


@get("/company", sync_to_thread=True)
def show_company(request: StaffRequest) -> Response[str]:
    """Show the company's name in its form."""
    request.actor.require(Permission.CONFIGURE_COMPANY)
    company = request.application.view_company.company(request.actor)
    return _page(request, Form.of(name=company.name))


@post("/company", sync_to_thread=True)
def rename_company(request: StaffRequest, form: SentForm) -> Response[str]:
    """Rename the company."""
    form.require_only(("name",))
    try:
        company = request.application.configure_companies.rename_company(
            request.actor, name=form.text("name")
        )
    except FieldError as error:
        form.refuse(error)
        return _page(request, form, status=422)
    return go(request, PATH, Notice(screens.COMPANY_RENAMED.format(name=company.name)))


def _page(request: StaffRequest, form: Form, *, status: int = 200) -> Response[str]:
    company = request.application.view_company.company(request.actor)
    context = {"form": form, "company": company}
    return page(request, "staff/company/detail.html", context, status=status)


HANDLERS: Final = (show_company, rename_company)
