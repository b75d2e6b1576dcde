"""The sandbox's cashier: what a payer sees at a provider, with its mishaps as buttons."""

from collections.abc import Callable
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from billing_domain.ports.payments.cashier import Cashier, CashierAction, CashierState
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.forms import Form, SentForm, chosen
from billing_entrypoints.web.pages import bare_page, see_other
from billing_entrypoints.words.labels import label

AnyRequest = Request[Any, Any, State]

PATH: Final = "/sandbox/cashier"
ACTIONS: Final = {action.value: action for action in CashierAction}
OFFERED: Final = {
    CashierState.WAITING: tuple(CashierAction),
    CashierState.PAID: (),
    CashierState.CLOSED: (CashierAction.PAY_LATE,),
}
"""Which buttons there are; the cashier itself decides what they may do."""


def make_cashier_router(cashier_of: Callable[[WebContext], Cashier | None]) -> Router:
    """Return the pages of a cashier, which is looked up at every request.

    They ask for no session: whoever has the token may pay. Where there is no cashier, as in
    production, there are no such pages either.
    """

    @get("/{token:str}", sync_to_thread=True)
    def show_cashier(request: AnyRequest, token: FromPath[str]) -> Response[str]:
        """Show what is to be paid, and the buttons."""
        return _page(request, _cashier(request), token, Form.of())

    @post("/{token:str}", sync_to_thread=True)
    def act_at_cashier(request: AnyRequest, token: FromPath[str], form: SentForm) -> Response[str]:
        """Do what a button says and send the payer back to the merchant."""
        form.require_only(("action",))
        cashier = _cashier(request)
        action = form.read("action", chosen("action", ACTIONS))
        if action is None:
            return _page(request, cashier, token, form)
        return see_other(cashier.act(token, action).return_url)

    def _cashier(request: AnyRequest) -> Cashier:
        web: WebContext = request.app.state.web
        cashier = cashier_of(web)
        if cashier is None:
            raise NotFoundException
        return cashier

    return Router(path=PATH, route_handlers=[show_cashier, act_at_cashier])


def _page(request: AnyRequest, cashier: Cashier, token: str, form: Form) -> Response[str]:
    order = cashier.order(token)
    context = {
        "order": order,
        "state": label(order.state),
        "buttons": [(action.value, label(action)) for action in OFFERED[order.state]],
        "refusal": form.error("action"),
    }
    return bare_page(request, "sandbox/cashier.html", context, status=422 if form.errors else 200)
