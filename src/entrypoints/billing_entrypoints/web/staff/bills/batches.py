"""Many bills at once: chosen one by one, or everything that a filter finds (rule 2.4)."""

from collections.abc import Sequence
from typing import Final

import attrs

from billing_domain.errors import BatchRefusedError, FieldError, ThingNotFoundError
from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import BillAction
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_domain.ports.bills import BillRow
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff.bills.filters import BILLS
from billing_entrypoints.web.staff.bills.presenters import action_refusal, houses_in_words
from billing_entrypoints.web.staff.bills.settlement_form import (
    SETTLEMENT_FIELDS,
    read_settlement,
    settlement_context,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

CHOICE_FIELDS: Final = ("number", "whole", *BILLS.names)
CONFIRMED_FIELDS: Final = (*CHOICE_FIELDS, "count", "total_fen")


@attrs.frozen
class _Choice:
    """The bills of a batch; `fields` name them again when the confirmation is sent."""

    rows: Sequence[BillRow]
    total: Money
    fields: Sequence[tuple[str, str]]


@form_at("/bill-batches/settlement", *CONFIRMED_FIELDS, *SETTLEMENT_FIELDS)
def mark_batch_paid(request: StaffRequest, form: SentForm) -> Html:
    """Say how many bills and how much; mark all paid or none, if they are still those."""
    request.actor.require(Permission.MARK_PAID)
    if form.sent and (settlement := read_settlement(form)):
        with form.noting():
            batch = request.application.manage_bills.mark_paid(
                request.actor,
                numbers=chosen_numbers(request, form),
                confirmed=_confirmed(form),
                **attrs.asdict(settlement, recurse=False),
            )
            words = screens.BILLS_PAID.format(count=batch.count, total=batch.total)
            return done(request, words, form=form)
    choice = _choice(request, form, BillAction.MARK_PAID)
    context = {**_context(choice, "settlement"), **settlement_context(form, request.now())}
    return dialog(request, "staff/bills/settlement.html", context)


@form_at("/bill-batches/removal", *CONFIRMED_FIELDS)
def remove_batch(request: StaffRequest, form: SentForm) -> Html:
    """Say how many bills and how much; delete all or none, if they are still those."""
    request.actor.require(Permission.DELETE_BILLS)
    if form.sent:
        numbers, confirmed = chosen_numbers(request, form), _confirmed(form)
        delete = request.application.manage_bills.delete
        batch = delete(request.actor, numbers=numbers, confirmed=confirmed)
        words = screens.BILLS_DELETED.format(count=batch.count, total=batch.total)
        return done(request, words, form=form)
    choice = _choice(request, form, BillAction.DELETE)
    context = {**_context(choice, "removal"), "form": form}
    return dialog(request, "staff/bills/removal.html", context)


def chosen_numbers(request: StaffRequest, form: Form) -> Sequence[BillNumber]:
    """Return the chosen numbers, found again when a filter chose them."""
    if not form.has("whole"):
        return [BillNumber(number) for number in form.texts("number")]
    search = BILLS.read(request, form)
    return request.application.view_bills.numbers(request.actor, bill_filter=search.exact)


def chosen_rows(request: StaffRequest, numbers: Sequence[BillNumber]) -> Sequence[BillRow]:
    """Return the bills with these numbers; raise ThingNotFoundError naming those not found."""
    if not numbers:
        raise FieldError(field="numbers", reason="required")
    rows = request.application.view_bills.rows(request.actor, numbers=numbers)
    missing = sorted(set(numbers) - {row.number for row in rows})
    if missing:
        raise ThingNotFoundError(kind="bill", id="、".join(missing))
    return rows


def _choice(request: StaffRequest, form: Form, action: BillAction) -> _Choice:
    """Return the bills to be confirmed; raise BatchRefusedError naming all that can't be.

    A form that is shown for the first time has its choice in the address.
    """
    if not form.sent:
        form = Form.of_query(request)
    rows = chosen_rows(request, chosen_numbers(request, form))
    refusals = tuple(refusal for row in rows if (refusal := action_refusal(row, action)))
    if refusals:
        raise BatchRefusedError(action=action.value, refusals=refusals)
    if form.has("whole"):
        fields = BILLS.parse(form).whole
    else:
        fields = [("number", row.number) for row in rows]
    return _Choice(rows, Money.total(row.amount for row in rows), fields)


def _confirmed(form: Form) -> ConfirmedBatch:
    count = whole_number("count")(form.text("count"))
    return ConfirmedBatch(count, Money(whole_number("total_fen")(form.text("total_fen"))))


def _context(choice: _Choice, name: str) -> dict[str, object]:
    return {
        "rows": choice.rows,
        "count": len(choice.rows),
        "total": choice.total,
        "houses": houses_in_words(choice.rows),
        "fields": [*choice.fields, ("count", str(len(choice.rows)))],
        "action": f"/staff/bill-batches/{name}",
    }
