"""The provider fails for an hour: all arrives afterwards, in order, and nothing storms it."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta

import pytest

from billing_adapters.fakes.system import FrozenClock, PlainSecretCipher
from billing_adapters.http_client import HttpClient
from billing_adapters.sql.reminders.token_store import SqlTokenStore
from billing_adapters.wechat.access_tokens import AccessTokens
from billing_adapters.wechat.official_client import OfficialClient
from billing_adapters.wechat.template_sender import WechatTemplateSender
from billing_domain.model.jobs.outbox import JobState
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import DeliveryState
from billing_domain.model.reminders.reminder import ReminderState
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.reminders.messaging import (
    Delivered,
    MessageSender,
    MessagingAccount,
    ReminderMessage,
    TokenStore,
)
from billing_domain.services.reminders.circuit_breaker import PAUSE_MAX
from billing_domain.use_cases.jobs.run_outbox import RunOutbox
from tests.money_town import MoneyTown
from tests.simulators.faults import Fault
from tests.simulators.http_server import LoopbackServer, Response
from tests.simulators.wechat_official import WechatOfficialSimulator

HOUSES, WORKERS = 30, 4
STEP = timedelta(seconds=15)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class CountingSender(MessageSender):
    """Sends to an address that can change, and notes the moment of every attempt."""

    def __init__(self, clock: FrozenClock, tokens: TokenStore, url: str) -> None:
        self._clock, self._tokens = clock, tokens
        self.attempts: list[datetime] = []
        self.move_to(url)

    def move_to(self, url: str) -> None:
        """Send to another address from now on."""
        http = HttpClient(url)
        tokens = AccessTokens(self._tokens, PlainSecretCipher(), http, self._clock)
        self._inner = WechatTemplateSender(OfficialClient(tokens, http), self._clock)

    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        """Send a message."""
        self.attempts.append(self._clock.now())
        return self._inner.send(account, openid, message)


class Outage:
    """A town with many houses before an official account that can fail."""

    def __init__(self, town: MoneyTown, wechat: WechatOfficialSimulator) -> None:
        self.town, self.wechat = town, wechat
        self.sender = CountingSender(town.clock, SqlTokenStore(town.database), wechat.url)
        town.restart(self.sender)
        town.connect_wechat(wechat.tokens.app_id, wechat.tokens.secret)
        self.openids = [f"openid-{place:03d}" for place in range(HOUSES)]
        wechat.followers.update(self.openids)
        rooms = [f"9号楼/{place + 101}" for place in range(HOUSES)]
        for place, house in enumerate(town.add_houses(town.community, *rooms)):
            town.add_owner(house, openid=self.openids[place])
            town.add_bill(house, Money(100 + place))

    def remind(self) -> None:
        """Ask for all houses, ten at a time."""
        for tens in ("9号楼/12", "9号楼/11", "9号楼/13", "9号楼/10"):
            self.town.application.remind_residents.by_filter(
                self.town.staff[0], BillFilter(text=tens)
            )
            self.town.clock.advance(STEP)

    def queued(self) -> list[str]:
        """Return the openids in the order in which their reminders were queued."""
        return [each.deliveries[0].address for each in self.town.reminders()]

    def arrived(self) -> list[str]:
        """Return the openids in the order in which their messages arrived."""
        return [message.openid for message in self.wechat.messages]

    def work_for(self, duration: timedelta) -> list[datetime]:
        """Let the worker work for so long; return the moments of its attempts to send."""
        before = len(self.sender.attempts)
        self.town.work_for(duration, step=STEP)
        return self.sender.attempts[before:]

    def states(self) -> Counter[ReminderState]:
        """Return how many reminders are in which state."""
        return Counter(each.state for each in self.town.reminders())

    def dead_jobs(self) -> int:
        """Return how many jobs need a person."""
        return len(self.town.application.run_outbox.dead(self.town.staff[0]).rows)


@contextmanager
def outage_of(town: MoneyTown) -> Iterator[Outage]:
    with WechatOfficialSimulator(town.clock) as wechat:
        yield Outage(town, wechat)


@pytest.fixture
def outage() -> Iterator[Outage]:
    with outage_of(MoneyTown()) as found:
        yield found


@contextmanager
def busy(outage: Outage) -> Iterator[None]:
    """Let WeChat say that it is busy."""
    outage.wechat.faults.plan(["-1"] * 10_000)
    yield
    outage.wechat.faults.plan([])


@contextmanager
def unavailable(outage: Outage) -> Iterator[None]:
    """Let WeChat's front door say 503."""
    with LoopbackServer(lambda _: Response(503)) as door:
        outage.sender.move_to(door.url)
        yield
        outage.sender.move_to(outage.wechat.url)


