"""The contract of OrderRepository: orders as they are kept, found and changed (rule 5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from billing_domain.errors import NotificationRefusedError, StaleError, ThingNotFoundError
from billing_domain.model.money import Money
from billing_domain.model.payments.order import (
    OrderEvent,
    OrderNumber,
    PaymentMethod,
    PaymentOrder,
    Ticket,
)
from billing_domain.testing.contracts.payment_world import (
    ACCOUNT,
    OPENID,
    OTHER_ACCOUNT,
    OTHER_OPENID,
    PAID_AT,
    add_order,
    an_order,
    close,
    keep_order,
    learn,
    pay,
    save_order,
)
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import NOON, World

_MINUTE = timedelta(minutes=1)


class StoredOrdersContract(StorageContract):
    """An order comes back as it was stored, in whatever state."""

    def test_returns_every_fact_of_a_new_order(self, storage: Storage, world: World) -> None:
        """Lines stay in the order in which the payer chose them."""
        house = world.add_house("1号楼/101")
        first, second, third = (world.add_bill(house, amount=Money(fen)) for fen in (1, 2, 3))
        order = add_order(world, second, third, first, method=PaymentMethod.NATIVE)

        with storage.begin() as work:
            assert work.orders.get(world.scope, order.number) == order

    def test_returns_every_fact_of_a_paid_order(self, storage: Storage, world: World) -> None:
        order = placed_order(world, **FACTS)
        paid = learn(world, order, OrderEvent.SAID_PAID, **PAID_FACTS)

        with storage.begin() as work:
            assert work.orders.find(order.number) == paid

    def test_returns_every_fact_of_a_closed_order(self, storage: Storage, world: World) -> None:
        closed = close(world, placed_order(world))

        with storage.begin() as work:
            assert work.orders.find(closed.number) == closed

    def test_finds_nothing_outside_the_scope(self, storage: Storage, world: World) -> None:
        order = placed_order(world)
        for scope in (world.rival_scope, world.lakeside_scope):
            with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
                work.orders.get(scope, order.number)

            assert refusal.value.facts == {"kind": "payment_order", "id": order.number}
        with storage.begin() as work:
            assert work.orders.get(world.garden_scope, order.number) == order

    def test_finds_an_order_of_any_company(self, storage: Storage, world: World) -> None:
        order = add_order(world, world.add_bill(world.add_house("1号楼/101", world.foreign)))
        with storage.begin() as work:
            assert work.orders.find(order.number) == order
            assert work.orders.find(OrderNumber("2" * 26)) is None

    def test_saves_the_next_version(self, storage: Storage, world: World) -> None:
        order = placed_order(world)
        changed = learn(
            world, order, OrderEvent.SAID_UNKNOWN, queried_at=PAID_AT, provider_state="SYSTEMERROR"
        )

        with storage.begin() as work:
            assert work.orders.find(order.number) == changed

    def test_refuses_what_was_changed_meanwhile(self, storage: Storage, world: World) -> None:
        order = placed_order(world)
        changed = learn(world, order, OrderEvent.SAID_UNPAID, provider_state="NOTPAY")
        with pytest.raises(StaleError) as refusal:
            learn(world, order, OrderEvent.CLOSE_CONFIRMED)

        assert refusal.value.facts == {"kind": "payment_order", "id": order.number}
        with storage.begin() as work:
            assert work.orders.find(order.number) == changed

    def test_refuses_to_save_an_order_that_was_never_added(self, world: World) -> None:
        order = an_order(world, world.add_bill(world.add_house("1号楼/101")))
        with pytest.raises(StaleError):
            save_order(world, attrs.evolve(order, version=2))


class ClosedOrdersContract(StorageContract):
    """Closed orders are asked about once more, for the money that comes late (rule 5.7)."""

    def test_gives_those_that_are_due(self, storage: Storage, world: World) -> None:
        closed = [
            close(world, placed_order(world), query_again_at=NOON + _MINUTE * n) for n in (3, 1, 9)
        ]
        placed_order(world)
        with storage.begin() as work:
            due = work.orders.to_check(NOON + _MINUTE * 3, count_max=9)

            assert due == [closed[1], closed[0]]
            assert work.orders.to_check(NOON + _MINUTE * 3, count_max=1) == [closed[1]]
            assert work.orders.to_check(NOON, count_max=9) == []

    def test_gives_none_that_was_checked_for_the_last_time(
        self, storage: Storage, world: World
    ) -> None:
        closed = close(world, placed_order(world), query_again_at=NOON)
        save_order(world, attrs.evolve(closed, query_again_at=None, version=closed.version + 1))

        with storage.begin() as work:
            assert work.orders.to_check(NOON + _MINUTE, count_max=9) == []


class OrderRequestsContract(StorageContract):
    """A repeated request makes no second order (P01)."""

    def test_is_found_by_its_request(self, storage: Storage, world: World) -> None:
        order = placed_order(world, request_key="tap")
        with storage.begin() as work:
            assert work.orders.by_request(world.company.id, OPENID, "tap") == order
            assert work.orders.by_request(world.rival.id, OPENID, "tap") is None
            assert work.orders.by_request(world.company.id, OTHER_OPENID, "tap") is None
            assert work.orders.by_request(world.company.id, OPENID, "other") is None

    def test_refuses_a_repeated_request(self, storage: Storage, world: World) -> None:
        """It is named before the bills, which the first order holds."""
        bill = world.add_bill(world.add_house("1号楼/101"))
        first = add_order(world, bill, request_key="tap")
        again = an_order(world, bill, request_key="tap")
        with pytest.raises(StaleError) as refusal:
            keep_order(world, again)

        assert refusal.value.facts == {"kind": "payment_order", "id": again.number}
        with storage.begin() as work:
            assert work.orders.find(again.number) is None
            assert work.orders.by_request(world.company.id, OPENID, "tap") == first

    def test_refuses_it_after_the_first_order_was_closed(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        close(world, add_order(world, bill, request_key="tap"))
        with pytest.raises(StaleError):
            add_order(world, bill, request_key="tap")

    def test_takes_the_same_key_of_another_payer(self, storage: Storage, world: World) -> None:
        here, abroad = world.add_house("1号楼/101"), world.add_house("1号楼/1", world.foreign)
        mine, theirs = world.add_bill(here), world.add_bill(here)
        add_order(world, mine, request_key="tap")
        other = add_order(world, theirs, request_key="tap", openid=OTHER_OPENID)
        rival = add_order(world, world.add_bill(abroad), request_key="tap")

        with storage.begin() as work:
            found = work.orders.by_request(world.company.id, OTHER_OPENID, "tap")
            assert found == other
            assert work.orders.by_request(world.rival.id, OPENID, "tap") == rival


class ProviderNumbersContract(StorageContract):
    """One payment at a provider never pays two of our orders (rule 5.5)."""

    def test_is_refused_for_another_order_of_the_account(
        self, storage: Storage, world: World
    ) -> None:
        learn(world, placed_order(world), OrderEvent.SAID_PAID, provider_number="420001")
        order = placed_order(world)
        with pytest.raises(NotificationRefusedError) as refusal:
            learn(world, order, OrderEvent.SAID_PAID, provider_number="420001")

        assert refusal.value.reason == "order"
        with storage.begin() as work:
            assert work.orders.find(order.number) == order

    def test_is_kept_by_its_order(self, storage: Storage, world: World) -> None:
        paid = learn(world, placed_order(world), OrderEvent.SAID_PAID, provider_number="420001")
        less = attrs.evolve(paid, unapplied=Money(1), version=paid.version + 1)
        save_order(world, less)

        with storage.begin() as work:
            assert work.orders.find(paid.number) == less

    def test_may_be_the_same_at_another_account(self, storage: Storage, world: World) -> None:
        learn(world, placed_order(world), OrderEvent.SAID_PAID, provider_number="420001")
        order = placed_order(world, account_id=OTHER_ACCOUNT)
        paid = learn(world, order, OrderEvent.SAID_PAID, provider_number="420001")

        with storage.begin() as work:
            assert work.orders.find(order.number) == paid


class OpenOrdersContract(StorageContract):
    """What the janitor asks about, so that none waits for ever (rule 5.3)."""

    def test_begins_with_those_never_asked_about(self, storage: Storage, world: World) -> None:
        late, early, never = (placed_order(world) for _ in range(3))
        late, early = (
            learn(
                world, order, OrderEvent.SAID_UNPAID, queried_at=NOON + timedelta(minutes=minutes)
            )
            for order, minutes in ((late, 9), (early, 8))
        )
        with storage.begin() as work:
            assert list(work.orders.open_before(NOON, count_max=9)) == [never, early, late]
            assert list(work.orders.open_before(NOON, count_max=2)) == [never, early]

    def test_are_those_made_until_the_moment(self, storage: Storage, world: World) -> None:
        order = placed_order(world)
        placed_order(world, created_at=NOON + timedelta(microseconds=1))
        with storage.begin() as work:
            assert list(work.orders.open_before(NOON, count_max=9)) == [order]

    def test_are_those_of_every_company(self, storage: Storage, world: World) -> None:
        order = add_order(world, world.add_bill(world.add_house("1号楼/101", world.foreign)))
        with storage.begin() as work:
            assert list(work.orders.open_before(NOON, count_max=9)) == [order]

    def test_are_created_or_waiting(self, storage: Storage, world: World) -> None:
        created = placed_order(world)
        waiting = learn(world, placed_order(world), OrderEvent.PLACED, ticket=Ticket("weixin://"))
        close(world, placed_order(world))
        pay(world, placed_order(world))
        with storage.begin() as work:
            assert list(work.orders.open_before(NOON, count_max=9)) == [created, waiting]


class OrderRepositoryContract(
    StoredOrdersContract,
    OrderRequestsContract,
    ProviderNumbersContract,
    OpenOrdersContract,
    ClosedOrdersContract,
):
    """Payment orders, without what they reserve and settle."""


FACTS: dict[str, Any] = {
    "account_id": ACCOUNT,
    "ticket": Ticket("weixin://wxpay/bizpayurl?pr=a&b='%", {"paySign": "+/=", "package": "中文"}),
    "queried_at": NOON + timedelta(microseconds=1),
    "provider_state": "SYSTEMERROR 系统超时 😀",
}
PAID_FACTS: dict[str, Any] = {
    "provider_number": "4200001234202603051234567890",
    "paid_at": PAID_AT + timedelta(microseconds=789_012),
    "unapplied": Money(130_000),
}


def placed_order(world: World, **fields: Any) -> PaymentOrder:
    """Keep an order for one new bill of the garden."""
    bill = world.add_bill(world.add_house(f"1号楼/{world.new_id()}"))
    return add_order(world, bill, **fields)
