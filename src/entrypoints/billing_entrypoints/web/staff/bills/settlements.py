"""Marking a bill paid at the counter, and taking that back (rules 2.3, 2.6)."""

from typing import Final

import attrs
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
def show_settlement(request: StaffRequest, number: FromPath[BillNumber]) -> Html:
    """Ask how the bill was paid."""
    return _settlement_dialog(request, number, Form.of())


@post("/bills/{number:str}/settlement", sync_to_thread=True)
def mark_paid(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Mark one bill paid, if it still has the amount that was shown."""
    form.require_only((*SETTLEMENT_FIELDS, "total_fen"))
    total = form.read("total_fen", whole_number("total_fen"))
    settlement = read_settlement(form)
    if settlement is None or total is None:
        return _settlement_dialog(request, number, form)
    with form.noting():
        request.application.manage_bills.mark_paid(
            request.actor,
            numbers=[number],
            confirmed=ConfirmedBatch(1, Money(total)),
            **attrs.asdict(settlement, recurse=False),
        )
        words = screens.BILL_PAID.format(channel=settlement.channel.label, total=Money(total))
        return done(request, words, form=form)
    return _settlement_dialog(request, number, form)


@get("/bills/{number:str}/settlement/reversal", sync_to_thread=True)
def show_reversal(request: StaffRequest, number: FromPath[BillNumber]) -> Html:
    """Ask why the payment is taken back."""
    row = bill_for(request, number, BillAction.TAKE_BACK, Permission.TAKE_BACK_PAYMENTS)
    return dialog(request, REVERSAL, {"row": row, "form": Form.of(version=str(row.version))})


@post("/bills/{number:str}/settlement/reversal", sync_to_thread=True)
def take_back(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Take a wrong mark back, with a reason."""
    form.require_only(("version", "reason"))
    reverse, reason = request.application.manage_bills.take_back, form.text("reason")
    with form.noting():
        reverse(request.actor, number=number, version=form.version(), reason=reason)
        return done(request, screens.PAYMENT_TAKEN_BACK, form=form)
    row = bill_for(request, number, BillAction.TAKE_BACK, Permission.TAKE_BACK_PAYMENTS)
    return dialog(request, REVERSAL, {"row": row, "form": form})


def _settlement_dialog(request: StaffRequest, number: BillNumber, form: Form) -> Html:
    row = bill_for(request, number, BillAction.MARK_PAID, Permission.MARK_PAID)
    context = {
        "rows": [row],
        "count": 1,
        "total": row.amount,
        "action": f"{bill_path(row.number)}/settlement",
        **settlement_context(form, request.now()),
    }
    return dialog(request, TEMPLATE, context)
