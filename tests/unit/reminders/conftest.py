"""A company that reminds over WeChat; its first house owes one bill and has one owner."""

import pytest

from billing_domain.model.bills.bill import PendingBill
from tests.world import World


@pytest.fixture
def world() -> World:
    made = World()
    made.connect_wechat()
    made.add_owner()
    made.add_bill()
    return made


@pytest.fixture
def bill(world: World) -> PendingBill:
    (bill,) = world.stored_bills()
    assert isinstance(bill, PendingBill)
    return bill


@pytest.fixture
def neighbour(world: World) -> None:
    """The second house owes too, and its owner is reached."""
    world.add_bill(world.houses[1])
    world.add_owner(world.houses[1], openid="openid-2")
