"""Marking a bill paid at the counter, and taking that back (rules 2.3, 2.6)."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.errors import BillingError, FieldError
from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import BillAction
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_domain.ports.bills import BillRow
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, done
from billing_entrypoints.web.staff.bills.presenters import bill_path, require_action
from billing_entrypoints.web.staff.bills.settlement_form import (
    SETTLEMENT_FIELDS,
    read_settlement,
    settlement_context,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

TEMPLATE: Final = "staff/bills/settlement.html"
REVERSAL: Final = "staff/bills/reversal.html"


@get("/bills/{number:str}/settlement", sync_to_thread=True)
def show_settlement(request: StaffRequest, number: FromPath[BillNumber]) -> Response[str]:
    """Ask how the bill was paid."""
    row = _row(request, number, Permission.MARK_PAID, BillAction.MARK_PAID)
    return _settlement_dialog(request, row, Form.of())


@post("/bills/{number:str}/settlement", sync_to_thread=True)
def mark_paid(
    request: StaffRequest, number: FromPath[BillNumber], form: SentForm
) -> Response[str]:
    """Mark one bill paid, if it still has the amount that was shown."""
    form.require_only((*SETTLEMENT_FIELDS, "total_fen"))
    total = form.read("total_fen", whole_number("total_fen"))
    settlement = read_settlement(form)
    if settlement is None or total is None:
        row = _row(request, number, Permission.MARK_PAID, BillAction.MARK_PAID)
        return _settlement_dialog(request, row, form, status=422)
    try:
        request.application.manage_bills.mark_paid(
            request.actor,
            numbers=[number],
            confirmed=ConfirmedBatch(1, Money(total)),
            channel=settlement.channel,
            paid_at=settlement.paid_at,
            payer_name=settlement.payer_name,
            voucher_number=settlement.voucher_number,
        )
    except FieldError as error:
        form.refuse(error)
        row = _row(request, number, Permission.MARK_PAID, BillAction.MARK_PAID)
        return _settlement_dialog(request, row, form, status=422)
    words = screens.BILL_PAID.format(channel=settlement.channel.label, total=Money(total))
    return done(request, Notice(words), form=form)


@get("/bills/{number:str}/settlement/reversal", sync_to_thread=True)
def show_reversal(request: StaffRequest, number: FromPath[BillNumber]) -> Response[str]:
    """Ask why the payment is taken back."""
    row = _row(request, number, Permission.TAKE_BACK_PAYMENTS, BillAction.TAKE_BACK)
    return dialog(request, REVERSAL, {"row": row, "form": Form.of(version=str(row.version))})


@post("/bills/{number:str}/settlement/reversal", sync_to_thread=True)
def take_back(
    request: StaffRequest, number: FromPath[BillNumber], form: SentForm
) -> Response[str]:
    """Take a wrong mark back, with a reason."""
    form.require_only(("version", "reason"))
    version = form.read("version", whole_number("version"))
    refusal: BillingError | None = None
    if version is not None:
        try:
            request.application.manage_bills.take_back(
                request.actor, number=number, version=version, reason=form.text("reason")
            )
        except FieldError as error:
            refusal = error
        else:
            return done(request, Notice(screens.PAYMENT_TAKEN_BACK), form=form)
    if refusal is not None:
        form.refuse(refusal)
    row = _row(request, number, Permission.TAKE_BACK_PAYMENTS, BillAction.TAKE_BACK)
    return dialog(request, REVERSAL, {"row": row, "form": form}, status=422)


def _row(
    request: StaffRequest, number: BillNumber, permission: Permission, action: BillAction
) -> BillRow:
    request.actor.require(permission)
    row = request.application.view_bills.detail(request.actor, number=number).row
    require_action(row, action)
    return row


def _settlement_dialog(
    request: StaffRequest, row: BillRow, form: Form, *, status: int = 200
) -> Response[str]:
    context = {
        "rows": [row],
        "count": 1,
        "total": row.amount,
        "action": f"{bill_path(row.number)}/settlement",
        **settlement_context(form, request.now()),
    }
    return dialog(request, TEMPLATE, context, status=status)


HANDLERS: Final = (show_settlement, mark_paid, show_reversal, take_back)
