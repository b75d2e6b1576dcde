"""The link in a reminder: to the bill, or to the list (rule 4.1)."""

from litestar import get
from litestar.params import FromPath

from billing_domain.model.reminders.queued_reminder import ReminderId
from billing_entrypoints.web.context import Visit
from billing_entrypoints.web.owner.owners.arrivals import ask_who, place_path, signed_in
from billing_entrypoints.web.owner.owners.onward import Onward
from billing_entrypoints.web.pages import Html, see_other


@get("/reminders/{reminder_id:str}", sync_to_thread=True)
def open_reminder(request: Visit, reminder_id: FromPath[str]) -> Html:
    """Lead an owner to what a reminder is about, or let them sign in first.

    The address tells nothing about anybody (P45), and opens nothing that its reader may not see.
    """
    application, named = request.application, ReminderId(reminder_id)
    community = application.sign_in_owners.community_of_reminder(reminder_id=named)
    owner = signed_in(request, community)
    if owner is None:
        return ask_who(request, community, Onward(community.id, named))
    landing = application.view_owner_bills.reminder_landing(owner, reminder_id=named)
    # A forwarded message must not change where its reader signs in: nothing is remembered.
    return see_other(place_path(landing, community.id))
