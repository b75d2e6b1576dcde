"""催缴: of a bill's house, of a house, of chosen bills, of all that a filter finds (rule 4).

Each is asked first and says what would happen; whoever sends it twice reminds once (P26).
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import attrs
from litestar.params import FromPath

from billing_domain.model.bills.bill import BillAction, BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import HouseId
from billing_domain.model.reminders.batch import ReminderBatch
from billing_domain.ports.bills import BillFilter, BillRow
from billing_domain.use_cases.reminders.remind_residents import Reminded
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog
from billing_entrypoints.web.staff.bills.batches import CHOICE_FIELDS, chosen_rows
from billing_entrypoints.web.staff.bills.filters import BILLS
from billing_entrypoints.web.staff.bills.presenters import bill_for, bill_path, houses_in_words
from billing_entrypoints.web.staff.reminders.answers import (
    NO_MESSAGE_LEAVES,
    answer_request,
    dry_run_context,
    refusal_dialog,
)
from billing_entrypoints.web.staff_request import StaffRequest

BATCH: Final = "/staff/bill-batches/reminder"
CONFIRMED: Final = "houses"
"""The field with the number of houses that the dialog announced."""


@attrs.frozen
class _Wanted:
    """The houses that are meant: `remind` acts or makes a dry run, `fields` name them again."""

    remind: Callable[..., Reminded]
    action: str
    place: str = ""
    rows: Sequence[BillRow] = ()
    """The bills that were chosen, or the first that a filter finds."""

    fields: Sequence[tuple[str, str]] = ()
    left_out: int = 0
    """How many of the chosen bills are not unpaid any more."""


@form_at("/bills/{number:str}/reminder")
def remind_of_bill(request: StaffRequest, number: FromPath[BillNumber], form: SentForm) -> Html:
    """Say what reminding the bill's house of all that it owes would do, and do it."""
    row = bill_for(request, number, BillAction.REMIND, Permission.REMIND)
    remind = partial(request.application.remind_residents.by_numbers, request.actor, [number])
    place = f"{row.community_name}/{row.address}"
    return _remind(request, form, _Wanted(remind, f"{bill_path(number)}/reminder", place))


@form_at("/houses/{house_id:str}/reminder")
def remind_house(request: StaffRequest, house_id: FromPath[HouseId], form: SentForm) -> Html:
    """Say what reminding the house of all that it owes would do, and do it."""
    request.actor.require(Permission.REMIND)
    house = request.application.view_houses.house(request.actor, house_id=house_id)
    by_filter = request.application.remind_residents.by_filter
    remind = partial(by_filter, request.actor, BillFilter(house_id=house_id))
    place = f"{house.community_name}/{house.address}"
    return _remind(request, form, _Wanted(remind, f"/staff/houses/{house_id}/reminder", place))


@form_at("/bill-batches/reminder", *CHOICE_FIELDS, CONFIRMED)
def remind_batch(request: StaffRequest, form: SentForm) -> Html:
    """Say how many houses of the chosen bills get a message, or of a filter's; send them."""
    request.actor.require(Permission.REMIND)
    choice = form if form.sent else Form.of_query(request)
    of_choice = _of_filter if choice.has("whole") else _of_numbers
    return _remind(request, form, of_choice(request, choice))


def _of_filter(request: StaffRequest, form: Form) -> _Wanted:
    search, seen = BILLS.read(request, form), form.text(CONFIRMED)
    confirmed = int(seen) if seen.isascii() and seen.isdecimal() else None
    by_filter = request.application.remind_residents.by_filter
    remind = partial(by_filter, request.actor, search.exact, confirmed=confirmed)
    unpaid = attrs.evolve(search.exact, states=frozenset({BillState.PENDING}))
    first = request.application.view_bills.page(request.actor, bill_filter=unpaid).rows
    return _Wanted(remind, BATCH, rows=first, fields=search.whole)


def _of_numbers(request: StaffRequest, form: Form) -> _Wanted:
    rows = chosen_rows(request, [BillNumber(number) for number in form.texts("number")])
    unpaid = [row for row in rows if BillAction.REMIND in row.actions]
    by_numbers = request.application.remind_residents.by_numbers
    places = {row.house_id: f"{row.community_name}/{row.address}" for row in unpaid}
    return _Wanted(
        partial(by_numbers, request.actor, [row.number for row in unpaid]),
        BATCH,
        place=next(iter(places.values())) if len(places) == 1 else "",
        fields=[("number", row.number) for row in rows],
        rows=unpaid,
        left_out=len(rows) - len(unpaid),
    )


def _remind(request: StaffRequest, form: Form, wanted: _Wanted) -> Html:
    try:
        reminded = wanted.remind(dry_run=not form.sent)
    except NO_MESSAGE_LEAVES as error:
        return refusal_dialog(request, error, form=form)
    if form.sent:
        return answer_request(request, reminded, place=wanted.place, form=form)
    batch = reminded.batch
    if not batch.to_send:
        return refusal_dialog(request, batch, form=form, place=wanted.place)
    context = {
        **dry_run_context(batch, wanted.place),
        "form": form,
        "action": wanted.action,
        "fields": [*wanted.fields, *_confirmed(wanted, batch)],
        "left_out": wanted.left_out,
        "houses": houses_in_words(wanted.rows, count=len(batch.decisions)),
    }
    return dialog(request, "staff/reminders/confirm.html", context)


def _confirmed(wanted: _Wanted, batch: ReminderBatch) -> Sequence[tuple[str, str]]:
    if wanted.action != BATCH:
        return ()
    return [(CONFIRMED, str(len(batch.to_send)))]
