"""Paying on the phone: the order is made, paid, looked at, given up (rules 5.1, 5.3, 5.6)."""

import json
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode, urlsplit

from litestar import get
from litestar.params import FromPath

from billing_domain.errors import BillActionRefusedError, InvalidInputError, UnavailableError
from billing_domain.model.bills.bill import BillAction, BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.money import Money
from billing_domain.model.payments.order import (
    LINES_MAX,
    OrderNumber,
    OrderState,
    PaymentMethod,
    PaymentOrder,
)
from billing_domain.ports.bills import BillRow
from billing_entrypoints.web.context import OwnerRequest
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.owner.bills import pending_page
from billing_entrypoints.web.owner.errors import message_page, owner_sentence
from billing_entrypoints.web.pages import Html, bare_page, see_other
from billing_entrypoints.words import screens

CONFIRMATION: Final = "/owner/checkout"


@get("/checkout", sync_to_thread=True)
def show_checkout(request: OwnerRequest) -> Html:
    """Repeat the chosen bills and their sum before anything is paid."""
    numbers = tuple(dict.fromkeys(request.query_params.getall("number", [])))
    refusal = _refusal(numbers)
    if refusal:
        return pending_page(request, refusal=refusal, chosen=numbers, status=422)
    rows = [_payable(request, BillNumber(number)) for number in numbers]
    if len({row.community_id for row in rows}) > 1:
        text = screens.PAY_APART
        return pending_page(request, refusal=text, chosen=numbers, status=422)
    context = {
        "rows": rows,
        "total": Money.total(row.amount for row in rows),
        "request_key": request.application.collect_payments.ids.new_id(),
    }
    return bare_page(request, "owner/payments/checkout.html", context)


@post_at("/orders", "number", "request_key")
def order_payment(request: OwnerRequest, form: SentForm) -> Html:
    """Make the order and redirect to its payment; the same form again finds the same order.

    Nothing is lost when the provider is down: trying again leads through the same bills.
    """
    numbers = form.texts("number")
    try:
        order = request.application.collect_payments.check_out(
            request.owner,
            numbers=[BillNumber(number) for number in numbers],
            request_key=form.text("request_key"),
        )
    except InvalidInputError as error:
        return message_page(request, owner_sentence(error), status=422)
    except UnavailableError as error:
        retry = f"{CONFIRMATION}?{urlencode([('number', number) for number in numbers])}"
        return message_page(request, owner_sentence(error), status=503, retry=retry)
    return see_other(_next_address(request, order))


def _refusal(numbers: Sequence[str]) -> str:
    if not numbers:
        return screens.CHOOSE_BILLS
    return screens.TOO_MANY_BILLS.format(count=LINES_MAX) if len(numbers) > LINES_MAX else ""


def _payable(request: OwnerRequest, number: BillNumber) -> BillRow:
    row = request.application.view_owner_bills.bill(request.owner, number=number)
    if row.state is not BillState.PENDING:
        raise BillActionRefusedError(
            number=number, action=BillAction.PAY.value, reason=row.state.value
        )
    return row


def _next_address(request: OwnerRequest, order: PaymentOrder) -> str:
    """Return the provider's page when it is on our own site, else our page that leads on.

    A form may only lead to our own site, through redirects too, says the site's policy.
    """
    page = f"/owner/orders/{order.number}"
    if not order.state.open or order.ticket is None:
        return page
    if order.method is PaymentMethod.REDIRECT:
        address = urlsplit(order.ticket.text)
        if (address.scheme, address.netloc) == (request.url.scheme, request.url.netloc):
            return order.ticket.text
    return f"{page}/pay"


LOOKS_MAX: Final = 10
LOOK_SECONDS: Final = 3
"""How often, and after how many seconds each, the page of an open order asks by itself."""
_DIGITS_MAX: Final = 3


@get("/orders/{number:str}", sync_to_thread=True)
def show_order(request: OwnerRequest, number: FromPath[str]) -> Html:
    """Show what our own server knows, after asking the provider; never what a browser says."""
    order = request.application.collect_payments.look(request.owner, number=OrderNumber(number))
    looks = read_looks(request.query_params.get("look", ""))
    patient = order.state.open and looks < LOOKS_MAX
    outcome = request.application.view_owner_bills.outcome(request.owner, number=order.number)
    context = {
        "order": order,
        "outcome": outcome,
        "state": "waiting" if order.state.open else order.state.value,
        "paid": order.state is OrderState.PAID,
        "patient": patient,
        "address": _address(order),
    }
    response = bare_page(request, "owner/payments/order.html", context)
    if patient:
        response.headers["Refresh"] = f"{LOOK_SECONDS}; url={_address(order)}?look={looks + 1}"
    return response


@get("/orders/{number:str}/pay", sync_to_thread=True)
def show_payment(request: OwnerRequest, number: FromPath[str]) -> Html:
    """Lead to the provider in its own way: the bridge of WeChat, a QR code, or an address."""
    order = request.application.view_owner_bills.order(request.owner, number=OrderNumber(number))
    if not order.state.open or order.ticket is None:
        return see_other(_address(order))
    context = {
        "order": order,
        "method": order.method.value,
        "address": _address(order),
        "parameters": json.dumps(dict(order.ticket.parameters)),
        "code": _code(request, order),
    }
    response = bare_page(request, "owner/payments/payment.html", context)
    if order.method is PaymentMethod.REDIRECT:
        response.headers["Refresh"] = f"0; url={order.ticket.text}"
    return response


@post_at("/orders/{number:str}/closing")
def give_order_up(request: OwnerRequest, number: FromPath[str]) -> Html:
    """Close the order at the provider; what became of it stands on its page."""
    order = request.application.collect_payments.give_up(request.owner, number=OrderNumber(number))
    return see_other(_address(order))


def read_looks(text: str) -> int:
    """Return how often the page was seen; anything unreadable counts as often enough."""
    if not text:
        return 0
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else LOOKS_MAX
    )


def _code(request: OwnerRequest, order: PaymentOrder) -> str:
    if order.method is not PaymentMethod.NATIVE or order.ticket is None:
        return ""
    return request.application.show_collection_codes.encoder.svg(order.ticket.text)


def _address(order: PaymentOrder) -> str:
    return f"/owner/orders/{order.number}"
