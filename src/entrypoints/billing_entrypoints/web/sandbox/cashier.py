"""The sandbox's cashier: what a payer sees at a provider, with its mishaps as buttons.

The pages need no session: whoever has the token may pay. In production there is no cashier, and
its pages answer 404.
"""

from typing import Final

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from billing_domain.ports.payments.cashier import Cashier, CashierAction, CashierState
from billing_entrypoints.web.context import Visit
from billing_entrypoints.web.forms import Form, SentForm, chosen
from billing_entrypoints.web.pages import Html, bare_page, see_other
from billing_entrypoints.words.labels import label

PATH: Final = "/sandbox/cashier"
ACTIONS: Final = {action.value: action for action in CashierAction}
OFFERED: Final = {
    CashierState.WAITING: tuple(CashierAction),
    CashierState.PAID: (),
    CashierState.CLOSED: (CashierAction.PAY_LATE,),
}
"""The buttons of each state; the cashier checks every action again."""


@get("/{token:str}", sync_to_thread=True)
def show_cashier(request: Visit, token: FromPath[str]) -> Html:
    """Show the amount to pay and the buttons."""
    return _page(request, _cashier(request), token, Form.of())


@post("/{token:str}", sync_to_thread=True)
def act_at_cashier(request: Visit, token: FromPath[str], form: SentForm) -> Html:
    """Perform the button's action and send the payer back to the merchant."""
    form.require_only(("action",))
    cashier = _cashier(request)
    action = form.read("action", chosen("action", ACTIONS))
    if action is None:
        return _page(request, cashier, token, form)
    return see_other(cashier.act(token, action).return_url)


def _cashier(request: Visit) -> Cashier:
    cashier = request.application.cashier
    if cashier is None:
        raise NotFoundException
    return cashier


def _page(request: Visit, cashier: Cashier, token: str, form: Form) -> Html:
    order = cashier.order(token)
    context = {
        "order": order,
        "state": label(order.state),
        "buttons": [(action.value, label(action)) for action in OFFERED[order.state]],
        "refusal": form.error("action"),
    }
    return bare_page(request, "sandbox/cashier.html", context, status=422 if form.errors else 200)
