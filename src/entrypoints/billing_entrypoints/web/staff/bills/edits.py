"""Changing one pending bill: edit or delete an imported one, void a pushed one (2.1, 2.2, 2.7)."""

from typing import Final

import attrs
from litestar.params import FromPath

from billing_domain.errors import StaleError
from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import REMARK_LENGTH_MAX, BillAction, clean_remark
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.bills import BillRow
from billing_entrypoints.web.forms import Form, SentForm, calendar_day, chosen, whole_number
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff.bills.filters import FEE_TYPES
from billing_entrypoints.web.staff.bills.presenters import bill_for, bill_path
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

FIELDS: Final = ("version", "fee_type", "amount", "first_day", "last_day", "remark")


@attrs.frozen
class _Charge:
    fee_type: FeeType
    amount: Money
    period: BillingPeriod
    remark: str
    version: int


@form_at("/bills/{number:str}/edit", *FIELDS)
def edit_bill(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Show what is stored, and save the form unless another person changed it meanwhile."""
    charge = _read(form) if form.sent else None
    if charge is None:
        return _dialog(request, number, form)
    try:
        request.application.manage_bills.edit(
            request.actor, number=number, **attrs.asdict(charge, recurse=False)
        )
    except StaleError:
        return _dialog(request, number, form, stale=True)
    return done(request, screens.BILL_SAVED, form=form)


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


def _values(row: BillRow) -> dict[str, str]:
    return {
        "version": str(row.version),
        "fee_type": row.fee_type.name.lower(),
        "amount": str(row.amount.yuan),
        "first_day": row.period.first_day.isoformat(),
        "last_day": row.period.last_day.isoformat(),
        "remark": row.remark,
    }


def _read(form: Form) -> _Charge | None:
    version = form.read("version", whole_number("version"))
    fee_type = form.read("fee_type", chosen("fee_type", FEE_TYPES))
    amount = form.read("amount", Money.parse)
    first_day = form.read("first_day", calendar_day("first_day"))
    last_day = form.read("last_day", calendar_day("last_day"))
    remark = form.read("remark", clean_remark)
    if first_day is None or last_day is None:
        return None
    period = form.read("last_day", lambda _: BillingPeriod(first_day, last_day))
    if version is None or not (fee_type and amount and period) or remark is None:
        return None
    return _Charge(fee_type, amount, period, remark, version)


def _dialog(request: StaffRequest, number: BillNumber, form: Form, *, stale: bool = False) -> Html:
    row = bill_for(request, number, BillAction.EDIT, Permission.EDIT_BILLS)
    form.fill(**_values(row))
    context = {
        "row": row,
        "form": form,
        "stored": Form.of(**_values(row)) if stale else None,
        # Only who has seen what is stored now may replace it (rule 2.7).
        "version": row.version if stale else form.text("version"),
        "fee_types": [(code, each.label) for code, each in FEE_TYPES.items()],
        "remark_max": REMARK_LENGTH_MAX,
    }
    return dialog(request, "staff/bills/edit.html", context, status=409 if stale else None)
