"""The company's own data (rule 9)."""

from typing import Final

from litestar import get, post

from billing_domain.model.company.staff import Permission
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.pages import Html, go, page
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

PATH: Final = "/staff/company"


@get("/company", sync_to_thread=True)
def show_company(request: StaffRequest) -> Html:
    """Show the company's name in its form."""
    request.actor.require(Permission.CONFIGURE_COMPANY)
    company = request.application.view_company.company(request.actor)
    return _page(request, Form.of(name=company.name))


@post("/company", sync_to_thread=True)
def rename_company(request: StaffRequest, form: SentForm) -> Html:
    """Rename the company."""
    form.require_only(("name",))
    configure = request.application.configure_companies
    with form.noting():
        company = configure.rename_company(request.actor, name=form.text("name"))
        return go(request, PATH, screens.COMPANY_RENAMED.format(name=company.name))
    return _page(request, form)


def _page(request: StaffRequest, form: Form) -> Html:
    company = request.application.view_company.company(request.actor)
    return page(request, "staff/company/detail.html", {"form": form, "company": company})
