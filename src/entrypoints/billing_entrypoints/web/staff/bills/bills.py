"""Bills: the list with its filter, and one bill with its history."""

from collections.abc import Sequence
from typing import Final

import attrs
from litestar import Response, get
from litestar.params import FromPath

from billing_domain.model.bills.bill import BillState, PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.payments.order import OrderState, PaymentOrder
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.bills import BillOrder
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

TOTALS_PATH: Final = "/bill-totals"
TOTALS: Final = f"/staff{TOTALS_PATH}"


@get("/bills", sync_to_thread=True)
def list_bills(request: StaffRequest) -> Response[str]:
    """Show one page of what the address asks for (rules 2.8, 2.9)."""
    actor, search = request.actor, BILLS.read(request)
    communities = request.application.view_company.communities(actor)
    shown = search.shown
    if len(communities) == 1:
        shown = attrs.evolve(shown, community_id=shown.community_id or communities[0].id)
    found = request.application.view_bills.page(
        actor,
        bill_filter=shown,
        key=search.key,
        rows=search.size,
        order=search.order or BillOrder.NEWEST,
    )
    context = {
        **_filter_context(request, search, communities),
        "lines": [bill_line(row, actor) for row in found.rows],
        "sorts": screens.BILL_ORDERS if shown.community_id else {},
        "totals_address": with_query(TOTALS, search.pairs()),
        "batch_links": batch_links(actor),
        "may_import": actor.may(Permission.IMPORT_BILLS),
        "may_print": actor.may(Permission.ISSUE_RECEIPTS),
        "may_export": actor.may(Permission.EXPORT_BILLS),
        "may_remind": actor.may(Permission.REMIND) and shown.states <= {BillState.PENDING},
        "reminding_address": with_query("/staff/bill-batches/reminder", search.whole),
        "export_address": with_query("/staff/exports/new", search.pairs()),
    }
    return search.answer(request, found, **context)


@get(TOTALS_PATH, sync_to_thread=True)
def show_totals(request: StaffRequest) -> Response[str]:
    """Show how many bills a filter finds and how much they are, and the month (rule 2.8).

    The list loads it after its rows: adding up may be slow and never refuses the list.
    """
    search, view = BILLS.read(request), request.application.view_bills
    here, today = search.shown.community_id, shanghai_day(request.now())
    month = view.month(request.actor, community_id=here, month=today)
    context = {
        "totals": view.totals(request.actor, bill_filter=search.shown),
        "count_max": COUNT_MAX,
        "month": month_figures(month) if month else None,
        "month_of": _community_name(request, here),
        "list_address": search.address(),
    }
    return page(request, "staff/bills/totals.html", context)


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


def _filter_context(
    request: StaffRequest, search: BillSearch, communities: Sequence[Community]
) -> dict[str, object]:
    view = request.application.view_company
    chosen = search.shown.community_id
    buildings = view.buildings(request.actor, community_id=chosen) if chosen else []
    return {
        "communities": [(community.id, community.name) for community in communities],
        "buildings": [(building, building) for building in buildings],
        "fee_types": [(each.name.lower(), each.label) for each in FeeType],
        "channels": [(each.value, each.label) for each in PaymentChannel],
    }


def _community_name(request: StaffRequest, community_id: CommunityId | None) -> str:
    if community_id is None:
        return screens.ALL_COMMUNITIES
    view = request.application.view_company
    return view.community(request.actor, community_id=community_id).name
