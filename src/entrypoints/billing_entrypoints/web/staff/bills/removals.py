"""Deleting an imported, pending bill (rule 2)."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import BillAction
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, done
from billing_entrypoints.web.staff.bills.presenters import bill_path, require_action
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens


@get("/bills/{number:str}/removal", sync_to_thread=True)
def show_removal(request: StaffRequest, number: FromPath[BillNumber]) -> Response[str]:
    """Ask whether to delete the bill."""
    request.actor.require(Permission.DELETE_BILLS)
    row = request.application.view_bills.detail(request.actor, number=number).row
    require_action(row, BillAction.DELETE)
    context = {"row": row, "count": 1, "total": row.amount, "form": Form.of()}
    return dialog(
        request,
        "staff/bills/removal.html",
        {**context, "rows": [row], "action": f"{bill_path(number)}/removal"},
    )


@post("/bills/{number:str}/removal", sync_to_thread=True)
def remove_bill(
    request: StaffRequest, number: FromPath[BillNumber], form: SentForm
) -> Response[str]:
    """Delete the bill, if it still has the amount that was shown."""
    form.require_only(("total_fen",))
    total = whole_number("total_fen")(form.text("total_fen"))
    request.application.manage_bills.delete(
        request.actor, numbers=[number], confirmed=ConfirmedBatch(1, Money(total))
    )
    return done(request, Notice(screens.BILL_DELETED), form=form, leave=bill_path(number))


HANDLERS: Final = (show_removal, remove_bill)
