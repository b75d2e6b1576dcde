"""`billing check-statements`: what the last statements tell and nobody else did (rule 5.7)."""

from __future__ import annotations

import argparse
from typing import Any

from billing_domain.use_cases.payments.check_statements import READY_AT, StatementReport
from billing_entrypoints.cli.arguments import add_common
from billing_entrypoints.cli.session import DONE, REFUSED, Session


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `check-statements`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "check-statements",
        help="读取支付渠道前一日的对账单，补记漏收的通知，一次",
        description=(
            "读取所有支付账户前一日的对账单：渠道已收款而本系统没有到账的支付单，向渠道查询后入账。"
            f"每天 {READY_AT:%H:%M} 以后才有前一日的对账单。常驻的 billing worker 每天自动读取。"
        ),
    )
    parser.set_defaults(handler=check_statements)
    add_common(parser)


def check_statements(session: Session) -> int:
    """Do one pass; what a person must look at gives status 1."""
    report = session.application.check_statements.run()
    session.console.answer(_data(report), _text(report))
    return REFUSED if report.unknown or report.amounts or report.failed else DONE


def _text(report: StatementReport) -> str:
    counts = f"读完对账单 {len(report.done)} 份，补记到账 {len(report.settled)} 笔"
    lines = [
        *(f"本系统没有的支付单：{number}" for number in report.unknown),
        *(f"实付金额和支付单不同：{number}" for number in report.amounts),
        *(f"没有成功：{subject}（{reason}）" for subject, reason in report.failed),
        *(f"需要稍后再读：{subject}（{reason}）" for subject, reason in report.later),
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
