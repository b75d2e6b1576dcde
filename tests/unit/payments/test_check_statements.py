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
from billing_domain.ports.payments.gateway import (
    Capabilities,
    PaymentGateway,
    StatementLine,
)
from billing_domain.use_cases.payments.check_statements import (
    LINES_AT_ONCE,
    CheckStatements,
    StatementDay,
    StatementReport,
)
from tests.unit.payments.paying import PayingWorld

FIRST_DAY = date(2026, 11, 20)
HALF_PAST_TEN = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
"""In Shanghai, on the day after the first one of the world."""


@attrs.define
class Office:
    """What the provider's office does about statements; `asked` is who wanted which day."""

    refusals: dict[AccountId, Exception] = attrs.field(factory=dict)
    additions: list[StatementLine] = attrs.field(factory=list)
    offered: bool = True
    asked: list[StatementDay] = attrs.field(factory=list)


@attrs.frozen
class StatementGateway(FakePaymentGateway):
    """The gateway of an account, with the office's say about statements."""

    account_id: AccountId
    office: Office

    @property
    def capabilities(self) -> Capabilities:
        """As the provider's, but for statements."""
        return attrs.evolve(super().capabilities, statements=self.office.offered)

    def statement(self, day: date) -> Sequence[StatementLine]:
        """Return the trades of a day and whatever was added, or raise the refusal."""
        self.office.asked.append(StatementDay(self.account_id, day))
        if self.account_id in self.office.refusals:
            raise self.office.refusals[self.account_id]
        return [*super().statement(day), *self.office.additions]


@attrs.frozen
class StatementGateways(FakeGateways):
    """Makes such gateways."""

    office: Office

    def __call__(self, account: PaymentAccount) -> PaymentGateway:
        """Return the gateway of an account."""
        super().__call__(account)
        return StatementGateway(self.provider, account.id, self.office)


