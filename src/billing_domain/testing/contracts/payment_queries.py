"""The contract of PaymentQueries: the page of orders, and the troubles."""

from datetime import UTC, date, timedelta
from functools import partial
from typing import Any

import pytest

from billing_domain.model.company.actor import Scope
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderEvent, OrderNumber, OrderState, PaymentOrder
from billing_domain.model.payments.refund import Refund, RefundState
from billing_domain.model.shanghai import day_end, day_start
from billing_domain.ports.payments.queries import OrderFilter, Troubles
from .paging import walk
from .payment_world import (
    a_refund,
    add_order,
    add_refund,
    an_order,
    apply_event,
    close,
    placed_order,
)
from .storage import Storage, StorageContract
from .world import NOON, World

MOMENT = timedelta(microseconds=1)
TROUBLES_MAX = 200


class OrderPagesContract(StorageContract):
    """The page of orders, newest first."""

    @pytest.mark.parametrize("rows", [1, 2, 3, 5, 9])
    def test_shows_every_order_once(self, storage: Storage, world: World, rows: int) -> None:
        minutes = [3, 1, 5, 2, 4]
        orders = [
            placed_order(world, created_at=NOON + timedelta(minutes=each)) for each in minutes
        ]
        orders[2] = close(world, orders[2])
        newest_first = sorted(orders, key=lambda order: order.created_at, reverse=True)
        assert pages(storage, world.scope, rows) == newest_first

    def test_is_empty_without_orders(self, storage: Storage, world: World) -> None:
        page = storage.payment_queries.page(world.scope, OrderFilter(), key=None, rows=9)
        assert (page.rows, page.next_key, page.previous_key) == ((), None, None)

    def test_shows_nothing_outside_the_scope(self, storage: Storage, world: World) -> None:
        here, there, abroad = (
            placed_order(world, place) for place in (world.garden, world.lakeside, world.foreign)
        )
        assert found(storage, world.scope) == [there, here]
        assert found(storage, world.garden_scope) == [here]
        assert found(storage, world.rival_scope) == [abroad]
        assert found(storage, world.garden_scope, community_id=world.lakeside.id) == []
        assert found(storage, world.scope, community_id=world.foreign.id) == []


class OrderFilterContract(StorageContract):
    """The filters of the orders page."""

    def test_finds_by_a_part_of_any_number(self, storage: Storage, world: World) -> None:
        number = OrderNumber("20250101000000000000765432")
        bills = [world.add_bill(world.add_house(f"1号楼/{room}")) for room in (1, 2)]
        order = add_order(world, *bills, number=number)
        wanted = apply_event(world, order, OrderEvent.SAID_PAID, provider_number="Pay_42%\\'00")
        placed_order(world)
        texts = [number, "20250101", "765432", "Pay_42%\\'00", "ay_42%", "'", "\\"]
        texts += [bill.number[7:] for bill in bills]
        missed = [text for text in texts if found(storage, world.scope, text=text) != [wanted]]
        assert not missed

    def test_finds_nothing_else(self, storage: Storage, world: World) -> None:
        """Numbers are compared exactly: no case folding, no wildcards."""
        apply_event(world, placed_order(world), OrderEvent.SAID_PAID, provider_number="PayAB42")
        texts = ["payab", "Pay_B", "Pay%42", " Pay", "Ｐay", "王伟", "\x00", "Pay*", "request"]
        wrong = [text for text in texts if found(storage, world.scope, text=text)]
        assert not wrong

    def test_narrows_to_a_community(self, storage: Storage, world: World) -> None:
        placed_order(world)
        there = placed_order(world, world.lakeside)
        assert found(storage, world.scope, community_id=world.lakeside.id) == [there]

    def test_narrows_to_a_state(self, storage: Storage, world: World) -> None:
        created = placed_order(world)
        by_state = {
            OrderState.CREATED: created,
            OrderState.WAITING: apply_event(world, placed_order(world), OrderEvent.PLACED),
            OrderState.PAID: apply_event(world, placed_order(world), OrderEvent.SAID_PAID),
            OrderState.CLOSED: close(world, placed_order(world)),
        }
        for state, order in by_state.items():
            assert found(storage, world.scope, state=state) == [order]

    def test_narrows_to_shanghai_days_with_both_ends(self, storage: Storage, world: World) -> None:
        first, last = date(2026, 3, 5), date(2026, 3, 6)
        moments = [
            day_start(first) - MOMENT,
            day_start(first),
            day_end(last) - MOMENT,
            day_end(last),
        ]
        before, start, end, after = (
            placed_order(world, created_at=moment.astimezone(UTC)) for moment in moments
        )

        assert found(storage, world.scope, made_from=first, made_to=last) == [end, start]
        assert found(storage, world.scope, made_from=first) == [after, end, start]
        assert found(storage, world.scope, made_to=last) == [end, start, before]

    def test_narrows_every_page(self, storage: Storage, world: World) -> None:
        orders = [placed_order(world) for _ in range(4)]
        for order in (orders[1], orders[2]):
            close(world, order)
        narrow = OrderFilter(state=OrderState.CREATED)
        assert pages(storage, world.scope, 1, narrow) == [orders[3], orders[0]]


