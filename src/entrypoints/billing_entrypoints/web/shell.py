"""The frame around every staff page: navigation, community, user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community
from billing_domain.model.company.staff import Permission
from billing_entrypoints.web import cookies
from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

COMMUNITY_FIELD: Final = "community"


@attrs.frozen
class Place:
    """One entry of the navigation; `per_community` pages keep the chosen community."""

    path: str
    icon: str
    permission: Permission
    per_community: bool = False


@attrs.frozen
class Group:
    """Entries that belong together."""

    label: str
    places: tuple[Place, ...]


GROUPS: Final = (
    Group(
        screens.BILLING,
        (
            Place("/staff/bills", "bill", Permission.VIEW_BILLS, per_community=True),
            Place("/staff/reminders", "notification", Permission.VIEW_BILLS, per_community=True),
            Place("/staff/imports", "upload", Permission.IMPORT_BILLS, per_community=True),
            Place("/staff/import-batches", "history", Permission.VIEW_BILLS, per_community=True),
            Place("/staff/deleted-bills", "delete", Permission.VIEW_BILLS, per_community=True),
            Place("/staff/exports", "download", Permission.EXPORT_BILLS),
            Place("/staff/payment-orders", "money", Permission.VIEW_PAYMENTS, per_community=True),
            Place("/staff/payment-troubles", "error-triangle", Permission.VIEW_PAYMENTS),
            Place("/staff/outbox-jobs", "system-log", Permission.VIEW_PAYMENTS),
        ),
    ),
    Group(
        screens.HOUSING,
        (
            Place("/staff/houses", "home", Permission.VIEW_BILLS, per_community=True),
            Place("/staff/registrations", "user-checked", Permission.MANAGE_RESIDENTS),
        ),
    ),
    Group(
        screens.SETTINGS,
        (
            Place("/staff/communities", "setting", Permission.CONFIGURE_COMMUNITIES),
            Place("/staff/payment-accounts", "wallet", Permission.CONFIGURE_COMPANY),
            Place("/staff/reminder-settings", "time", Permission.CONFIGURE_COMPANY),
            Place("/staff/official-menu", "menu", Permission.CONFIGURE_COMPANY),
            Place("/staff/import-profiles", "file-excel", Permission.IMPORT_BILLS),
            Place("/staff/staff-accounts", "usergroup", Permission.MANAGE_STAFF),
            Place("/staff/audit", "history", Permission.VIEW_AUDIT),
        ),
    ),
)


@attrs.frozen
class Link:
    """A navigation entry as a page shows it."""

    address: str
    label: str
    icon: str
    current: bool


@attrs.frozen
class Shell:
    """What the frame's template needs.

    `community` is the chosen one, None for all of them; `switches` are the links that choose.
    """

    actor: Actor
    company_name: str
    communities: Sequence[Community]
    community: Community | None
    groups: Sequence[tuple[str, Sequence[Link]]]
    switches: Sequence[Link]


def make_shell(request: StaffRequest) -> Shell:
    """Return the frame's content; reads the company and its communities."""
    view, actor = request.application.view_company, request.actor
    communities = view.communities(actor)
    community = chosen_community(request, communities)
    return Shell(
        actor=actor,
        company_name=view.company(actor).name,
        communities=communities,
        community=community,
        groups=_groups(request, community),
        switches=_switches(request, communities, community),
    )


def chosen_community(request: StaffRequest, communities: Sequence[Community]) -> Community | None:
    """Return the community of the address, else the one chosen last, else None for all.

    Raises ThingNotFoundError when the address names one out of reach (P35); one that was
    remembered and is out of reach by now is forgotten.
    """
    named = request.query_params.get(COMMUNITY_FIELD)
    name = cookies.cookie_name(cookies.COMMUNITY, https=request.web.options.https)
    wanted = request.cookies.get(name, "") if named is None else named
    found = next((each for each in communities if each.id == wanted), None)
    if found is None and named:
        raise ThingNotFoundError(kind="community", id=named)
    return found


def chosen_or_only(request: StaffRequest, communities: Sequence[Community]) -> Community | None:
    """Return the chosen community, or the only one within reach; else None."""
    only = communities[0] if len(communities) == 1 else None
    return chosen_community(request, communities) or only


def _groups(
    request: StaffRequest, community: Community | None
) -> Sequence[tuple[str, Sequence[Link]]]:
    here = request.url.path
    query = [(COMMUNITY_FIELD, community.id if community else "")]
    found = [
        (
            group.label,
            [
                Link(
                    with_query(place.path, query if place.per_community else []),
                    screens.MENU[place.path],
                    place.icon,
                    current=here == place.path or here.startswith(f"{place.path}/"),
                )
                for place in group.places
                if place.path in request.web.paths and request.actor.may(place.permission)
            ],
        )
        for group in GROUPS
    ]
    return [(label, links) for label, links in found if links]


def _switches(
    request: StaffRequest, communities: Sequence[Community], community: Community | None
) -> Sequence[Link]:
    """Choosing leads to the section's first page, filtered by the community."""
    here = request.url.path
    places = [place for group in GROUPS for place in group.places if place.per_community]
    section = next((place.path for place in places if here.startswith(place.path)), places[0].path)
    chosen = community.id if community else ""
    choices = [("", screens.ALL_COMMUNITIES), *((each.id, each.name) for each in communities)]
    return [
        Link(f"{section}?{COMMUNITY_FIELD}={key}", name, "", current=key == chosen)
        for key, name in choices
    ]
