"""The daily statement: money that a provider took and that we never heard of (rules 5.7, 7.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, time, timedelta
from typing import Final

import attrs

from billing_domain.errors import (
    BillingError,
    ProviderUnavailableError,
    StatementNotReadyError,
)
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId, OrderNumber, OrderState, PaymentOrder
from billing_domain.model.shanghai import SHANGHAI, shanghai_day
from billing_domain.ports.payments.gateway import Outcome, StatementLine
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.services.payments.resolve_orders import ResolveOrders

READY_AT: Final = time(10, 30)
"""Shanghai time from which the day before is asked for: providers write it until ten."""

LINES_AT_ONCE: Final = 200
"""How many lines are looked up in one unit of work."""

CRASHED: Final = "unexpected"
"""What is known of an account whose statement met a bug; the report holds the exception."""


@attrs.frozen
class StatementDay:
    """One day's statement of one merchant account."""

    account_id: AccountId
    day: date


@attrs.frozen
class StatementReport:
    """What one pass did.

    `done` are the statements of the day that need not be asked for again, those of earlier
    passes too. `settled` are orders that nobody had told us were paid. `unknown` are payments of
    orders that we don't have, by the provider's word for their number, and `amounts` orders that
    were paid with another amount: a person must look at them, as at `failed`, which are accounts
    and orders with the code of what stopped them. `later` are those that another pass may bring
    to an end. `crashes` are exceptions that no provider's adapter may raise, with their traces.
    """

    done: tuple[StatementDay, ...] = ()
    settled: tuple[OrderNumber, ...] = ()
    unknown: tuple[OrderNumber, ...] = ()
    amounts: tuple[OrderNumber, ...] = ()
    later: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    crashes: tuple[Exception, ...] = ()


@attrs.define
class _Findings:
    settled: list[OrderNumber] = attrs.field(factory=list)
    unknown: list[OrderNumber] = attrs.field(factory=list)
    amounts: list[OrderNumber] = attrs.field(factory=list)
    later: list[tuple[str, str]] = attrs.field(factory=list)
    failed: list[tuple[str, str]] = attrs.field(factory=list)
    crashes: list[Exception] = attrs.field(factory=list)


@attrs.frozen
class CheckStatements:
    """Passes over the statements of the last days of all companies.

    Several processes may run it at once: each asks for itself, and settling happens once.
    """

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    clock: Clock
    days: int = 1
    """How many past days are looked at: more than one finds what a still night left."""

    def run(self, *, done: Collection[StatementDay] = ()) -> StatementReport:
        """Read the statements of the last days that are not done, and settle what they tell.

        Nothing happens before half past ten in Shanghai. The statement is only a hint: each
        order that it calls paid and we don't is asked about, and settled by the answer. An
        error with one account or order stops no other.
        """
        now = self.clock.now().astimezone(SHANGHAI)
        if now.time() < READY_AT:
            return StatementReport()
        days = [shanghai_day(now) - timedelta(days=back) for back in range(1, self.days + 1)]
        found, finished = _Findings(), []
        for account in self._accounts():
            for day in days:
                wanted = StatementDay(account.id, day)
                if wanted in done or self._tried(account, day, found):
                    finished.append(wanted)
        return StatementReport(
            tuple(finished),
            tuple(found.settled),
            tuple(found.unknown),
            tuple(found.amounts),
            tuple(found.later),
            tuple(found.failed),
            tuple(found.crashes),
        )

    def _accounts(self) -> Sequence[PaymentAccount]:
        """Return every account, replaced ones too: their orders may have been paid yesterday."""
        with self.begin(read_only=True) as work:
            return [
                account
                for company in work.companies.all()
                for account in work.payment_accounts.all(company.id)
            ]

    def _tried(self, account: PaymentAccount, day: date, found: _Findings) -> bool:
        """Go through one statement as `_finished` does; a bug is noted and stops no other."""
        try:
            return self._finished(account, day, found)
        except Exception as error:  # noqa: BLE001 - another account's money must not wait for it
            found.crashes.append(error)
            found.failed.append((account.id, CRASHED))
            return False

    def _finished(self, account: PaymentAccount, day: date, found: _Findings) -> bool:
        """Go through one statement; return whether it need not be asked for again."""
        try:
            gateway = self.decide.gateway(account.id)
            lines = gateway.statement(day) if gateway.capabilities.statements else ()
        except (StatementNotReadyError, ProviderUnavailableError) as error:
            found.later += _told(account, error)
            return False
        except BillingError as error:
            found.failed += _told(account, error)
            return True
        finished = True
        for order in self._unpaid(lines, found):
            finished = self._settled(order, found) and finished
        return finished

    def _unpaid(self, lines: Sequence[StatementLine], found: _Findings) -> Iterator[PaymentOrder]:
        """Yield the orders of a statement's payments that are not paid here."""
        payments = [line for line in lines if line.refund is None]
        for start in range(0, len(payments), LINES_AT_ONCE):
            with self.begin(read_only=True) as work:
                some = [
                    (line, work.orders.find(line.order))
                    for line in payments[start : start + LINES_AT_ONCE]
                ]
            for line, order in some:
                if order is None:
                    found.unknown.append(line.order)
                elif line.amount != order.total:
                    found.amounts.append(order.number)
                elif order.state is not OrderState.PAID:
                    yield order

    def _settled(self, order: PaymentOrder, found: _Findings) -> bool:
        """Ask about an order; return whether a later pass would tell no more."""
        try:
            after = self._asked(order)
        except ProviderUnavailableError as error:
            found.later.append((order.number, error.code))
            return False
        except BillingError as error:
            found.failed.append((order.number, error.code))
            return True
        if after.state is not OrderState.PAID:
            found.later.append((order.number, after.provider_state))
            return False
        found.settled.append(order.number)
        return True

    def _asked(self, order: PaymentOrder) -> PaymentOrder:
        if order.state.open:
            return self.decide.ask(order.number)
        # One that we closed is believed to be paid all the same (rule 5.6).
        report = self.decide.gateway(order.account_id).query(order)
        if report.outcome is not Outcome.PAID:
            return attrs.evolve(order, provider_state=report.said)
        return self.decide.book(order.number, report)


def _told(account: PaymentAccount, error: BillingError) -> list[tuple[str, str]]:
    """Return what is told of an account: nothing of one that was replaced and nobody mends."""
    return [(account.id, error.code)] if account.active else []
