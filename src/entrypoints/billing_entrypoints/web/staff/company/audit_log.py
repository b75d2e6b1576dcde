"""The audit log (操作日志): who did what when, from what to what (rule 2.11)."""

from typing import Final

from litestar import Response, get

from billing_domain.model.company.staff import Permission
from billing_domain.words.zh_nouns import THINGS
from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.forms import Form
from billing_entrypoints.web.pages import page
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.audit import audit_line

LIST: Final = "/staff/audit"
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


@get("/audit", sync_to_thread=True)
def list_audit_entries(request: StaffRequest) -> Response[str]:
    """Show one page of the log, newest first."""
    form = Form.of_query(request)
    kind = form.text("kind") if form.text("kind") in KINDS else ""
    view = request.application.view_company
    found = view.audit_log(request.actor, key=form.text("after") or None, subject_kind=kind)
    names = _names(request)
    here = [("kind", kind)]
    address = with_query(LIST, [*here, ("after", form.text("after"))])
    context = {
        "form": form,
        "kind": kind,
        "kinds": [(each, screens.LOGGED.get(each, THINGS[each])) for each in KINDS],
        "lines": [audit_line(entry, names) for entry in found.rows],
        "first_address": with_query(LIST, here) if form.has("after") else "",
        "next_address": (
            with_query(LIST, [*here, ("after", found.next_key)]) if found.next_key else ""
        ),
    }
    return page(request, "staff/company/audit_log/list.html", context, address=address)


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


HANDLERS: Final = (list_audit_entries,)
