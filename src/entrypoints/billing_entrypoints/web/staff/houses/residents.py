"""Residents of a house: add, change, show a phone, unbind, move out (rules 3.14, 5.10)."""

from typing import Final

from litestar import get, post
from litestar.params import FromPath

from billing_domain.errors import StaleError, ThingNotFoundError
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import Relation, ResidentId
from billing_domain.model.imports.resident_sheet import parse_moving_day
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.houses import HouseRow, ResidentRow
from billing_domain.use_cases.houses.register_residents import ResidentData
from billing_entrypoints.web.forms import Form, SentForm, chosen, required, whole_number
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff.houses.houses import CHANGED, house_path
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

FORM: Final = "staff/houses/residents/form.html"
MOVING_OUT: Final = "staff/houses/residents/moving_out.html"
UNBINDING: Final = "staff/houses/residents/unbinding.html"
RELATIONS: Final = {relation.name.lower(): relation for relation in Relation}
FIELDS: Final = ("resident_name", "phone", "relation", "moved_in_on")


@get("/houses/{house_id:str}/residents/new", sync_to_thread=True)
def show_resident_form(request: StaffRequest, house_id: FromPath[HouseId]) -> Html:
    """Ask for a new resident's data; most who are added own the house."""
    form = Form.of(relation=Relation.OWNER.name.lower())
    return _form_dialog(request, _house(request, house_id), None, form)


@post("/houses/{house_id:str}/residents", sync_to_thread=True)
def add_resident(request: StaffRequest, house_id: FromPath[HouseId], form: SentForm) -> Html:
    """Add a resident to the house."""
    form.require_only(FIELDS)
    house, add = _house(request, house_id), request.application.register_residents.add_resident
    if data := _read(form):
        with form.noting():
            made = add(request.actor, house_id=house_id, data=data)
            return done(
                request, screens.RESIDENT_ADDED.format(name=made.name), form=form, event=CHANGED
            )
    return _form_dialog(request, house, None, form)


@get("/houses/{house_id:str}/residents/{resident_id:str}/edit", sync_to_thread=True)
def show_resident_edit(
    request: StaffRequest, house_id: FromPath[HouseId], resident_id: FromPath[ResidentId]
) -> Html:
    """Show the form with the whole phone; the look is recorded (promise P45)."""
    house = _house(request, house_id)
    row = _row(house, resident_id)
    stored = request.application.register_residents.resident(
        request.actor, resident_id=resident_id
    )
    form = Form.of(
        resident_name=stored.name,
        phone=stored.phone,
        relation=stored.relation.name.lower(),
        moved_in_on=stored.moved_in_on.isoformat() if stored.moved_in_on else "",
        version=str(stored.version),
    )
    return _form_dialog(request, house, row, form)


@post("/houses/{house_id:str}/residents/{resident_id:str}/edit", sync_to_thread=True)
def change_resident(
    request: StaffRequest,
    house_id: FromPath[HouseId],
    resident_id: FromPath[ResidentId],
    form: SentForm,
) -> Html:
    """Save the form, or show it again with another person's newer change."""
    form.require_only((*FIELDS, "version"))
    house = _house(request, house_id)
    row = _row(house, resident_id)
    version = form.read("version", whole_number("version"))
    data = _read(form)
    if data is None or version is None:
        return _form_dialog(request, house, row, form)
    change = request.application.register_residents.change_resident
    try:
        with form.noting():
            change(request.actor, resident_id=resident_id, version=version, data=data)
            words = screens.RESIDENT_SAVED.format(name=data.name.strip())
            return done(request, words, form=form, event=CHANGED)
    except StaleError:
        return _form_dialog(request, house, row, form, stale=True)
    return _form_dialog(request, house, row, form)


@post("/houses/{house_id:str}/residents/{resident_id:str}/phone", sync_to_thread=True)
def show_phone(
    request: StaffRequest,
    house_id: FromPath[HouseId],
    resident_id: FromPath[ResidentId],
    form: SentForm,
) -> Html:
    """Show one whole phone number; a POST, since the look is recorded (promise P45)."""
    form.require_only(())
    request.actor.require(Permission.VIEW_PHONES)
    _row(_house(request, house_id), resident_id)
    resident = request.application.register_residents.resident(
        request.actor, resident_id=resident_id
    )
    return dialog(request, "staff/houses/residents/phones.html", {"residents": [resident]})


