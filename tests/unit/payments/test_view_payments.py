"""What staff see of payments: rules 5.3, 5.6 and 10, promise P19."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import attrs
import pytest

from billing_adapters.fakes.payment_provider import Fault, signed
from billing_domain.errors import PermissionMissingError, ThingNotFoundError
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import Community
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.search_text import SEARCH_LENGTH_MAX
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import OrderNumber, OrderState, PaymentOrder
from billing_domain.model.payments.received_message import Verdict
from billing_domain.ports.paging import PAGE_ROWS, PageKey
from billing_domain.ports.payments.queries import OrderFilter, Troubles
from billing_domain.use_cases.payments.view_payments import REFUSED_MAX, OrderDetail, ViewPayments
from tests.unit.payments.paying import PayingWorld

NOBODY = OrderNumber("0" * 26)
EVERY = OrderFilter()


class LookingWorld(PayingWorld):
    """Three pending bills, and staff who look at payments."""

    def __init__(self) -> None:
        super().__init__()
        self.view = self.application.view_payments
        self.other = self.open_community(self.company.id, "阳光花园")
        self.narrow = self.actor(Role.FINANCE, [self.other])

    def order_elsewhere(self) -> PaymentOrder:
        """Return an open order of the other community."""
        (house,) = self.add_houses(self.other, f"1号楼/{self.ids.new_id()[-4:]}")
        owner = self.add_owner(house, openid=f"openid-{house.id}")
        return self.check_out(self.add_bill(house).number, owner=owner)

    def page(self, wanted: OrderFilter = EVERY, key: PageKey | None = None) -> list[OrderNumber]:
        found = self.view.page(self.admin, order_filter=wanted, key=key)
        return [order.number for order in found.rows]

    def detail(self, number: OrderNumber) -> OrderDetail:
        return self.view.detail(self.admin, number=number)

    def forge(self) -> None:
        """Let a message arrive that nobody signed."""
        self.take(({"signature": "made up"}, b"{}"))

    def lose_money(self, community: Community | None = None) -> PaymentOrder:
        """Return an order that says it was paid though nothing was settled: a planted bug."""
        order = self.order_elsewhere() if community == self.other else self.check_out()
        broken = attrs.evolve(order, state=OrderState.PAID, version=order.version + 1)
        with self.begin() as work:
            work.orders.save(broken)
            work.commit()
        return broken


@pytest.fixture
def world() -> LookingWorld:
    return LookingWorld()


class TestPage:
    def test_shows_the_newest_first_page_by_page(self, world: LookingWorld) -> None:
        made = []
        for _ in range(PAGE_ROWS + 1):
            world.wait(minutes=1)
            made.append(world.check_out(world.add_bill().number).number)

        first = world.view.page(world.admin, order_filter=EVERY)

        assert [order.number for order in first.rows] == made[:0:-1]
        assert first.next_key is not None
        assert world.page(key=PageKey(first.next_key)) == made[:1]

    def test_finds_by_part_of_a_number(self, world: LookingWorld) -> None:
        first, second = world.paid(world.numbers[0]), world.check_out(world.numbers[1])

        assert world.page(OrderFilter(text=f"  {first.number[6:]} ")) == [first.number]
        assert world.page(OrderFilter(text=f"fake-{first.number}")) == [first.number]
        assert world.page(OrderFilter(text=world.numbers[1])) == [second.number]

    def test_reads_no_more_of_a_text_than_a_number_has(self, world: LookingWorld) -> None:
        order = world.check_out()
        most = order.number.rjust(SEARCH_LENGTH_MAX, "x")

        assert world.page(OrderFilter(text=most)) == []
        with world.begin() as work:
            kept = attrs.evolve(order, provider_number=most, version=order.version + 1)
            work.orders.save(kept)
            work.commit()
        assert world.page(OrderFilter(text=f"{most} and much more")) == [order.number]

    def test_keeps_the_other_filters(self, world: LookingWorld) -> None:
        paid, waiting = world.paid(world.numbers[0]), world.check_out(world.numbers[1])
        elsewhere = world.order_elsewhere()
        today, tomorrow = date(2026, 11, 20), date(2026, 11, 21)

        assert world.page(OrderFilter(state=OrderState.PAID)) == [paid.number]
        assert world.page(OrderFilter(community_id=world.other.id)) == [elsewhere.number]
        assert world.page(OrderFilter(made_from=tomorrow)) == []
        assert world.page(OrderFilter(made_to=today, community_id=world.community.id)) == [
            waiting.number,
            paid.number,
        ]

    def test_shows_what_is_within_reach(self, world: LookingWorld) -> None:
        world.check_out()
        elsewhere = world.order_elsewhere()

        seen = world.view.page(world.narrow, order_filter=EVERY)

        assert seen.rows == (elsewhere,)
        assert world.view.page(world.rival_admin, order_filter=EVERY).rows == ()


class TestDetail:
    def test_of_a_new_order_has_its_bills(self, world: LookingWorld) -> None:
        order = world.check_out()

        detail = world.detail(order.number)

        assert detail.order == order
        assert sorted(row.number for row in detail.rows) == world.numbers
        assert (detail.settlements, detail.refunds, detail.messages) == ((), (), ())
        assert [entry.action for entry in detail.history] == [AuditAction.ORDERED]

    def test_of_a_paid_order_tells_what_it_settled_and_who_said_so(
        self, world: LookingWorld
    ) -> None:
        order = world.paid(*world.numbers[:2])
        world.paid(world.numbers[2])

        detail = world.detail(order.number)

        assert detail.settlements == tuple(
            OnlineSettlement(number, order.number, Money(130_000)) for number in world.numbers[:2]
        )
        (message,) = detail.messages
        assert (message.verdict, message.about) == (Verdict.BOOKED, order.number)

    def test_tells_of_refunds_and_the_messages_about_them(self, world: LookingWorld) -> None:
        order = world.paid()
        refund = world.refund(order, world.numbers[1])
        world.take(world.provider.refund_message(refund.number))

        detail = world.detail(order.number)

        assert detail.refunds == (refund,)
        assert [item.bill for item in detail.settlements if item.reversed] == [world.numbers[1]]
        assert [message.about for message in detail.messages] == [order.number, refund.number]

    def test_leaves_out_bills_that_are_gone(self, world: LookingWorld) -> None:
        order = world.check_out()
        world.manage_bills.delete(world.admin, numbers=world.numbers[:1])

        detail = world.detail(order.number)

        assert sorted(row.number for row in detail.rows) == world.numbers[1:]
        assert detail.order.bills == tuple(world.numbers)

    def test_out_of_reach_does_not_exist(self, world: LookingWorld) -> None:
        order = world.check_out()

        for actor in (world.narrow, world.rival_admin):
            with pytest.raises(ThingNotFoundError) as refused:
                world.view.detail(actor, number=order.number)
            assert refused.value.facts == {"kind": "payment_order", "id": order.number}


class TestAsk:
    def test_settles_what_no_message_told(self, world: LookingWorld) -> None:
        order = world.check_out()
        world.provider.pay(order.number)

        answered = world.view.ask(world.actor(Role.FRONT_DESK), number=order.number)

        assert answered.state is OrderState.PAID
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_writes_down_what_the_provider_said(self, world: LookingWorld) -> None:
        order = world.check_out()
        world.provider.faults.append(Fault.LOST_CALL)

        answered = world.view.ask(world.admin, number=order.number)

        assert (answered.state, answered.provider_state) == (OrderState.WAITING, "no connection")

    def test_asks_about_nothing_out_of_reach(self, world: LookingWorld) -> None:
        order = world.check_out()
        world.provider.calls.clear()

        for actor in (world.narrow, world.rival_admin):
            with pytest.raises(ThingNotFoundError):
                world.view.ask(actor, number=order.number)

        assert world.provider.calls == []


class TestTroubles:
    def test_there_are_none_when_all_is_well(self, world: LookingWorld) -> None:
        world.paid(world.numbers[0])
        world.check_out(world.numbers[1])

        assert world.view.troubles(world.admin) == Troubles((), (), ())

    def test_an_order_is_overdue_after_two_hours(self, world: LookingWorld) -> None:
        order = world.check_out()
        world.wait(hours=1, minutes=59, seconds=59)

        assert world.view.troubles(world.admin).overdue == ()
        world.wait(seconds=1)
        assert world.view.troubles(world.admin).overdue == (order,)

    def test_money_of_no_bill_is_listed_until_it_is_returned(self, world: LookingWorld) -> None:
        order = world.check_out(world.numbers[0])
        world.collect.give_up(world.owner, number=order.number)
        world.manage_bills.mark_paid(
            world.admin, numbers=world.numbers[:1], channel=PaymentChannel.CASH
        )
        world.take(world.provider.pay(order.number))

        before = world.view.troubles(world.admin)
        world.wait(minutes=10)
        world.janitor.run()

        assert [each.number for each in before.unapplied] == [order.number]
        assert [each.amount for each in before.refunds] == [Money(130_000)]
        assert world.view.troubles(world.admin) == Troubles((), (), ())

    def test_shows_what_is_within_reach(self, world: LookingWorld) -> None:
        world.check_out()
        elsewhere = world.order_elsewhere()
        world.wait(hours=2)

        assert world.view.troubles(world.narrow).overdue == (elsewhere,)
        assert world.view.troubles(world.rival_admin).overdue == ()


class TestRefusedMessages:
    def test_come_newest_first(self, world: LookingWorld) -> None:
        world.forge()
        world.wait(minutes=1)
        world.take(signed({"id": "m", "order": NOBODY, "outcome": "paid", "amount": 1}))
        world.wait(minutes=1)
        world.paid(world.numbers[0])

        refused = world.view.refused_messages(world.admin)

        assert [message.received_at for message in refused] == [
            world.clock.now() - timedelta(minutes=1),
            world.clock.now() - timedelta(minutes=2),
        ]
        assert refused[1].reason == "signature"

    def test_are_fifty_at_most(self, world: LookingWorld) -> None:
        for _ in range(REFUSED_MAX + 1):
            world.forge()

        assert len(world.view.refused_messages(world.admin)) == REFUSED_MAX == 50

    def test_are_for_those_who_see_the_whole_company(self, world: LookingWorld) -> None:
        world.forge()

        assert len(world.view.refused_messages(world.actor(Role.FINANCE))) == 1
        assert world.view.refused_messages(world.narrow) == []
        assert world.view.refused_messages(world.rival_admin) == []


class TestDiscrepancies:
    def test_p19_there_are_none_whatever_is_paid_and_returned(self, world: LookingWorld) -> None:
        order = world.paid()
        world.refund(order, world.numbers[0])
        world.order_elsewhere()

        assert world.view.discrepancies(world.admin) == []

    def test_p19_money_that_went_nowhere_is_found(self, world: LookingWorld) -> None:
        order = world.lose_money()

        found = world.view.discrepancies(world.admin)

        assert len(found) >= 1
        assert all(order.number in line for line in found)

    def test_those_out_of_reach_are_not_told(self, world: LookingWorld) -> None:
        world.lose_money()
        assert world.view.discrepancies(world.narrow) == []
        assert world.view.discrepancies(world.rival_admin) == []

        order = world.lose_money(world.other)

        found = world.view.discrepancies(world.narrow)
        assert len(found) >= 1
        assert all(order.number in line for line in found)


class TestPermission:
    @pytest.mark.parametrize(
        "act",
        [
            lambda view, actor: view.page(actor, order_filter=EVERY),
            lambda view, actor: view.detail(actor, number=NOBODY),
            lambda view, actor: view.ask(actor, number=NOBODY),
            lambda view, actor: view.troubles(actor),
            lambda view, actor: view.refused_messages(actor),
            lambda view, actor: view.discrepancies(actor),
        ],
    )
    def test_is_not_for_those_who_only_read_bills(
        self, world: LookingWorld, act: Callable[[ViewPayments, Actor], object]
    ) -> None:
        with pytest.raises(PermissionMissingError) as refused:
            act(world.view, world.actor(Role.READ_ONLY))

        assert refused.value.permission == "view_payments"
