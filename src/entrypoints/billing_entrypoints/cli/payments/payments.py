"""`billing payments`, `settle-open` and `check-statements`: what became of payments (rule 5)."""

from __future__ import annotations

from typing import Final

import attrs

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.payments.order import OrderNumber, PaymentOrder
from billing_domain.use_cases.payments.check_statements import StatementReport
from billing_domain.use_cases.payments.settle_open_payments import JanitorReport
from billing_domain.use_cases.payments.view_payments import OrderDetail
from billing_entrypoints.cli.arguments import PLAIN, Command
from billing_entrypoints.cli.company.lookups import operator, operators
from billing_entrypoints.cli.console import facts, pick, table
from billing_entrypoints.cli.session import DONE, REFUSED, Session
from billing_entrypoints.providers import provider_label
from billing_entrypoints.words import commands as words
from billing_entrypoints.words.formats import second_text
from billing_entrypoints.words.labels import label


def settle_open(session: Session) -> int:
    """Query the open payments once; failures need a person and give status 1."""
    report = session.application.settle_open_payments.run()
    session.console.answer(_report_data(report, "number"), _report_text(report))
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
    for actor in operators(application):
        try:
            return application.view_payments.detail(actor, number=number)
        except ThingNotFoundError:
            continue
    raise ThingNotFoundError(kind="payment_order", id=number)


def _report_text(report: JanitorReport) -> str:
    counts = words.SETTLED.format(
        settled=len(report.settled),
        closed=len(report.closed),
        waiting=len(report.waiting),
        refunded=len(report.refunded),
    )
    overdue = [words.OVERDUE.format(number=number) for number in report.overdue]
    failed = [words.FAILED.format(subject=name, reason=reason) for name, reason in report.failed]
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
        second_text(order.created_at),
        second_text(order.paid_at),
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
            (second_text(each.received_at), label(each.verdict), each.reason or "--")
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


def _detail_data(detail: OrderDetail) -> dict[str, object]:
    order = detail.order
    return {
        **pick(order, "number state provider provider_number created_at paid_at"),
        "total_fen": order.total,
        "unapplied_fen": order.unapplied,
        "said": order.provider_state,
        "payer_name": order.payer.name,
        "lines": [{"bill": line.bill, "amount_fen": line.amount} for line in order.lines],
        "settled": [item.bill for item in detail.settlements if not item.reversed],
        "refunds": [
            {**pick(each, "number state"), "amount_fen": each.amount} for each in detail.refunds
        ],
        "messages": [pick(each, "received_at verdict reason") for each in detail.messages],
    }


def check_statements(session: Session) -> int:
    """Read the statements once; findings that need a person give status 1."""
    report = session.application.check_statements.run()
    data = _report_data(report, "subject")
    data["done"] = [pick(each, "account_id day") for each in report.done]
    del data["crashes"]
    session.console.answer(data, _statement_text(report))
    return REFUSED if report.unknown or report.amounts or report.failed else DONE


def _statement_text(report: StatementReport) -> str:
    counts = words.STATEMENTS_READ.format(done=len(report.done), settled=len(report.settled))
    lines = [
        *(words.ORDER_UNKNOWN.format(number=number) for number in report.unknown),
        *(words.AMOUNT_DIFFERS.format(number=number) for number in report.amounts),
        *(words.FAILED.format(subject=name, reason=reason) for name, reason in report.failed),
        *(words.READ_LATER.format(subject=name, reason=reason) for name, reason in report.later),
    ]
    return "\n".join([counts, *lines])


def _report_data(report: JanitorReport | StatementReport, subject: str) -> dict[str, object]:
    """Return a report for JSON; `subject` names what an error code is about."""
    data = attrs.asdict(report, recurse=False)
    for name in {"failed", "later"} & data.keys():
        data[name] = [{subject: about, "reason": reason} for about, reason in data[name]]
    return data


COMMANDS: Final = (
    Command("settle-open", settle_open),
    Command("payments show", show, {"number": PLAIN}),
    Command("payments verify", verify),
    Command("check-statements", check_statements),
)
