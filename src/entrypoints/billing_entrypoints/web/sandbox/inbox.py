"""The inbox of a demo resident: what they would read in WeChat, here drawn by ourselves."""

from collections.abc import Callable
from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from billing_domain.model.reminders.official_account import DEMO
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.ports.reminders.inbox import Inbox
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.pages import bare_page
from billing_entrypoints.words import screens

AnyRequest = Request[Any, Any, State]

PATH: Final = "/sandbox/inbox"


def make_inbox_router(inbox_of: Callable[[WebContext], Inbox | None]) -> Router:
    """Return the page of an inbox, which is looked up at every request.

    It asks for no session: in the sandbox anybody may be any resident. Where there is no inbox,
    as in production, there is no such page either.
    """

    @get("/{visitor:str}", sync_to_thread=True)
    def show_inbox(request: AnyRequest, visitor: FromPath[str]) -> Response[str]:
        """Show the messages of a demo resident, named by their openid without its beginning."""
        web: WebContext = request.app.state.web
        inbox = inbox_of(web)
        if inbox is None:
            raise NotFoundException
        messages = [
            (each, screens.MESSAGE_MOMENT.format(at=each.sent_at.astimezone(SHANGHAI)))
            for each in inbox.messages(f"{DEMO}{visitor}")
        ]
        return bare_page(request, "sandbox/inbox.html", {"messages": messages})

    return Router(path=PATH, route_handlers=[show_inbox])
