"""Two web processes are killed again and again while owners pay (P14, P22): no fen is lost."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import pytest

from billing_adapters.system.clock import SystemClock
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.community import Community
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.money import Money
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.ledger import Books, discrepancies
from billing_domain.model.payments.order import OrderState, ProviderKey
from billing_domain.model.payments.refund import RefundState
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.system import Clock
from billing_domain.use_cases.payments.configure_payments import AccountForm
from billing_entrypoints.application import Application
from billing_entrypoints.bootstrap import open_application
from billing_entrypoints.settings import load_settings
from tests.databases import PostgresServer
from tests.integration.cli.conftest import ADDRESSES, BILL_HEADER, RESIDENT_HEADER, Processes
from tests.integration.cli.paying_crowd import Counts, Crowd, two_servers
from tests.integration.cli.test_serve import free_port

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


@attrs.frozen
class Ahead(Clock):
    """The machine's clock, some time ahead."""

    by: timedelta

    def now(self) -> datetime:
        """Return the moment that it will be then."""
        return SystemClock().now() + self.by


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
        crowd = Crowd(servers, town.community, seed=7)
        residents = town.application.sign_in_owners.demo_residents(community_id=town.community.id)
        for resident in residents[:OWNERS]:
            crowd.add_owner(resident.id)
        crowd.add_clerk(town.application, town.actor)
        for _ in range(KILLS):
            time.sleep(0.2 + 1.5 * chance.random())
            victim = chance.choice(servers)
            victim.kill()
            victim.wait()
        crowd.wait_until(enough)
        crowd.stop()
    assert crowd.counts.mistakes == []
    assert enough(crowd.counts), crowd.counts
    assert discrepancies(town.books()) == []

    _come_to_rest(town)

    books = town.books()
    assert discrepancies(books) == []
    assert {order.state for order in books.orders} <= {OrderState.PAID, OrderState.CLOSED}
    assert books.reserved == {}
    assert {refund.state for refund in books.refunds} <= {RefundState.DONE}
    assert all(order.unapplied == Money.zero() for order in books.orders)
    assert _taken_by_provider(town) == Money.total(
        order.total for order in books.orders if order.state is OrderState.PAID
    )
    assert any(order.state is OrderState.PAID for order in books.orders)


def enough(counts: Counts) -> bool:
    """Tell whether the crowd did so much that the kills met somebody."""
    return counts.orders >= 3 * KILLS and counts.acted > 0 and counts.edited > 0


def _come_to_rest(town: Town) -> None:
    """Let the janitor pass at ever later times, until nothing is open or to be looked at."""
    settings = load_settings(town.program.environment)
    for hours in (3, 4, 8, 20, 48):
        with open_application(settings, clock=Ahead(timedelta(hours=hours))) as later:
            for _ in range(4):
                assert later.settle_open_payments.run().failed == ()
                time.sleep(0.3)


def _taken_by_provider(town: Town) -> Money:
    """Return what the sandbox's own statements say that it took, two days later."""
    today = shanghai_day(SystemClock().now())
    settings = load_settings(town.program.environment)
    with open_application(settings, clock=Ahead(timedelta(days=2))) as later:
        gateway = later.configure_payments.gateways(town.account)
        days = [today - timedelta(days=1), today, today + timedelta(days=1)]
        lines = [line for day in days for line in gateway.statement(day)]
    return Money.total(line.amount for line in lines if line.refund is None)


def _settled(program: Processes, application: Application) -> Town:
    """Make a community with an owner in each house, and 100 bills a house."""
    configure = application.configure_companies
    actor = Actor.system(configure.create_company(name="安居物业").id, name="前台")
    community = configure.add_community(actor, name="幸福家园")
    configure.open_community(actor, community_id=community.id)
    account = application.configure_payments.save_account(
        actor, form=AccountForm(ProviderKey("sandbox"), "沙箱", {}, {})
    )
    houses = ADDRESSES[:OWNERS]
    people = [(address, "王建国", "13800004613", "业主", "2015-01-02") for address in houses]
    application.import_residents.import_sheet(
        actor, request=ImportRequest.of_rows(community.id, [RESIDENT_HEADER, *people])
    )
    rows = [
        (f"幸福家园/{address}", fee, 10 + month, f"2026年{month}月", f"2026年{month}月", "")
        for address in houses
        for fee in (fee_type.label for fee_type in FeeType)
        for month in range(1, 11)
    ]
    request = ImportRequest.of_rows(community.id, [BILL_HEADER, *rows])
    application.import_bills.import_sheet(actor, request=request)
    return Town(program, application, actor, community, account)
