"""The inbox of a demo resident: what they would read in WeChat.

It needs no session: in the sandbox anybody may be any resident. Production has no inbox.
"""

from typing import Final

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from billing_domain.model.reminders.official_account import DEMO
from billing_domain.model.shanghai import SHANGHAI
from billing_entrypoints.web.context import Visit
from billing_entrypoints.web.pages import Html, bare_page
from billing_entrypoints.words import screens

PATH: Final = "/sandbox/inbox"


@get("/{visitor:str}", sync_to_thread=True)
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
