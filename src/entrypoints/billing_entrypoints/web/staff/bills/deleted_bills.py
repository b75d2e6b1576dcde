"""回收站: deleted bills of the last 30 days, and putting one back (rule 2.12)."""

from typing import Any, Final

from litestar import get
from litestar.params import FromPath

from billing_domain.errors import ChargeExistsError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Permission
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff.list_page import ListPage, in_community
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

DELETED: Final = ListPage(
    "/staff/deleted-bills",
    "staff/bills/deleted/list.html",
    dict[str, Any],
    (in_community(),),
)


@get("/deleted-bills", sync_to_thread=True)
def list_deleted_bills(request: StaffRequest) -> Html:
    """Show one page of deleted bills, last deleted first."""
    search = DELETED.read(request)
    restore_bills = request.application.restore_bills
    found = restore_bills.page(request.actor, key=search.key, **search.shown)
    may_restore = request.actor.may(Permission.RESTORE_BILLS)
    return search.answer(request, found, may_restore=may_restore)


@form_at("/deleted-bills/{number:str}/restoring", "confirm_duplicate")
def restore_bill(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Ask whether to put the bill back, warning of one that charges the same, and do."""
    restore_bills = request.application.restore_bills
    if form.sent:
        confirmed = form.has("confirm_duplicate")
        try:
            restore_bills.restore(request.actor, number=number, confirm_duplicate=confirmed)
            return done(request, screens.BILL_RESTORED.format(number=number), form=form)
        except ChargeExistsError as error:
            form.refuse(error, field="confirm_duplicate")
    found, again = restore_bills.get(request.actor, number=number)
    context = {"found": found, "again": again, "form": form}
    return dialog(request, "staff/bills/deleted/restoring.html", context)
