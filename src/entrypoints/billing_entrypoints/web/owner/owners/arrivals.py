"""Arrival by a collection code or a link: find the owner or start the sign-in (rule 5.12)."""

from __future__ import annotations

from typing import Final

from litestar.datastructures import Cookie

from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.owners.owner import Owner
from billing_domain.use_cases.owners.view_owner_bills import Landing, Place
from billing_entrypoints.web import cookies
from billing_entrypoints.web.context import Visit
from billing_entrypoints.web.owner.errors import message_page
from billing_entrypoints.web.owner.owners.onward import Onward
from billing_entrypoints.web.pages import Html, see_other
from billing_entrypoints.words import screens

WECHAT: Final = "MicroMessenger"
"""What the browser inside WeChat calls itself."""


def signed_in(request: Visit, community: Community) -> Owner | None:
    """Return who is signed in at the community's company; openids differ between companies."""
    token = cookies.read_cookie(request, cookies.OWNER)
    owner = request.application.sign_in_owners.authenticate(token) if token else None
    return owner if owner is not None and owner.company_id == community.company_id else None


def ask_who(request: Visit, community: Community, onward: Onward) -> Html:
    """Redirect to the sign-in at WeChat, or to the sandbox's list of visitors."""
    sign_in = request.application.sign_in_owners
    base = request.application.show_collection_codes.owner_url
    state = onward.state(sign_in.ids.new_id())
    address = sign_in.wechat_address(
        community_id=community.id, return_url=f"{base}/{community.id}/signed-in", state=state
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
        cookies.OWNER_STATE, f"{community.id}.{state}", https=request.https
    )
    return see_other(address, bound, remember(request, community))


def place_path(landing: Landing, community_id: CommunityId) -> str:
    """Return the address of a landing."""
    return {
        Place.BILL: f"/owner/bills/{landing.bill}",
        Place.PENDING: "/owner/bills",
        Place.PAID: "/owner/bills/paid",
        Place.REGISTRATION: f"/owner/{community_id}/registration",
    }[landing.place]


def remember(request: Visit, community: Community) -> Cookie:
    """Return the cookie that remembers the community for the next sign-in."""
    return cookies.make_cookie(
        cookies.OWNER_COMMUNITY, community.id, https=request.https, lasting=True
    )
