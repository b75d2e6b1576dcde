"""Two web processes are killed again and again while owners pay (P14, P22): no fen is lost."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.community import Community
from billing_domain.model.money import Money
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.ledger import Books, discrepancies
from billing_domain.model.payments.order import OrderState
from billing_domain.model.payments.refund import RefundState
from billing_entrypoints.application import Application
from billing_entrypoints.bootstrap import open_application
from billing_entrypoints.settings import load_settings
from tests.databases import PostgresServer
from tests.integration.cli.conftest import (
    ADDRESSES,
    Ahead,
    Processes,
    open_community,
    residents_of,
    statement_lines,
)
from tests.integration.cli.paying_clients import Counts, PayingClients, two_servers
from tests.integration.cli.test_serve import free_port
from tests.sandbox_payments import SandboxPayments

KILLS = int(os.environ.get("BILLING_TEST_KILLS", "4"))
"""How often a server is killed; a long run asks for more."""

OWNERS = 6


@attrs.frozen
class Town:
    """A community with owners and many bills, on a database that servers share."""

    program: Processes
    application: Application
    actor: Actor
    community: Community
    account: PaymentAccount

    def books(self) -> Books:
        """Return orders, settlements, refunds and bills as they are now."""
        with self.application.view_payments.begin(read_only=True) as work:
            return work.orders.books(Scope(self.actor.company_id))


@pytest.fixture
def town(postgres: PostgresServer, tmp_path: Path) -> Iterator[Town]:
    with postgres.new_url(migrated=True) as url:
        program = Processes(url, tmp_path)
        with open_application(load_settings(program.environment)) as application:
            yield _settled(program, application)


@pytest.mark.alone
@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_whatever_was_killed_money_and_bills_agree(town: Town) -> None:
    chance = random.Random(7)
    with two_servers(town.program, [free_port(), free_port()]) as servers:
        clients = PayingClients(servers, town.community, seed=7)
        residents = town.application.sign_in_owners.demo_residents(community_id=town.community.id)
        for resident in residents[:OWNERS]:
            clients.add_owner(resident.id)
        clients.add_clerk(town.application, town.actor)
        for _ in range(KILLS):
            time.sleep(0.2 + 1.5 * chance.random())
            victim = chance.choice(servers)
            victim.kill()
            victim.wait()
        clients.wait_until(enough)
        clients.stop()
    assert clients.counts.mistakes == []
    assert enough(clients.counts), clients.counts
    assert discrepancies(town.books()) == []

    _come_to_rest(town)

    books = town.books()
    assert discrepancies(books) == []
    assert {order.state for order in books.orders} <= {OrderState.PAID, OrderState.CLOSED}
    assert books.reserved == {}
    assert {refund.state for refund in books.refunds} <= {RefundState.DONE}
    assert all(order.unapplied == Money.zero() for order in books.orders)
    lines = statement_lines(town.program, town.account)
    assert Money.total(line.amount for line in lines if line.refund is None) == Money.total(
        order.total for order in books.orders if order.state is OrderState.PAID
    )
    assert any(order.state is OrderState.PAID for order in books.orders)


def enough(counts: Counts) -> bool:
    """Tell whether the clients did so much that the kills met somebody."""
    return counts.orders >= 3 * KILLS and counts.acted > 0 and counts.edited > 0


def _come_to_rest(town: Town) -> None:
    """Let the janitor pass at ever later times, until nothing is open or to be looked at."""
    settings = load_settings(town.program.environment)
    for hours in (3, 4, 8, 20, 48):
        with open_application(settings, clock=Ahead(timedelta(hours=hours))) as later:
            for _ in range(4):
                assert later.settle_open_payments.run().failed == ()
                time.sleep(0.3)


def _settled(program: Processes, application: Application) -> Town:
    """Make a community with an owner in each house, and 100 bills a house."""
    houses = ADDRESSES[:OWNERS]
    rows = [
        (f"幸福家园/{address}", fee, 10 + month, f"2026年{month}月", f"2026年{month}月", "")
        for address in houses
        for fee in (fee_type.label for fee_type in FeeType)
        for month in range(1, 11)
    ]
    actor, community = open_community(application, residents_of(houses), rows)
    payments = SandboxPayments.at(application, actor)
    return Town(program, application, actor, community, payments.account)
