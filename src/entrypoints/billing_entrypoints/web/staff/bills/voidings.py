"""Voiding a pending bill that third-party software pushed (rule 2.1)."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.model.bills.bill import BillAction
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Permission
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, done
from billing_entrypoints.web.staff.bills.presenters import require_action
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens


@get("/bills/{number:str}/voiding", sync_to_thread=True)
def show_voiding(request: StaffRequest, number: FromPath[BillNumber]) -> Response[str]:
    """Ask whether to void the bill."""
    request.actor.require(Permission.DELETE_BILLS)
    row = request.application.view_bills.detail(request.actor, number=number).row
    require_action(row, BillAction.VOID)
    return dialog(request, "staff/bills/voiding.html", {"row": row, "form": Form.of()})


@post("/bills/{number:str}/voiding", sync_to_thread=True)
def void_bill(
    request: StaffRequest, number: FromPath[BillNumber], form: SentForm
) -> Response[str]:
    """Void the bill, if nobody changed it since it was shown."""
    form.require_only(("version",))
    version = whole_number("version")(form.text("version"))
    request.application.manage_bills.void(request.actor, number=number, version=version)
    return done(request, Notice(screens.BILL_VOIDED), form=form)


HANDLERS: Final = (show_voiding, void_bill)
