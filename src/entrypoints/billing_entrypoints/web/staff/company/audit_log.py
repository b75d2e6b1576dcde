"""The audit log (操作日志): who did what when, from what to what (rule 2.11)."""

from typing import Any, Final

from litestar import Response, get

from billing_domain.model.company.staff import Permission
from billing_domain.words.zh_nouns import THINGS
from billing_entrypoints.web.staff.list_page import ListPage, choice
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.audit import audit_line

KINDS: Final = (
    "bill",
    "import_batch",
    "export",
    "house",
    "resident",
    "residents",
    "community",
    "company",
    "import_profile",
    "payment_order",
    "refund",
    "outbox_job",
    "registration",
    "payment_account",
    "official_account",
    "staff",
)
AUDIT: Final = ListPage(
    "/staff/audit",
    "staff/company/audit_log/list.html",
    dict[str, Any],
    (choice("kind", {kind: kind for kind in KINDS}, "subject_kind"),),
)


@get("/audit", sync_to_thread=True)
def list_audit_entries(request: StaffRequest) -> Response[str]:
    """Show one page of the log, newest first."""
    search = AUDIT.read(request)
    view = request.application.view_company
    found = view.audit_log(request.actor, key=search.key, **search.shown)
    names = _names(request)
    return search.answer(
        request,
        found,
        kinds=[(each, screens.LOGGED.get(each, THINGS[each])) for each in KINDS],
        lines=[audit_line(entry, names) for entry in found.rows],
    )


def _names(request: StaffRequest) -> dict[str, str]:
    """Return what ids mean, as far as this actor may know: accounts only for who keeps them."""
    application, actor = request.application, request.actor
    names: dict[str, str] = {
        each.id: each.name for each in application.view_company.communities(actor)
    }
    if actor.may(Permission.MANAGE_STAFF):
        accounts = application.manage_staff.all(actor)
        names.update((each.id, f"{each.name}（{each.login_name}）") for each in accounts)
    return names
