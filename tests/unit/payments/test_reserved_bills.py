"""Staff and bills that an owner is paying: rule 2.5, promises P08, P13."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import (
    BillReservedError,
    OrderPaidMeanwhileError,
    OrderUndecidedError,
    StaleError,
)
from billing_domain.model.bills.bill import BillOrigin
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderState
from tests.unit.payments.interruptions import acting
from tests.world import World, period


def edit(world: World, version: int = 1) -> None:
    world.manage_bills.edit(
        world.admin,
        number=world.numbers[0],
        version=version,
        fee_type=FeeType.WATER,
        amount=Money(1),
        period=period("2026年1月", "2026年1月"),
        remark="",
    )


def mark(world: World) -> None:
    world.mark_paid()


def delete(world: World) -> None:
    world.manage_bills.delete(world.admin, numbers=world.numbers)


def void(world: World) -> None:
    world.manage_bills.void(world.admin, number=world.numbers[0], version=1)


ACTIONS = [edit, mark, delete, void]


@pytest.fixture(params=ACTIONS)
def act(request: pytest.FixtureRequest) -> Callable[[World], None]:
    action: Callable[[World], None] = request.param
    return action


@pytest.fixture
def world(act: Callable[[World], None]) -> World:
    made = World().with_payments()
    if act is void:
        made.bills = [made.add_bill(origin=BillOrigin.PUSHED) for _ in range(3)]
    return made


class TestAnAction:
    def test_closes_the_order_first(self, world: World, act: Callable[[World], None]) -> None:
        order = world.check_out()

        act(world)

        assert world.order(order.number).state is OrderState.CLOSED
        assert world.provider.calls == ["create", "close"]
        assert world.history("payment_order", order.number)[0].actor_name == "王经理"
        world.check_books()

    def test_gives_way_to_a_payment(self, world: World, act: Callable[[World], None]) -> None:
        order = world.check_out()
        world.provider.pay(order.number)

        with pytest.raises(OrderPaidMeanwhileError) as refused:
            act(world)

        assert refused.value.order == order.number
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_is_refused_while_the_provider_can_not_say(
        self, world: World, act: Callable[[World], None]
    ) -> None:
        order = world.check_out()
        world.provider.faults.append(Fault.LOST_ANSWER)

        with pytest.raises(OrderUndecidedError):
            act(world)

        assert world.states() == ["pending"] * 3
        assert set(world.held().values()) == {order.number}

    def test_that_loses_every_race_is_given_up(
        self, world: World, act: Callable[[World], None]
    ) -> None:
        begin = acting(world.begin, *[world.check_out] * 100, reads=False)
        world.manage_bills = attrs.evolve(world.manage_bills, begin=begin)

        with pytest.raises(BillReservedError):
            act(world)

        assert world.states() == ["pending"] * 3


class TestAnActionThatIsForbiddenAnyhow:
    @pytest.fixture
    def act(self) -> Callable[[World], None]:
        return edit

    def test_closes_nobodys_order(self, world: World) -> None:
        order = world.check_out()

        with pytest.raises(StaleError):
            edit(world, version=7)

        assert world.order(order.number).state is OrderState.WAITING
