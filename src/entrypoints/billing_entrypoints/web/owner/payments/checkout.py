"""From chosen bills to an order at the provider (rules 5.1, 5.2, 5.4)."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode, urlsplit

from litestar import get

from billing_domain.errors import BillActionRefusedError, InvalidInputError, UnavailableError
from billing_domain.model.bills.bill import BillAction, BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.money import Money
from billing_domain.model.payments.order import LINES_MAX, PaymentMethod, PaymentOrder
from billing_domain.ports.bills import BillRow
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.owner.bills import pending_page
from billing_entrypoints.web.owner.errors import message_page, owner_sentence
from billing_entrypoints.web.owner.owner_request import OwnerRequest
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
