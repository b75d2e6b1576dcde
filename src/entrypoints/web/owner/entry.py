"""Where a scanned 收款码 leads, and how owners sign in and out (rules 5.10, 5.12)."""

import hmac
from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, State
from litestar.params import FromPath

from billing_domain.errors import ProviderRefusedError, ThingNotFoundError
from billing_domain.model.actor import Actor
from billing_domain.model.community import Community, CommunityId
from billing_domain.model.owner import Owner
from billing_domain.model.resident import Resident, ResidentId
from billing_domain.use_cases.view_owner_bills import Landing, Place
from entrypoints.application import Application
from entrypoints.web import cookies
from entrypoints.web.context import WebContext
from entrypoints.web.forms import SentForm
from entrypoints.web.owner.errors import message_page
from entrypoints.web.owner.sessions import owner_cookie
from entrypoints.web.pages import bare_page, see_other

AnyRequest = Request[Any, Any, State]

WECHAT: Final = "MicroMessenger"
"""What the browser inside WeChat calls itself."""


@get("/{community_id:str}", sync_to_thread=True)
def show_landing(request: AnyRequest, community_id: FromPath[str]) -> Response[str]:
    """Lead a visitor who scanned a community's code to their bills, or let them sign in."""
    community = _community(request, community_id)
    owner = _owner(request, community)
    if owner is not None:
        landing = _application(request).view_owner_bills.landing(owner, community_id=community.id)
        return see_other(_place(landing, community), _remember(request, community))
    return _ask_who(request, community)


@get("/{community_id:str}/signed-in", sync_to_thread=True)
def finish_sign_in(request: AnyRequest, community_id: FromPath[str]) -> Response[str]:
    """Take the code that WeChat gave; the state ties it to this browser."""
    community = _community(request, community_id)
    expected = owner_cookie(request, cookies.OWNER_STATE)
    given = f"{community.id}.{request.query_params.get('state', '')}"
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        return _again(request, community)
    code = request.query_params.get("code", "")
    try:
        token = _application(request).sign_in_owners.sign_in(community_id=community.id, code=code)
    except ProviderRefusedError:
        return _again(request, community)
    return _signed_in(request, community, token)


@get("/{community_id:str}/visitors", sync_to_thread=True)
def show_visitors(request: AnyRequest, community_id: FromPath[str]) -> Response[str]:
    """Let a visitor of the sandbox choose who to be; nowhere else."""
    community = _community(request, community_id)
    application = _application(request)
    if not application.sign_in_owners.demo:
        raise ThingNotFoundError(kind="resident", id="")
    residents = application.sign_in_owners.demo_residents(community_id=community.id)
    context = {"community": community, "visitors": _with_houses(application, community, residents)}
    return bare_page(request, "owner/visitors.html", context)


@post("/{community_id:str}/visitors", sync_to_thread=True)
def sign_in_visitor(
    request: AnyRequest, community_id: FromPath[str], form: SentForm
) -> Response[str]:
    """Sign a visitor of the sandbox in as a resident, or as somebody unknown."""
    form.require_only(("resident_id",))
    community = _community(request, community_id)
    chosen = form.text("resident_id")
    token = _application(request).sign_in_owners.sign_in_demo(
        community_id=community.id, resident_id=ResidentId(chosen) if chosen else None
    )
    return _signed_in(request, community, token)


@post("/sign-out", sync_to_thread=True)
def sign_owner_out(request: AnyRequest, form: SentForm) -> Response[str]:
    """End the session on the server, then forget its cookie."""
    form.require_only(())
    _end_session(request)
    community_id = owner_cookie(request, cookies.OWNER_COMMUNITY)
    text = "已退出。再次缴费时请扫描小区的收款码。"
    retry = f"/owner/{community_id}" if community_id.isalnum() else ""
    response = message_page(request, text, title="已退出", retry=retry)
    response.cookies.append(cookies.drop_cookie(cookies.OWNER, https=_https(request)))
    return response


def _ask_who(request: AnyRequest, community: Community) -> Response[str]:
    sign_in = _application(request).sign_in_owners
    state = sign_in.ids.new_id()
    base = _application(request).show_collection_codes.owner_url
    address = sign_in.wechat_address(
        community_id=community.id,
        return_url=f"{base}/{community.id}/signed-in",
        state=state,
    )
    if address is None and sign_in.demo:
        return see_other(f"/owner/{community.id}/visitors", _remember(request, community))
    if address is None:
        return message_page(
            request, "物业还没有配置公众号，请联系物业前台缴费。", title=community.name
        )
    if WECHAT not in request.headers.get("user-agent", ""):
        return message_page(
            request, "请在微信中打开：用微信扫描小区的收款码。", title=community.name
        )
    bound = cookies.make_cookie(
        cookies.OWNER_STATE, f"{community.id}.{state}", https=_https(request)
    )
    return see_other(address, bound, _remember(request, community))


def _again(request: AnyRequest, community: Community) -> Response[str]:
    return message_page(
        request,
        "微信登录没有完成，请重试。",
        title="登录失败",
        status=403,
        retry=f"/owner/{community.id}",
    )


def _signed_in(request: AnyRequest, community: Community, token: str) -> Response[str]:
    """Begin a session under its new token; one that the browser brought along ends."""
    _end_session(request)
    https = _https(request)
    return see_other(
        f"/owner/{community.id}",
        cookies.make_cookie(cookies.OWNER, token, https=https),
        cookies.drop_cookie(cookies.OWNER_STATE, https=https),
        _remember(request, community),
    )


def _end_session(request: AnyRequest) -> None:
    token = owner_cookie(request, cookies.OWNER)
    if token:
        _application(request).sign_in_owners.sign_out(token)


def _owner(request: AnyRequest, community: Community) -> Owner | None:
    """Return who is signed in at the community's company; openids differ between companies."""
    token = owner_cookie(request, cookies.OWNER)
    owner = _application(request).sign_in_owners.authenticate(token) if token else None
    return owner if owner is not None and owner.company_id == community.company_id else None


def _place(landing: Landing, community: Community) -> str:
    return {
        Place.BILL: f"/owner/bills/{landing.bill}",
        Place.PENDING: "/owner/bills",
        Place.PAID: "/owner/bills/paid",
        Place.REGISTRATION: f"/owner/{community.id}/registration",
    }[landing.place]


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


def _community(request: AnyRequest, community_id: str) -> Community:
    return _application(request).sign_in_owners.community(community_id=CommunityId(community_id))


def _remember(request: AnyRequest, community: Community) -> Cookie:
    return cookies.make_cookie(
        cookies.OWNER_COMMUNITY, community.id, https=_https(request), lasting=True
    )


def _application(request: AnyRequest) -> Application:
    web: WebContext = request.app.state.web
    return web.application


def _https(request: AnyRequest) -> bool:
    web: WebContext = request.app.state.web
    return web.options.https


HANDLERS: Final = (show_landing, finish_sign_in, show_visitors, sign_in_visitor, sign_owner_out)
