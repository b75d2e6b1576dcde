"""Somebody comes in by a code or a link: are they known, and if not, who are they (rule 5.12)."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response
from litestar.datastructures import Cookie, State

from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.owners.owner import Owner
from billing_domain.use_cases.owners.view_owner_bills import Landing, Place
from billing_entrypoints.application import Application
from billing_entrypoints.web import cookies
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.owner.errors import message_page
from billing_entrypoints.web.owner.owners.onward import Onward
from billing_entrypoints.web.owner.sessions import owner_cookie
from billing_entrypoints.web.pages import see_other
from billing_entrypoints.words import screens

AnyRequest = Request[Any, Any, State]

WECHAT: Final = "MicroMessenger"
"""What the browser inside WeChat calls itself."""


def signed_in(request: AnyRequest, community: Community) -> Owner | None:
    """Return who is signed in at the community's company; openids differ between companies."""
    token = owner_cookie(request, cookies.OWNER)
    owner = application_of(request).sign_in_owners.authenticate(token) if token else None
    return owner if owner is not None and owner.company_id == community.company_id else None


def ask_who(request: AnyRequest, community: Community, onward: Onward) -> Response[str]:
    """Send the browser to where it learns who this is: WeChat, or the chooser of the sandbox."""
    sign_in = application_of(request).sign_in_owners
    base = application_of(request).show_collection_codes.owner_url
    state = onward.state(sign_in.ids.new_id())
    address = sign_in.wechat_address(
        community_id=community.id,
        return_url=f"{base}/{community.id}/signed-in",
        state=state,
    )
    in_wechat = WECHAT in request.headers.get("user-agent", "")
    if sign_in.demo and (address is None or not in_wechat):
        return see_other(onward.visitors_path, remember(request, community))
    if address is None:
        text = screens.NO_OFFICIAL_ACCOUNT
        return message_page(request, text, title=community.name)
    if not in_wechat:
        text = screens.OPEN_IN_WECHAT
        return message_page(request, text, title=community.name)
    bound = cookies.make_cookie(
        cookies.OWNER_STATE, f"{community.id}.{state}", https=https_of(request)
    )
    return see_other(address, bound, remember(request, community))


def place_path(landing: Landing, community_id: CommunityId) -> str:
    """Return the address of the page that somebody lands on."""
    return {
        Place.BILL: f"/owner/bills/{landing.bill}",
        Place.PENDING: "/owner/bills",
        Place.PAID: "/owner/bills/paid",
        Place.REGISTRATION: f"/owner/{community_id}/registration",
    }[landing.place]


def remember(request: AnyRequest, community: Community) -> Cookie:
    """Return the cookie that says where to sign in when the session is over."""
    return cookies.make_cookie(
        cookies.OWNER_COMMUNITY, community.id, https=https_of(request), lasting=True
    )


def application_of(request: AnyRequest) -> Application:
    """Return the use cases."""
    web: WebContext = request.app.state.web
    return web.application


def https_of(request: AnyRequest) -> bool:
    """Tell whether this deployment is reached by https."""
    web: WebContext = request.app.state.web
    return web.options.https
