"""`billing receipts`: print receipts of paid bills (rule 6)."""

from __future__ import annotations

from typing import Final

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill_number import BillNumber
from billing_entrypoints.cli.arguments import REQUIRED, Command
from billing_entrypoints.cli.company.lookups import operators
from billing_entrypoints.cli.files import write_file
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words


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


_ARGUMENTS: Final = {"numbers": {"nargs": "+"}, "--out": REQUIRED}
COMMANDS: Final = (Command("receipts", write_receipts, _ARGUMENTS),)
