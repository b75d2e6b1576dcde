"""The contract of RefundRepository (rules 5.6, 5.8)."""

from datetime import timedelta
from typing import Any

import attrs

from billing_domain.errors import StaleError
from billing_domain.model.houses.house import House
from billing_domain.model.money import FEN_MAX, Money
from billing_domain.model.payments.refund import Refund, RefundEvent, RefundNumber, RefundState
from .payment_world import PAID_AT, add_order, add_refund, placed_order
from .storage import StorageContract
from .world import NOON, World, refused


class RefundRepositoryContract(StorageContract):
    """Refunds, found by their number, order and state."""

    def test_returns_every_fact_of_a_new_refund(self, world: World) -> None:
        refund = add_refund(world, placed_order(world))
        assert world.work.refunds.get(world.scope, refund.number) == refund

    def test_returns_every_fact_of_a_finished_refund(self, world: World, house: House) -> None:
        bills = [world.add_bill(house) for _ in range(2)]
        order = add_order(world, *bills)
        numbers = tuple(bill.number for bill in reversed(bills))
        refund = add_refund(world, order, bills=numbers, amount=Money(FEN_MAX))
        done = save(world, attrs.evolve(refund, **DONE, version=2))
        assert world.work.refunds.find(refund.number) == done

    def test_finds_nothing_outside_the_scope(self, world: World) -> None:
        refund = add_refund(world, placed_order(world))
        world.hides(world.work.refunds.get, refund.number, kind="refund")
        assert world.work.refunds.get(world.garden_scope, refund.number) == refund

    def test_finds_a_refund_of_any_company(self, world: World) -> None:
        refund = add_refund(world, placed_order(world, world.foreign))
        assert world.work.refunds.find(refund.number) == refund
        assert world.work.refunds.find(RefundNumber("2" * 26)) is None

    def test_refuses_what_was_changed_meanwhile(self, world: World) -> None:
        refund = add_refund(world, placed_order(world))
        approved = save(world, refund.approve("staff"))
        with refused(StaleError, kind="refund", id=refund.number):
            save(world, refund.after(RefundEvent.REJECT))
        assert world.work.refunds.find(refund.number) == approved

    def test_lists_an_order_s_oldest_first(self, world: World) -> None:
        order = placed_order(world)
        late = add_refund(world, order, proposed_at=PAID_AT)
        early = add_refund(world, order)
        add_refund(world, placed_order(world))
        assert list(world.work.refunds.of_order(order.number)) == [early, late]

    def test_lists_the_unfinished_oldest_first(self, world: World) -> None:
        """Approved and sent refunds of every company."""
        orders = [placed_order(world), placed_order(world, world.foreign)]
        late, early = (
            add_refund(world, order, proposed_at=NOON + timedelta(minutes=minutes))
            for order, minutes in zip(orders, (2, 1), strict=True)
        )
        for state in RefundState:
            if state not in {RefundState.APPROVED, RefundState.SENT}:
                save(world, in_state(add_refund(world, orders[0]), state))
        late = save(world, in_state(late, RefundState.SENT))
        early = save(world, in_state(early, RefundState.APPROVED))

        assert list(world.work.refunds.unfinished(count_max=9)) == [early, late]
        assert list(world.work.refunds.unfinished(count_max=1)) == [early]


DONE: dict[str, Any] = {
    "reason": "多缴 50% \\ '引号' 😀",
    "state": RefundState.DONE,
    "approved_by": "d" * 32,
    "provider_state": "SUCCESS 成功",
    "done_at": PAID_AT + timedelta(microseconds=789_012),
}


def in_state(refund: Refund, state: RefundState) -> Refund:
    """Return a refund's next version in a state."""
    return attrs.evolve(refund, state=state, version=refund.version + 1)


def save(world: World, refund: Refund) -> Refund:
    """Store a refund's next version."""
    world.work.refunds.save(refund)
    return refund
