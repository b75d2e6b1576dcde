"""Where a scanned 收款码 or a reminder leads, and how owners sign in and out (4.1, 5.10, 5.12)."""

import hmac
from collections.abc import Sequence

from litestar import get
from litestar.params import FromPath

from billing_domain.errors import ProviderRefusedError, ThingNotFoundError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.houses.resident import Resident, ResidentId
from billing_domain.model.reminders.official_account import DEMO
from billing_domain.model.reminders.queued_reminder import ReminderId
from billing_entrypoints.application import Application
from billing_entrypoints.web import cookies
from billing_entrypoints.web.context import Visit
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import form_at, post_at
from billing_entrypoints.web.owner.errors import message_page
from billing_entrypoints.web.owner.owners.arrivals import ask_who, place_path, remember, signed_in
from billing_entrypoints.web.owner.owners.onward import FIELD, Onward
from billing_entrypoints.web.pages import Html, bare_page, see_other
from billing_entrypoints.words import screens


@get("/{community_id:str}", sync_to_thread=True)
def show_landing(request: Visit, community_id: FromPath[str]) -> Html:
    """Lead a visitor who scanned a community's code to their bills, or let them sign in."""
    community = _community(request, community_id)
    owner = signed_in(request, community)
    if owner is None:
        return ask_who(request, community, Onward(community.id))
    landing = request.application.view_owner_bills.landing(owner, community_id=community.id)
    return see_other(place_path(landing, community.id), remember(request, community))


@get("/{community_id:str}/signed-in", sync_to_thread=True)
def finish_sign_in(request: Visit, community_id: FromPath[str]) -> Html:
    """Exchange WeChat's code for a session; the state ties it to this browser."""
    community = _community(request, community_id)
    expected = cookies.read_cookie(request, cookies.OWNER_STATE)
    state = request.query_params.get("state", "")
    given, onward = f"{community.id}.{state}", Onward.of_state(community.id, state)
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        return _again(request, onward)
    code, sign_in = request.query_params.get("code", ""), request.application.sign_in_owners
    try:
        token = sign_in.sign_in(community_id=community.id, code=code)
    except ProviderRefusedError:
        return _again(request, onward)
    return _begin_session(request, community, token, onward)


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


@form_at("/{community_id:str}/visitors", "resident_id", FIELD)
def sign_in_visitor(request: Visit, community_id: FromPath[str], form: SentForm) -> Html:
    """Let a visitor of the sandbox choose a resident to be, or somebody unknown; nowhere else."""
    community = _community(request, community_id)
    application = request.application
    if form.sent:
        chosen = form.text("resident_id")
        token = application.sign_in_owners.sign_in_demo(
            community_id=community.id, resident_id=ResidentId(chosen) if chosen else None
        )
        onward = Onward.of(community.id, form.text(FIELD))
        return _begin_session(request, community, token, onward)
    if not application.sign_in_owners.demo:
        raise ThingNotFoundError(kind="resident", id="")
    residents = application.sign_in_owners.demo_residents(community_id=community.id)
    onward = Onward.of(community.id, request.query_params.get(FIELD, ""))
    context = {
        "community": community,
        "visitors": _with_houses(application, community, residents),
        "reminder_field": FIELD,
        "reminder_id": onward.reminder_id or "",
        "inbox": DEMO if application.inbox is not None else "",
    }
    return bare_page(request, "owner/owners/visitors.html", context)


@post_at("/sign-out")
def sign_owner_out(request: Visit) -> Html:
    """End the session on the server, then forget its cookie."""
    _end_session(request)
    community_id = cookies.read_cookie(request, cookies.OWNER_COMMUNITY)
    text = screens.SIGNED_OUT_TEXT
    retry = f"/owner/{community_id}" if community_id.isalnum() else ""
    response = message_page(request, text, title=screens.SIGNED_OUT, retry=retry)
    response.cookies.append(cookies.drop_cookie(cookies.OWNER, https=request.https))
    return response


def _again(request: Visit, onward: Onward) -> Html:
    return message_page(
        request,
        screens.SIGN_IN_FAILED_TEXT,
        title=screens.SIGN_IN_FAILED,
        status=403,
        retry=onward.path,
    )


def _begin_session(request: Visit, community: Community, token: str, onward: Onward) -> Html:
    """Begin a session under a new token and end the browser's earlier one."""
    _end_session(request)
    https = request.https
    return see_other(
        onward.path,
        cookies.make_cookie(cookies.OWNER, token, https=https),
        cookies.drop_cookie(cookies.OWNER_STATE, https=https),
        remember(request, community),
    )


def _end_session(request: Visit) -> None:
    token = cookies.read_cookie(request, cookies.OWNER)
    if token:
        request.application.sign_in_owners.sign_out(token)


def _with_houses(
    application: Application, community: Community, residents: Sequence[Resident]
) -> list[tuple[Resident, str]]:
    """Return the residents with their addresses; few enough to look each house up."""
    actor = Actor.system(community.company_id)
    houses = {person.house_id for person in residents}
    addresses = {
        house_id: application.view_houses.house(actor, house_id=house_id).address
        for house_id in houses
    }
    return [(person, addresses[person.house_id]) for person in residents]


def _community(request: Visit, community_id: str) -> Community:
    return request.application.sign_in_owners.community(community_id=CommunityId(community_id))
