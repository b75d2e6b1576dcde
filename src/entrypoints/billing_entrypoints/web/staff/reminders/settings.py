"""How the company reminds (催缴设置): days, channels, the message's template (rules 4.2, 9)."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import get
from litestar.params import FromPath

from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.reminders.settings import (
    COOLING_DAYS_MAX,
    ReminderChannel,
    ReminderSettings,
)
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.pages import Html, go, page
from billing_entrypoints.web.staff.reminders.template_form import (
    BLANK_ROWS,
    MORE_ROWS_FIELD,
    PART_CHOICES,
    TEMPLATE_FIELDS,
    TemplateRow,
    filled_template,
    read_template,
    refuse_template,
    template_rows,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import FIELD_KINDS, label

PATH: Final = "/staff/reminder-settings"
ON: Final = "yes"
_TEMPLATE: Final = "template"


@get("/reminder-settings", sync_to_thread=True)
def show_reminder_settings(request: StaffRequest) -> Html:
    """Show both channels and the template."""
    return _settings_page(request, {})


@post_at("/reminder-settings/channels/{channel:str}", "on", "reminder_days", "version")
def change_reminder_channel(request: StaffRequest, channel: FromPath[str], form: SentForm) -> Html:
    """Choose a channel's days, and whether it is used."""
    wanted = _channel(channel)
    on = form.text("on") == ON
    days = form.read("reminder_days", whole_number("reminder_days"))
    try:
        if days is not None:
            request.application.configure_reminders.change_channel(
                request.actor, version=form.version(), channel=wanted, days=days, on=on
            )
    except FieldError as error:
        form.refuse(error)
    except StaleError:
        return _settings_page(request, {channel: form}, stale=channel)
    if not form.valid:
        return _settings_page(request, {channel: form})
    words = screens.CHANNEL_ON if on else screens.CHANNEL_OFF
    return go(request, PATH, words.format(channel=label(wanted), days=days))


@post_at("/reminder-settings/template", *TEMPLATE_FIELDS)
def change_reminder_template(request: StaffRequest, form: SentForm) -> Html:
    """Choose the message template and what its fields say."""
    if form.has(MORE_ROWS_FIELD):
        return _settings_page(request, {_TEMPLATE: form})
    try:
        if template := read_template(form):
            request.application.configure_reminders.change_template(
                request.actor, version=form.version(), template=template
            )
    except FieldError as error:
        refuse_template(form, error)
    except StaleError:
        return _settings_page(request, {_TEMPLATE: form}, stale=_TEMPLATE)
    if not form.valid:
        return _settings_page(request, {_TEMPLATE: form})
    return go(request, PATH, screens.MESSAGE_SAVED)


def _settings_page(request: StaffRequest, sent: Mapping[str, Form], *, stale: str = "") -> Html:
    """Return the page; `sent` are the forms that could not be saved, by name."""
    settings = request.application.configure_reminders.settings(request.actor)
    template_form = sent.get(_TEMPLATE) or filled_template(settings.template, settings.version)
    rows = template_rows(template_form)
    context = {
        "path": PATH,
        "on": ON,
        "stale": stale,
        # A page that shows the other person's change may replace it.
        "version": settings.version,
        "channels": [
            _channel_form(settings, channel, sent.get(channel.value))
            for channel in ReminderChannel
        ],
        "days_max": COOLING_DAYS_MAX,
        "official": request.application.configure_payments.official_account(request.actor),
        "template": settings.template,
        "template_form": template_form,
        "rows": [*rows, *[TemplateRow()] * BLANK_ROWS],
        "examples": [(row.key or "--", row.example) for row in rows if row.example],
        "part_choices": PART_CHOICES,
        "field_kinds": FIELD_KINDS,
    }
    refused = any(form.errors for form in sent.values())
    status = 409 if stale else 422 if refused else 200
    return page(request, "staff/reminders/settings/detail.html", context, status=status)


def _channel_form(
    settings: ReminderSettings, channel: ReminderChannel, sent: Form | None
) -> Mapping[str, Any]:
    used = channel in settings.policy.channels
    form = sent or Form.of(
        reminder_days=str(settings.policy.cooling_days[channel]),
        on=ON if used else "",
        version=str(settings.version),
    )
    return {"key": channel.value, "label": label(channel), "form": form, "used": used}


def _channel(code: str) -> ReminderChannel:
    for channel in ReminderChannel:
        if channel.value == code:
            return channel
    raise ThingNotFoundError(kind="reminder_settings", id=code)
