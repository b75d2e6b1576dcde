"""Residents of a house: add, change, show a phone, unbind, move out (rules 3.14, 5.10)."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import Relation, ResidentId
from billing_domain.model.imports.resident_sheet import parse_moving_day
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.houses import HouseRow, ResidentRow
from billing_domain.use_cases.houses.register_residents import ResidentData
from billing_entrypoints.web.forms import Form, SentForm, chosen, required, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, done
from billing_entrypoints.web.staff.houses.houses import CHANGED, house_path
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

FORM: Final = "staff/houses/residents/form.html"
MOVING_OUT: Final = "staff/houses/residents/moving_out.html"
UNBINDING: Final = "staff/houses/residents/unbinding.html"
RELATIONS: Final = {relation.name.lower(): relation for relation in Relation}
FIELDS: Final = ("resident_name", "phone", "relation", "moved_in_on")


@get("/houses/{house_id:str}/residents/new", sync_to_thread=True)
def show_resident_form(request: StaffRequest, house_id: FromPath[HouseId]) -> Response[str]:
    """Ask for a new resident's data; most who are added own the house."""
    form = Form.of(relation=Relation.OWNER.name.lower())
    return _form_dialog(request, _house(request, house_id), None, form)


@post("/houses/{house_id:str}/residents", sync_to_thread=True)
def add_resident(
    request: StaffRequest, house_id: FromPath[HouseId], form: SentForm
) -> Response[str]:
    """Add a resident to the house."""
    form.require_only(FIELDS)
    house = _house(request, house_id)
    data = _read(form)
    if data is None:
        return _form_dialog(request, house, None, form, status=422)
    try:
        made = request.application.register_residents.add_resident(
            request.actor, house_id=house_id, data=data
        )
    except FieldError as error:
        form.refuse(error)
        return _form_dialog(request, house, None, form, status=422)
    return done(
        request, Notice(screens.RESIDENT_ADDED.format(name=made.name)), form=form, event=CHANGED
    )


@get("/houses/{house_id:str}/residents/{resident_id:str}/edit", sync_to_thread=True)
def show_resident_edit(
    request: StaffRequest, house_id: FromPath[HouseId], resident_id: FromPath[ResidentId]
) -> Response[str]:
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
) -> Response[str]:
    """Save the form, or show it again with what somebody else saved meanwhile."""
    form.require_only((*FIELDS, "version"))
    house = _house(request, house_id)
    row = _row(house, resident_id)
    version = form.read("version", whole_number("version"))
    data = _read(form)
    if data is None or version is None:
        return _form_dialog(request, house, row, form, status=422)
    try:
        request.application.register_residents.change_resident(
            request.actor, resident_id=resident_id, version=version, data=data
        )
    except FieldError as error:
        form.refuse(error)
        return _form_dialog(request, house, row, form, status=422)
    except StaleError:
        return _form_dialog(request, house, row, form, status=409, stale=True)
    return done(
        request,
        Notice(screens.RESIDENT_SAVED.format(name=data.name.strip())),
        form=form,
        event=CHANGED,
    )


@post("/houses/{house_id:str}/residents/{resident_id:str}/phone", sync_to_thread=True)
def show_phone(
    request: StaffRequest,
    house_id: FromPath[HouseId],
    resident_id: FromPath[ResidentId],
    form: SentForm,
) -> Response[str]:
    """Show one whole phone number; a POST, since the look is recorded (promise P45)."""
    form.require_only(())
    request.actor.require(Permission.VIEW_PHONES)
    _row(_house(request, house_id), resident_id)
    resident = request.application.register_residents.resident(
        request.actor, resident_id=resident_id
    )
    return dialog(request, "staff/houses/residents/phone.html", {"resident": resident})


@get("/houses/{house_id:str}/residents/{resident_id:str}/moving-out", sync_to_thread=True)
def show_moving_out(
    request: StaffRequest, house_id: FromPath[HouseId], resident_id: FromPath[ResidentId]
) -> Response[str]:
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
) -> Response[str]:
    """Let the resident move out; bills stay with the house."""
    form.require_only(("moved_out_on", "version"))
    house = _house(request, house_id)
    row = _row(house, resident_id)
    version = whole_number("version")(form.text("version"))
    given = required("moved_out_on")
    day = form.read("moved_out_on", lambda text: parse_moving_day(given(text)))
    if day is None:
        return _moving_out_dialog(request, house, row, form, status=422)
    try:
        request.application.register_residents.move_out(
            request.actor, resident_id=resident_id, version=version, on=day
        )
    except FieldError as error:
        form.refuse(error)
        return _moving_out_dialog(request, house, row, form, status=422)
    words = Notice(screens.RESIDENT_LEFT.format(name=row.name, day=day.isoformat()))
    return done(request, words, form=form, event=CHANGED)


@get("/houses/{house_id:str}/residents/{resident_id:str}/unbinding", sync_to_thread=True)
def show_unbinding(
    request: StaffRequest, house_id: FromPath[HouseId], resident_id: FromPath[ResidentId]
) -> Response[str]:
    """Ask whether to part the resident from their WeChat."""
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
) -> Response[str]:
    """Part the resident from their WeChat; they may register again with another one."""
    form.require_only(("version",))
    row = _row(_house(request, house_id), resident_id)
    version = whole_number("version")(form.text("version"))
    request.application.register_owners.unbind(
        request.actor, resident_id=resident_id, version=version
    )
    return done(
        request, Notice(screens.RESIDENT_UNBOUND.format(name=row.name)), form=form, event=CHANGED
    )


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
    status: int = 200,
    stale: bool = False,
) -> Response[str]:
    residents = f"{house_path(house.id)}/residents"
    context = {
        "house": house,
        "row": row,
        "form": form,
        "stale": stale,
        # Saving again replaces what somebody else saved only after that was said.
        "version": row.version if row and stale else form.text("version"),
        "action": f"{residents}/{row.id}/edit" if row else residents,
        "relations": [(code, relation.value) for code, relation in RELATIONS.items()],
        "today": shanghai_day(request.now()).isoformat(),
    }
    return dialog(request, FORM, context, status=status)


def _moving_out_dialog(
    request: StaffRequest, house: HouseRow, row: ResidentRow, form: Form, *, status: int = 200
) -> Response[str]:
    action = f"{house_path(house.id)}/residents/{row.id}/moving-out"
    context = {"house": house, "row": row, "form": form, "action": action}
    return dialog(request, MOVING_OUT, context, status=status)


def _house(request: StaffRequest, house_id: HouseId) -> HouseRow:
    request.actor.require(Permission.MANAGE_RESIDENTS)
    return request.application.view_houses.house(request.actor, house_id=house_id)


def _row(house: HouseRow, resident_id: ResidentId) -> ResidentRow:
    """Return a resident of this very house; one of another house is not here."""
    for row in house.residents:
        if row.id == resident_id:
            return row
    raise ThingNotFoundError(kind="resident", id=resident_id)


HANDLERS: Final = (
    show_resident_form,
    add_resident,
    show_resident_edit,
    change_resident,
    show_phone,
    show_moving_out,
    move_out,
    show_unbinding,
    unbind,
)
