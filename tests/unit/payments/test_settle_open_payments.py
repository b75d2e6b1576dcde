"""The janitor: rules 5.3, 5.6, 5.7, promises P11, P15."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import NotificationRefusedError, ThingNotFoundError
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderNumber, OrderState
from billing_domain.model.payments.refund import RefundState
from billing_domain.ports.payments.gateway import OrderReport, Outcome, RefundOutcome
from billing_domain.use_cases.payments.settle_open_payments import JanitorReport
from tests.unit.payments.interruptions import lose_account_of
from tests.world import NOON, World


class TestOpenOrders:
    def test_are_settled_by_asking_after_two_minutes(self, world: World) -> None:
        order = world.check_out()
        world.provider.pay(order.number)
        world.wait(minutes=2)

        assert world.janitor.run().settled == (order.number,)
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_wait_while_unpaid(self, world: World) -> None:
        order = world.check_out()
        world.wait(minutes=29)

        assert world.janitor.run().waiting == (order.number,)
        assert world.order(order.number).provider_state == "unpaid"

    def test_are_closed_after_thirty_minutes(self, world: World) -> None:
        order = world.check_out()
        world.wait(minutes=30)

        assert world.janitor.run().closed == (order.number,)
        assert world.held() == {}
        assert world.order(order.number).state is OrderState.CLOSED

    @pytest.mark.parametrize("fault", list(Fault))
    def test_stay_open_while_the_provider_can_not_say(self, world: World, fault: Fault) -> None:
        """Unknown is waiting, never failed."""
        order = world.check_out()
        world.wait(minutes=30)
        world.provider.faults.append(fault)

        report = world.janitor.run()

        assert report.waiting == (order.number,)
        assert set(world.held().values()) == {order.number}

    def test_are_reported_after_two_hours(self, world: World) -> None:
        order = world.check_out()
        world.wait(hours=2)
        world.provider.faults.append(Fault.LOST_CALL)

        assert world.janitor.run().overdue == (order.number,)

    def test_that_were_never_placed_are_closed(self, world: World) -> None:
        """A crash between keeping the order and calling the provider."""
        world.provider.faults.append(Fault.LOST_CALL)
        with pytest.raises(Exception, match="provider_unavailable"):
            world.check_out()
        world.wait(minutes=31)

        assert len(world.janitor.run().closed) == 1

    def test_of_an_account_that_can_not_be_used_stop_no_other(self, world: World) -> None:
        spoiled = world.check_out(world.numbers[0])
        good = world.check_out(world.numbers[1])
        world.provider.pay(good.number)
        lose_account_of(world, spoiled)
        world.wait(minutes=3)

        report = world.janitor.run()

        assert report.settled == (good.number,)
        assert report.failed == ((spoiled.number, "not_found"),)
        assert report.waiting == (spoiled.number,)

    def test_of_every_company_are_taken_up(self, world: World) -> None:
        world.open_account(world.rival)
        bill = world.add_bill(world.rival_houses[0])
        neighbour = world.add_owner(world.rival_houses[0], openid="openid-rival")
        neighbour = attrs.evolve(neighbour, company_id=world.rival.id)
        order = world.check_out(bill.number, owner=neighbour)
        world.provider.pay(order.number)
        world.wait(minutes=2)

        assert world.janitor.run().settled == (order.number,)


class TestClosedOrders:
    """Money can come after the order was closed, and the message about it be lost (5.6, 5.7)."""

    def closed(self, world: World) -> OrderNumber:
        order = world.check_out()
        world.collect.give_up(world.payer, number=order.number)
        return order.number

    def test_are_settled_when_the_money_came_after_all(self, world: World) -> None:
        number = self.closed(world)
        world.provider.pay(number)
        world.wait(minutes=5)

        assert world.janitor.run().settled == (number,)
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_are_asked_about_for_a_day(self, world: World) -> None:
        self.closed(world)
        asked_after = []
        for minute in (0, 5, 10, 25, 30, 35, 115, 120, 715, 720, 1435, 1440, 1445, 2880):
            world.clock.stands_at = NOON + timedelta(minutes=minute)
            before = world.provider.calls.count("query")
            world.janitor.run()
            if world.provider.calls.count("query") > before:
                asked_after.append(minute)

        assert asked_after == [5, 30, 120, 720, 1440]

    def test_are_asked_about_again_while_the_provider_can_not_say(self, world: World) -> None:
        number = self.closed(world)
        world.provider.pay(number)
        world.wait(minutes=5)
        world.provider.faults.append(Fault.LOST_CALL)

        assert world.janitor.run() == JanitorReport()
        world.wait(minutes=10)
        assert world.janitor.run().settled == (number,)

    def test_are_left_to_the_next_time_when_the_answer_is_no_use(self, world: World) -> None:
        number = self.closed(world)
        world.wait(minutes=5)
        world.provider.faults.append(Fault.REFUSED)

        assert world.janitor.run() == JanitorReport()
        assert world.order(number).query_again_at == world.clock.now() + timedelta(minutes=10)

    def test_are_given_up_after_three_days_without_an_answer(self, world: World) -> None:
        number = self.closed(world)
        for _ in range(4 * 4):
            world.wait(hours=6)
            world.provider.faults.append(Fault.LOST_CALL)
            world.janitor.run()

        assert world.order(number).query_again_at is None

    def test_paid_with_another_amount_need_a_person(self, world: World) -> None:
        number = self.closed(world)
        world.provider.pay(number)
        world.provider.trades[number].amount = Money(1)
        world.wait(minutes=5)

        report = world.janitor.run()

        assert report.failed == ((number, "notification_refused"),)
        assert world.order(number).provider_state == "refused: amount"
        assert world.order(number).query_again_at is not None

    def test_that_were_paid_meanwhile_are_not_asked_about(self, world: World) -> None:
        number = self.closed(world)
        world.take(world.provider.pay(number))
        world.wait(minutes=5)
        before = list(world.provider.calls)

        world.janitor.run()

        assert world.provider.calls == before

    def test_nobody_checks_what_is_unknown_or_not_to_be_checked(self, world: World) -> None:
        decide, unknown = world.janitor.decide, OrderNumber("0" * 26)
        for number in (unknown, world.check_out().number):
            with pytest.raises(ThingNotFoundError):
                decide.check(number)
        with pytest.raises(ThingNotFoundError):
            decide.ask(unknown)
        with pytest.raises(ThingNotFoundError):
            decide.book(unknown, OrderReport(unknown, Outcome.UNPAID, "NOTPAY"))

    def test_a_word_about_another_order_is_refused(self, world: World) -> None:
        order, other = world.check_out(world.numbers[0]), world.check_out(world.numbers[1])

        with pytest.raises(NotificationRefusedError) as refused:
            world.janitor.decide.book(
                order.number, OrderReport(other.number, Outcome.CLOSED, "CLOSED")
            )

        assert refused.value.reason == "order"


class TestAFullPass:
    def test_of_silent_orders_stops_no_other_the_next_time(self, world: World) -> None:
        """A dead account must not keep another's lost payment waiting."""
        silent = [self.closed_order(world) for _ in range(3)]
        paid = self.closed_order(world)
        world.provider.pay(paid)
        world.wait(minutes=5)
        for _ in silent:
            world.provider.faults.append(Fault.LOST_CALL)
        world.janitor.run()

        with world.begin(read_only=True) as work:
            due = work.orders.to_check(world.clock.now(), count_max=9)
        assert due == []
        assert world.order(paid).state is OrderState.PAID

    def closed_order(self, world: World) -> OrderNumber:
        order = world.check_out(world.add_bill().number)
        return world.collect.give_up(world.payer, number=order.number).number

    def test_takes_up_refunds_that_waited_longest(self, world: World) -> None:
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        first = world.refund(world.paid(world.numbers[0]))
        world.wait(minutes=1)
        second = world.refund(world.paid(world.numbers[1]))
        world.janitor.run()

        with world.begin(read_only=True) as work:
            (next_one,) = work.refunds.unfinished(count_max=1)
            both = work.refunds.unfinished(count_max=9)
        assert {each.number for each in both} == {first.number, second.number}
        assert next_one.queried_at is not None


