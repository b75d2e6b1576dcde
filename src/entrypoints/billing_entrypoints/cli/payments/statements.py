"""`billing check-statements`: what the last statements tell and nobody else did (rule 5.7)."""

from __future__ import annotations

from typing import Any

from billing_domain.use_cases.payments.check_statements import StatementReport
from billing_entrypoints.cli.arguments import add_command, add_common
from billing_entrypoints.cli.session import DONE, REFUSED, Session
from billing_entrypoints.words import commands as words


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `check-statements`."""
    add_common(add_command(commands, "check-statements", check_statements))


def check_statements(session: Session) -> int:
    """Do one pass; what a person must look at gives status 1."""
    report = session.application.check_statements.run()
    session.console.answer(_data(report), _text(report))
    return REFUSED if report.unknown or report.amounts or report.failed else DONE


def _text(report: StatementReport) -> str:
    counts = words.STATEMENTS_READ.format(done=len(report.done), settled=len(report.settled))
    lines = [
        *(words.ORDER_UNKNOWN.format(number=number) for number in report.unknown),
        *(words.AMOUNT_DIFFERS.format(number=number) for number in report.amounts),
        *(
            words.FAILED.format(subject=subject, reason=reason)
            for subject, reason in report.failed
        ),
        *(
            words.READ_LATER.format(subject=subject, reason=reason)
            for subject, reason in report.later
        ),
    ]
    return "\n".join([counts, *lines])


def _data(report: StatementReport) -> dict[str, object]:
    return {
        "done": [
            {"account_id": each.account_id, "day": each.day.isoformat()} for each in report.done
        ],
        "settled": list(report.settled),
        "unknown": list(report.unknown),
        "amounts": list(report.amounts),
        "failed": [{"subject": subject, "reason": reason} for subject, reason in report.failed],
        "later": [{"subject": subject, "reason": reason} for subject, reason in report.later],
    }
