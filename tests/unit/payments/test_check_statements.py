"""The daily statement: rules 5.7, 7.2, promise P15."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from billing_adapters.fakes.payment_provider import FakeGateways, FakePaymentGateway, Fault
from billing_domain.errors import (
    BillingError,
    ProviderRefusedError,
    ProviderUnavailableError,
    StatementNotReadyError,
)
from billing_domain.model.money import Money
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId, OrderNumber, OrderState, PaymentOrder
from billing_domain.model.payments.refund import RefundNumber
from billing_domain.ports.payments.gateway import PaymentGateway, StatementLine
from billing_domain.use_cases.payments.check_statements import (
    LINES_AT_ONCE,
    CheckStatements,
    StatementDay,
    StatementReport,
)
from tests.unit.payments.interruptions import lose_account_of
from tests.world import USUAL, World

FIRST_DAY = date(2026, 11, 20)
HALF_PAST_TEN = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
"""In Shanghai, on the day after the first one of the world."""


@attrs.frozen
class Statements(FakeGateways):
    """Gateways whose statements a test decides; `asked` is who wanted which day."""

    refusals: dict[AccountId, Exception] = attrs.field(factory=dict)
    additions: list[StatementLine] = attrs.field(factory=list)
    asked: list[StatementDay] = attrs.field(factory=list)

    def __call__(self, account: PaymentAccount) -> PaymentGateway:
        return StatementGateway(self.provider, account.id, self)


@attrs.frozen
class StatementGateway(FakePaymentGateway):
    account_id: AccountId
    statements: Statements

    def statement(self, day: date) -> Sequence[StatementLine]:
        self.statements.asked.append(StatementDay(self.account_id, day))
        if self.account_id in self.statements.refusals:
            raise self.statements.refusals[self.account_id]
        return [*super().statement(day), *self.statements.additions]


@pytest.fixture
def statements(world: World) -> Statements:
    return Statements(world.provider)


@pytest.fixture
def checking(world: World, statements: Statements) -> CheckStatements:
    """Reads statements; all that a test did before happened on the first day."""
    decide = attrs.evolve(world.janitor.decide, gateways=statements)
    return CheckStatements(world.begin, decide, world.clock)


def next_morning(
    checking: CheckStatements, world: World, *, less: timedelta = timedelta(0)
) -> StatementReport:
    """Return what a pass does at half past ten after the first day."""
    world.clock.stands_at = HALF_PAST_TEN - less
    return checking.run()


@pytest.fixture
def whole(world: World) -> StatementDay:
    """The statement that is read in the end."""
    return StatementDay(world.merchant.id, FIRST_DAY)


def unheard(world: World, *numbers: str) -> PaymentOrder:
    """Return an order that is paid, though no message told."""
    order = world.check_out(*numbers)  # type: ignore[arg-type]
    world.provider.pay(order.number)
    return order


def line(number: str, amount: Money = USUAL) -> StatementLine:
    """Return a line about a payment."""
    return StatementLine(OrderNumber(number), "4200000001", amount, HALF_PAST_TEN)


class TestYesterdaysStatement:
    def test_settles_what_no_message_told(
        self, world: World, checking: CheckStatements, whole: StatementDay
    ) -> None:
        order = unheard(world)

        report = next_morning(checking, world)

        assert report == StatementReport(done=(whole,), settled=(order.number,))
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_of_days_on_which_nothing_ran_is_read_too(
        self, world: World, checking: CheckStatements
    ) -> None:
        order = unheard(world)

        report = next_morning(attrs.evolve(checking, days=3), world, less=-timedelta(days=2))

        assert [each.day for each in report.done] == [
            FIRST_DAY + timedelta(days=back) for back in (2, 1, 0)
        ]
        assert report.settled == (order.number,)

    def test_is_not_asked_for_before_half_past_ten(
        self, world: World, checking: CheckStatements, statements: Statements
    ) -> None:
        unheard(world)

        assert next_morning(checking, world, less=timedelta(seconds=1)) == StatementReport()
        assert statements.asked == []

    def test_tells_nothing_of_what_is_settled_or_of_money_that_went_back(
        self,
        world: World,
        checking: CheckStatements,
        statements: Statements,
        whole: StatementDay,
    ) -> None:
        world.paid()
        calls = len(world.provider.calls)
        refund = attrs.evolve(line("of another system"), refund=RefundNumber("1"))
        statements.additions.append(refund)

        assert next_morning(checking, world) == StatementReport(done=(whole,))
        assert len(world.provider.calls) == calls

    def test_is_read_once_and_is_another_one_the_next_day(
        self,
        world: World,
        checking: CheckStatements,
        statements: Statements,
        whole: StatementDay,
    ) -> None:
        before = next_morning(checking, world).done
        assert checking.run(done=before) == StatementReport(done=before)
        assert statements.asked == [whole]
        world.wait(days=1)

        (after,) = checking.run(done=before).done

        assert after == attrs.evolve(whole, day=FIRST_DAY + timedelta(days=1))

    def test_is_read_to_the_end_however_long(
        self, world: World, checking: CheckStatements, statements: Statements
    ) -> None:
        foreign = [line(f"foreign-{each}") for each in range(2 * LINES_AT_ONCE)]
        statements.additions.extend([*foreign, line("last")])
        order = unheard(world)

        report = next_morning(checking, world)

        assert report.settled == (order.number,)
        assert (len(report.unknown), report.unknown[-1]) == (len(foreign) + 1, "last")


class TestAClosedOrder:
    def test_that_was_paid_all_the_same_is_settled(
        self, world: World, checking: CheckStatements
    ) -> None:
        """Long after the janitor has stopped asking."""
        order = world.check_out()
        world.collect.give_up(world.payer, number=order.number)
        with world.begin() as work:
            closed = work.orders.get(world.admin.scope, order.number)
            work.orders.save(attrs.evolve(closed, query_again_at=None, version=closed.version + 1))
            work.commit()
        world.provider.pay(order.number)

        assert next_morning(checking, world).settled == (order.number,)
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_of_which_the_provider_says_two_things_is_looked_at_again(
        self, world: World, checking: CheckStatements, statements: Statements
    ) -> None:
        order = world.check_out()
        world.collect.give_up(world.payer, number=order.number)
        statements.additions.append(line(order.number, order.total))

        report = next_morning(checking, world)

        assert report == StatementReport(later=((order.number, "closed"),))
        assert world.order(order.number).state is OrderState.CLOSED


class TestWhatAPersonMustLookAt:
    @pytest.mark.parametrize("state", ["paid", "waiting"])
    def test_is_another_amount(
        self, world: World, checking: CheckStatements, whole: StatementDay, state: str
    ) -> None:
        order = world.paid() if state == "paid" else unheard(world)
        world.provider.trades[order.number].amount = Money(1)

        report = next_morning(checking, world)

        assert report == StatementReport(done=(whole,), amounts=(order.number,))
        assert world.order(order.number).state.value == state

    def test_is_an_order_whose_account_is_lost(
        self, world: World, checking: CheckStatements
    ) -> None:
        order = unheard(world)
        lose_account_of(world, order)

        assert next_morning(checking, world).failed == ((order.number, "not_found"),)

    @pytest.mark.parametrize("active", [True, False])
    def test_is_a_refused_account_once_a_day_unless_it_was_replaced(
        self,
        world: World,
        checking: CheckStatements,
        statements: Statements,
        whole: StatementDay,
        *,
        active: bool,
    ) -> None:
        refused = ProviderRefusedError(provider_code="NO_AUTH", detail="")
        statements.refusals[world.merchant.id] = refused
        with world.begin() as work:
            work.payment_accounts.save(attrs.evolve(world.merchant, active=active, version=2))
            work.commit()

        failed = ((world.merchant.id, "provider_refused"),) if active else ()
        assert next_morning(checking, world) == StatementReport(done=(whole,), failed=failed)

    def test_is_a_bug_that_keeps_no_other_account_waiting(
        self, world: World, checking: CheckStatements, statements: Statements
    ) -> None:
        other, bug = world.open_account(world.rival), RuntimeError("a line nobody has seen")
        statements.refusals[world.merchant.id] = bug

        report = next_morning(checking, world)

        assert report.failed == ((world.merchant.id, "unexpected"),)
        assert report.crashes == (bug,)
        assert report.done == (StatementDay(other.id, FIRST_DAY),)


class TestWhatAnotherPassMayBring:
    @pytest.mark.parametrize(
        "error",
        [StatementNotReadyError(day=FIRST_DAY), ProviderUnavailableError(detail="no connection")],
        ids=lambda error: error.code,
    )
    def test_is_a_statement(
        self,
        world: World,
        checking: CheckStatements,
        statements: Statements,
        error: BillingError,
    ) -> None:
        order = unheard(world)
        statements.refusals[world.merchant.id] = error

        report = next_morning(checking, world)

        assert report == StatementReport(later=((world.merchant.id, error.code),))
        statements.refusals.clear()
        assert checking.run().settled == (order.number,)

    @pytest.mark.parametrize("close", [True, False])
    def test_is_an_order_of_which_nobody_can_say(
        self, world: World, checking: CheckStatements, *, close: bool
    ) -> None:
        order, other = (world.check_out(number) for number in world.numbers[:2])
        if close:
            world.collect.give_up(world.payer, number=order.number)
        for each in (order, other):
            world.provider.pay(each.number)
        world.provider.faults.append(Fault.LOST_ANSWER)

        report = next_morning(checking, world)

        assert [number for number, _ in report.later] == [order.number]
        assert (report.done, report.settled) == ((), (other.number,))
        assert checking.run().settled == (order.number,)


class TestTwoProcesses:
    def test_settle_once(self, world: World, checking: CheckStatements) -> None:
        """Both have the statement before either has asked."""
        order = unheard(world)
        others: list[StatementReport] = []
        turns = iter([True])

        def meanwhile(_moment: str) -> None:
            if next(turns, False):
                others.append(checking.run())

        world.provider.meanwhile = meanwhile
        next_morning(checking, world)

        assert others[0].settled == (order.number,)
        assert world.states() == ["paid"] * 3
        world.check_books()
