"""业主登记: owners who said who they are, checked and bound to a house by staff (rule 5.10)."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import get
from litestar.params import FromPath

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import Resident, ResidentId
from billing_domain.model.houses.search_text import SEARCH_LENGTH_MAX
from billing_domain.model.owners.registration import (
    REASON_LENGTH_MAX,
    Registration,
    RegistrationId,
)
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.houses import HouseRow
from billing_entrypoints.web.addresses import address_of, with_query
from billing_entrypoints.web.forms import Form, SentForm, calendar_day, required
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, go, page
from billing_entrypoints.web.staff.company.communities import community_names
from billing_entrypoints.web.staff.list_page import ListPage
from billing_entrypoints.web.staff.owners.registration_houses import (
    HousesFound,
    named_houses,
    searched_houses,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

LIST: Final = "/staff/registrations"
REGISTRATIONS: Final = ListPage(LIST, "staff/owners/registrations/list.html", dict[str, Any])
NEWCOMER: Final = "new"


@get("/registrations", sync_to_thread=True)
def list_registrations(request: StaffRequest) -> Html:
    """Show those that wait, oldest first."""
    search = REGISTRATIONS.read(request)
    found = request.application.register_owners.waiting(request.actor, key=search.key)
    return search.answer(request, found, communities=community_names(request))


@form_at(
    "/registrations/{registration_id:str}",
    *("version", "house", "resident", "moved_in_on"),
    sent_to="/registrations/{registration_id:str}/approval",
)
def approve_registration(
    request: StaffRequest, registration_id: FromPath[RegistrationId], form: SentForm
) -> Html:
    """Show the houses that one may mean; bind the owner to a resident of the chosen one."""
    found = _registration(request, registration_id)
    if not form.sent:
        return _decision_page(request, found, form)
    with form.noting():
        moved_in_on = form.read_optional("moved_in_on", calendar_day("moved_in_on"))
        chosen = form.read("resident", required("resident"))
        if form.valid and chosen is not None:
            request.application.register_owners.approve(
                request.actor,
                registration_id=registration_id,
                version=form.version(),
                house_id=HouseId(form.text("house")),
                resident_id=None if chosen == NEWCOMER else ResidentId(chosen),
                moved_in_on=moved_in_on if chosen == NEWCOMER else None,
            )
    if not form.valid:
        return _decision_page(request, found, form)
    return go(request, LIST, screens.REGISTRATION_APPROVED.format(name=found.name))


@form_at("/registrations/{registration_id:str}/rejection", "version", "reason")
def reject_registration(
    request: StaffRequest, registration_id: FromPath[RegistrationId], form: SentForm
) -> Html:
    """Ask why to turn a registration down, and do; the owner reads the reason."""
    found = _registration(request, registration_id)
    if form.sent:
        with form.noting():
            request.application.register_owners.reject(
                request.actor,
                registration_id=registration_id,
                version=form.version(),
                reason=form.text("reason"),
            )
            return go(request, LIST, screens.REGISTRATION_REJECTED.format(name=found.name))
    context = {
        "form": form,
        "registration": found,
        "community": _community(request, found),
        "reason_max": REASON_LENGTH_MAX,
    }
    return dialog(request, "staff/owners/registrations/rejection.html", context)


def _registration(request: StaffRequest, registration_id: RegistrationId) -> Registration:
    owners = request.application.register_owners
    return owners.registration(request.actor, registration_id=registration_id)


def _decision_page(request: StaffRequest, registration: Registration, form: Form) -> Html:
    text = request.query_params.get("q", "")[:SEARCH_LENGTH_MAX]
    found = _houses(request, registration, text)
    house = _asked_house(request, registration, form) or found.only
    people: Sequence[Resident] = ()
    if house:
        owners = request.application.register_owners
        people = owners.residents(request.actor, house_id=house.id)
    if house and not form.has("resident"):
        form = _prefilled(form, registration, people)
    context = {
        "form": form,
        "registration": registration,
        "community": _community(request, registration),
        "text": text,
        "houses": [(each, _house_address(registration, each, text)) for each in found.rows],
        "house": house,
        "people": [
            (each, _has_phone_of(each, registration), _is_taken(each, registration))
            for each in people
        ],
        "today": shanghai_day(request.now()).isoformat(),
    }
    return page(request, "staff/owners/registrations/detail.html", context)


def _community(request: StaffRequest, registration: Registration) -> str:
    return community_names(request).get(registration.community_id, "")


def _houses(request: StaffRequest, registration: Registration, text: str) -> HousesFound:
    if text:
        return HousesFound(searched_houses(request, registration, text), None)
    return named_houses(request, registration)


def _asked_house(request: StaffRequest, registration: Registration, form: Form) -> HouseRow | None:
    asked = form.text("house") or request.query_params.get("house", "")
    if not asked:
        return None
    house = request.application.view_houses.house(request.actor, house_id=HouseId(asked))
    if house.community_id != registration.community_id:
        raise ThingNotFoundError(kind="house", id=asked)
    return house


def _has_phone_of(person: Resident, registration: Registration) -> bool:
    return bool(person.phone) and person.phone == registration.phone


def _is_taken(person: Resident, registration: Registration) -> bool:
    """Tell whether a resident is bound to another openid."""
    return person.openid not in {None, registration.openid}


def _prefilled(form: Form, registration: Registration, people: Sequence[Resident]) -> Form:
    """Choose whoever has the same phone, when that is one person and nobody's account yet."""
    same = [
        each.id
        for each in people
        if _has_phone_of(each, registration) and not _is_taken(each, registration)
    ]
    resident = same[0] if len(same) == 1 else "" if people else NEWCOMER
    filled = Form.of(house=form.text("house"), resident=resident, moved_in_on="")
    filled.errors.update(form.errors)
    return filled


def _house_address(registration: Registration, house: HouseRow, text: str) -> str:
    return with_query(address_of(registration), [("house", house.id), ("q", text)])
