"""A payment order on the phone: paying it, what became of it, giving it up (rules 5.3, 5.6)."""

import json
from typing import Final

from litestar import get
from litestar.params import FromPath

from billing_domain.model.payments.order import (
    OrderNumber,
    OrderState,
    PaymentMethod,
    PaymentOrder,
)
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.owner.owner_request import OwnerRequest
from billing_entrypoints.web.pages import Html, bare_page, see_other

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
