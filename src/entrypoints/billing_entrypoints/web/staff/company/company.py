"""The company's own data (rule 9)."""

from typing import Final

from billing_domain.model.company.staff import Permission
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, go, page
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

PATH: Final = "/staff/company"


@form_at("/company", "name")
def rename_company(request: StaffRequest, form: SentForm) -> Html:
    """Show the company's name in its form, and take another one."""
    request.actor.require(Permission.CONFIGURE_COMPANY)
    company = request.application.view_company.company(request.actor)
    form.fill(name=company.name)
    if form.sent:
        with form.noting():
            rename = request.application.configure_companies.rename_company
            company = rename(request.actor, name=form.text("name"))
            return go(request, PATH, screens.COMPANY_RENAMED.format(name=company.name))
    return page(request, "staff/company/detail.html", {"form": form, "company": company})
