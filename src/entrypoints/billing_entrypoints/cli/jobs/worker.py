"""`billing worker`: background work as a process of its own."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from billing_domain.use_cases.jobs.run_outbox import OutboxReport
from billing_entrypoints.cli.arguments import add_common
from billing_entrypoints.cli.session import DONE, REFUSED, Session
from billing_entrypoints.reminder_labels_zh import job_end_label
from billing_entrypoints.worker import Worker


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `worker`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "worker",
        help="处理后台任务：催缴、退款；可以同时运行多个",
        description=(
            "处理后台任务：发送催缴通知和退款，每分钟查询一次未完成的支付单，"
            "每天读取前一日的对账单。收到 SIGTERM 或 Ctrl+C 后停止。"
        ),
    )
    parser.add_argument("--once", action="store_true", help="只处理现在到期的任务，然后退出")
    parser.set_defaults(handler=work)
    add_common(parser)


def work(session: Session) -> int:
    """Work until stopped, or what is due now; dead jobs need a person, and give status 1."""
    worker = Worker(session.application)
    if session.arguments.once:
        report = worker.drain()
        session.console.answer(_report_data(report), _report_text(report))
        return REFUSED if report.dead or report.crashes else DONE
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    with _stopped_by_signals() as stop:
        session.console.answer({"state": "working"}, "后台任务开始处理，按 Ctrl+C 停止")
        sys.stdout.flush()
        worker.run(stop)
    session.console.answer({"state": "stopped"}, "已停止")
    return DONE


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Yield an event that SIGTERM and Ctrl+C set, so that the round under way comes to its end."""
    stop = threading.Event()
    before = {
        each: signal.signal(each, lambda *_: stop.set())
        for each in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _report_data(report: OutboxReport) -> dict[str, object]:
    return {
        "done": len(report.done),
        "postponed": len(report.postponed),
        "failed": len(report.failed),
        "dead": [
            {"id": job.id, "subject": job.subject, "said": job.failure_reason}
            for job in report.dead
        ],
        "lost": len(report.lost),
        "crashes": len(report.crashes),
    }


def _report_text(report: OutboxReport) -> str:
    counts = (
        f"完成 {len(report.done)} 个，稍后再查 {len(report.postponed)} 个，"
        f"失败待重试 {len(report.failed)} 个"
    )
    dead = [
        f"需要人工处理：{job.id} {job.subject}（{job_end_label(job.failure_reason)}）"
        for job in report.dead
    ]
    return "\n".join([counts, *dead])