@get("/houses/{house_id:str}/residents/{resident_id:str}/moving-out", sync_to_thread=True)
def show_moving_out(
    request: StaffRequest, house_id: FromPath[HouseId], resident_id: FromPath[ResidentId]
) -> Html:
    """Ask for the day from which the resident no longer belongs to the house."""
    house = _house(request, house_id)
    row = _row(house, resident_id)
    today = shanghai_day(request.now()).isoformat()
    form = Form.of(moved_out_on=today, version=str(row.version))
    return _moving_out_dialog(request, house, row, form)


@post("/houses/{house_id:str}/residents/{resident_id:str}/moving-out", sync_to_thread=True)
def move_out(
    request: StaffRequest,
    house_id: FromPath[HouseId],
    resident_id: FromPath[ResidentId],
    form: SentForm,
) -> Html:
    """Let the resident move out; bills stay with the house."""
    form.require_only(("moved_out_on", "version"))
    house = _house(request, house_id)
    row, version = _row(house, resident_id), form.version()
    filled = required("moved_out_on")
    day = form.read("moved_out_on", lambda text: parse_moving_day(filled(text)))
    if day is None:
        return _moving_out_dialog(request, house, row, form)
    save = request.application.register_residents.move_out
    with form.noting():
        save(request.actor, resident_id=resident_id, version=version, on=day)
        words = screens.RESIDENT_LEFT.format(name=row.name, day=day.isoformat())
        return done(request, words, form=form, event=CHANGED)
    return _moving_out_dialog(request, house, row, form)


@get("/houses/{house_id:str}/residents/{resident_id:str}/unbinding", sync_to_thread=True)
def show_unbinding(
    request: StaffRequest, house_id: FromPath[HouseId], resident_id: FromPath[ResidentId]
) -> Html:
    """Ask whether to unbind the resident's WeChat."""
    house = _house(request, house_id)
    row = _row(house, resident_id)
    action = f"{house_path(house.id)}/residents/{row.id}/unbinding"
    return dialog(request, UNBINDING, {"house": house, "row": row, "action": action})


@post("/houses/{house_id:str}/residents/{resident_id:str}/unbinding", sync_to_thread=True)
def unbind(
    request: StaffRequest,
    house_id: FromPath[HouseId],
    resident_id: FromPath[ResidentId],
    form: SentForm,
) -> Html:
    """Unbind the resident's WeChat; they may register again with another one."""
    form.require_only(("version",))
    row = _row(_house(request, house_id), resident_id)
    version = form.version()
    request.application.register_owners.unbind(
        request.actor, resident_id=resident_id, version=version
    )
    return done(request, screens.RESIDENT_UNBOUND.format(name=row.name), form=form, event=CHANGED)


def _read(form: Form) -> ResidentData | None:
    relation = form.read("relation", chosen("relation", RELATIONS))
    moved_in_on = form.read_optional("moved_in_on", lambda text: parse_moving_day(text.strip()))
    if relation is None or not form.valid:
        return None
    return ResidentData(form.text("resident_name"), form.text("phone"), relation, moved_in_on)


def _form_dialog(
    request: StaffRequest,
    house: HouseRow,
    row: ResidentRow | None,
    form: Form,
    *,
    stale: bool = False,
) -> Html:
    residents = f"{house_path(house.id)}/residents"
    context = {
        "house": house,
        "row": row,
        "form": form,
        "stale": stale,
        # Only a form that was shown the other person's change may replace it.
        "version": row.version if row and stale else form.text("version"),
        "action": f"{residents}/{row.id}/edit" if row else residents,
        "relations": [(code, relation.value) for code, relation in RELATIONS.items()],
        "today": shanghai_day(request.now()).isoformat(),
    }
    return dialog(request, FORM, context)


def _moving_out_dialog(
    request: StaffRequest, house: HouseRow, row: ResidentRow, form: Form
) -> Html:
    action = f"{house_path(house.id)}/residents/{row.id}/moving-out"
    context = {"house": house, "row": row, "form": form, "action": action}
    return dialog(request, MOVING_OUT, context)


def _house(request: StaffRequest, house_id: HouseId) -> HouseRow:
    request.actor.require(Permission.MANAGE_RESIDENTS)
    return request.application.view_houses.house(request.actor, house_id=house_id)


def _row(house: HouseRow, resident_id: ResidentId) -> ResidentRow:
    """Return a resident of this very house; one of another house is not here."""
    for row in house.residents:
        if row.id == resident_id:
            return row
    raise ThingNotFoundError(kind="resident", id=resident_id)
