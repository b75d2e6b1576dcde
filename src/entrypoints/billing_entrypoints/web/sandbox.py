"""The sandbox: the cashier of a provider, with its mishaps as buttons, and a resident's inbox.

The pages need no session: whoever has the token may pay, and anybody may be any demo resident. In
production there is no sandbox, and its pages answer 404.
"""

from typing import Final

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from billing_domain.model.reminders.official_account import DEMO
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.ports.payments.cashier import CashierAction, CashierState
from billing_entrypoints.web.context import Visit
from billing_entrypoints.web.forms import SentForm, chosen
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, bare_page, see_other
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import label

PATH: Final = "/sandbox"
ACTIONS: Final = {action.value: action for action in CashierAction}
OFFERED: Final = {
    CashierState.WAITING: tuple(CashierAction),
    CashierState.PAID: (),
    CashierState.CLOSED: (CashierAction.PAY_LATE,),
}
"""The buttons of each state; the cashier checks every action again."""


@form_at("/cashier/{token:str}", "action")
def act_at_cashier(request: Visit, token: FromPath[str], form: SentForm) -> Html:
    """Show the amount and the buttons; perform one, and send the payer back to the merchant."""
    cashier = request.application.cashier
    if cashier is None:
        raise NotFoundException
    if form.sent and (action := form.read("action", chosen("action", ACTIONS))):
        return see_other(cashier.act(token, action).return_url)
    order = cashier.order(token)
    context = {
        "order": order,
        "state": label(order.state),
        "buttons": [(action.value, label(action)) for action in OFFERED[order.state]],
        "refusal": form.error("action"),
    }
    return bare_page(request, "sandbox/cashier.html", context, status=422 if form.errors else 200)


@get("/inbox/{visitor:str}", sync_to_thread=True)
def show_inbox(request: Visit, visitor: FromPath[str]) -> Html:
    """Show the messages of a demo resident; `visitor` is their openid without its beginning."""
    inbox = request.application.inbox
    if inbox is None:
        raise NotFoundException
    messages = [
        (each.message, screens.MESSAGE_MOMENT.format(at=each.sent_at.astimezone(SHANGHAI)))
        for each in inbox.messages(f"{DEMO}{visitor}")
    ]
    return bare_page(request, "sandbox/inbox.html", {"messages": messages})
