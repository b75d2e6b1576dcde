"""Receipts (收据) as PDF: of one bill, of a selection, of an order (rule 6).

Printing issues them, which makes their payments final; so a page has to post it.
"""

from typing import Final

from litestar import Response
from litestar.params import FromPath

from billing_domain.errors import BatchTooLargeError
from billing_domain.model.company.staff import Permission
from billing_domain.model.payments.order import OrderNumber
from billing_entrypoints.web.downloads import document
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.staff.bills.batches import CHOICE_FIELDS, chosen_numbers
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

RECEIPTS_MAX: Final = 600
"""How many one file may hold; they are drawn while the browser waits."""


@post_at("/receipts", *CHOICE_FIELDS, status_code=200)
def print_receipts(request: StaffRequest, form: SentForm) -> Response[bytes]:
    """Return the receipts of bills in one file; nothing is issued when one can't be."""
    request.actor.require(Permission.ISSUE_RECEIPTS)
    numbers = chosen_numbers(request, form)
    if len(numbers) > RECEIPTS_MAX:
        raise BatchTooLargeError(count=len(numbers), count_max=RECEIPTS_MAX)
    pdf = request.application.issue_receipts.for_bills(request.actor, numbers=numbers)
    return document(pdf, file_name=screens.RECEIPTS_FILE)


@post_at("/payment-orders/{order_number:str}/receipt", status_code=200)
def print_order_receipts(
    request: StaffRequest, order_number: FromPath[OrderNumber]
) -> Response[bytes]:
    """Return the receipts of an order's bills."""
    pdf = request.application.issue_receipts.for_order(request.actor, order=order_number)
    return document(pdf, file_name=screens.RECEIPT_FILE.format(number=order_number))
