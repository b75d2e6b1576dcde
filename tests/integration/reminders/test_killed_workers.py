"""One of four workers is killed in the middle of 300 messages: each arrives once (rule 4.4)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import attrs
import pytest
from sqlalchemy import func, select

from billing_adapters.sql.tables.jobs import outbox_jobs
from billing_adapters.sql.tables.reminders import reminder_deliveries
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.jobs.outbox import JobState
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.model.reminders.queued_reminder import DeliveryState
from billing_domain.ports.bills import BillFilter
from billing_entrypoints.application import Application
from billing_entrypoints.bootstrap import open_application
from billing_entrypoints.settings import load_settings
from tests.databases import PostgresServer, opened
from tests.integration.cli.conftest import Processes
from tests.simulators.wechat_official import WechatOfficialSimulator
from tests.world import TEMPLATE

PROGRAM = Path(__file__).with_name("send_until_killed.py")
MESSAGES, WORKERS, VICTIM_STOPS_AFTER = 300, 4, 7
MONTH = BillingPeriod(date(2026, 10, 1), date(2026, 10, 31))


@attrs.frozen
class Post:
    """The program, and WeChat as a server that counts what arrives."""

    program: Processes
    wechat: WechatOfficialSimulator

    def sent(self) -> list[tuple[str, str]]:
        """Return to whom messages were sent under which `client_msg_id`, repetitions too."""
        documents = [
            json.loads(request.body)
            for request in [*self.wechat.requests]
            if "/message/template/send" in request.target
        ]
        return [(each["touser"], each["client_msg_id"]) for each in documents]

    def jobs(self) -> Counter[JobState]:
        """Return how many jobs are in which state."""
        counts = select(outbox_jobs.c.state, func.count()).group_by(outbox_jobs.c.state)
        with opened(self.program.url) as database, database.reader.connect() as connection:
            return Counter({row[0]: row[1] for row in connection.execute(counts)})

    def deliveries(self) -> Counter[DeliveryState]:
        """Return how many messages are known to be in which state."""
        states = select(reminder_deliveries.c.state)
        with opened(self.program.url) as database, database.reader.connect() as connection:
            return Counter(connection.execute(states).scalars())


@pytest.fixture
def post(postgres: PostgresServer, tmp_path: Path) -> Iterator[Post]:
    with (
        WechatOfficialSimulator(SystemClock()) as wechat,
        postgres.new_url(migrated=True) as url,
    ):
        program = Processes(url, tmp_path)
        program.environment["BILLING_WECHAT_API_URL"] = wechat.url
        yield Post(program, wechat)


@pytest.mark.alone
@pytest.mark.postgres
@pytest.mark.slow
def test_a_killed_worker_s_messages_arrive_once(post: Post) -> None:
    with open_application(load_settings(post.program.environment)) as application:
        actor = a_town(application, post.wechat)
        reminded = application.remind_residents.by_filter(actor, BillFilter())
    assert len(reminded.batch.to_send) == MESSAGES

    said = work_and_kill_one(post)

    arrived = Counter(message.openid for message in post.wechat.messages)
    assert set(arrived) == post.wechat.followers
    assert set(arrived.values()) == {1}
    assert post.deliveries() == {DeliveryState.DELIVERED: MESSAGES}
    assert post.jobs() == {JobState.DONE: MESSAGES}
    repeated = [name for (_, name), times in Counter(post.sent()).items() if times > 1]
    assert repeated == said[-1:], "sent again by another, and known again by WeChat"
    assert len(post.sent()) == MESSAGES + 1


def a_town(application: Application, wechat: WechatOfficialSimulator) -> Actor:
    """Return the staff of a community in which everybody owes one bill and follows."""
    configure, ids, now = application.configure_companies, SystemIds(), SystemClock().now()
    actor = Actor.system(configure.create_company(name="安居物业").id, name="前台")
    community = configure.add_community(actor, name="幸福家园")
    configure.open_community(actor, community_id=community.id)
    tokens = wechat.tokens
    application.configure_payments.save_official_account(
        actor, app_id=tokens.app_id, secret=tokens.secret, version=0
    )
    application.configure_reminders.change_template(actor, version=0, template=TEMPLATE)
    houses = [
        House(HouseId(ids.new_id()), community.id, HouseAddress(f"1号楼/{place}"))
        for place in range(MESSAGES)
    ]
    residents = [
        Resident(
            ResidentId(ids.new_id()), community.id, house.id, "王建国", "13800004613",
            Relation.OWNER, None, openid=wechat.follow(),
        )
        for house in houses
    ]  # fmt: skip
    bills = [
        PendingBill(
            number=bill_number(now, serial),
            community_id=community.id,
            house_id=house.id,
            fee_type=FeeType.WATER,
            amount=Money(1_234),
            period=MONTH,
            imported_at=now,
        )
        for house, serial in zip(houses, ids.bill_serials(MESSAGES), strict=True)
    ]
    with application.remind_residents.begin() as work:
        work.houses.add_all(houses)
        work.residents.add_all(residents)
        work.bills.add_all(bills)
        work.commit()
    return actor


def work_and_kill_one(post: Post) -> list[str]:
    """Let all workers work, kill one in the middle, wait for the others; return what it said."""
    victim = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(VICTIM_STOPS_AFTER)],
        env=post.program.environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert victim.stdout is not None
    said = [victim.stdout.readline().strip()]  # its share is claimed before the others begin
    others = [post.program.start("worker") for _ in range(WORKERS - 1)]
    said += [victim.stdout.readline().strip() for _ in range(VICTIM_STOPS_AFTER - 1)]
    wait_until(lambda: len(post.wechat.messages) >= MESSAGES // 4)
    victim.kill()
    assert len(post.wechat.messages) < MESSAGES, "in the middle"
    victim.wait()
    victim.stdout.close()
    wait_until(lambda: not post.jobs()[JobState.WAITING])
    for other in others:
        other.send_signal(signal.SIGTERM)
    for other in others:
        other.communicate(timeout=60)
    assert [other.returncode for other in others] == [0] * len(others)
    return said


def wait_until(happened: Callable[[], bool], *, seconds: float = 60) -> None:
    """Wait for something that comes soon; fail when it does not."""
    ends_at = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends_at, "this takes too long"
        time.sleep(0.25)
