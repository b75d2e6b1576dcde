"""One of four workers is killed in the middle of 30 refunds: each is sent once (rule 5.6, P14)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from sqlalchemy import select

from billing_adapters.sql.tables.jobs import outbox_jobs
from billing_domain.model.company.actor import Scope
from billing_domain.model.jobs.outbox import JobState
from billing_domain.model.payments.ledger import Books, discrepancies
from billing_domain.model.payments.refund import Refund, RefundNumber, RefundState
from billing_domain.services.payments.send_refunds import SendRefunds
from billing_entrypoints.application import Application
from billing_entrypoints.bootstrap import open_application
from billing_entrypoints.settings import load_settings
from tests.databases import PostgresServer, opened
from tests.integration.cli.conftest import (
    ADDRESSES,
    Processes,
    open_community,
    residents_of,
    statement_lines,
)
from tests.sandbox_payments import SandboxPayments

PROGRAM = Path(__file__).with_name("work_until_killed.py")
REFUNDS, WORKERS, VICTIM_STOPS_AFTER = 30, 4, 3


class DiedError(Exception):
    """The process ends here."""


@attrs.frozen
class DyingSender(SendRefunds):
    """Dies when it should send, which only the outbox then does."""

    def advance(self, number: RefundNumber) -> Refund:
        """Raise DiedError."""
        raise DiedError(number)


@pytest.fixture
def program(postgres: PostgresServer, tmp_path: Path) -> Iterator[Processes]:
    with postgres.new_url(migrated=True) as url:
        yield Processes(url, tmp_path)


@pytest.mark.alone
@pytest.mark.postgres
@pytest.mark.slow
def test_a_killed_worker_s_refunds_are_sent_once(program: Processes) -> None:
    with open_application(load_settings(program.environment)) as application:
        payments = a_town(application)
        approve_and_die(payments)

        victim_said = work_and_kill_one(program)

        books = books_of(payments)
        assert {refund.state for refund in books.refunds} == {RefundState.DONE}
        assert len(books.refunds) == REFUNDS
        assert discrepancies(books) == []
    lines = [line for line in statement_lines(program, payments.account) if line.refund]
    assert sorted(line.refund or "" for line in lines) == sorted(
        refund.number for refund in books.refunds
    )
    with opened(program.url) as database, database.reader.connect() as connection:
        jobs = connection.execute(select(outbox_jobs)).all()
    assert {job.state for job in jobs} == {JobState.DONE}
    again = {job.subject for job in jobs if job.attempts > 1}
    assert victim_said[-1] in again, "sent by the victim, and found done by another"


def a_town(application: Application) -> SandboxPayments:
    """Return a community whose first house has as many bills as are refunded."""
    months = [f"{2015 + each // 12}年{each % 12 + 1}月" for each in range(REFUNDS)]
    rows = [
        (f"幸福家园/{ADDRESSES[0]}", "水费", 1 + each, month, month, "")
        for each, month in enumerate(months)
    ]
    actor, _ = open_community(application, residents_of(ADDRESSES[:1]), rows)
    return SandboxPayments.at(application, actor)


def approve_and_die(payments: SandboxPayments) -> None:
    """Pay every bill, and let whoever approves its refund die before sending it."""
    refunding = payments.application.refund_payments
    sender = refunding.send
    dying = attrs.evolve(refunding, send=DyingSender(sender.begin, sender.decide, sender.refunds))
    for _ in range(REFUNDS):
        order = payments.paid()
        refund = refunding.propose(payments.actor, order=order.number, reason="重复缴费")
        with pytest.raises(DiedError):
            dying.approve(payments.actor, number=refund.number)


def work_and_kill_one(program: Processes) -> list[str]:
    """Let all workers work, kill one in the middle, wait for the others; return what it said."""
    victim = start(program, VICTIM_STOPS_AFTER)
    assert victim.stdout is not None
    said = [victim.stdout.readline().strip()]  # its share is claimed before the others begin
    others = [start(program, 0) for _ in range(WORKERS - 1)]
    said += [victim.stdout.readline().strip() for _ in range(VICTIM_STOPS_AFTER - 1)]
    victim.kill()
    victim.wait()
    victim.stdout.close()
    for other in others:
        other.communicate(timeout=60)
    assert [other.returncode for other in others] == [0] * len(others)
    return said


def start(program: Processes, stop_after: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(stop_after)],
        env=program.environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def books_of(payments: SandboxPayments) -> Books:
    with payments.application.view_payments.begin(read_only=True) as work:
        return work.orders.books(Scope(payments.actor.company_id))
