"""The menu of the company's official account (菜单配置): seen, edited, sent to WeChat (rule 9)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Response, get, post

from billing_domain.errors import (
    BillingError,
    FieldError,
    MessagingMisconfiguredError,
    ProviderUnavailableError,
)
from billing_domain.model.company.community import CommunityStatus
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.words.zh import sentence
from billing_entrypoints.web.errors import status_of
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, go, page
from billing_entrypoints.web.staff.reminders.official_menu_form import (
    MENU_FIELDS,
    PREVIEW_FIELD,
    SLOTS,
    OwnPage,
    check_typed,
    filled_menu,
    read_menu,
    unknown_buttons,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

PATH: Final = "/staff/official-menu"
_SILENT: Final = screens.WECHAT_SILENT


@get("/official-menu", sync_to_thread=True)
def show_menu(request: StaffRequest) -> Response[str]:
    """Show the menu that owners see now, in the form."""
    pages = _own_pages(request)
    try:
        present = request.application.configure_reminders.show_menu(request.actor)
    except (MessagingMisconfiguredError, ProviderUnavailableError) as error:
        return _menu_page(request, pages, Form.of(), trouble=error, unread=True)
    return _menu_page(request, pages, filled_menu(present, pages), present=present)


@post("/official-menu", sync_to_thread=True)
def put_menu(request: StaffRequest, form: SentForm) -> Response[str]:
    """Send the menu to WeChat (同步菜单), or only draw it; what was typed is never lost."""
    form.require_only(MENU_FIELDS)
    pages = _own_pages(request)
    if form.has(PREVIEW_FIELD):
        return _menu_page(request, pages, form)
    if not check_typed(form, pages):
        return _menu_page(request, pages, form, status=422)
    try:
        request.application.configure_reminders.put_menu(request.actor, read_menu(form, pages))
    except FieldError as error:
        form.refuse(error)
        return _menu_page(request, pages, form, status=422)
    except (MessagingMisconfiguredError, ProviderUnavailableError) as error:
        return _menu_page(request, pages, form, trouble=error, status=status_of(error))
    return go(request, PATH, Notice(screens.MENU_SENT))


@get("/official-menu/removal", sync_to_thread=True)
def show_menu_removal(request: StaffRequest) -> Response[str]:
    """Ask whether to remove the menu."""
    request.application.configure_reminders.settings(request.actor)
    return dialog(
        request, "staff/reminders/official_menu/removal.html", {"action": f"{PATH}/removal"}
    )


@post("/official-menu/removal", sync_to_thread=True)
def remove_menu(request: StaffRequest, form: SentForm) -> Response[str]:
    """Remove the menu (删除菜单)."""
    form.require_only(())
    try:
        request.application.configure_reminders.remove_menu(request.actor)
    except (MessagingMisconfiguredError, ProviderUnavailableError) as error:
        return go(request, PATH, Notice(_words(error), "refused"))
    return go(request, PATH, Notice(screens.MENU_DELETED))


def _menu_page(
    request: StaffRequest,
    pages: Sequence[OwnPage],
    form: Form,
    *,
    present: Sequence[MenuButton] | None = None,
    trouble: BillingError | None = None,
    unread: bool = False,
    status: int = 200,
) -> Response[str]:
    drawn = read_menu(form, pages) if present is None else present
    context: Mapping[str, Any] = {
        "path": PATH,
        "form": form,
        "slots": SLOTS,
        "page_choices": [(each.code, each.label) for each in pages],
        "drawn": drawn,
        "sent": present is not None,
        "unknown": unknown_buttons(present or ()),
        "trouble": "" if trouble is None else _words(trouble),
        "unread": unread,
        "official": request.application.configure_payments.official_account(request.actor),
    }
    return page(request, "staff/reminders/official_menu/edit.html", context, status=status)


def _own_pages(request: StaffRequest) -> Sequence[OwnPage]:
    """Return the owner pages of the open communities."""
    base = request.application.show_collection_codes.owner_url
    return [
        OwnPage(
            community.id,
            screens.OWN_PAGE.format(community=community.name),
            f"{base}/{community.id}",
        )
        for community in request.application.view_company.communities(request.actor)
        if community.status is CommunityStatus.OPEN
    ]


def _words(error: BillingError) -> str:
    """Say what is wrong with WeChat; being silent, it has nothing to do with payments."""
    return _SILENT if isinstance(error, ProviderUnavailableError) else sentence(error)


HANDLERS: Final = (show_menu, put_menu, show_menu_removal, remove_menu)
