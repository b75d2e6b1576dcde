"""The template environment: escaping on, undefined names are mistakes, and our filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from billing_domain.model.houses.resident import mask_phone
from billing_domain.words.zh_nouns import FEE_TYPE_COUNT
from billing_entrypoints.providers import provider_label
from billing_entrypoints.web import marks
from billing_entrypoints.web.addresses import address_of
from billing_entrypoints.web.assets import asset
from billing_entrypoints.words import formats, labels, screens
from billing_entrypoints.words.audit import fact_changes

TEMPLATES: Final = Path(__file__).parent / "templates"
_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "figure": formats.figure,
    "moment": formats.moment_text,
    "day": formats.day_text,
    "day_of": formats.day_of,
    "clock": formats.clock_text,
    "breakable": formats.breakable,
    "marked_text": marks.marked_text,
    "marked_number": marks.marked_number,
    "marked_phone": marks.marked_phone,
    "marked_address": marks.marked_address,
    "period": formats.period_text,
    "count": formats.count_text,
    "masked": mask_phone,
    "address_of": address_of,
    "label": labels.label,
    "tone": labels.tone,
    "provider": provider_label,
    "reason": labels.reason_label,
    "notification_reason": labels.notification_label,
    "job_end": labels.job_end_label,
    "undelivered": labels.undelivered_label,
    "who": labels.who_label,
    "changes": fact_changes,
    "problem": screens.problem_line,
    "advice": screens.advice,
    "no_message": screens.no_message,
}


def make_templates() -> Environment:
    """Return the environment that renders every page; templates are compiled once."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["asset"] = asset
    environment.globals["fee_type_count"] = FEE_TYPE_COUNT
    environment.filters.update(_FILTERS)
    return environment
