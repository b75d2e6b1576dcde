"""Marking a bill paid at the counter, and taking that back (rules 2.3, 2.6)."""

from typing import Final

import attrs
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
from billing_entrypoints.web.staff.bills.settlement_form import (
    SETTLEMENT_FIELDS,
    SettlementInput,
    read_settlement,
    settlement_context,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

TEMPLATE: Final = "staff/bills/settlement.html"
REVERSAL: Final = "staff/bills/reversal.html"


@form_at("/bills/{number:str}/settlement", *SETTLEMENT_FIELDS, "total_fen")
def mark_paid(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Ask how the bill was paid, and mark it, if it still has the amount that was shown."""
    if form.sent:
        total = form.read("total_fen", whole_number("total_fen"))
        settlement = read_settlement(form)
        with form.noting():
            if settlement is not None and total is not None:
                _mark_paid(request, number, settlement, Money(total))
                channel = settlement.channel.label
                words = screens.BILL_PAID.format(channel=channel, total=Money(total))
                return done(request, words, form=form)
    row = bill_for(request, number, BillAction.MARK_PAID, Permission.MARK_PAID)
    context = {
        "rows": [row],
        "count": 1,
        "total": row.amount,
        "action": f"{bill_path(row.number)}/settlement",
        **settlement_context(form, request.now()),
    }
    return dialog(request, TEMPLATE, context)


@form_at("/bills/{number:str}/settlement/reversal", "version", "reason")
def take_back(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Ask why a wrong mark is taken back, and take it back."""
    if form.sent:
        with form.noting():
            reverse, reason = request.application.manage_bills.take_back, form.text("reason")
            reverse(request.actor, number=number, version=form.version(), reason=reason)
            return done(request, screens.PAYMENT_TAKEN_BACK, form=form)
    row = bill_for(request, number, BillAction.TAKE_BACK, Permission.TAKE_BACK_PAYMENTS)
    form.fill(version=str(row.version))
    return dialog(request, REVERSAL, {"row": row, "form": form})


def _mark_paid(
    request: StaffRequest, number: BillNumber, settlement: SettlementInput, total: Money
) -> None:
    request.application.manage_bills.mark_paid(
        request.actor,
        numbers=[number],
        confirmed=ConfirmedBatch(1, total),
        **attrs.asdict(settlement, recurse=False),
    )