class TestRefunds:
    def unapplied(self, world: World) -> str:
        order = world.check_out()
        world.mark_paid(world.numbers[0])
        world.take(world.provider.pay(order.number))
        return order.number

    def test_that_take_long_are_asked_about(self, world: World) -> None:
        order = self.unapplied(world)
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        assert world.janitor.run().refunded == ()
        (refund,) = world.refunds(order)  # type: ignore[arg-type]
        assert refund.state is RefundState.SENT
        world.provider.end_refund(refund.number, RefundOutcome.DONE)

        assert world.janitor.run().refunded == (refund.number,)
        world.check_books()

    @pytest.mark.parametrize("fault", [Fault.LOST_CALL, Fault.LOST_ANSWER])
    def test_that_got_no_answer_are_sent_again_under_their_number(
        self, world: World, fault: Fault
    ) -> None:
        self.unapplied(world)
        world.provider.faults.append(fault)

        assert world.janitor.run().refunded == ()
        assert len(world.janitor.run().refunded) == 1
        assert world.provider.returned() == Money(130_000)
        world.check_books()

    def test_that_are_refused_are_reported_and_wait_for_a_person(self, world: World) -> None:
        order = self.unapplied(world)
        world.provider.faults.append(Fault.REFUSED)

        report = world.janitor.run()

        (refund,) = world.refunds(order)  # type: ignore[arg-type]
        assert report.failed == ((refund.number, "NO_AUTH"),)
        assert refund.state is RefundState.FAILED
        assert world.janitor.run() == JanitorReport()
        world.check_books()

    def test_of_a_lost_account_stop_nothing(self, world: World) -> None:
        order = self.unapplied(world)
        lose_account_of(world, world.order(order))  # type: ignore[arg-type]
        (refund,) = world.refunds(order)  # type: ignore[arg-type]

        assert world.janitor.run().failed == ((refund.number, "not_found"),)
