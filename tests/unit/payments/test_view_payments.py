"""What staff see of payments: rules 5.3, 5.6 and 10, promise P19."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from billing_adapters.fakes.payment_provider import signed
from billing_domain.errors import PermissionMissingError, ThingNotFoundError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import Community
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.search_text import SEARCH_LENGTH_MAX
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import OrderNumber, OrderState, PaymentOrder
from billing_domain.model.payments.received_message import Verdict
from billing_domain.ports.paging import PageKey
from billing_domain.ports.payments.queries import OrderFilter
from billing_domain.use_cases.payments.view_payments import REFUSED_MAX, OrderDetail, ViewPayments
from tests.world import World

NOBODY = OrderNumber("0" * 26)
EVERY = OrderFilter()


@pytest.fixture
def other(world: World) -> Community:
    """Another community of the company."""
    return world.open_community(world.company.id, "阳光花园")


@pytest.fixture
def narrow(world: World, other: Community) -> Actor:
    """Somebody who sees the other community alone."""
    return world.actor(Role.FINANCE, [other])


def view(world: World) -> ViewPayments:
    return world.application.view_payments


def page(
    world: World, wanted: OrderFilter = EVERY, key: PageKey | None = None
) -> list[OrderNumber]:
    found = view(world).page(world.admin, order_filter=wanted, key=key)
    return [order.number for order in found.rows]


def detail_of(world: World, number: OrderNumber) -> OrderDetail:
    return view(world).detail(world.admin, number=number)


def order_in(world: World, community: Community) -> PaymentOrder:
    """Return an open order of a community."""
    (house,) = world.add_houses(community, f"1号楼/{world.ids.new_id()[-4:]}")
    owner = world.add_owner(house, openid=f"openid-{house.id}")
    return world.check_out(world.add_bill(house).number, owner=owner)


def forge(world: World) -> None:
    """Let a message arrive that nobody signed."""
    world.take(({"signature": "made up"}, b"{}"))


def lose_money(world: World, order: PaymentOrder) -> None:
    """Write that an order was paid though nothing was settled: a planted bug."""
    with world.begin() as work:
        work.orders.save(attrs.evolve(order, state=OrderState.PAID, version=order.version + 1))
        work.commit()


class TestPage:
    def test_reads_no_more_of_a_text_than_a_number_has(self, world: World) -> None:
        order = world.check_out()
        most = order.number.rjust(SEARCH_LENGTH_MAX, "x")

        assert page(world, OrderFilter(text=most)) == []
        with world.begin() as work:
            kept = attrs.evolve(order, provider_number=most, version=order.version + 1)
            work.orders.save(kept)
            work.commit()
        assert page(world, OrderFilter(text=f"{most} and much more")) == [order.number]

    def test_shows_what_is_within_reach(
        self, world: World, narrow: Actor, other: Community
    ) -> None:
        world.check_out()
        elsewhere = order_in(world, other)

        seen = view(world).page(narrow, order_filter=EVERY)

        assert seen.rows == (elsewhere,)
        assert view(world).page(world.rival_admin, order_filter=EVERY).rows == ()


class TestDetail:
    def test_of_a_new_order_has_its_bills(self, world: World) -> None:
        order = world.check_out()

        detail = detail_of(world, order.number)

        assert detail.order == order
        assert sorted(row.number for row in detail.rows) == world.numbers
        assert (detail.settlements, detail.refunds, detail.messages) == ((), (), ())
        assert [entry.action for entry in detail.history] == [AuditAction.ORDERED]

    def test_of_a_paid_order_tells_what_it_settled_and_who_said_so(self, world: World) -> None:
        order = world.paid(*world.numbers[:2])
        world.paid(world.numbers[2])

        detail = detail_of(world, order.number)

        assert detail.settlements == tuple(
            OnlineSettlement(number, order.number, Money(130_000)) for number in world.numbers[:2]
        )
        (message,) = detail.messages
        assert (message.verdict, message.about) == (Verdict.BOOKED, order.number)

    def test_tells_of_refunds_and_the_messages_about_them(self, world: World) -> None:
        order = world.paid()
        refund = world.refund(order, world.numbers[1])
        world.take(world.provider.refund_message(refund.number))

        detail = detail_of(world, order.number)

        assert detail.refunds == (refund,)
        assert [item.bill for item in detail.settlements if item.reversed] == [world.numbers[1]]
        assert [message.about for message in detail.messages] == [order.number, refund.number]

    def test_out_of_reach_does_not_exist(self, world: World, narrow: Actor) -> None:
        order = world.check_out()

        for actor in (narrow, world.rival_admin):
            with pytest.raises(ThingNotFoundError) as refused:
                view(world).detail(actor, number=order.number)
            assert refused.value.facts == {"kind": "payment_order", "id": order.number}


class TestAsk:
    def test_settles_what_no_message_told(self, world: World) -> None:
        order = world.check_out()
        world.provider.pay(order.number)

        answered = view(world).ask(world.actor(Role.FRONT_DESK), number=order.number)

        assert answered.state is OrderState.PAID
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_asks_about_nothing_out_of_reach(self, world: World, narrow: Actor) -> None:
        order = world.check_out()
        world.provider.calls.clear()

        for actor in (narrow, world.rival_admin):
            with pytest.raises(ThingNotFoundError):
                view(world).ask(actor, number=order.number)

        assert world.provider.calls == []


class TestTroubles:
    def test_shows_what_is_within_reach(
        self, world: World, narrow: Actor, other: Community
    ) -> None:
        world.check_out()
        elsewhere = order_in(world, other)
        world.wait(hours=2)

        assert view(world).troubles(narrow).overdue == (elsewhere,)
        assert view(world).troubles(world.rival_admin).overdue == ()


class TestRefusedMessages:
    def test_come_newest_first(self, world: World) -> None:
        forge(world)
        world.wait(minutes=1)
        world.take(signed({"id": "m", "order": NOBODY, "outcome": "paid", "amount": 1}))
        world.wait(minutes=1)
        world.paid(world.numbers[0])

        refused = view(world).refused_messages(world.admin)

        assert [message.received_at for message in refused] == [
            world.clock.now() - timedelta(minutes=1),
            world.clock.now() - timedelta(minutes=2),
        ]
        assert refused[1].reason == "signature"

    def test_are_fifty_at_most(self, world: World) -> None:
        for _ in range(REFUSED_MAX + 1):
            forge(world)

        assert len(view(world).refused_messages(world.admin)) == REFUSED_MAX == 50

    def test_are_for_those_who_see_the_whole_company(self, world: World, narrow: Actor) -> None:
        forge(world)

        assert len(view(world).refused_messages(world.actor(Role.FINANCE))) == 1
        assert view(world).refused_messages(narrow) == []
        assert view(world).refused_messages(world.rival_admin) == []


class TestDiscrepancies:
    def test_p19_there_are_none_whatever_is_paid_and_returned(
        self, world: World, other: Community
    ) -> None:
        order = world.paid()
        world.refund(order, world.numbers[0])
        order_in(world, other)

        assert view(world).discrepancies(world.admin) == []

    def test_p19_money_that_went_nowhere_is_found(self, world: World) -> None:
        order = world.check_out()
        lose_money(world, order)

        found = view(world).discrepancies(world.admin)

        assert len(found) >= 1
        assert all(order.number in line for line in found)

    def test_those_out_of_reach_are_not_told(
        self, world: World, narrow: Actor, other: Community
    ) -> None:
        lose_money(world, world.check_out())
        assert view(world).discrepancies(narrow) == []
        assert view(world).discrepancies(world.rival_admin) == []

        order = order_in(world, other)
        lose_money(world, order)

        found = view(world).discrepancies(narrow)
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
        self, world: World, act: Callable[[ViewPayments, Actor], object]
    ) -> None:
        with pytest.raises(PermissionMissingError) as refused:
            act(view(world), world.actor(Role.READ_ONLY))

        assert refused.value.permission == "view_payments"
