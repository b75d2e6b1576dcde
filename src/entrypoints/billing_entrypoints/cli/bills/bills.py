"""`billing bills` and `receipts`: find bills, print receipts of paid ones (rules 2.8, 2.9, 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.ports.bills import BillFilter, BillRow, BillTotals
from billing_domain.ports.paging import COUNT_MAX, PAGE_ROWS, PAGE_ROWS_MAX, PageKey
from billing_domain.use_cases.bills.view_bills import ViewBills
from billing_entrypoints.cli.arguments import (
    IN_COMMUNITY,
    PLAIN,
    REPEATED,
    REQUIRED,
    Command,
    read_query,
    whole_number,
)
from billing_entrypoints.cli.company.lookups import find_place, operators
from billing_entrypoints.cli.console import pick, table
from billing_entrypoints.cli.files import write_file
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words

_LIMIT_MAX: Final = 100_000
_STATES: Final = {state.value: state for state in BillState} | {
    state.label: state for state in BillState
}


def show_bills(session: Session) -> int:
    """List what a filter finds, with totals over all of it."""
    place, arguments = find_place(session), session.arguments
    bill_filter = BillFilter(
        text=read_query(arguments.query),
        community_id=place.community.id,
        states=frozenset(_STATES[state] for state in arguments.state or ()),
    )
    view = session.application.view_bills
    totals = view.totals(place.actor, bill_filter=bill_filter)
    rows = list(_rows(view, place.actor, bill_filter, arguments.limit))
    session.console.answer(
        {
            "bills": [_data(row) for row in rows],
            "count": min(totals.count, COUNT_MAX),
            "count_capped": totals.capped,
            "pending_fen": totals.pending,
            "paid_fen": totals.paid,
        },
        _text(rows, totals),
    )
    return DONE


def _rows(view: ViewBills, actor: Actor, bill_filter: BillFilter, limit: int) -> Iterator[BillRow]:
    key: PageKey | None = None
    while limit > 0:
        page = view.page(actor, bill_filter=bill_filter, key=key, rows=min(limit, PAGE_ROWS_MAX))
        yield from page.rows
        limit -= len(page.rows)
        if page.next_key is None or not page.rows:
            return
        key = PageKey(page.next_key)


def _text(rows: list[BillRow], totals: BillTotals) -> str:
    count = f"{COUNT_MAX:,}+" if totals.capped else f"{totals.count:,}"
    summary = words.BILLS_FOUND.format(count=count, pending=totals.pending, paid=totals.paid)
    if not rows:
        return summary
    more = words.NEWEST_SHOWN.format(count=len(rows)) if len(rows) < totals.count else ""
    return f"{table(words.BILL_COLUMNS, [_cells(row) for row in rows])}\n{summary}{more}"


def _cells(row: BillRow) -> tuple[str, ...]:
    first = row.residents[0].name if row.residents else "--"
    more = words.MORE_PEOPLE.format(count=len(row.residents)) if len(row.residents) > 1 else ""
    return (
        row.number,
        f"{first}{more}",
        f"{row.community_name}/{row.address}",
        row.fee_type.label,
        str(row.amount),
        words.DAYS.format(first=row.period.first_day, last=row.period.last_day),
        row.state.label,
    )


def _data(row: BillRow) -> dict[str, object]:
    known = "number external_number remark state channel paid_at payer_name imported_at batch_id"
    return {
        **pick(row, known),
        "house": f"{row.community_name}/{row.address}",
        "residents": [pick(person, "name phone") for person in row.residents],
        "fee_type": row.fee_type.label,
        "amount_fen": row.amount,
        **pick(row.period, "first_day last_day"),
    }


def write_receipts(session: Session) -> int:
    """Write the receipts of one company's bills to a file."""
    numbers = [BillNumber(number) for number in dict.fromkeys(session.arguments.numbers)]
    path = write_file(session.arguments.out, _pdf(session, numbers))
    session.console.answer(
        {"file": str(path), "receipts": len(numbers)},
        words.RECEIPTS_WRITTEN.format(count=len(numbers), path=path),
    )
    return DONE


def _pdf(session: Session, numbers: list[BillNumber]) -> bytes:
    application = session.application
    for actor in operators(application):
        if application.view_bills.rows(actor, numbers=numbers[:1]):
            return application.issue_receipts.for_bills(actor, numbers=numbers)
    raise ThingNotFoundError(kind="bill", id=numbers[0])


_ARGUMENTS: Final = {
    **IN_COMMUNITY,
    "--query": PLAIN,
    "--state": {**REPEATED, "choices": tuple(_STATES)},
    "--limit": {"type": whole_number(1, _LIMIT_MAX), "default": PAGE_ROWS},
}
_RECEIPTS: Final = {"numbers": {"nargs": "+"}, "--out": REQUIRED}
COMMANDS: Final = (
    Command("bills list", show_bills, _ARGUMENTS),
    Command("receipts", write_receipts, _RECEIPTS),
)
