"""Letting go of orders that nobody can decide: rules 2.5, 5.3, 5.6."""

from __future__ import annotations

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import (
    FieldError,
    OrderUndecidedError,
    PermissionMissingError,
    ThingNotFoundError,
)
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderState, PaymentOrder
from tests.world import World


def release(world: World, order: PaymentOrder, reason: str = "平台没有这笔") -> PaymentOrder:
    return world.application.release_orders.release(
        world.admin, number=order.number, reason=reason
    )


def undecided(world: World) -> PaymentOrder:
    """An order that its provider has said nothing about for two hours, and goes on so."""
    order = world.check_out()
    world.wait(hours=2)
    world.provider.faults.append(Fault.LOST_CALL)
    return order


class TestRelease:
    def test_frees_the_bills_and_says_who_and_why(self, world: World) -> None:
        order = undecided(world)

        released = release(world, order)

        assert (released.state, released.closed_at) == (OrderState.CLOSED, world.clock.now())
        assert world.held() == {}
        entry = world.history("payment_order", order.number)[0]
        assert (entry.action, entry.reason) == (AuditAction.ORDER_RELEASED, "平台没有这笔")
        assert entry.actor_name == "王经理"
        world.mark_paid()
        world.check_books()

    def test_money_that_comes_all_the_same_goes_back(self, world: World) -> None:
        order = undecided(world)
        release(world, order)
        world.mark_paid()
        world.provider.pay(order.number)
        world.wait(minutes=5)

        world.janitor.run()

        assert world.provider.returned() == Money(390_000)
        world.check_books()

    def test_a_provider_that_can_say_after_all_is_believed(self, world: World) -> None:
        order = world.check_out()
        world.provider.pay(order.number)
        world.wait(hours=2)

        assert release(world, order).state is OrderState.PAID
        assert world.states() == ["paid"] * 3

    def test_one_that_is_decided_stays_as_it_is(self, world: World) -> None:
        order = world.paid()

        assert release(world, order) == order


class TestRefusals:
    def test_before_two_hours(self, world: World) -> None:
        order = world.check_out()
        world.wait(minutes=119)

        with pytest.raises(OrderUndecidedError):
            release(world, order)

        assert world.provider.calls == ["create"]

    @pytest.mark.parametrize(("reason", "why"), [(" ", "required"), ("因" * 201, "too_long")])
    def test_without_a_reason(self, world: World, reason: str, why: str) -> None:
        order = undecided(world)

        with pytest.raises(FieldError) as refused:
            release(world, order, reason)

        assert (refused.value.field, refused.value.reason) == ("reason", why)
        assert world.order(order.number).state.open

    def test_for_the_front_desk_and_other_companies(self, world: World) -> None:
        order = undecided(world)
        use_case = world.application.release_orders

        with pytest.raises(PermissionMissingError):
            use_case.release(world.actor(Role.FRONT_DESK), number=order.number, reason="因")
        with pytest.raises(ThingNotFoundError):
            use_case.release(world.rival_admin, number=order.number, reason="因")
