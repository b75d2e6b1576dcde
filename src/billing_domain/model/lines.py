"""Typed texts of one line: names and reasons."""

from __future__ import annotations

from billing_domain.errors import FieldError


def clean_line(field: str, text: str, *, length_max: int, required: bool = True) -> str:
    """Return a text as one line with single blanks; raise FieldError if empty or too long."""
    line = " ".join(text.split())
    if required and not line:
        raise FieldError(field=field, reason="required")
    if len(line) > length_max:
        raise FieldError(field=field, reason="too_long", value=line)
    return line