@contextmanager
def unreachable(outage: Outage) -> Iterator[None]:
    """Let nobody listen at WeChat's address."""
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    outage.sender.move_to(f"http://127.0.0.1:{port}")
    yield
    outage.sender.move_to(outage.wechat.url)


@contextmanager
def cut(outage: Outage) -> Iterator[None]:
    """Let every connection break before an answer, so that nobody knows what arrived.

    The first call is answered: it asks for a token, and without one no message leaves.
    """
    outage.wechat.faults.plan([None, *[Fault.CUT] * 10_000])
    yield
    outage.wechat.faults.plan([])


Failing = Callable[[Outage], AbstractContextManager[None]]


class TestAnHourWithoutTheProvider:
    @pytest.mark.parametrize("failing", [busy, unavailable, unreachable])
    def test_delays_every_reminder_and_loses_none(self, outage: Outage, failing: Failing) -> None:
        outage.remind()
        with failing(outage):
            attempts = outage.work_for(HOUR)
            assert outage.states() == {ReminderState.WAITING: HOUSES}
            outage.remind()  # whoever is impatient queues nothing twice
            attempts += outage.work_for(2 * MINUTE)
        outage.work_for(PAUSE_MAX + MINUTE)

        assert outage.arrived() == outage.queued(), "each once, in the order of the requests"
        assert sorted(outage.arrived()) == outage.openids
        assert outage.states() == {ReminderState.DELIVERED: HOUSES}
        assert outage.town.jobs(JobState.WAITING) == []
        assert outage.dead_jobs() == 0
        assert busiest_minute(attempts) <= 3
        assert len(attempts) <= 20, "one asks for all, seldomer and seldomer"

    def test_that_may_have_sent_leaves_few_in_doubt(self, outage: Outage) -> None:
        """Silence is not failure: what may have arrived is not sent again later (P27)."""
        outage.remind()
        with cut(outage):
            attempts = outage.work_for(HOUR)
        outage.work_for(PAUSE_MAX + MINUTE)

        states = outage.states()
        assert states[ReminderState.DELIVERED] + states[ReminderState.UNKNOWN] == HOUSES
        assert 1 <= states[ReminderState.UNKNOWN] <= HOUR / (9 * MINUTE) + 1
        assert busiest_minute(attempts) <= 3
        assert len(set(outage.arrived())) == len(outage.arrived())
        delivered = {
            delivery.address
            for reminder in outage.town.reminders()
            for delivery in reminder.deliveries
            if delivery.state is DeliveryState.DELIVERED
        }
        assert set(outage.arrived()) == delivered
        assert outage.dead_jobs() == 0


class TestSeveralWorkers:
    def test_ask_seldom_each_and_send_once_together(self, outage: Outage) -> None:
        """What a process learned of the provider is its own: each asks for itself."""
        workers = []
        for _ in range(WORKERS):
            outage.town.restart()
            workers.append(outage.town.application.run_outbox)
        outage.remind()
        with busy(outage):
            take_turns(outage, workers, HOUR)
            attempts = [*outage.sender.attempts]
        take_turns(outage, workers, PAUSE_MAX + MINUTE)

        assert busiest_minute(attempts) <= 3 * WORKERS
        assert len(attempts) <= 20 * WORKERS
        assert sorted(outage.arrived()) == outage.openids
        assert outage.states() == {ReminderState.DELIVERED: HOUSES}
        assert outage.dead_jobs() == 0


def take_turns(outage: Outage, workers: Sequence[RunOutbox], duration: timedelta) -> None:
    """Let time pass, and every worker do in every step all that is due."""
    end = outage.town.clock.now() + duration
    while outage.town.clock.now() < end:
        for place, worker in enumerate(workers):
            while worker.run_once(holder=f"worker-{place}").claimed:
                pass
        outage.town.clock.advance(STEP)


def busiest_minute(attempts: Sequence[datetime]) -> int:
    """Return how many attempts fell into the minute with the most."""
    return max(sum(one <= each < one + MINUTE for each in attempts) for one in attempts)
