"""Checkout: rules 5.2 to 5.4, promises P01, P02, P04, P16."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from billing_adapters.fakes.payment_provider import FakeGateways, Fault
from billing_domain.errors import (
    BillActionRefusedError,
    BillingError,
    BillReservedError,
    CommunityClosedError,
    FieldError,
    NoPaymentAccountError,
    OrderLinesError,
    OrderPaidMeanwhileError,
    OrderUndecidedError,
    ProviderRefusedError,
    ProviderUnavailableError,
    RequestKeyReusedError,
    ThingNotFoundError,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import OrderState, PaymentMethod, PaymentOrder
from billing_domain.model.reminders.queued_reminder import ReminderId, ReminderRun, RunId, queue
from billing_domain.model.reminders.reminder import NamedBill, Recipient, SendReminder
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.payments.gateway import OrderReport, Outcome, PaymentGateway
from tests.unit.payments.interruptions import check_out_while
from tests.world import World


class TestCheckOut:
    def test_makes_one_order_of_many_bills(self, world: World) -> None:
        order = world.check_out()

        assert order.state is OrderState.WAITING
        assert order.total == Money(390_000)
        assert order.bills == tuple(sorted(world.numbers))
        assert order.method is PaymentMethod.REDIRECT
        assert order.ticket is not None
        assert order.ticket.text == f"fake:{order.number}"
        assert order == world.order(order.number)
        assert world.held() == dict.fromkeys(world.numbers, order.number)
        assert world.actions("payment_order", order.number) == [AuditAction.ORDERED]
        world.check_books()

    def test_prefers_to_pay_inside_wechat(self, world: World) -> None:
        world.provider.methods = frozenset(PaymentMethod)

        assert world.check_out().method is PaymentMethod.JSAPI

    @pytest.mark.parametrize(
        ("count", "key", "error"),
        [
            (0, "k", FieldError(field="numbers", reason="required")),
            (51, "k", OrderLinesError(lines=51, lines_max=50)),
            (1, "", FieldError(field="request_key", reason="required")),
            (1, "k" * 65, FieldError(field="request_key", reason="format")),
            (1, "键", FieldError(field="request_key", reason="format")),
        ],
    )
    def test_refuses_what_it_can_not_read(
        self, world: World, count: int, key: str, error: BillingError
    ) -> None:
        numbers = [BillNumber(f"{index:021d}") for index in range(count)]

        with pytest.raises(type(error)) as refused:
            world.collect.check_out(world.payer, numbers=numbers, request_key=key)

        assert refused.value.facts.get("field") == error.facts.get("field")

    def test_refuses_a_bill_that_was_paid(self, world: World) -> None:
        world.mark_paid(world.numbers[0])

        with pytest.raises(BillActionRefusedError) as refused:
            world.check_out()

        assert (refused.value.number, refused.value.reason) == (world.numbers[0], "paid")
        assert world.held() == {}

    def test_refuses_bills_of_two_communities(self, world: World) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        (house,) = world.add_houses(other, "1号楼/101")
        owner = world.add_owner(world.houses[0], house, openid="openid-both")
        bill = world.add_bill(house)

        with pytest.raises(FieldError) as refused:
            world.check_out(world.numbers[0], bill.number, owner=owner)

        assert (refused.value.field, refused.value.reason) == ("numbers", "wrong")

    def test_refuses_a_community_that_is_stopped(self, world: World) -> None:
        world.configure_companies.stop_community(world.admin, community_id=world.community.id)

        with pytest.raises(CommunityClosedError):
            world.check_out()

    def test_refuses_without_a_merchant_account(self, world: World) -> None:
        with world.begin() as work:
            stopped = attrs.evolve(world.merchant, active=False, version=2)
            work.payment_accounts.save(stopped)
            work.commit()

        with pytest.raises(NoPaymentAccountError):
            world.check_out()


class TestForeignBills:
    """P36: what an owner does not see does not exist."""

    def refuses(self, world: World, number: BillNumber, owner: Owner | None = None) -> None:
        with pytest.raises(ThingNotFoundError):
            world.check_out(number, owner=owner)

    def test_of_another_house_or_company_or_nowhere(self, world: World) -> None:
        neighbours, rivals = (
            world.add_bill(house).number for house in (world.houses[1], world.rival_houses[0])
        )
        for number in (neighbours, rivals, BillNumber("0" * 21)):
            self.refuses(world, number)

    def test_of_the_household_before_unless_a_reminder_named_it(self, world: World) -> None:
        newcomer = world.add_owner(world.houses[0], openid="new", moved_in_on=date(2026, 12, 31))
        other = world.add_bill(world.houses[1])
        named, unnamed = world.numbers[:2]
        keep_delivered(world, newcomer, named, other.number)

        assert world.check_out(named, owner=newcomer).bills == (named,)
        self.refuses(world, unnamed, newcomer)
        self.refuses(world, other.number, newcomer)


class TestRepeatedRequest:
    """P01, P02; promises/test_p01 and test_p02 have what comes a day later, and other payers."""

    def test_gives_the_same_order(self, world: World) -> None:
        first = world.check_out(key="k")

        assert world.check_out(key="k") == world.check_out(key="another tab") == first
        assert world.provider.calls == ["create"]

    def test_with_other_bills_is_refused(self, world: World) -> None:
        world.check_out(world.numbers[0], key="k")

        with pytest.raises(RequestKeyReusedError):
            world.check_out(world.numbers[1], key="k")


class TestRivals:
    """P04, rule 5.4: a bill is in at most one open order."""

    def test_other_bills_close_the_order_before_even_another_payers(self, world: World) -> None:
        wife = world.add_owner(openid="openid-2", name="李小红")
        first = world.check_out(world.numbers[0])

        second = world.check_out(owner=wife)

        assert world.order(first.number).state is OrderState.CLOSED
        assert set(world.held().values()) == {second.number}
        assert second.payer.name == "李小红"
        assert AuditAction.ORDER_CLOSED in world.actions("payment_order", first.number)

    def test_an_order_that_was_paid_is_settled_instead(self, world: World) -> None:
        first = world.check_out(world.numbers[0])
        world.provider.pay(first.number)

        with pytest.raises(OrderPaidMeanwhileError):
            world.check_out()

        assert world.states() == ["paid", "pending", "pending"]
        world.check_books()

    def test_an_order_that_nobody_can_decide_stays(self, world: World) -> None:
        first = world.check_out(world.numbers[0])
        world.provider.faults.append(Fault.LOST_CALL)

        with pytest.raises(OrderUndecidedError):
            world.check_out()

        assert world.held() == {world.numbers[0]: first.number}

    def test_an_order_near_its_end_is_not_given_again(self, world: World) -> None:
        first = world.check_out()
        world.wait(minutes=30)

        assert world.check_out().number != first.number
        assert world.order(first.number).state is OrderState.CLOSED

    @pytest.mark.parametrize("times", [1, 100])
    def test_a_race_is_run_again_but_not_for_ever(self, world: World, times: int) -> None:
        neighbour = world.add_owner(openid="openid-2")
        rivals = [lambda: world.check_out(world.numbers[0], owner=neighbour)] * times

        if times == 1:
            order = check_out_while(world, *rivals)
            assert set(world.held().values()) == {order.number}
        else:
            with pytest.raises(BillReservedError):
                check_out_while(world, *rivals)


class TestProviderDown:
    def test_a_refusal_frees_the_bills(self, world: World) -> None:
        world.provider.faults.append(Fault.REFUSED)

        with pytest.raises(ProviderRefusedError):
            world.check_out()

        assert world.held() == {}
        assert world.states() == ["pending"] * 3

    def test_silence_keeps_the_order_to_try_again(self, world: World) -> None:
        """P16."""
        world.provider.faults.append(Fault.LOST_ANSWER)

        with pytest.raises(ProviderUnavailableError):
            world.check_out()

        (number,) = world.provider.trades
        assert world.order(number).state is OrderState.WAITING
        assert world.check_out().number == number


class TestGivenUpWhilePlacing:
    """Somebody closes the order before the provider knows it (P04)."""

    def closing(self, world: World, fault: Fault | None = None) -> PaymentOrder:
        def close() -> None:
            (order,) = set(world.held().values())
            world.application.collect_payments.decide.book(
                order, OrderReport(order, Outcome.CLOSED, "gone")
            )
            if fault is not None:
                world.provider.faults.append(fault)

        return check_out_while(world, close, at="create:before")

    @pytest.mark.parametrize("fault", [None, Fault.LOST_CALL])
    def test_closes_it_there_too_and_shows_no_ticket(
        self, world: World, fault: Fault | None
    ) -> None:
        order = self.closing(world, fault)

        assert (order.state, order.ticket) == (OrderState.CLOSED, None)
        closed = Outcome.UNPAID if fault else Outcome.CLOSED
        assert world.provider.trades[order.number].outcome is closed

    def test_a_payment_that_was_faster_counts(self, world: World) -> None:
        def pay() -> None:
            (order,) = set(world.held().values())
            world.take(world.provider.pay(order))

        order = check_out_while(world, pay, at="create:after")

        assert order.state is OrderState.PAID
        assert world.states() == ["paid"] * 3


class TestGiveUp:
    def test_closes_the_order(self, world: World) -> None:
        order = world.check_out()

        closed = world.collect.give_up(world.payer, number=order.number)

        assert closed.state is OrderState.CLOSED
        assert closed.closed_at == world.clock.now()
        assert world.history("payment_order", order.number)[0].actor_kind == "owner"
        assert world.held() == {}

    def test_of_somebody_elses_order_is_refused(self, world: World) -> None:
        order = world.check_out()
        wife = world.add_owner(openid="openid-2")

        with pytest.raises(ThingNotFoundError):
            world.collect.give_up(wife, number=order.number)


class TestLook:
    def test_asks_once_however_often_the_page_is_opened(self, world: World) -> None:
        order = world.check_out()

        looks = [world.collect.look(world.payer, number=order.number) for _ in range(5)]
        world.wait(seconds=2)
        world.collect.look(world.payer, number=order.number)

        assert world.provider.calls.count("query") == 2
        assert {look.version for look in looks} == {3}

    @pytest.mark.parametrize("close", [True, False])
    def test_settles_what_no_message_told(self, world: World, *, close: bool) -> None:
        order = world.check_out()
        if close:
            world.collect.give_up(world.payer, number=order.number)
            world.wait(seconds=2)
        world.provider.pay(order.number)

        assert world.collect.look(world.payer, number=order.number).state is OrderState.PAID
        assert world.states() == ["paid"] * 3

    def test_asks_nobody_about_an_order_that_is_decided(self, world: World) -> None:
        order = world.paid()
        before = list(world.provider.calls)

        world.collect.look(world.payer, number=order.number)

        assert world.provider.calls == before

    @pytest.mark.parametrize("fault", list(Fault))
    def test_waits_on_when_the_provider_can_not_say(self, world: World, fault: Fault) -> None:
        order = world.check_out()
        world.provider.faults.append(fault)

        looked = world.collect.look(world.payer, number=order.number)

        assert looked.state is OrderState.WAITING
        assert looked.provider_state
        assert looked.queried_at == world.clock.now()

    def test_believes_no_payment_of_another_amount(self, world: World) -> None:
        """P09: a person must look into it; until then the order waits and says why."""
        order = world.check_out()
        world.provider.pay(order.number)
        world.provider.trades[order.number].amount = Money(1)

        looked = world.collect.look(world.payer, number=order.number)

        assert (looked.state, looked.provider_state) == (OrderState.WAITING, "refused: amount")
        assert world.states() == ["pending"] * 3

    def test_waits_on_when_the_accounts_settings_are_spoiled(self, world: World) -> None:
        """As after the deployment's key was lost: nothing is known, so nothing is failed."""
        order = world.check_out()
        decide = attrs.evolve(world.collect.decide, gateways=SpoiledGateways(world.provider))

        asked = decide.ask(order.number)

        assert (asked.state, asked.provider_state) == (OrderState.WAITING, "settings: api_key")


class SpoiledGateways(FakeGateways):
    """Finds a setting that it can't use."""

    def __call__(self, account: PaymentAccount) -> PaymentGateway:
        """Raise FieldError."""
        del account
        raise FieldError(field="api_key", reason="format")


def keep_delivered(world: World, owner: Owner, *numbers: BillNumber) -> None:
    """Keep a reminder of the owner's house that names bills and has arrived."""
    (resident,) = owner.residents
    now = world.clock.now()
    run = ReminderRun(
        id=RunId(world.ids.new_id()),
        company_id=world.company.id,
        channel=ReminderChannel.WECHAT,
        requested_at=now,
        requested_by="王经理",
    )
    bills = tuple(NamedBill(number, Money(130_000)) for number in numbers)
    recipients = (Recipient(resident.id, owner.openid),)
    decision = SendReminder(resident.house_id, run.channel, recipients, bills)
    made = queue(ReminderId(world.ids.new_id()), run, world.community.id, decision)
    with world.begin() as work:
        arrived = made.deliveries[0].delivered(now, "1")
        work.reminders.add_run(run, [made.with_delivery(arrived, now)], {})
        work.commit()
