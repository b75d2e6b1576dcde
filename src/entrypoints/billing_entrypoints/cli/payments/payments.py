"""`billing payments` and `billing settle-open`: what became of payments (rules 5.3, 5.7)."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.payments.order import OrderNumber, PaymentOrder
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.use_cases.payments.settle_open_payments import JanitorReport
from billing_domain.use_cases.payments.view_payments import OrderDetail
from billing_entrypoints.cli.arguments import add_common
from billing_entrypoints.cli.company.lookups import operator
from billing_entrypoints.cli.console import facts, table
from billing_entrypoints.cli.session import DONE, REFUSED, Session
from billing_entrypoints.payment_labels_zh import (
    ORDER_STATES,
    REFUND_STATES,
    VERDICTS,
    provider_label,
)


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `settle-open`, `payments show` and `payments verify`."""
    settling: argparse.ArgumentParser = commands.add_parser(
        "settle-open", help="向支付渠道查询未完成的支付单和退款，一次"
    )
    settling.set_defaults(handler=settle_open)
    group = commands.add_parser("payments", help="支付单：查看、核对").add_subparsers(
        title="命令", metavar="命令", required=True
    )
    showing: argparse.ArgumentParser = group.add_parser("show", help="查看一笔支付单")
    showing.add_argument("number", metavar="支付单号")
    showing.set_defaults(handler=show)
    verifying: argparse.ArgumentParser = group.add_parser(
        "verify", help="核对所有公司的支付单、缴费单和退款是否一致"
    )
    verifying.set_defaults(handler=verify)
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
    text = "\n".join(lines) if lines else f"{len(found)} 家公司的支付单和缴费单一致"
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
    counts = (
        f"到账 {len(report.settled)} 笔，关闭 {len(report.closed)} 笔，"
        f"仍在等待 {len(report.waiting)} 笔，完成退款 {len(report.refunded)} 笔"
    )
    overdue = [f"超过 2 小时没有结果，需要人工处理：{number}" for number in report.overdue]
    failed = [f"没有成功：{number}（{reason}）" for number, reason in report.failed]
    return "\n".join([counts, *overdue, *failed])


def _detail_text(detail: OrderDetail) -> str:
    order = detail.order
    parts = [
        facts(
            {
                "支付单号": order.number,
                "状态": ORDER_STATES[order.state],
                "金额": str(order.total),
                "付款人": order.payer.name,
                "支付渠道": provider_label(order.provider),
                "渠道单号": order.provider_number or "--",
                "渠道说法": order.provider_state or "--",
                "发起时间": _moment(order.created_at),
                "支付时间": _moment(order.paid_at) if order.paid_at else "--",
                "未入账金额": str(order.unapplied),
            }
        ),
        table(("平台单号", "金额", "入账"), [_line(detail, order, bill) for bill in order.bills]),
    ]
    if detail.refunds:
        rows = [
            (each.number, str(each.amount), REFUND_STATES[each.state]) for each in detail.refunds
        ]
        parts.append(table(("退款单号", "金额", "状态"), rows))
    if detail.messages:
        received = [
            (_moment(each.received_at), VERDICTS[each.verdict], each.reason or "--")
            for each in detail.messages
        ]
        parts.append(table(("收到通知", "处理", "原因"), received))
    return "\n\n".join(parts)


def _line(detail: OrderDetail, order: PaymentOrder, bill: BillNumber) -> tuple[str, str, str]:
    amount = next(line.amount for line in order.lines if line.bill == bill)
    settled = {item.bill: item for item in detail.settlements}
    if bill not in settled:
        return bill, str(amount), "--"
    return bill, str(amount), "已退款" if settled[bill].reversed else "已入账"


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
