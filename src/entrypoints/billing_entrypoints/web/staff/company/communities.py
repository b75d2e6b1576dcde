"""The company and its communities: names, whether they are billed, the secret (rule 9)."""

from collections.abc import Callable
from typing import Final

from litestar import get
from litestar.params import FromPath

from billing_domain.errors import StaleError
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.use_cases.company.configure_companies import OpenedCommunity
from billing_entrypoints.web import hx
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, done, go, page
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

COMPANY: Final = "/staff/company"
LIST: Final = "/staff/communities"
CHANGED: Final = "communities-changed"


@form_at("/company", "name")
def rename_company(request: StaffRequest, form: SentForm) -> Html:
    """Show the company's name in its form, and take another one."""
    request.actor.require(Permission.CONFIGURE_COMPANY)
    company = request.application.view_company.company(request.actor)
    form.fill(name=company.name)
    if form.sent:
        with form.noting():
            rename = request.application.configure_companies.rename_company
            company = rename(request.actor, name=form.text("name"))
            return go(request, COMPANY, screens.COMPANY_RENAMED.format(name=company.name))
    return page(request, "staff/company/detail.html", {"form": form, "company": company})


@get("/communities", sync_to_thread=True)
def list_communities(request: StaffRequest) -> Html:
    """Show the communities in reach with their credentials' ids."""
    request.actor.require(Permission.CONFIGURE_COMMUNITIES)
    context = {
        "communities": request.application.view_company.communities(request.actor),
        "may_configure_company": request.actor.may(Permission.CONFIGURE_COMPANY),
    }
    return page(request, "staff/company/communities/list.html", context)


@form_at("/communities/new", "name", sent_to="/communities")
def add_community(request: StaffRequest, form: SentForm) -> Html:
    """Ask for the name of a new community, and add it, not opened yet."""
    request.actor.require(Permission.CONFIGURE_COMMUNITIES)
    if form.sent:
        with form.noting():
            add = request.application.configure_companies.add_community
            made = add(request.actor, name=form.text("name"))
            # The whole frame changes: the community can be chosen from now on.
            return go(request, LIST, screens.COMMUNITY_ADDED.format(name=made.name))
    return _name_dialog(request, form, None)


@form_at("/communities/{community_id:str}/name", "name", "version")
def rename_community(
    request: StaffRequest, community_id: FromPath[CommunityId], form: SentForm
) -> Html:
    """Ask for another name, and take it, if nobody changed the community meanwhile."""
    community = _community(request, community_id)
    form.fill(name=community.name, version=str(community.version))
    if form.sent:
        with form.noting():
            rename = request.application.configure_companies.rename_community
            version, name = form.version(), form.text("name")
            renamed = rename(request.actor, community_id=community_id, version=version, name=name)
            return go(request, LIST, screens.COMMUNITY_RENAMED.format(name=renamed.name))
    return _name_dialog(request, form, community)


@form_at("/communities/{community_id:str}/opening", "version")
def open_community(
    request: StaffRequest, community_id: FromPath[CommunityId], form: SentForm
) -> Html:
    """Ask whether to open the community, and do; its secret is shown this one time."""
    change = request.application.configure_companies.open_community
    return _change(request, community_id, form, change, "opening")


@form_at("/communities/{community_id:str}/stopping", "version")
def stop_community(
    request: StaffRequest, community_id: FromPath[CommunityId], form: SentForm
) -> Html:
    """Ask whether to stop the community, and do; nothing that was billed is lost."""
    change = request.application.configure_companies.stop_community
    return _change(request, community_id, form, change, "stopping")


@form_at("/communities/{community_id:str}/secret", "version")
def reset_secret(
    request: StaffRequest, community_id: FromPath[CommunityId], form: SentForm
) -> Html:
    """Ask whether to make another secret, and show the new one this once."""
    change = request.application.configure_companies.reset_secret
    return _change(request, community_id, form, change, "secret_reset")


def _change(
    request: StaffRequest,
    community_id: CommunityId,
    form: Form,
    change: Callable[..., OpenedCommunity | Community],
    question: str,
) -> Html:
    """Ask whether to change the community; change it, and show its new secret if there is one.

    The answer itself carries the secret: after a redirect it would have to be kept somewhere.
    The version in the form keeps a repeated request from making yet another one.
    """
    community = _community(request, community_id)
    if not form.sent:
        context: dict[str, object] = {"community": community, "action": request.url.path}
        return dialog(request, f"staff/company/communities/{question}.html", context)
    if community.version != form.version():
        raise StaleError(kind="community", id=community.id)
    opened = change(request.actor, community_id=community_id)
    if isinstance(opened, Community):
        words = screens.COMMUNITY_STOPPED.format(name=opened.name)
        return done(request, words, form=form, event=CHANGED)
    if opened.secret is None:
        words = screens.COMMUNITY_OPENED.format(name=opened.community.name)
        return done(request, words, form=form, event=CHANGED)
    context = {"community": opened.community, "secret": opened.secret, "list": LIST}
    answer = dialog(request, "staff/company/communities/secret.html", context)
    answer.headers.update(hx.raise_events(CHANGED))
    return answer


def _name_dialog(request: StaffRequest, form: Form, community: Community | None) -> Html:
    context = {
        "form": form,
        "community": community,
        "action": f"{LIST}/{community.id}/name" if community else LIST,
    }
    return dialog(request, "staff/company/communities/name.html", context)


def _community(request: StaffRequest, community_id: CommunityId) -> Community:
    request.actor.require(Permission.CONFIGURE_COMMUNITIES)
    view = request.application.view_company
    return view.community(request.actor, community_id=community_id)


def community_names(request: StaffRequest) -> dict[str, str]:
    """Return the names of the communities in reach by id."""
    found = request.application.view_company.communities(request.actor)
    return {community.id: community.name for community in found}
