"""导入记录: every import of bills, and withdrawing a whole one (rule 3.16)."""

from typing import Final

from litestar import get, post
from litestar.params import FromPath

from billing_domain.errors import BillReservedError, ImportInUseError
from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import BatchId
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_domain.ports.imports import ImportFilter
from billing_domain.words.zh import sentence
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff.list_page import ListPage, in_community
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

IMPORTS: Final = ListPage(
    "/staff/import-batches", "staff/imports/batches/list.html", ImportFilter, (in_community(),)
)


@get("/import-batches", sync_to_thread=True)
def list_imports(request: StaffRequest) -> Html:
    """Show one page of imports, newest first."""
    search = IMPORTS.read(request)
    found = request.application.manage_imports.page(
        request.actor, search=search.shown, key=search.key
    )
    may_withdraw = request.actor.may(Permission.WITHDRAW_IMPORTS)
    return search.answer(request, found, may_withdraw=may_withdraw)


@get("/import-batches/{batch_id:str}/withdrawal", sync_to_thread=True)
def show_withdrawal(request: StaffRequest, batch_id: FromPath[BatchId]) -> Html:
    """Ask whether to withdraw the whole import."""
    request.actor.require(Permission.WITHDRAW_IMPORTS)
    return _dialog(request, batch_id, Form.of())


@post("/import-batches/{batch_id:str}/withdrawal", sync_to_thread=True)
def withdraw_import(request: StaffRequest, batch_id: FromPath[BatchId], form: SentForm) -> Html:
    """Withdraw the import, if its bills are still those that were shown."""
    form.require_only(("count", "total_fen"))
    count = whole_number("count")(form.text("count"))
    total = Money(whole_number("total_fen")(form.text("total_fen")))
    try:
        batch = request.application.manage_imports.withdraw(
            request.actor, batch_id=batch_id, confirmed=ConfirmedBatch(count, total)
        )
    except (ImportInUseError, BillReservedError) as error:
        return _dialog(request, batch_id, form, refusal=sentence(error))
    text = screens.IMPORT_WITHDRAWN.format(file=batch.file_name, count=count)
    return done(request, text, form=form)


def _dialog(request: StaffRequest, batch_id: BatchId, form: Form, *, refusal: str = "") -> Html:
    row = request.application.manage_imports.row(request.actor, batch_id=batch_id)
    context = {"row": row, "form": form, "refusal": refusal}
    status = 422 if refusal else None
    return dialog(request, "staff/imports/batches/withdrawal.html", context, status=status)
