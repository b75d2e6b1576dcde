"""Communities and whether they are billed: add, rename, open, stop, secret (rule 9)."""

from collections.abc import Callable
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.errors import FieldError, StaleError
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.use_cases.company.configure_companies import OpenedCommunity
from billing_entrypoints.web import hx
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, done, go, page
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

LIST: Final = "/staff/communities"
CHANGED: Final = "communities-changed"


@get("/communities", sync_to_thread=True)
def list_communities(request: StaffRequest) -> Response[str]:
    """Show the communities in reach with their credentials' ids."""
    request.actor.require(Permission.CONFIGURE_COMMUNITIES)
    context = {
        "communities": request.application.view_company.communities(request.actor),
        "may_configure_company": request.actor.may(Permission.CONFIGURE_COMPANY),
    }
    return page(request, "staff/company/communities/list.html", context)


@get("/communities/new", sync_to_thread=True)
def show_community_form(request: StaffRequest) -> Response[str]:
    """Ask for the name of a new community."""
    request.actor.require(Permission.CONFIGURE_COMMUNITIES)
    return _name_dialog(request, Form.of(), None)


@post("/communities", sync_to_thread=True)
def add_community(request: StaffRequest, form: SentForm) -> Response[str]:
    """Add a community that is not opened yet."""
    form.require_only(("name",))
    try:
        made = request.application.configure_companies.add_community(
            request.actor, name=form.text("name")
        )
    except FieldError as error:
        form.refuse(error)
        return _name_dialog(request, form, None, status=422)
    # The whole frame changes: the community can be chosen from now on.
    return go(request, LIST, Notice(screens.COMMUNITY_ADDED.format(name=made.name)))


@get("/communities/{community_id:str}/name", sync_to_thread=True)
def show_community_name(
    request: StaffRequest, community_id: FromPath[CommunityId]
) -> Response[str]:
    """Ask for another name."""
    community = _community(request, community_id)
    form = Form.of(name=community.name, version=str(community.version))
    return _name_dialog(request, form, community)


@post("/communities/{community_id:str}/name", sync_to_thread=True)
def rename_community(
    request: StaffRequest, community_id: FromPath[CommunityId], form: SentForm
) -> Response[str]:
    """Rename a community, if nobody changed it meanwhile."""
    form.require_only(("name", "version"))
    community = _community(request, community_id)
    try:
        renamed = request.application.configure_companies.rename_community(
            request.actor,
            community_id=community_id,
            version=whole_number("version")(form.text("version")),
            name=form.text("name"),
        )
    except FieldError as error:
        form.refuse(error)
        return _name_dialog(request, form, community, status=422)
    return go(request, LIST, Notice(screens.COMMUNITY_RENAMED.format(name=renamed.name)))


@get("/communities/{community_id:str}/opening", sync_to_thread=True)
def show_opening(request: StaffRequest, community_id: FromPath[CommunityId]) -> Response[str]:
    """Ask whether to open the community."""
    return _confirm(request, "staff/company/communities/opening.html", community_id)


@post("/communities/{community_id:str}/opening", sync_to_thread=True)
def open_community(
    request: StaffRequest, community_id: FromPath[CommunityId], form: SentForm
) -> Response[str]:
    """Open the community; its secret is shown this one time."""
    return _change(
        request, community_id, form, request.application.configure_companies.open_community
    )


@get("/communities/{community_id:str}/stopping", sync_to_thread=True)
def show_stopping(request: StaffRequest, community_id: FromPath[CommunityId]) -> Response[str]:
    """Ask whether to stop the community."""
    return _confirm(request, "staff/company/communities/stopping.html", community_id)


@post("/communities/{community_id:str}/stopping", sync_to_thread=True)
def stop_community(
    request: StaffRequest, community_id: FromPath[CommunityId], form: SentForm
) -> Response[str]:
    """Stop the community; nothing that was billed is lost."""
    form.require_only(("version",))
    _require_version(_community(request, community_id), form)
    stopped = request.application.configure_companies.stop_community(
        request.actor, community_id=community_id
    )
    return done(
        request,
        Notice(screens.COMMUNITY_STOPPED.format(name=stopped.name)),
        form=form,
        event=CHANGED,
    )


@get("/communities/{community_id:str}/secret", sync_to_thread=True)
def show_secret_reset(request: StaffRequest, community_id: FromPath[CommunityId]) -> Response[str]:
    """Ask whether to make another secret."""
    return _confirm(request, "staff/company/communities/secret_reset.html", community_id)


@post("/communities/{community_id:str}/secret", sync_to_thread=True)
def reset_secret(
    request: StaffRequest, community_id: FromPath[CommunityId], form: SentForm
) -> Response[str]:
    """Make another secret and show it this one time."""
    return _change(
        request, community_id, form, request.application.configure_companies.reset_secret
    )


def _change(
    request: StaffRequest,
    community_id: CommunityId,
    form: Form,
    change: Callable[..., OpenedCommunity],
) -> Response[str]:
    """Change the community and show the secret that this made, if it made one.

    The answer itself carries the secret: after a redirect it would have to be kept somewhere.
    The version in the form keeps a repeated request from making yet another one.
    """
    form.require_only(("version",))
    _require_version(_community(request, community_id), form)
    opened = change(request.actor, community_id=community_id)
    if opened.secret is None:
        words = Notice(screens.COMMUNITY_OPENED.format(name=opened.community.name))
        return done(request, words, form=form, event=CHANGED)
    context = {"community": opened.community, "secret": opened.secret, "list": LIST}
    answer = dialog(request, "staff/company/communities/secret.html", context)
    answer.headers.update(hx.raise_events(CHANGED))
    return answer


def _require_version(community: Community, form: Form) -> None:
    if community.version != whole_number("version")(form.text("version")):
        raise StaleError(kind="community", id=community.id)


def _confirm(request: StaffRequest, template: str, community_id: CommunityId) -> Response[str]:
    community = _community(request, community_id)
    action = request.url.path
    return dialog(request, template, {"community": community, "action": action})


def _name_dialog(
    request: StaffRequest, form: Form, community: Community | None, *, status: int = 200
) -> Response[str]:
    context: dict[str, Any] = {
        "form": form,
        "community": community,
        "action": f"{LIST}/{community.id}/name" if community else LIST,
    }
    return dialog(request, "staff/company/communities/name.html", context, status=status)


def _community(request: StaffRequest, community_id: CommunityId) -> Community:
    request.actor.require(Permission.CONFIGURE_COMMUNITIES)
    view = request.application.view_company
    return view.community(request.actor, community_id=community_id)


HANDLERS: Final = (
    list_communities,
    show_community_form,
    add_community,
    show_community_name,
    rename_community,
    show_opening,
    open_community,
    show_stopping,
    stop_community,
    show_secret_reset,
    reset_secret,
)


def community_names(request: StaffRequest) -> dict[str, str]:
    """Return the names of the communities in reach by id."""
    found = request.application.view_company.communities(request.actor)
    return {community.id: community.name for community in found}
