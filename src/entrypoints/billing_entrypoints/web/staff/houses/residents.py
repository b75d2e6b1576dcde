"""Residents of a house: add, change, show a phone, unbind, move out (rules 3.14, 5.10)."""

from typing import Final

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
from billing_entrypoints.web.handlers import form_at, post_at
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff.houses.houses import CHANGED, house_path, managed_house
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

FORM: Final = "staff/houses/residents/form.html"
MOVING_OUT: Final = "staff/houses/residents/moving_out.html"
UNBINDING: Final = "staff/houses/residents/unbinding.html"
RELATIONS: Final = {relation.name.lower(): relation for relation in Relation}
FIELDS: Final = ("resident_name", "phone", "relation", "moved_in_on")


@form_at(
    "/houses/{house_id:str}/residents/new", *FIELDS, sent_to="/houses/{house_id:str}/residents"
)
def add_resident(request: StaffRequest, house_id: FromPath[HouseId], form: SentForm) -> Html:
    """Ask for a new resident's data, and add them; most who are added own the house."""
    house = managed_house(request, house_id)
    add = request.application.register_residents.add_resident
    form.fill(relation=Relation.OWNER.name.lower())
    if form.sent and (data := _read(form)):
        with form.noting():
            made = add(request.actor, house_id=house_id, data=data)
            words = screens.RESIDENT_ADDED.format(name=made.name)
            return done(request, words, form=form, event=CHANGED)
    return _form_dialog(request, house, None, form)


@form_at("/houses/{house_id:str}/residents/{resident_id:str}/edit", *FIELDS, "version")
def change_resident(
    request: StaffRequest,
    house_id: FromPath[HouseId],
    resident_id: FromPath[ResidentId],
    form: SentForm,
) -> Html:
    """Show the form with the whole phone, and save it, or show another person's newer change."""
    house, row = _resident(request, house_id, resident_id)
    if not form.sent:
        _fill(request, form, resident_id)
        return _form_dialog(request, house, row, form)
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


def _fill(request: StaffRequest, form: Form, resident_id: ResidentId) -> None:
    """Fill in what is stored; the look at the whole phone is recorded (promise P45)."""
    read = request.application.register_residents.resident
    stored = read(request.actor, resident_id=resident_id)
    form.fill(
        resident_name=stored.name,
        phone=stored.phone,
        relation=stored.relation.name.lower(),
        moved_in_on=stored.moved_in_on.isoformat() if stored.moved_in_on else "",
        version=str(stored.version),
    )


@post_at("/houses/{house_id:str}/residents/{resident_id:str}/phone")
def show_phone(
    request: StaffRequest, house_id: FromPath[HouseId], resident_id: FromPath[ResidentId]
) -> Html:
    """Show one whole phone number; a POST, since the look is recorded (promise P45)."""
    request.actor.require(Permission.VIEW_PHONES)
    _resident(request, house_id, resident_id)
    read = request.application.register_residents.resident
    residents = [read(request.actor, resident_id=resident_id)]
    return dialog(request, "staff/houses/residents/phones.html", {"residents": residents})


@form_at(
    "/houses/{house_id:str}/residents/{resident_id:str}/moving-out", "moved_out_on", "version"
)
def move_out(
    request: StaffRequest,
    house_id: FromPath[HouseId],
    resident_id: FromPath[ResidentId],
    form: SentForm,
) -> Html:
    """Ask for the day from which the resident no longer belongs to the house, and take it."""
    house, row = _resident(request, house_id, resident_id)
    form.fill(moved_out_on=shanghai_day(request.now()).isoformat(), version=str(row.version))
    version, filled = form.version(), required("moved_out_on")
    day = form.read("moved_out_on", lambda text: parse_moving_day(filled(text)))
    if form.sent and day is not None:
        save = request.application.register_residents.move_out
        with form.noting():
            save(request.actor, resident_id=resident_id, version=version, on=day)
            words = screens.RESIDENT_LEFT.format(name=row.name, day=day.isoformat())
            return done(request, words, form=form, event=CHANGED)
    return dialog(request, MOVING_OUT, _about(house, row, form, "moving-out"))


@form_at("/houses/{house_id:str}/residents/{resident_id:str}/unbinding", "version")
def unbind(
    request: StaffRequest,
    house_id: FromPath[HouseId],
    resident_id: FromPath[ResidentId],
    form: SentForm,
) -> Html:
    """Ask whether to unbind the resident's WeChat, and do; they may register another one."""
    house, row = _resident(request, house_id, resident_id)
    if form.sent:
        take = request.application.register_owners.unbind
        take(request.actor, resident_id=resident_id, version=form.version())
        words = screens.RESIDENT_UNBOUND.format(name=row.name)
        return done(request, words, form=form, event=CHANGED)
    return dialog(request, UNBINDING, _about(house, row, form, "unbinding"))


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


def _about(house: HouseRow, row: ResidentRow, form: Form, act: str) -> dict[str, object]:
    """Return what a dialog about one resident shows, and where it sends its form."""
    action = f"{house_path(house.id)}/residents/{row.id}/{act}"
    return {"house": house, "row": row, "form": form, "action": action}


def _resident(
    request: StaffRequest, house_id: HouseId, resident_id: ResidentId
) -> tuple[HouseRow, ResidentRow]:
    """Return a house and a resident of this very house; one of another house is not here."""
    house = managed_house(request, house_id)
    for row in house.residents:
        if row.id == resident_id:
            return house, row
    raise ThingNotFoundError(kind="resident", id=resident_id)
