"""A world of owners who pay, on any database, with a provider that plays along.

Commits can fail in every way that a database knows, and the process can end at any moment
between two units of work or during one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from types import TracebackType
from typing import Any, Self, cast

import attrs

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sql.db.engine import Database
from billing_domain.errors import BillingError, CommitUnknownError, StorageBusyError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.ledger import Books, discrepancies
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.ports.payments.gateway import GatewayFactory
from billing_domain.ports.reminders.messaging import MessageSender
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.use_cases.jobs.run_outbox import BATCH_MAX, OutboxReport
from billing_entrypoints.application import Ports
from tests.phones import KilledError, Phones, PhonesBySms
from tests.world import NOON, World

WANG, LI = "openid-wang", "openid-li"
"""The first has the first four bills, the second the last four."""

FAMILIES = {WANG: (0, 1), LI: (1, 2), "openid-gone": (0,)}
"""Whose houses are whose: the second belongs to two families, and one moves out."""

AMOUNTS = [Money(fen) for fen in (1, 20, 300, 4_000, 50_000, 600_000)]
"""Two bills a house; no two sets of bills have the same sum."""


class DiedError(Exception):
    """The process ends here; whoever comes next finds what was committed."""


class CommitFault(Enum):
    """What becomes of a commit: refused, of unknown outcome, or the end of the process."""

    BUSY = "busy"
    LOST = "lost"
    KEPT = "kept"
    DIED_BEFORE = "died_before"
    DIED_AFTER = "died_after"


class Chance:
    """What happens next to commits, and who is faster than the next one to write."""

    def __init__(self) -> None:
        self.faults: deque[CommitFault] = deque()
        self.rivals: deque[Callable[[], None]] = deque()

    def forget(self) -> None:
        """Let everything go well from now on."""
        self.faults.clear()
        self.rivals.clear()


class _ShakyUnit:
    """A unit of work whose commit does what chance wants."""

    def __init__(self, inner: UnitOfWork, chance: Chance) -> None:
        self._inner, self._chance = inner, chance

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._inner.__exit__(kind, error, trace)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self) -> None:
        fault = self._chance.faults.popleft() if self._chance.faults else None
        if fault is CommitFault.BUSY:
            raise StorageBusyError
        if fault is CommitFault.LOST:
            raise CommitUnknownError
        if fault is CommitFault.DIED_BEFORE:
            raise DiedError
        self._inner.commit()
        if fault is CommitFault.KEPT:
            raise CommitUnknownError
        if fault is CommitFault.DIED_AFTER:
            raise DiedError


@attrs.frozen
class ShakyUnits(UnitOfWorkFactory):
    """Units of work at the mercy of chance; reading never fails."""

    inner: UnitOfWorkFactory
    chance: Chance

    def __call__(self, *, read_only: bool = False) -> UnitOfWork:
        """Return a unit of work; before one that writes, a waiting rival acts."""
        if read_only:
            return self.inner(read_only=True)
        if self.chance.rivals:
            self.chance.rivals.popleft()()
        return cast("UnitOfWork", _ShakyUnit(self.inner(), self.chance))


class MoneyTown(World):
    """A world whose three houses have two bills each, families who pay, and bad luck.

    `gateways` makes another factory of the usual one. Messages go to `phones`.
    """

    def __init__(
        self,
        database: Database | None = None,
        clock: FrozenClock | None = None,
        gateways: Callable[[GatewayFactory], GatewayFactory] = lambda usual: usual,
    ) -> None:
        clock = clock or FrozenClock(NOON)
        self.chance, self._gateways = Chance(), gateways
        self.phones = Phones(clock)
        self.sender: MessageSender = self.phones
        super().__init__(database, clock)
        self.staff = [
            attrs.evolve(self.admin, id=name, name=name) for name in ("王经理", "李会计")
        ]
        self.merchant = self.open_account()
        for openid, places in FAMILIES.items():
            self.add_owner(*(self.houses[place] for place in places), openid=openid)
        self.bills = [
            self.add_bill(self.houses[place // 2], amount) for place, amount in enumerate(AMOUNTS)
        ]

    def ports(self) -> Ports:
        """Return the world's adapters at the mercy of chance."""
        usual = super().ports()
        units = ShakyUnits(self.begin, self.chance)
        return attrs.evolve(
            usual,
            begin=units,
            gateways=self._gateways(usual.gateways),
            messages=self.sender,
            sms=PhonesBySms(self.phones),
        )

    def restart(self, sender: MessageSender | None = None) -> None:
        """Let another process work from now on, which remembers no pause."""
        self.sender = sender or self.sender
        self._build_use_cases()

    def run_worker(
        self, *failures: BillingError | None, count_max: int = BATCH_MAX
    ) -> OutboxReport:
        """Do one round; a process that dies is followed by the next one."""
        try:
            return super().run_worker(*failures, count_max=count_max)
        except KilledError:
            self.restart()
            return OutboxReport()

    def work_for(self, duration: timedelta, *, step: timedelta) -> None:
        """Let time pass, and the worker do in every step all that is due."""
        end = self.clock.now() + duration
        while self.clock.now() < end:
            while self.run_worker().claimed:
                pass
            self.clock.advance(step)

    def owner(self, openid: str) -> Owner:
        """Return somebody as they sign in now."""
        with self.begin(read_only=True) as work:
            people = work.residents.of_openid(self.company.id, openid)
        return Owner(openid, self.company.id, tuple(people))

    def books(self) -> Books:
        """Return the books as they are stored now."""
        with self.begin(read_only=True) as work:
            return work.orders.books(self.admin.scope)

    def at(self, *places: int) -> list[BillNumber]:
        """Return the numbers of bills by their places."""
        return [self.numbers[place] for place in places]

    def check_out_at(self, *places: int, openid: str = WANG, key: str = "") -> PaymentOrder:
        """Let a family pay bills."""
        return self.application.collect_payments.check_out(
            self.owner(openid),
            numbers=self.at(*places),
            request_key=key or self.ids.new_id(),
        )

    def paid_at(self, *places: int, openid: str = WANG) -> PaymentOrder:
        """Return an order that was paid and told of."""
        order = self.check_out_at(*places, openid=openid)
        assert self.take(self.provider.pay(order.number)).status == 200
        return self.order(order.number)

    def pass_janitor(self, **later: float) -> None:
        """Let time pass, and the janitor too."""
        self.wait(**later)
        self.application.settle_open_payments.run()

    def states_at(self, *places: int) -> list[str]:
        """Return the states of bills, `gone` for those that are deleted."""
        found = {bill.number: bill.state.value for bill in self.books().bills}
        return [found.get(number, "gone") for number in self.at(*places)]

    def agrees(self) -> bool:
        """Tell whether the books are right and hold all that the provider took."""
        books = self.books()
        settled = sum(item.amount.fen for item in books.settlements if not item.reversed)
        unapplied = sum(order.unapplied.fen for order in books.orders)
        held = self.provider.took().fen - self.provider.returned().fen
        return not discrepancies(books) and held == settled + unapplied
