"""The contract of RefundRepository (rules 5.6, 5.8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from billing_domain.errors import StaleError, ThingNotFoundError
from billing_domain.model.company.community import Community
from billing_domain.model.money import FEN_MAX, Money
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.model.payments.refund import Refund, RefundEvent, RefundNumber, RefundState
from billing_domain.testing.contracts.payment_world import PAID_AT, add_order, add_refund
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import NOON, World


class RefundRepositoryContract(StorageContract):
    """Refunds, found by their number, order and state."""

    def test_returns_every_fact_of_a_new_refund(self, storage: Storage, world: World) -> None:
        refund = add_refund(world, an_order_of(world))
        with storage.begin() as work:
            assert work.refunds.get(world.scope, refund.number) == refund

    def test_returns_every_fact_of_a_finished_refund(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bills = [world.add_bill(house) for _ in range(2)]
        order = add_order(world, *bills)
        numbers = tuple(bill.number for bill in reversed(bills))
        refund = add_refund(world, order, bills=numbers, amount=Money(FEN_MAX))
        done = save(world, attrs.evolve(refund, **DONE, version=2))

        with storage.begin() as work:
            assert work.refunds.find(refund.number) == done

    def test_finds_nothing_outside_the_scope(self, storage: Storage, world: World) -> None:
        refund = add_refund(world, an_order_of(world))
        for scope in (world.rival_scope, world.lakeside_scope):
            with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
                work.refunds.get(scope, refund.number)

            assert refusal.value.facts == {"kind": "refund", "id": refund.number}
        with storage.begin() as work:
            assert work.refunds.get(world.garden_scope, refund.number) == refund

    def test_finds_a_refund_of_any_company(self, storage: Storage, world: World) -> None:
        refund = add_refund(world, an_order_of(world, world.foreign))
        with storage.begin() as work:
            assert work.refunds.find(refund.number) == refund
            assert work.refunds.find(RefundNumber("2" * 26)) is None

    def test_refuses_what_was_changed_meanwhile(self, storage: Storage, world: World) -> None:
        refund = add_refund(world, an_order_of(world))
        approved = save(world, refund.approve("staff"))
        with pytest.raises(StaleError) as refusal:
            save(world, refund.after(RefundEvent.REJECT))

        assert refusal.value.facts == {"kind": "refund", "id": refund.number}
        with storage.begin() as work:
            assert work.refunds.find(refund.number) == approved

    def test_lists_an_order_s_oldest_first(self, storage: Storage, world: World) -> None:
        order = an_order_of(world)
        late = add_refund(world, order, proposed_at=PAID_AT)
        early = add_refund(world, order)
        add_refund(world, an_order_of(world))
        with storage.begin() as work:
            assert list(work.refunds.of_order(order.number)) == [early, late]

    def test_lists_the_unfinished_oldest_first(self, storage: Storage, world: World) -> None:
        """They are the approved and the sent ones of every company."""
        orders = [an_order_of(world), an_order_of(world, world.foreign)]
        late, early = (
            add_refund(world, order, proposed_at=NOON + timedelta(minutes=minutes))
            for order, minutes in zip(orders, (2, 1), strict=True)
        )
        for state in RefundState:
            if state not in {RefundState.APPROVED, RefundState.SENT}:
                save(world, in_state(add_refund(world, orders[0]), state))
        late = save(world, in_state(late, RefundState.SENT))
        early = save(world, in_state(early, RefundState.APPROVED))

        with storage.begin() as work:
            assert list(work.refunds.unfinished(count_max=9)) == [early, late]
            assert list(work.refunds.unfinished(count_max=1)) == [early]


DONE: dict[str, Any] = {
    "reason": "多缴 50% \\ '引号' 😀",
    "state": RefundState.DONE,
    "approved_by": "d" * 32,
    "provider_state": "SUCCESS 成功",
    "done_at": PAID_AT + timedelta(microseconds=789_012),
}


def an_order_of(world: World, community: Community | None = None) -> PaymentOrder:
    """Keep an order for one new bill."""
    house = world.add_house(f"1号楼/{world.new_id()}", community)
    return add_order(world, world.add_bill(house))


def in_state(refund: Refund, state: RefundState) -> Refund:
    """Return a refund's next version in a state."""
    return attrs.evolve(refund, state=state, version=refund.version + 1)


def save(world: World, refund: Refund) -> Refund:
    """Keep a refund's next version."""
    with world.begin() as work:
        work.refunds.save(refund)
        work.commit()
    return refund
