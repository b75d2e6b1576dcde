"""Bills: the list with its filter, and one bill with its history."""

from collections.abc import Sequence

from litestar import Response, get
from litestar.params import FromPath

from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.staff import Permission
from billing_domain.model.payments.order import OrderState, PaymentOrder
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.paging import COUNT_MAX
from billing_domain.ports.payments.queries import OrderFilter
from billing_entrypoints.web import hx
from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.pages import dialog, page
from billing_entrypoints.web.staff.bills.filters import BILLS, BillSearch
from billing_entrypoints.web.staff.bills.presenters import (
    batch_links,
    bill_line,
    month_figures,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens


@get("/bills", sync_to_thread=True)
def list_bills(request: StaffRequest) -> Response[str]:
    """Show one page of what the address asks for (rules 2.8, 2.9)."""
    actor, view = request.actor, request.application.view_bills
    search = BILLS.read(request)
    found = view.page(actor, bill_filter=search.shown, key=search.key)
    context = {
        **_filter_context(request, search),
        "lines": [bill_line(row, actor) for row in found.rows],
        "totals": view.totals(actor, bill_filter=search.shown),
        "count_max": COUNT_MAX,
        "month": month_figures(
            view.month(
                actor,
                community_id=search.shown.community_id,
                month=shanghai_day(request.now()),
            )
        ),
        "batch_links": batch_links(actor),
        "may_import": actor.may(Permission.IMPORT_BILLS),
        "may_print": actor.may(Permission.ISSUE_RECEIPTS),
        "may_export": actor.may(Permission.EXPORT_BILLS),
        "may_remind": actor.may(Permission.REMIND),
        "reminding_address": with_query("/staff/bill-batches/reminder", search.whole),
        "export_address": with_query("/staff/exports/new", search.pairs()),
    }
    return search.answer(request, found, **context)


@get("/bills/{number:str}", sync_to_thread=True)
def show_bill(request: StaffRequest, number: FromPath[BillNumber]) -> Response[str]:
    """Show one bill and what happened to it, as a page or in the dialog (rule 2.11)."""
    detail = request.application.view_bills.detail(request.actor, number=number)
    context = {
        "line": bill_line(detail.row, request.actor),
        "row": detail.row,
        "history": detail.history,
        "orders": _orders(request, number),
        "may_see_phones": request.actor.may(Permission.VIEW_PHONES),
    }
    if hx.is_for_dialog(request):
        return dialog(request, "staff/bills/detail_dialog.html", context)
    return page(request, "staff/bills/detail.html", context)


@post_at("/bills/{number:str}/phones")
def show_phones(request: StaffRequest, number: FromPath[BillNumber]) -> Response[str]:
    """Show everyone in the house with whole numbers; a POST, since the look is recorded."""
    request.actor.require(Permission.VIEW_PHONES)
    residents = request.application.view_bills.residents(request.actor, number=number)
    return dialog(request, "staff/houses/residents/phones.html", {"residents": residents})


def _orders(request: StaffRequest, number: BillNumber) -> Sequence[PaymentOrder]:
    """Return the orders that hold or paid a bill, for those who may look at orders."""
    if not request.actor.may(Permission.VIEW_PAYMENTS):
        return []
    found = request.application.view_payments.page(
        request.actor, order_filter=OrderFilter(text=number)
    )
    return [order for order in found.rows if order.state is not OrderState.CLOSED]


def _filter_context(request: StaffRequest, search: BillSearch) -> dict[str, object]:
    view = request.application.view_company
    communities = view.communities(request.actor)
    chosen = search.shown.community_id
    buildings = view.buildings(request.actor, community_id=chosen) if chosen else []
    return {
        "communities": [(community.id, community.name) for community in communities],
        "buildings": [(building, building) for building in buildings],
        "fee_types": [(each.name.lower(), each.label) for each in FeeType],
        "channels": [(each.value, each.label) for each in PaymentChannel],
        "month_of": next(
            (each.name for each in communities if each.id == chosen), screens.ALL_COMMUNITIES
        ),
    }
