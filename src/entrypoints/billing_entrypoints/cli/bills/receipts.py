"""`billing receipts`: print receipts of paid bills (rule 6)."""

from __future__ import annotations

from typing import Any

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill_number import BillNumber
from billing_entrypoints.cli.arguments import add_command, add_common
from billing_entrypoints.cli.company.lookups import operator
from billing_entrypoints.cli.files import write_file
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `receipts`."""
    parser = add_command(commands, "receipts", write_receipts)
    parser.add_argument("numbers", nargs="+")
    parser.add_argument("--out", required=True)
    add_common(parser)


def write_receipts(session: Session) -> int:
    """Write the receipts of bills of one company, whichever it is, to a file."""
    numbers = [BillNumber(number) for number in dict.fromkeys(session.arguments.numbers)]
    path = write_file(session.arguments.out, _pdf(session, numbers))
    session.console.answer(
        {"file": str(path), "receipts": len(numbers)},
        words.RECEIPTS_WRITTEN.format(count=len(numbers), path=path),
    )
    return DONE


def _pdf(session: Session, numbers: list[BillNumber]) -> bytes:
    application = session.application
    for company in application.configure_companies.companies():
        actor = operator(company)
        if application.view_bills.rows(actor, numbers=numbers[:1]):
            return application.issue_receipts.for_bills(actor, numbers=numbers)
    raise ThingNotFoundError(kind="bill", id=numbers[0])
