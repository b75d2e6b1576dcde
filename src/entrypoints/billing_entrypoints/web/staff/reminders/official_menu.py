"""The official account (公众号): its keys, and its menu, seen and sent to WeChat (5.12, 9)."""

from collections.abc import Sequence
from typing import Final

from litestar import get

from billing_domain.errors import (
    BillingError,
    FieldError,
    MessagingMisconfiguredError,
    ProviderUnavailableError,
    StaleError,
)
from billing_domain.model.company.community import CommunityStatus
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.model.reminders.official_account import DEMO
from billing_domain.words.zh import sentence
from billing_entrypoints.web.errors import status_of
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.handlers import form_at, post_at
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import Html, dialog, go, page
from billing_entrypoints.web.staff.payments.accounts import LIST
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
_TROUBLES: Final = (MessagingMisconfiguredError, ProviderUnavailableError)


@get("/official-menu", sync_to_thread=True)
def show_menu(request: StaffRequest) -> Html:
    """Show the menu that owners see now, in the form."""
    pages = _own_pages(request)
    try:
        present = request.application.configure_reminders.show_menu(request.actor)
    except _TROUBLES as error:
        return _menu_page(request, pages, Form.of(), trouble=error, unread=True)
    return _menu_page(request, pages, filled_menu(present, pages), present=present)


@post_at("/official-menu", *MENU_FIELDS)
def put_menu(request: StaffRequest, form: SentForm) -> Html:
    """Send the menu to WeChat (同步菜单), or only preview it; the form keeps what was typed."""
    pages = _own_pages(request)
    if form.has(PREVIEW_FIELD):
        return _menu_page(request, pages, form)
    try:
        if check_typed(form, pages):
            put = request.application.configure_reminders.put_menu
            put(request.actor, read_menu(form, pages))
    except FieldError as error:
        form.refuse(error)
    except _TROUBLES as error:
        return _menu_page(request, pages, form, trouble=error, status=status_of(error))
    if not form.valid:
        return _menu_page(request, pages, form)
    return go(request, PATH, screens.MENU_SENT)


@form_at("/official-menu/removal")
def remove_menu(request: StaffRequest, form: SentForm) -> Html:
    """Ask whether to remove the menu, and remove it (删除菜单)."""
    configure = request.application.configure_reminders
    if not form.sent:
        configure.settings(request.actor)
        context = {"action": f"{PATH}/removal"}
        return dialog(request, "staff/reminders/official_menu/removal.html", context)
    try:
        configure.remove_menu(request.actor)
    except _TROUBLES as error:
        return go(request, PATH, Notice(_trouble_text(error), "refused"))
    return go(request, PATH, screens.MENU_DELETED)


def _menu_page(
    request: StaffRequest,
    pages: Sequence[OwnPage],
    form: Form,
    *,
    present: Sequence[MenuButton] | None = None,
    trouble: BillingError | None = None,
    unread: bool = False,
    status: int | None = None,
) -> Html:
    drawn = read_menu(form, pages) if present is None else present
    context = {
        "path": PATH,
        "form": form,
        "slots": SLOTS,
        "page_choices": [(each.code, each.label) for each in pages],
        "drawn": drawn,
        "sent": present is not None,
        "unknown": unknown_buttons(present or ()),
        "trouble": _trouble_text(trouble) if trouble else "",
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


def _trouble_text(error: BillingError) -> str:
    """Return what is wrong with WeChat; the usual sentence for silence is about payments."""
    silent = isinstance(error, ProviderUnavailableError)
    return screens.WECHAT_SILENT if silent else sentence(error)


TEMPLATE: Final = "staff/payments/accounts/official.html"


@form_at("/official-account", "app_id", "app_secret", "version")
def save_official_account(request: StaffRequest, form: SentForm) -> Html:
    """Show the AppID, the secret empty, and save both; an empty secret leaves the stored one."""
    configure = request.application.configure_payments
    account = configure.official_account(request.actor)
    form.fill(
        app_id=account.app_id if account else "", version=str(account.version if account else 0)
    )
    demo = DEMO if request.application.sign_in_owners.demo else ""
    context = {"form": form, "secret_stored": account is not None, "demo": demo}
    if not form.sent:
        return dialog(request, TEMPLATE, context)
    try:
        with form.noting():
            saved = configure.save_official_account(
                request.actor,
                app_id=form.text("app_id"),
                secret=form.text("app_secret"),
                version=form.version(),
            )
            return go(request, LIST, screens.OFFICIAL_ACCOUNT_SAVED.format(app_id=saved.app_id))
    except StaleError as error:
        form.refuse(error, field="app_id")
        return dialog(request, TEMPLATE, context, status=409)
    return dialog(request, TEMPLATE, context)
