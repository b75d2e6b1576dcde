"""催缴记录: every house that was reminded or should have been, and what came of it (rule 4.3)."""

from typing import Final

from litestar import Response, get

from billing_domain.ports.reminders.queries import ReminderOutcome
from billing_entrypoints.web.forms import Form
from billing_entrypoints.web.pages import page
from billing_entrypoints.web.staff.reminders.answers import binding_advice
from billing_entrypoints.web.staff.reminders.filters import reachable_reminders
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words.labels import label


@get("/reminders", sync_to_thread=True)
def list_reminders(request: StaffRequest) -> Response[str]:
    """Show one page of what the address asks for, newest request first."""
    search = reachable_reminders(request, Form.of_query(request))
    found = request.application.view_reminders.page(
        request.actor, search.reminder_filter, key=search.key
    )
    address = search.address(after=search.form.text("after"))
    context = {
        "search": search,
        "form": search.form,
        "outcomes": [(each.value, label(each)) for each in ReminderOutcome],
        "rows": found.rows,
        "how_to_bind": binding_advice(found.rows),
        "here": address,
        "first_address": search.address() if search.key else "",
        "next_address": search.address(after=found.next_key) if found.next_key else "",
    }
    return page(request, "staff/reminders/list.html", context, address=address)


HANDLERS: Final = (list_reminders,)
