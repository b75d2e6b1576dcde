"""An owner's bills: to pay, paid, each in full, and the receipt (rules 4.6, 5.1, 6)."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from litestar import Response, get
from litestar.params import FromPath

from billing_domain.model.bills.bill import BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.houses.house import HouseId
from billing_domain.ports.bills import BillRow
from billing_domain.use_cases.owners.view_owner_bills import PENDING_MAX
from billing_entrypoints.web.context import OwnerRequest
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.pages import Html, bare_page


@get("/bills", sync_to_thread=True)
def show_pending(request: OwnerRequest) -> Html:
    """Show what is to be paid, house by house."""
    return pending_page(request)


@get("/bills/paid", sync_to_thread=True)
def show_paid(request: OwnerRequest) -> Html:
    """Show what was paid, newest payment first."""
    key = request.query_params.get("after") or None
    page = request.application.view_owner_bills.paid(request.owner, key=key)
    context = {"tab": "paid", "rows": page.rows, "next_key": page.next_key, "first": key is None}
    return bare_page(request, "owner/bills/paid.html", context)


@get("/bills/{number:str}", sync_to_thread=True)
def show_bill(request: OwnerRequest, number: FromPath[str]) -> Html:
    """Show everything about one bill, and how it goes on."""
    row = request.application.view_owner_bills.bill(request.owner, number=BillNumber(number))
    context = {"row": row, "pending": row.state is BillState.PENDING}
    return bare_page(request, "owner/bills/bill.html", context)


@post_at("/bills/{number:str}/receipt", status_code=200)
def print_owner_receipt(request: OwnerRequest, number: FromPath[str]) -> Response[bytes]:
    """Return the receipt of a paid bill as a PDF to look at.

    The first time issues it, which makes the payment final (rule 2.6); so a page has to post it.
    """
    pdf = request.application.issue_receipts.for_owner(request.owner, number=BillNumber(number))
    headers = {"Content-Disposition": 'inline; filename="receipt.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def pending_page(
    request: OwnerRequest, *, refusal: str = "", chosen: Sequence[str] = (), status: int = 200
) -> Html:
    """Return the list of unpaid bills; `chosen` are ticked."""
    rows = request.application.view_owner_bills.pending(request.owner)
    context = {
        "tab": "pending",
        "houses": houses_of(rows),
        "people": _people(request),
        "chosen": frozenset(chosen),
        "more": len(rows) >= PENDING_MAX,
        "refusal": refusal,
    }
    return bare_page(request, "owner/bills/pending.html", context, status=status)


def houses_of(rows: Sequence[BillRow]) -> list[tuple[BillRow, list[BillRow]]]:
    """Return the rows house by house, each with its first row; newest first throughout."""
    newest: dict[HouseId, int] = {}
    for place, row in enumerate(rows):
        newest.setdefault(row.house_id, place)
    ordered = sorted(rows, key=lambda row: newest[row.house_id])
    found = [list(group) for _, group in groupby(ordered, key=lambda row: row.house_id)]
    return [(group[0], group) for group in found]


def _people(request: OwnerRequest) -> Mapping[HouseId, str]:
    """Return who the owner is in each house: `业主 王小明`."""
    return {
        person.house_id: f"{person.relation.value} {person.name}"
        for person in request.owner.residents
    }
