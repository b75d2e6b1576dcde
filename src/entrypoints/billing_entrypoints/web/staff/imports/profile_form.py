"""The form of an import profile: header names, date forms, fee names (rule 3.13)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.imports.profile import OPTIONAL_COLUMNS, Column, ImportProfile
from billing_domain.model.period import DateForm
from billing_domain.use_cases.imports.manage_import_profiles import ProfileContent
from billing_domain.words.zh_nouns import field_label
from billing_entrypoints.web.forms import Form
from billing_entrypoints.web.staff.bills.filters import FEE_TYPES
from billing_entrypoints.words import screens

COLUMN_FIELDS: Final[Mapping[str, Column]] = {
    f"columns.{column.value}": column for column in Column
}
DATE_FORMS: Final[Mapping[str, tuple[DateForm, str]]] = {
    "chinese": (DateForm.CHINESE, screens.CHINESE_DATES),
    "hyphens": (DateForm.HYPHENS, "2019-12-05"),
    "slashes": (DateForm.SLASHES, "2019/12/5"),
}
MORE_ROWS_FIELD: Final = "more_rows"
PROFILE_FIELDS: Final = (
    "name",
    *COLUMN_FIELDS,
    "date_forms",
    "fee_name",
    "fee_type",
    MORE_ROWS_FIELD,
    "version",
)
BLANK_ROWS: Final = 3
FEE_ROWS_MAX: Final = 200
_SEPARATORS: Final = re.compile(r"[,，、;；\n]")


@attrs.frozen
class ColumnField:
    """One line of the form: a column with its accepted header names."""

    name: str
    label: str
    optional: bool


@attrs.frozen
class FeeRow:
    """One line of the fee map: a name in the file and the code of what it means."""

    name: str
    code: str


def column_fields() -> Sequence[ColumnField]:
    """Return the lines for the columns, in their order."""
    return [
        ColumnField(name, field_label(column.value), column in OPTIONAL_COLUMNS)
        for name, column in COLUMN_FIELDS.items()
    ]


def fill_form(form: Form, profile: ImportProfile, *, name: str) -> None:
    """Fill a form that was not sent with a profile, under a name of the caller's."""
    columns = {
        field: "，".join(profile.columns.get(column, ()))
        for field, column in COLUMN_FIELDS.items()
    }
    forms = [code for code, (form, _) in DATE_FORMS.items() if form in profile.date_forms]
    form.fill(
        name=name,
        version=str(profile.version),
        date_forms=forms,
        fee_name=list(profile.fee_types),
        fee_type=[fee_type.name.lower() for fee_type in profile.fee_types.values()],
        **columns,
    )


def fee_rows(form: Form) -> Sequence[FeeRow]:
    """Return the lines of the fee map as typed, with some blank ones to fill in."""
    pairs = zip_longest(form.texts("fee_name"), form.texts("fee_type"), fillvalue="")
    typed = [FeeRow(name, code) for name, code in pairs if name.strip()][:FEE_ROWS_MAX]
    return [*typed, *[FeeRow("", "")] * BLANK_ROWS]


def read_profile(form: Form) -> ProfileContent | None:
    """Read the form; None when something is unusable, which is noted beside it."""
    fee_types = _fee_types(form)
    if fee_types is None:
        return None
    wanted = set(form.texts("date_forms"))
    return ProfileContent(
        name=form.text("name"),
        columns={
            column: tuple(_SEPARATORS.split(form.text(name)))
            for name, column in COLUMN_FIELDS.items()
        },
        date_forms=tuple(each for code, (each, _) in DATE_FORMS.items() if code in wanted),
        fee_types=fee_types,
    )


def _fee_types(form: Form) -> Mapping[str, FeeType] | None:
    found: dict[str, FeeType] = {}
    for row in fee_rows(form):
        if not row.name.strip():
            continue
        if row.code not in FEE_TYPES:
            form.refuse(FieldError(field="fee_type", reason="required"))
            return None
        found[row.name.strip()] = FEE_TYPES[row.code]
    return found
