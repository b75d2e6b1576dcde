"""Deleting an imported bill, and voiding a pushed one, while it is pending (rules 2, 2.1)."""

from litestar.params import FromPath

from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import BillAction
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_entrypoints.web.forms import SentForm, whole_number
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff.bills.presenters import bill_for, bill_path
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens


@form_at("/bills/{number:str}/removal", "total_fen")
def remove_bill(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Ask whether to delete the bill, and do, if it still has the amount that was shown."""
    if form.sent:
        total = Money(whole_number("total_fen")(form.text("total_fen")))
        delete = request.application.manage_bills.delete
        delete(request.actor, numbers=[number], confirmed=ConfirmedBatch(1, total))
        return done(request, screens.BILL_DELETED, form=form, leave=bill_path(number))
    row = bill_for(request, number, BillAction.DELETE, Permission.DELETE_BILLS)
    context = {"rows": [row], "count": 1, "total": row.amount, "form": form}
    context["action"] = f"{bill_path(number)}/removal"
    return dialog(request, "staff/bills/removal.html", context)


@form_at("/bills/{number:str}/voiding", "version")
def void_bill(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Ask whether to void the bill, and do, if nobody changed it since it was shown."""
    if form.sent:
        void = request.application.manage_bills.void
        void(request.actor, number=number, version=form.version())
        return done(request, screens.BILL_VOIDED, form=form)
    row = bill_for(request, number, BillAction.VOID, Permission.DELETE_BILLS)
    return dialog(request, "staff/bills/voiding.html", {"row": row, "form": form})
