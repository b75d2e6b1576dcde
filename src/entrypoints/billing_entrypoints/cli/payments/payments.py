"""`billing payments` and `billing settle-open`: what became of payments (rules 5.3, 5.7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.payments.order import OrderNumber, PaymentOrder
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.use_cases.payments.settle_open_payments import JanitorReport
from billing_domain.use_cases.payments.view_payments import OrderDetail
from billing_entrypoints.cli.arguments import add_command, add_common, add_group
from billing_entrypoints.cli.company.lookups import operator
from billing_entrypoints.cli.console import facts, table
from billing_entrypoints.cli.session import DONE, REFUSED, Session
from billing_entrypoints.providers import provider_label
from billing_entrypoints.words import commands as words
from billing_entrypoints.words.labels import label


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `settle-open`, `payments show` and `payments verify`."""
    settling = add_command(commands, "settle-open", settle_open)
    group = add_group(commands, "payments")
    showing = add_command(group, "payments show", show)
    showing.add_argument("number")
    verifying = add_command(group, "payments verify", verify)
    for parser in (settling, showing, verifying):
        add_common(parser)


def settle_open(session: Session) -> int:
    """Do one pass of the janitor; what failed needs a person, and gives status 1."""
    report = session.application.settle_open_payments.run()
    session.console.answer(_report_data(report), _report_text(report))
    return REFUSED if report.failed or report.overdue else DONE


def show(session: Session) -> int:
    """Show one order, whatever its company, with everything that happened to it."""
    detail = _find(session, OrderNumber(session.arguments.number))
    session.console.answer(_detail_data(detail), _detail_text(detail))
    return DONE


def verify(session: Session) -> int:
    """Check that money and bills agree in every company (P19); a finding gives status 1."""
    application = session.application
    found = {
        company.name: list(application.view_payments.discrepancies(operator(company)))
        for company in application.configure_companies.companies()
    }
    wrong = {name: lines for name, lines in found.items() if lines}
    lines = [f"{name}：{line}" for name, lines in wrong.items() for line in lines]
    text = "\n".join(lines) if lines else words.ALL_AGREE.format(count=len(found))
    session.console.answer({"discrepancies": wrong, "companies": len(found)}, text)
    return REFUSED if wrong else DONE


def _find(session: Session, number: OrderNumber) -> OrderDetail:
    application = session.application
    for company in application.configure_companies.companies():
        try:
            return application.view_payments.detail(operator(company), number=number)
        except ThingNotFoundError:
            continue
    raise ThingNotFoundError(kind="payment_order", id=number)


def _report_data(report: JanitorReport) -> dict[str, object]:
    return {
        "settled": list(report.settled),
        "closed": list(report.closed),
        "waiting": list(report.waiting),
        "overdue": list(report.overdue),
        "refunded": list(report.refunded),
        "failed": [{"number": number, "reason": reason} for number, reason in report.failed],
    }


def _report_text(report: JanitorReport) -> str:
    counts = words.SETTLED.format(
        settled=len(report.settled),
        closed=len(report.closed),
        waiting=len(report.waiting),
        refunded=len(report.refunded),
    )
    overdue = [words.OVERDUE.format(number=number) for number in report.overdue]
    failed = [
        words.FAILED.format(subject=number, reason=reason) for number, reason in report.failed
    ]
    return "\n".join([counts, *overdue, *failed])


def _detail_text(detail: OrderDetail) -> str:
    order = detail.order
    shown = (
        order.number,
        label(order.state),
        str(order.total),
        order.payer.name,
        provider_label(order.provider),
        order.provider_number or "--",
        order.provider_state or "--",
        _moment(order.created_at),
        _moment(order.paid_at) if order.paid_at else "--",
        str(order.unapplied),
    )
    parts = [
        facts(dict(zip(words.ORDER_FACTS, shown, strict=True))),
        table(words.LINE_COLUMNS, [_line(detail, order, bill) for bill in order.bills]),
    ]
    if detail.refunds:
        rows = [(each.number, str(each.amount), label(each.state)) for each in detail.refunds]
        parts.append(table(words.REFUND_COLUMNS, rows))
    if detail.messages:
        received = [
            (_moment(each.received_at), label(each.verdict), each.reason or "--")
            for each in detail.messages
        ]
        parts.append(table(words.MESSAGE_COLUMNS, received))
    return "\n\n".join(parts)


def _line(detail: OrderDetail, order: PaymentOrder, bill: BillNumber) -> tuple[str, str, str]:
    amount = next(line.amount for line in order.lines if line.bill == bill)
    settled = {item.bill: item for item in detail.settlements}
    if bill not in settled:
        return bill, str(amount), "--"
    return bill, str(amount), words.REFUNDED if settled[bill].reversed else words.BOOKED


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _detail_data(detail: OrderDetail) -> dict[str, object]:
    order = detail.order
    return {
        "number": order.number,
        "state": order.state.value,
        "total_fen": order.total.fen,
        "unapplied_fen": order.unapplied.fen,
        "provider": order.provider,
        "provider_number": order.provider_number,
        "said": order.provider_state,
        "payer_name": order.payer.name,
        "created_at": order.created_at.isoformat(),
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "lines": [{"bill": line.bill, "amount_fen": line.amount.fen} for line in order.lines],
        "settled": [item.bill for item in detail.settlements if not item.reversed],
        "refunds": [
            {"number": each.number, "amount_fen": each.amount.fen, "state": each.state.value}
            for each in detail.refunds
        ],
        "messages": [
            {
                "received_at": each.received_at.isoformat(),
                "verdict": each.verdict.value,
                "reason": each.reason,
            }
            for each in detail.messages
        ],
    }
