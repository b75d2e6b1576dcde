"""The form of a message template: its id, and what each of its fields says (rule 9)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.words.zh import sentence
from billing_entrypoints.web.forms import Form
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import PART_EXAMPLES, label

MORE_ROWS_FIELD: Final = "more_rows"
TEMPLATE_FIELDS: Final = (
    "template_id",
    "field_key",
    "field_part",
    "field_text",
    MORE_ROWS_FIELD,
    "version",
)
FIXED: Final = "fixed"
PART_CHOICES: Final = (
    *((part.value, label(part)) for part in MessagePart),
    (FIXED, screens.FIXED_TEXT),
)
BLANK_ROWS: Final = 2
_ROWS_MAX: Final = 50
_PARTS: Final = {part.value: part for part in MessagePart}
# As the official account's pages show a field, and as people copy it.
_COPIED: Final = re.compile(r"\{\{\s*([0-9a-z_]+)\.DATA\s*\}\}", re.IGNORECASE)
_PARTLESS: Final = screens.PART_MISSING
_KEYLESS: Final = screens.KEY_MISSING


@attrs.frozen
class TemplateRow:
    """One field of the template as typed; `part` is a code, or `fixed` for the text itself."""

    key: str = ""
    part: str = ""
    text: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was entered."""
        return not (self.key or self.part or self.text)

    @property
    def example(self) -> str:
        """What an owner could read there, empty while that is not chosen."""
        if self.part == FIXED:
            return self.text
        return PART_EXAMPLES[_PARTS[self.part]] if self.part in _PARTS else ""


def filled_template(template: ReminderTemplate | None, version: int) -> Form:
    """Return the form as a template fills it in; before there is one, with the usual fields."""
    if template is None:
        rows = [TemplateRow(part=part.value) for part in (MessagePart.HOUSE, MessagePart.TOTAL)]
        template_id = ""
    else:
        rows = [TemplateRow(key, part.value) for key, part in template.parts.items()]
        rows += [TemplateRow(key, FIXED, text) for key, text in template.fixed.items()]
        template_id = template.template_id
    return Form.of(
        template_id=template_id,
        version=str(version),
        field_key=[row.key for row in rows],
        field_part=[row.part for row in rows],
        field_text=[row.text for row in rows],
    )


def template_rows(form: Form) -> Sequence[TemplateRow]:
    """Return the rows that something was typed into, with what was copied around it cut off."""
    columns = zip_longest(
        form.texts("field_key"), form.texts("field_part"), form.texts("field_text"), fillvalue=""
    )
    rows = [
        TemplateRow(_COPIED.sub(r"\1", key.strip()), part, text.strip())
        for key, part, text in columns
    ]
    return [row for row in rows if not row.blank][:_ROWS_MAX]


def read_template(form: Form) -> ReminderTemplate | None:
    """Read the form; None when a row is unusable, which is noted beside it."""
    rows = template_rows(form)
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if not row.key:
            form.errors[f"field_key.{number}"] = _KEYLESS
        elif row.key in seen:
            repeated = FieldError(field="template_field", reason="taken", value=row.key)
            form.errors[f"field_key.{number}"] = sentence(repeated)
        if row.part not in _PARTS and row.part != FIXED:
            form.errors[f"field_part.{number}"] = _PARTLESS
        seen.add(row.key)
    if not form.valid:
        return None
    parts: Mapping[str, MessagePart] = {
        row.key: _PARTS[row.part] for row in rows if row.part in _PARTS
    }
    fixed = {row.key: row.text for row in rows if row.part == FIXED}
    return ReminderTemplate(form.text("template_id").strip(), parts, fixed)


def refuse_template(form: Form, error: FieldError) -> None:
    """Note what is wrong with a template beside the row that is meant."""
    for number, row in enumerate(template_rows(form)):
        if error.field == "template_field" and error.value and row.key == error.value:
            form.refuse(error, field=f"field_key.{number}")
        if error.field == "template_text" and row.part == FIXED and row.text == error.value:
            form.refuse(error, field=f"field_text.{number}")
    if form.valid:
        form.refuse(error)
