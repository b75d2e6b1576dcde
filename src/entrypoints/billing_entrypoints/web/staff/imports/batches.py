"""导入记录: every import of bills, and withdrawing a whole one (rule 3.16)."""

from typing import Any, Final

from litestar import get
from litestar.params import FromPath

from billing_domain.errors import BillReservedError, ImportInUseError
from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import BatchId
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_entrypoints.web.forms import SentForm, whole_number
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff.list_page import ListPage, in_community
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

IMPORTS: Final = ListPage(
    "/staff/import-batches", "staff/imports/batches/list.html", dict[str, Any], (in_community(),)
)


@get("/import-batches", sync_to_thread=True)
def list_imports(request: StaffRequest) -> Html:
    """Show one page of imports, newest first."""
    search = IMPORTS.read(request)
    manage = request.application.manage_imports
    found = manage.page(request.actor, key=search.key, **search.shown)
    may_withdraw = request.actor.may(Permission.WITHDRAW_IMPORTS)
    return search.answer(request, found, may_withdraw=may_withdraw)


@form_at("/import-batches/{batch_id:str}/withdrawal", "count", "total_fen")
def withdraw_import(request: StaffRequest, batch_id: FromPath[BatchId], form: SentForm) -> Html:
    """Ask whether to withdraw the whole import, and do, if its bills are those that were shown."""
    request.actor.require(Permission.WITHDRAW_IMPORTS)
    manage = request.application.manage_imports
    if form.sent:
        count, total = (whole_number(name)(form.text(name)) for name in ("count", "total_fen"))
        confirmed = ConfirmedBatch(count, Money(total))
        try:
            batch = manage.withdraw(request.actor, batch_id=batch_id, confirmed=confirmed)
            text = screens.IMPORT_WITHDRAWN.format(file=batch.file_name, count=count)
            return done(request, text, form=form)
        except (ImportInUseError, BillReservedError) as error:
            form.refuse(error)
    row = manage.row(request.actor, batch_id=batch_id)
    context = {"row": row, "form": form, "refusal": form.error("")}
    return dialog(request, "staff/imports/batches/withdrawal.html", context)