class TroublesContract(StorageContract):
    """The cases that a person must look into (异常)."""

    def test_are_none_at_first(self, storage: Storage, world: World) -> None:
        assert troubles(storage, world.scope) == Troubles((), (), ())

    def test_are_orders_that_nobody_decided(self, storage: Storage, world: World) -> None:
        late = placed_order(world)
        early = placed_order(world, created_at=NOON - timedelta(hours=1))
        waiting = apply_event(world, early, OrderEvent.SAID_UNKNOWN)
        placed_order(world, created_at=NOON + MOMENT)
        close(world, placed_order(world))
        apply_event(world, placed_order(world), OrderEvent.SAID_PAID)
        assert troubles(storage, world.scope) == Troubles((waiting, late), (), ())

    def test_are_orders_that_hold_money_of_no_bill(self, storage: Storage, world: World) -> None:
        orders = [
            placed_order(world, created_at=NOON + timedelta(minutes=minutes))
            for minutes in (2, 1, 0)
        ]
        late, early, _settled = (
            apply_event(world, order, OrderEvent.SAID_PAID, paid_at=NOON, unapplied=Money(fen))
            for order, fen in zip(orders, (1, 2, 0), strict=True)
        )
        apply_event(world, placed_order(world), OrderEvent.CLOSE_CONFIRMED, unapplied=Money(4))
        assert troubles(storage, world.scope) == Troubles((), (early, late), ())

    def test_are_refunds_that_are_not_finished(self, storage: Storage, world: World) -> None:
        order = close(world, placed_order(world))
        states = [each for each in RefundState if each.value not in {"done", "rejected"}]
        open_ones = [
            add_refund(world, order, state=state, proposed_at=NOON - timedelta(minutes=number))
            for number, state in enumerate(states)
        ]
        for state in (RefundState.DONE, RefundState.REJECTED):
            add_refund(world, order, state=state)
        assert troubles(storage, world.scope) == Troubles((), (), tuple(reversed(open_ones)))

    def test_are_nobody_else_s(self, storage: Storage, world: World) -> None:
        order = placed_order(world)
        paid = apply_event(world, placed_order(world), OrderEvent.SAID_PAID, unapplied=Money(1))
        refund = add_refund(world, paid)
        expected = Troubles((order,), (paid,), (refund,))
        assert troubles(storage, world.garden_scope) == expected
        for scope in (world.rival_scope, world.lakeside_scope):
            assert troubles(storage, scope) == Troubles((), (), ())

    def test_are_at_most_two_hundred_of_a_kind(self, storage: Storage, world: World) -> None:
        """The oldest are shown."""
        open_ones, refunds = many_troubles(world, TROUBLES_MAX + 1)
        found_ones = troubles(storage, world.scope)
        assert found_ones.overdue == tuple(open_ones[:TROUBLES_MAX])
        assert found_ones.refunds == tuple(refunds[:TROUBLES_MAX])


class PaymentQueriesContract(OrderPagesContract, OrderFilterContract, TroublesContract):
    """All reads of orders and refunds for staff."""


def many_troubles(world: World, count: int) -> tuple[list[PaymentOrder], list[Refund]]:
    """Add many open orders, and a refund of each."""
    house = world.add_house("1号楼/101")
    bills = [world.a_bill(house) for _ in range(count)]
    orders = [an_order(world, bill) for bill in bills]
    refunds = [a_refund(world, order) for order in orders]
    with world.change() as work:
        work.bills.add_all(bills)
        for order in orders:
            work.orders.add(order)
        for refund in refunds:
            work.refunds.add(refund)
    return orders, refunds


def found(storage: Storage, scope: Scope, **wanted: Any) -> list[PaymentOrder]:
    """Return the first orders that a filter finds."""
    page = storage.payment_queries.page(scope, OrderFilter(**wanted), key=None, rows=99)
    return list(page.rows)


def pages(
    storage: Storage, scope: Scope, rows: int, order_filter: OrderFilter | None = None
) -> list[PaymentOrder]:
    """Return the orders, page after page."""
    ask = partial(storage.payment_queries.page, scope, order_filter or OrderFilter(), rows=rows)
    return walk(lambda key: ask(key=key), rows)


def troubles(storage: Storage, scope: Scope) -> Troubles:
    """Return the troubles at noon."""
    return storage.payment_queries.troubles(scope, overdue_before=NOON)
