"""业主登记: owners who said who they are, checked and bound to a house by staff (rule 5.10)."""

from collections.abc import Sequence
from typing import Any, Final

import attrs
from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.errors import FieldError, ThingNotFoundError
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import Resident, ResidentId, mask_phone
from billing_domain.model.owners.registration import (
    REASON_LENGTH_MAX,
    Registration,
    RegistrationId,
)
from billing_domain.model.search_text import SEARCH_LENGTH_MAX
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.houses import HouseRow
from billing_entrypoints.web.addresses import address_of, with_query
from billing_entrypoints.web.forms import Form, SentForm, calendar_day, required, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, go, page
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


@attrs.frozen
class Candidate:
    """A resident who may be the one; `same_phone` tells without showing either number."""

    id: str
    name: str
    phone: str
    relation: str
    same_phone: bool
    taken: bool


@get("/registrations", sync_to_thread=True)
def list_registrations(request: StaffRequest) -> Response[str]:
    """Show those that wait, oldest first."""
    search = REGISTRATIONS.read(request)
    found = request.application.register_owners.waiting(request.actor, key=search.key)
    return search.answer(request, found, communities=community_names(request))


@get("/registrations/{registration_id:str}", sync_to_thread=True)
def show_registration(
    request: StaffRequest, registration_id: FromPath[RegistrationId]
) -> Response[str]:
    """Show one with the houses that it may mean and the residents of the chosen one."""
    return _decision_page(request, _registration(request, registration_id), Form.of())


@post("/registrations/{registration_id:str}/approval", sync_to_thread=True)
def approve_registration(
    request: StaffRequest, registration_id: FromPath[RegistrationId], form: SentForm
) -> Response[str]:
    """Bind the owner to a resident of a house."""
    form.require_only(("version", "house", "resident", "moved_in_on"))
    found = _registration(request, registration_id)
    moved_in_on = form.read_optional("moved_in_on", calendar_day("moved_in_on"))
    chosen = form.read("resident", required("resident"))
    version = form.read("version", whole_number("version"))
    if not form.valid or chosen is None or version is None:
        return _decision_page(request, found, form, status=422)
    try:
        request.application.register_owners.approve(
            request.actor,
            registration_id=registration_id,
            version=version,
            house_id=HouseId(form.text("house")),
            resident_id=None if chosen == NEWCOMER else ResidentId(chosen),
            moved_in_on=moved_in_on if chosen == NEWCOMER else None,
        )
    except FieldError as error:
        form.refuse(error)
        return _decision_page(request, found, form, status=422)
    return go(request, LIST, Notice(screens.REGISTRATION_APPROVED.format(name=found.name)))


@get("/registrations/{registration_id:str}/rejection", sync_to_thread=True)
def show_rejection(
    request: StaffRequest, registration_id: FromPath[RegistrationId]
) -> Response[str]:
    """Ask why."""
    return _rejection_dialog(request, _registration(request, registration_id), Form.of())


@post("/registrations/{registration_id:str}/rejection", sync_to_thread=True)
def reject_registration(
    request: StaffRequest, registration_id: FromPath[RegistrationId], form: SentForm
) -> Response[str]:
    """Turn a registration down; the owner reads the reason."""
    form.require_only(("version", "reason"))
    found = _registration(request, registration_id)
    version = form.read("version", whole_number("version"))
    if version is None:
        return _rejection_dialog(request, found, form, status=422)
    try:
        request.application.register_owners.reject(
            request.actor,
            registration_id=registration_id,
            version=version,
            reason=form.text("reason"),
        )
    except FieldError as error:
        form.refuse(error)
        return _rejection_dialog(request, found, form, status=422)
    return go(request, LIST, Notice(screens.REGISTRATION_REJECTED.format(name=found.name)))


def _registration(request: StaffRequest, registration_id: RegistrationId) -> Registration:
    owners = request.application.register_owners
    return owners.registration(request.actor, registration_id=registration_id)


def _rejection_dialog(
    request: StaffRequest, registration: Registration, form: Form, *, status: int = 200
) -> Response[str]:
    context = {
        "form": form,
        "registration": registration,
        "community": _community(request, registration),
        "reason_max": REASON_LENGTH_MAX,
    }
    return dialog(request, "staff/owners/registrations/rejection.html", context, status=status)


def _decision_page(
    request: StaffRequest, registration: Registration, form: Form, *, status: int = 200
) -> Response[str]:
    text = request.query_params.get("q", "")[:SEARCH_LENGTH_MAX]
    found = _houses(request, registration, text)
    house = _asked_house(request, registration, form) or found.only
    people = _candidates(request, registration, house) if house else []
    if house and not form.has("resident"):
        form = _prefilled(form, people)
    context = {
        "form": form,
        "registration": registration,
        "community": _community(request, registration),
        "text": text,
        "houses": [(each, _house_address(registration, each, text)) for each in found.rows],
        "house": house,
        "people": people,
        "today": shanghai_day(request.now()).isoformat(),
    }
    return page(request, "staff/owners/registrations/detail.html", context, status=status)


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


def _candidates(
    request: StaffRequest, registration: Registration, house: HouseRow
) -> Sequence[Candidate]:
    owners = request.application.register_owners
    found = owners.residents(request.actor, house_id=house.id)
    return [_candidate(person, registration) for person in found]


def _candidate(person: Resident, registration: Registration) -> Candidate:
    return Candidate(
        person.id,
        person.name,
        mask_phone(person.phone),
        person.relation.value,
        same_phone=bool(person.phone) and person.phone == registration.phone,
        taken=person.openid not in {None, registration.openid},
    )


def _prefilled(form: Form, people: Sequence[Candidate]) -> Form:
    """Choose whoever has the same phone, when that is one person and nobody's account yet."""
    same = [person for person in people if person.same_phone and not person.taken]
    resident = same[0].id if len(same) == 1 else "" if people else NEWCOMER
    filled = Form.of(house=form.text("house"), resident=resident, moved_in_on="")
    filled.errors.update(form.errors)
    return filled


def _house_address(registration: Registration, house: HouseRow, text: str) -> str:
    return with_query(address_of(registration), [("house", house.id), ("q", text)])
