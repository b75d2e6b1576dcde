"""Deleting an imported bill, and voiding a pushed one, while it is pending (rules 2, 2.1)."""

from litestar import get, post
from litestar.params import FromPath

from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import BillAction
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff.bills.presenters import bill_for, bill_path
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens


@get("/bills/{number:str}/removal", sync_to_thread=True)
def show_removal(request: StaffRequest, number: FromPath[BillNumber]) -> Html:
    """Ask whether to delete the bill."""
    row = bill_for(request, number, BillAction.DELETE, Permission.DELETE_BILLS)
    context = {"rows": [row], "count": 1, "total": row.amount, "form": Form.of()}
    context["action"] = f"{bill_path(number)}/removal"
    return dialog(request, "staff/bills/removal.html", context)


@post("/bills/{number:str}/removal", sync_to_thread=True)
def remove_bill(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Delete the bill, if it still has the amount that was shown."""
    form.require_only(("total_fen",))
    total = whole_number("total_fen")(form.text("total_fen"))
    request.application.manage_bills.delete(
        request.actor, numbers=[number], confirmed=ConfirmedBatch(1, Money(total))
    )
    return done(request, screens.BILL_DELETED, form=form, leave=bill_path(number))


@get("/bills/{number:str}/voiding", sync_to_thread=True)
def show_voiding(request: StaffRequest, number: FromPath[BillNumber]) -> Html:
    """Ask whether to void the bill."""
    row = bill_for(request, number, BillAction.VOID, Permission.DELETE_BILLS)
    return dialog(request, "staff/bills/voiding.html", {"row": row, "form": Form.of()})


@post("/bills/{number:str}/voiding", sync_to_thread=True)
def void_bill(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Void the bill, if nobody changed it since it was shown."""
    form.require_only(("version",))
    void = request.application.manage_bills.void
    void(request.actor, number=number, version=form.version())
    return done(request, screens.BILL_VOIDED, form=form)
