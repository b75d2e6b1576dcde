"""How the company reminds (催缴设置): days, channels, the message's template (rules 4.2, 9)."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.reminders.settings import (
    COOLING_DAYS_MAX,
    ReminderChannel,
    ReminderSettings,
)
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import go, page
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
def show_reminder_settings(request: StaffRequest) -> Response[str]:
    """Show both channels and the template."""
    return _settings_page(request, {})


@post("/reminder-settings/channels/{channel:str}", sync_to_thread=True)
def change_reminder_channel(
    request: StaffRequest, channel: FromPath[str], form: SentForm
) -> Response[str]:
    """Choose a channel's days, and whether it is used."""
    form.require_only(("on", "reminder_days", "version"))
    wanted = _channel(channel)
    on = form.text("on") == ON
    days = form.read("reminder_days", whole_number("reminder_days"))
    if days is None:
        return _settings_page(request, {channel: form}, status=422)
    try:
        request.application.configure_reminders.change_channel(
            request.actor, version=_version(form), channel=wanted, days=days, on=on
        )
    except FieldError as error:
        form.refuse(error)
        return _settings_page(request, {channel: form}, status=422)
    except StaleError:
        return _settings_page(request, {channel: form}, status=409, stale=channel)
    words = screens.CHANNEL_ON if on else screens.CHANNEL_OFF
    return go(request, PATH, Notice(words.format(channel=label(wanted), days=days)))


@post("/reminder-settings/template", sync_to_thread=True)
def change_reminder_template(request: StaffRequest, form: SentForm) -> Response[str]:
    """Choose the message template and what its fields say."""
    form.require_only(TEMPLATE_FIELDS)
    if form.has(MORE_ROWS_FIELD):
        return _settings_page(request, {_TEMPLATE: form})
    template = read_template(form)
    if template is None:
        return _settings_page(request, {_TEMPLATE: form}, status=422)
    try:
        request.application.configure_reminders.change_template(
            request.actor, version=_version(form), template=template
        )
    except FieldError as error:
        refuse_template(form, error)
        return _settings_page(request, {_TEMPLATE: form}, status=422)
    except StaleError:
        return _settings_page(request, {_TEMPLATE: form}, status=409, stale=_TEMPLATE)
    return go(request, PATH, Notice(screens.MESSAGE_SAVED))


def _settings_page(
    request: StaffRequest, sent: Mapping[str, Form], *, status: int = 200, stale: str = ""
) -> Response[str]:
    """Return the page with forms that were sent and could not be kept, by their name."""
    settings = request.application.configure_reminders.settings(request.actor)
    template_form = sent.get(_TEMPLATE) or filled_template(settings.template, settings.version)
    rows = template_rows(template_form)
    context: Mapping[str, Any] = {
        "path": PATH,
        "on": ON,
        "stale": stale,
        # Saving again replaces what somebody else saved only after that was said.
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


def _version(form: Form) -> int:
    return whole_number("version")(form.text("version"))


HANDLERS: Final = (show_reminder_settings, change_reminder_channel, change_reminder_template)
