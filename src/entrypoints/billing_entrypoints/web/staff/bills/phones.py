"""The whole phone numbers of a bill's house; each look is audited (promise P45)."""

from litestar import post
from litestar.params import FromPath

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Permission
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.pages import Html, dialog
from billing_entrypoints.web.staff_request import StaffRequest


@post("/bills/{number:str}/phones", sync_to_thread=True)
def show_phones(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Show everyone in the house with whole numbers; a POST, since the look is recorded."""
    form.require_only(())
    request.actor.require(Permission.VIEW_PHONES)
    residents = request.application.view_bills.residents(request.actor, number=number)
    return dialog(request, "staff/houses/residents/phones.html", {"residents": residents})