class StatementWorld(PayingWorld):
    """The morning after, at half past ten, once `next_morning` was called."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office()
        decide = attrs.evolve(
            self.janitor.decide, gateways=StatementGateways(self.provider, self.office)
        )
        self.checking = CheckStatements(self.begin, decide, self.clock)

    @property
    def whole(self) -> StatementDay:
        """The statement that is read in the end."""
        return StatementDay(self.account.id, FIRST_DAY)

    def next_morning(self, *, less: timedelta = timedelta(0)) -> StatementReport:
        """Return what a pass does on the morning after the first day."""
        self.clock.stands_at = HALF_PAST_TEN - less
        return self.checking.run()

    def unheard(self) -> PaymentOrder:
        """Return an order that is paid, though no message told."""
        order = self.check_out()
        self.provider.pay(order.number)
        return order

    def line(self, number: str, amount: Money | None = None) -> StatementLine:
        """Return a line about a payment."""
        at = self.clock.now()
        return StatementLine(OrderNumber(number), "4200000001", amount or Money(100), at)


@pytest.fixture
def world() -> StatementWorld:
    return StatementWorld()


class TestYesterdaysStatement:
    def test_settles_what_no_message_told(self, world: StatementWorld) -> None:
        order = world.unheard()

        assert world.next_morning() == StatementReport(
            done=(world.whole,), settled=(order.number,)
        )
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_of_days_on_which_nothing_ran_is_read_too(self, world: StatementWorld) -> None:
        order = world.unheard()
        world.clock.stands_at = HALF_PAST_TEN + timedelta(days=2)

        report = attrs.evolve(world.checking, days=3).run()

        assert [each.day for each in report.done] == [
            FIRST_DAY + timedelta(days=back) for back in (2, 1, 0)
        ]
        assert report.settled == (order.number,)

    def test_is_not_asked_for_before_half_past_ten(self, world: StatementWorld) -> None:
        world.unheard()

        assert world.next_morning(less=timedelta(seconds=1)) == StatementReport()
        assert world.office.asked == []

    def test_tells_nothing_of_what_is_settled(self, world: StatementWorld) -> None:
        world.paid()
        calls = len(world.provider.calls)

        assert world.next_morning() == StatementReport(done=(world.whole,))
        assert len(world.provider.calls) == calls

    def test_is_read_once(self, world: StatementWorld) -> None:
        before = world.next_morning().done

        assert world.checking.run(done=before) == StatementReport(done=before)
        assert world.office.asked == [world.whole]

    def test_is_another_one_the_next_day(self, world: StatementWorld) -> None:
        before = world.next_morning().done
        world.wait(days=1)

        (after,) = world.checking.run(done=before).done

        assert after == StatementDay(world.account.id, FIRST_DAY + timedelta(days=1))

    def test_names_no_order_for_money_that_went_back(self, world: StatementWorld) -> None:
        line = attrs.evolve(world.line("of another system"), refund=RefundNumber("1"))
        world.office.additions.append(line)

        assert world.next_morning() == StatementReport(done=(world.whole,))

    def test_is_read_to_the_end_however_long(self, world: StatementWorld) -> None:
        foreign = [world.line(f"foreign-{each}") for each in range(2 * LINES_AT_ONCE)]
        world.office.additions += [*foreign, world.line("last")]
        order = world.unheard()

        report = world.next_morning()

        assert report.settled == (order.number,)
        assert (len(report.unknown), report.unknown[-1]) == (len(foreign) + 1, "last")


class TestAClosedOrder:
    def test_that_was_paid_all_the_same_is_settled(self, world: StatementWorld) -> None:
        """Long after the janitor has stopped asking."""
        order = world.check_out()
        world.collect.give_up(world.owner, number=order.number)
        with world.begin() as work:
            closed = work.orders.get(world.admin.scope, order.number)
            work.orders.save(attrs.evolve(closed, query_again_at=None, version=closed.version + 1))
            work.commit()
        world.provider.pay(order.number)

        assert world.next_morning().settled == (order.number,)
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_of_which_the_provider_says_two_things_is_looked_at_again(
        self, world: StatementWorld
    ) -> None:
        order = world.check_out()
        world.collect.give_up(world.owner, number=order.number)
        world.office.additions.append(world.line(order.number, order.total))

        assert world.next_morning() == StatementReport(later=((order.number, "closed"),))
        assert world.order(order.number).state is OrderState.CLOSED


class TestWhatAPersonMustLookAt:
    def test_is_a_payment_of_an_unknown_order(self, world: StatementWorld) -> None:
        world.office.additions.append(world.line("20261120120000000000000001"))

        report = world.next_morning()

        assert report.unknown == ("20261120120000000000000001",)
        assert report.done == (world.whole,)

    @pytest.mark.parametrize("state", ["paid", "waiting"])
    def test_is_another_amount(self, world: StatementWorld, state: str) -> None:
        order = world.paid() if state == "paid" else world.unheard()
        world.provider.trades[order.number].amount = Money(1)

        assert world.next_morning() == StatementReport(
            done=(world.whole,), amounts=(order.number,)
        )
        assert world.order(order.number).state.value == state

    def test_is_an_order_whose_account_is_lost(self, world: StatementWorld) -> None:
        order = world.unheard()
        world.lose_account_of(order)

        assert world.next_morning().failed == ((order.number, "not_found"),)

    def test_is_an_account_that_is_refused_once_a_day(self, world: StatementWorld) -> None:
        refused = ProviderRefusedError(provider_code="NO_AUTH", detail="")
        world.office.refusals[world.account.id] = refused

        report = world.next_morning()

        assert report.failed == ((world.account.id, "provider_refused"),)
        assert report.done == (world.whole,)

    def test_is_a_bug_that_keeps_no_other_account_waiting(self, world: StatementWorld) -> None:
        other, bug = world.open_account(world.rival), RuntimeError("a line nobody has seen")
        world.office.refusals[world.account.id] = bug

        report = world.next_morning()

        assert report.failed == ((world.account.id, "unexpected"),)
        assert report.crashes == (bug,)
        assert report.done == (StatementDay(other.id, FIRST_DAY),)

    def test_is_no_account_that_was_replaced(self, world: StatementWorld) -> None:
        refused = ProviderRefusedError(provider_code="NO_AUTH", detail="")
        world.office.refusals[world.account.id] = refused
        with world.begin() as work:
            work.payment_accounts.save(attrs.evolve(world.account, active=False, version=2))
            work.commit()

        assert world.next_morning() == StatementReport(done=(world.whole,))


class TestWhatAnotherPassMayBring:
    @pytest.mark.parametrize(
        "error",
        [StatementNotReadyError(day=FIRST_DAY), ProviderUnavailableError(detail="no connection")],
        ids=lambda error: error.code,
    )
    def test_is_a_statement(self, world: StatementWorld, error: BillingError) -> None:
        order = world.unheard()
        world.office.refusals[world.account.id] = error

        assert world.next_morning() == StatementReport(later=((world.account.id, error.code),))
        world.office.refusals.clear()
        assert world.checking.run().settled == (order.number,)

    @pytest.mark.parametrize("close", [True, False])
    def test_is_an_order_of_which_nobody_can_say(
        self, world: StatementWorld, *, close: bool
    ) -> None:
        order = world.check_out()
        if close:
            world.collect.give_up(world.owner, number=order.number)
        world.provider.pay(order.number)
        world.provider.faults.append(Fault.LOST_ANSWER)

        report = world.next_morning()

        assert [number for number, _ in report.later] == [order.number]
        assert report.done == ()
        assert world.checking.run().settled == (order.number,)

    def test_does_not_keep_the_other_orders_waiting(self, world: StatementWorld) -> None:
        first, second = (world.check_out(number) for number in world.numbers[:2])
        world.provider.pay(first.number)
        world.provider.pay(second.number)
        world.provider.faults.append(Fault.LOST_ANSWER)

        report = world.next_morning()

        assert len(report.later) == 1
        assert len(report.settled) == 1


class TestManyAccounts:
    def test_are_read_each_for_itself(self, world: StatementWorld) -> None:
        other = world.open_account(world.rival)
        world.office.refusals[world.account.id] = ProviderUnavailableError(detail="")

        assert world.next_morning().done == (StatementDay(other.id, FIRST_DAY),)

    def test_are_passed_over_without_statements(self, world: StatementWorld) -> None:
        world.office.offered = False

        assert world.next_morning() == StatementReport(done=(world.whole,))
        assert world.office.asked == []


class TestTwoProcesses:
    def test_settle_once(self, world: StatementWorld) -> None:
        """Both have the statement before either has asked."""
        order = world.unheard()
        others: list[StatementReport] = []
        turns = iter([True])

        def meanwhile(_moment: str) -> None:
            if next(turns, False):
                others.append(world.checking.run())

        world.provider.meanwhile = meanwhile
        world.next_morning()

        assert others[0].settled == (order.number,)
        assert world.states() == ["paid"] * 3
        world.check_books()
