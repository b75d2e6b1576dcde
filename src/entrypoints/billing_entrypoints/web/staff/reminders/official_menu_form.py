"""The form of an official account's menu: three buttons with five below each (rule 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.reminders.menu import (
    BUTTONS_MAX,
    SUB_BUTTONS_MAX,
    MenuButton,
    check_menu,
)
from billing_entrypoints.web.forms import Form
from billing_entrypoints.words import screens

PREVIEW_FIELD: Final = "preview"
_ELSEWHERE: Final = "https://fee.example.com/"


@attrs.frozen
class Slot:
    """Where one button is entered; `place` says which it is, for those who do not see it."""

    prefix: str
    place: str
    below: tuple[Slot, ...] = ()

    @property
    def name(self) -> str:
        """The field of the button's name."""
        return f"{self.prefix}_name"

    @property
    def page(self) -> str:
        """The field of the page of ours that the button opens."""
        return f"{self.prefix}_page"

    @property
    def url(self) -> str:
        """The field of another address."""
        return f"{self.prefix}_url"

    @property
    def fields(self) -> tuple[str, str, str]:
        """All three."""
        return (self.name, self.page, self.url)


def _sub_slots(number: int) -> tuple[Slot, ...]:
    return tuple(
        Slot(f"b{number}s{below}", screens.SUB_SLOT.format(number=number, below=below))
        for below in range(1, SUB_BUTTONS_MAX + 1)
    )


SLOTS: Final = tuple(
    Slot(f"b{number}", screens.SLOT.format(number=number), _sub_slots(number))
    for number in range(1, BUTTONS_MAX + 1)
)


def _every_slot() -> Iterator[Slot]:
    for slot in SLOTS:
        yield from (slot, *slot.below)


MENU_FIELDS: Final = (
    PREVIEW_FIELD,
    *(field for slot in _every_slot() for field in slot.fields),
)


@attrs.frozen
class OwnPage:
    """A page of ours that a button may open; `code` stands for it in the form."""

    code: str
    label: str
    url: str


def filled_menu(buttons: Sequence[MenuButton], pages: Sequence[OwnPage]) -> Form:
    """Return the form as a menu fills it in."""
    values: dict[str, str] = {}
    codes = {page.url: page.code for page in pages}
    for slot, button in _placed(buttons):
        values[slot.name] = button.name
        values[slot.page] = codes.get(button.url, "")
        values[slot.url] = "" if button.url in codes else button.url
    return Form.of(**values)


def read_menu(form: Form, pages: Sequence[OwnPage]) -> tuple[MenuButton, ...]:
    """Return the menu as typed, empty lines left out; nothing of it is checked."""
    urls = {page.code: page.url for page in pages}
    buttons = []
    for slot in SLOTS:
        below = tuple(_typed(form, sub, urls) for sub in slot.below if _filled(form, sub))
        if below or _filled(form, slot):
            buttons.append(attrs.evolve(_typed(form, slot, urls), buttons=below))
    return tuple(buttons)


def check_typed(form: Form, pages: Sequence[OwnPage]) -> bool:
    """Note what WeChat would refuse beside its field; tell whether the menu may be sent."""
    urls = {page.code: page.url for page in pages}
    for slot in SLOTS:
        below = [sub for sub in slot.below if _filled(form, sub)]
        if below or _filled(form, slot):
            _check(form, slot, _alone(_typed(form, slot, urls), unfolds=bool(below)))
        for sub in below:
            _check(form, sub, MenuButton("x", buttons=(_typed(form, sub, urls),)))
    if form.valid and not read_menu(form, pages):
        form.refuse(FieldError(field="menu_buttons", reason="required"))
    return form.valid


def unknown_buttons(buttons: Sequence[MenuButton]) -> Sequence[str]:
    """Return the names of buttons that do something which can't be entered here."""
    return [
        each.name for button in buttons for each in (button.buttons or (button,)) if not each.url
    ]


def _check(form: Form, slot: Slot, button: MenuButton) -> None:
    try:
        check_menu((button,))
    except FieldError as error:
        form.refuse(error, field=slot.name if error.field == "menu_name" else slot.url)


def _alone(button: MenuButton, *, unfolds: bool) -> MenuButton:
    """Return a button as it is checked by itself: one that unfolds needs no address."""
    if not unfolds:
        return button
    return MenuButton(button.name, buttons=(MenuButton("x", _ELSEWHERE),))


def _typed(form: Form, slot: Slot, urls: Mapping[str, str]) -> MenuButton:
    own = urls.get(form.text(slot.page), "")
    return MenuButton(form.text(slot.name).strip(), own or form.text(slot.url).strip())


def _filled(form: Form, slot: Slot) -> bool:
    return any(form.text(field).strip() for field in slot.fields)


def _placed(buttons: Sequence[MenuButton]) -> Iterator[tuple[Slot, MenuButton]]:
    for slot, button in zip(SLOTS, buttons, strict=False):
        yield slot, button
        yield from zip(slot.below, button.buttons, strict=False)
