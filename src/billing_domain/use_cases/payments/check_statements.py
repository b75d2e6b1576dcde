"""Daily statements: find payments whose notification never arrived (rules 5.7, 7.2)."""

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
"""The Shanghai time from which yesterday's statement is read: providers write it until ten."""

LINES_AT_ONCE: Final = 200
"""The number of statement lines looked up in one unit of work."""

CRASHED: Final = "unexpected"
"""The failure reason of an account whose statement met a bug; the report has the exception."""


@attrs.frozen
class StatementDay:
    """One day's statement of one merchant account."""

    account_id: AccountId
    day: date


@attrs.define
class StatementReport:
    """The result of one pass.

    `done` are the statements of the day that need no further pass, including those given as done.
    `settled` are orders newly found paid. `unknown` are order numbers in the statement that do
    not exist here; `amounts` are orders paid with another amount. A person must look at both, and
    at `failed`: accounts and orders with their error codes. `later` are those that another pass
    may finish. `crashes` are unexpected exceptions of provider adapters, with their traces.
    """

    done: tuple[StatementDay, ...] = ()
    settled: tuple[OrderNumber, ...] = ()
    unknown: tuple[OrderNumber, ...] = ()
    amounts: tuple[OrderNumber, ...] = ()
    later: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    crashes: tuple[Exception, ...] = ()


@attrs.frozen
class CheckStatements:
    """Passes over the last days' statements of all companies.

    Several processes may run at once: each reads for itself, and settling happens once.
    """

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    clock: Clock
    days: int = 1
    """The number of past days to read; more than one also covers a day without a pass."""

    def run(self, *, done: Collection[StatementDay] = ()) -> StatementReport:
        """Read the unfinished statements of the last days, and settle newly found payments.

        Does nothing before half past ten in Shanghai. A statement is only a hint: each order that
        is paid there and unpaid here is queried, and the answer settles it. An error with one
        account or order does not stop the others.
        """
        now = self.clock.now().astimezone(SHANGHAI)
        if now.time() < READY_AT:
            return StatementReport()
        days = [shanghai_day(now) - timedelta(days=back) for back in range(1, self.days + 1)]
        found = StatementReport()
        for account in self._accounts():
            for day in days:
                wanted = StatementDay(account.id, day)
                if wanted in done or self._tried(account, day, found):
                    found.done += (wanted,)
        return found

    def _accounts(self) -> Sequence[PaymentAccount]:
        """Return every account, replaced ones too: they may have received yesterday's payments."""
        with self.begin(read_only=True) as work:
            return [
                account
                for company in work.companies.all()
                for account in work.payment_accounts.all(company.id)
            ]

    def _tried(self, account: PaymentAccount, day: date, found: StatementReport) -> bool:
        """Process one statement as `_finished` does; record an unexpected exception."""
        try:
            return self._finished(account, day, found)
        except Exception as error:  # noqa: BLE001 - another account's money must not wait for it
            found.crashes += (error,)
            found.failed += ((account.id, CRASHED),)
            return False

    def _finished(self, account: PaymentAccount, day: date, found: StatementReport) -> bool:
        """Process one statement; return whether it needs no further pass."""
        try:
            lines = self.decide.gateway(account.id).statement(day)
        except (StatementNotReadyError, ProviderUnavailableError) as error:
            found.later += _failures(account, error)
            return False
        except BillingError as error:
            found.failed += _failures(account, error)
            return True
        finished = True
        for order in self._unpaid(lines, found):
            finished = self._settled(order, found) and finished
        return finished

    def _unpaid(
        self, lines: Sequence[StatementLine], found: StatementReport
    ) -> Iterator[PaymentOrder]:
        """Yield the orders that are paid in the statement and unpaid here."""
        payments = [line for line in lines if line.refund is None]
        for start in range(0, len(payments), LINES_AT_ONCE):
            with self.begin(read_only=True) as work:
                some = [
                    (line, work.orders.find(line.order))
                    for line in payments[start : start + LINES_AT_ONCE]
                ]
            for line, order in some:
                if order is None:
                    found.unknown += (line.order,)
                elif line.amount != order.total:
                    found.amounts += (order.number,)
                elif order.state is not OrderState.PAID:
                    yield order

    def _settled(self, order: PaymentOrder, found: StatementReport) -> bool:
        """Query an order; return whether it needs no further pass."""
        try:
            after = self._asked(order)
        except ProviderUnavailableError as error:
            found.later += ((order.number, error.code),)
            return False
        except BillingError as error:
            found.failed += ((order.number, error.code),)
            return True
        if after.state is not OrderState.PAID:
            found.later += ((order.number, after.provider_state),)
            return False
        found.settled += (order.number,)
        return True

    def _asked(self, order: PaymentOrder) -> PaymentOrder:
        if order.state.open:
            return self.decide.ask(order.number)
        # A closed order may still have been paid (rule 5.6).
        report = self.decide.gateway(order.account_id).query(order)
        if report.outcome is not Outcome.PAID:
            return attrs.evolve(order, provider_state=report.provider_state)
        return self.decide.book(order.number, report)


def _failures(account: PaymentAccount, error: BillingError) -> tuple[tuple[str, str], ...]:
    """Return the account with the error's code; nobody repairs a replaced account, so nothing."""
    return ((account.id, error.code),) if account.active else ()
