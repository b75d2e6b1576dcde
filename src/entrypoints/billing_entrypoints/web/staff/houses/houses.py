"""Houses of a community: the list with its search, one house, add, correct, remove (rule 3.14)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from litestar import get
from litestar.params import FromPath

from billing_domain.errors import HouseInUseError
from billing_domain.model.company.community import Community, CommunityId, CommunityStatus
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import HouseId
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.houses import HouseRow, ResidentRow
from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.forms import BACK_FIELD, Form, SentForm
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, done, go, page
from billing_entrypoints.web.shell import COMMUNITY_FIELD, chosen_or_only
from billing_entrypoints.web.staff.list_page import ListPage, ListSearch, in_community, text
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

LIST: Final = "/staff/houses"
CHANGED: Final = "houses-changed"
HOUSES: Final = ListPage(LIST, "staff/houses/list.html", dict[str, Any], (in_community(), text()))


@get("/houses", sync_to_thread=True)
def list_houses(request: StaffRequest) -> Html:
    """Show one page of a community's houses, or search all; else ask for the community first."""
    request.actor.require(Permission.VIEW_BILLS)
    communities = request.application.view_company.communities(request.actor)
    community = chosen_or_only(request, communities)
    search = HOUSES.read(
        request, Form.of_query(request, community=community.id if community else "")
    )
    if community is None and not search.is_narrow:
        return _choice(request, communities, search)
    view = request.application.view_houses
    found = view.page(request.actor, key=search.key, **search.shown)
    elsewhere = search.is_narrow and len(communities) > 1
    return search.answer(
        request,
        found,
        community=community,
        billed=community is not None and community.status is CommunityStatus.OPEN,
        count=view.count(request.actor, community_id=community.id) if community else 0,
        everywhere_address=_everywhere(search.form.text("q")) if elsewhere else "",
        **_rights(request),
    )


@form_at("/houses/new", COMMUNITY_FIELD, "address", sent_to="/houses")
def add_house(request: StaffRequest, form: SentForm) -> Html:
    """Ask for the address of a new house, and add it to a community."""
    form.fill(**{COMMUNITY_FIELD: request.query_params.get(COMMUNITY_FIELD, "")})
    community = _community(request, form.text(COMMUNITY_FIELD))
    if form.sent:
        with form.noting():
            add = request.application.register_residents.add_house
            house = add(request.actor, community_id=community.id, address=form.text("address"))
            words = screens.HOUSE_ADDED.format(address=house.address.text)
            return done(request, words, form=form, event=CHANGED)
    return _address_dialog(request, form, community, None)


@get("/houses/{house_id:str}", sync_to_thread=True)
def show_house(request: StaffRequest, house_id: FromPath[HouseId]) -> Html:
    """Show one house with everybody who lives or lived there."""
    house = request.application.view_houses.house(request.actor, house_id=house_id)
    present = present_residents(house, on=shanghai_day(request.now()))
    context = {
        "house": house,
        "path": house_path(house.id),
        "present": present,
        "past": [each for each in house.residents if each not in present],
        "list_address": _list_address(house.community_id),
        "bills_address": with_query(
            "/staff/bills", [(COMMUNITY_FIELD, house.community_id), ("house", house.id)]
        ),
        "reminders_address": with_query(
            "/staff/reminders", [(COMMUNITY_FIELD, house.community_id), ("house", house.id)]
        ),
        **_rights(request),
    }
    return page(request, "staff/houses/detail.html", context)


@form_at("/houses/{house_id:str}/address", "address")
def change_house_address(
    request: StaffRequest, house_id: FromPath[HouseId], form: SentForm
) -> Html:
    """Ask for the corrected address, and take it; bills and residents stay with the house."""
    house = managed_house(request, house_id)
    form.fill(address=house.address)
    if form.sent:
        with form.noting():
            change = request.application.register_residents.change_house
            changed = change(request.actor, house_id=house_id, address=form.text("address"))
            words = screens.HOUSE_RENAMED.format(address=changed.address.text)
            return done(request, words, form=form, event=CHANGED)
    return _address_dialog(request, form, _community(request, house.community_id), house)


@form_at("/houses/{house_id:str}/removal")
def remove_house(request: StaffRequest, house_id: FromPath[HouseId], form: SentForm) -> Html:
    """Ask whether to remove the house, and do, if it has neither bills nor residents."""
    house = managed_house(request, house_id)
    if form.sent:
        try:
            return _remove(request, house, form)
        except HouseInUseError as error:
            form.refuse(error)
    context = {"house": house, "form": form, "action": f"{house_path(house.id)}/removal"}
    return dialog(request, "staff/houses/removal.html", context)


def _remove(request: StaffRequest, house: HouseRow, form: Form) -> Html:
    request.application.register_residents.remove_house(request.actor, house_id=house.id)
    words = screens.HOUSE_DELETED.format(address=house.address)
    if form.text(BACK_FIELD).partition("?")[0] == LIST:
        return done(request, words, form=form, event=CHANGED)
    return go(request, _list_address(house.community_id), words)


def house_path(house_id: str) -> str:
    """Return the address of a house's page."""
    return f"{LIST}/{house_id}"


def managed_house(request: StaffRequest, house_id: HouseId) -> HouseRow:
    """Return a house to whoever manages residents; raise ThingNotFoundError."""
    request.actor.require(Permission.MANAGE_RESIDENTS)
    return request.application.view_houses.house(request.actor, house_id=house_id)


def present_residents(house: HouseRow, *, on: date) -> Sequence[ResidentRow]:
    """Return those who live in a house on a Shanghai day."""
    return [
        person
        for person in house.residents
        if person.moved_out_on is None or on < person.moved_out_on
    ]


def _choice(
    request: StaffRequest,
    communities: Sequence[Community],
    search: ListSearch[dict[str, Any]],
) -> Html:
    links = [(_list_address(each.id), each.name) for each in communities]
    context = {"links": links, "search": search, "form": search.form}
    return page(request, "staff/houses/choice.html", context)


def _rights(request: StaffRequest) -> dict[str, Any]:
    return {
        "may_manage": request.actor.may(Permission.MANAGE_RESIDENTS),
        "may_remind": request.actor.may(Permission.REMIND),
        "may_see_phones": request.actor.may(Permission.VIEW_PHONES),
    }


def _address_dialog(
    request: StaffRequest, form: Form, community: Community, house: HouseRow | None
) -> Html:
    context = {
        "form": form,
        "community": community,
        "house": house,
        "action": f"{house_path(house.id)}/address" if house else LIST,
    }
    return dialog(request, "staff/houses/address.html", context)


def _community(request: StaffRequest, community_id: str) -> Community:
    request.actor.require(Permission.MANAGE_RESIDENTS)
    view = request.application.view_company
    return view.community(request.actor, community_id=CommunityId(community_id))


def _everywhere(text: str) -> str:
    """Return the address of a search in all communities; the empty field forgets the chosen."""
    return f"{with_query(LIST, [('q', text)])}&{COMMUNITY_FIELD}="


def _list_address(community_id: str) -> str:
    return with_query(LIST, [(COMMUNITY_FIELD, community_id)])
