"""Orders, refunds and settlements for the contracts of payments."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from billing_domain.model.bills.bill import Bill, PaymentChannel, PendingBill, Settlement
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import Community, CompanyId
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import (
    AccountId,
    OrderEvent,
    OrderLine,
    OrderNumber,
    Payer,
    PaymentMethod,
    PaymentOrder,
    ProviderKey,
    order_number,
)
from billing_domain.model.payments.refund import Refund
from .world import NOON, World

SANDBOX = ProviderKey("sandbox")
ACCOUNT = AccountId("a" * 32)
OTHER_ACCOUNT = AccountId("b" * 32)
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
OTHER_OPENID = "oUpF8uN95-Ptaags6E_roPHg7AG0"
PAID_AT = NOON + timedelta(minutes=3)


def an_order(
    world: World, *bills: Bill, created_at: datetime = NOON, openid: str = OPENID, **fields: Any
) -> PaymentOrder:
    """Return an order for bills of one community, not stored yet, newer than all before."""
    serial = int(world.new_id(), 16)
    known: dict[str, Any] = {
        "number": order_number(created_at, serial),
        "company_id": company_of(world, bills[0]),
        "community_id": bills[0].community_id,
        "account_id": ACCOUNT,
        "provider": SANDBOX,
        "method": PaymentMethod.JSAPI,
        "payer": Payer("f" * 32, "王伟", openid),
        "request_key": f"request-{serial}",
        "lines": tuple(OrderLine(bill.number, bill.amount) for bill in bills),
        "created_at": created_at,
        **fields,
    }
    return PaymentOrder(**known)


def add_order(world: World, *bills: Bill, **fields: Any) -> PaymentOrder:
    """Add an order."""
    order = an_order(world, *bills, **fields)
    keep_order(world, order)
    return order


def placed_order(world: World, community: Community | None = None, **fields: Any) -> PaymentOrder:
    """Add an order for one new bill, in the garden by default."""
    house = world.add_house(f"1号楼/{world.new_id()}", community)
    return add_order(world, world.add_bill(house), **fields)


def keep_order(world: World, order: PaymentOrder) -> None:
    """Store a new order."""
    world.work.orders.add(order)


def save_order(world: World, order: PaymentOrder) -> None:
    """Store an order's next version."""
    world.work.orders.save(order)


def apply_event(
    world: World, order: PaymentOrder, event: OrderEvent, **facts: Any
) -> PaymentOrder:
    """Store an order after an event, and nothing else."""
    changed, _effect = order.after(event, **facts)
    save_order(world, changed)
    return changed


def close(world: World, order: PaymentOrder, **facts: Any) -> PaymentOrder:
    """Store an order closed."""
    return apply_event(world, order, OrderEvent.CLOSE_CONFIRMED, closed_at=PAID_AT, **facts)


def pay(
    world: World, order: PaymentOrder, paid_at: datetime = PAID_AT, **facts: Any
) -> PaymentOrder:
    """Store an order paid, with its bills and settlements."""
    paid, _effect = order.after(OrderEvent.SAID_PAID, paid_at=paid_at, **facts)
    settlement = Settlement(PaymentChannel.ONLINE, paid_at, order.payer.name)
    with world.change() as work:
        bills = work.bills.get_many(Scope(order.company_id), order.bills)
        unpaid = [bill for bill in bills if isinstance(bill, PendingBill)]
        work.bills.save_all([bill.pay(settlement) for bill in unpaid], holder=order.number)
        work.orders.save(paid)
        work.orders.add_settlements(order.company_id, settlements_of(order))
    return paid


def settlements_of(order: PaymentOrder) -> list[OnlineSettlement]:
    """Return an order's settlements if all its bills can take their money."""
    return [OnlineSettlement(line.bill, order.number, line.amount) for line in order.lines]


def a_refund(
    world: World, order: PaymentOrder, *, proposed_at: datetime = NOON, **fields: Any
) -> Refund:
    """Return a refund of an order, not stored yet, newer than all before."""
    serial = int(world.new_id(), 16)
    refund = Refund.of(
        order, Money(1), serial=serial, reason="重复缴费", by="e" * 32, at=proposed_at
    )
    return attrs.evolve(refund, **fields)


def add_refund(world: World, order: PaymentOrder, **fields: Any) -> Refund:
    """Add a refund."""
    refund = a_refund(world, order, **fields)
    world.work.refunds.add(refund)
    return refund


def held(world: World, *bills: Bill) -> Mapping[BillNumber, OrderNumber]:
    """Return which orders reserve the bills."""
    return dict(world.work.orders.holding([bill.number for bill in bills]))


def paid_by(world: World, openid: str) -> set[BillNumber]:
    """Return the bills that an openid paid in the company and that are still settled."""
    books = world.work.orders.books(world.scope)
    orders = {order.number for order in books.orders if order.payer.openid == openid}
    return {each.bill for each in books.settlements if each.order in orders and not each.reversed}


def company_of(world: World, bill: Bill) -> CompanyId:
    """Return the company of a bill's community."""
    communities = (world.garden, world.lakeside, world.foreign)
    return next(each.company_id for each in communities if each.id == bill.community_id)
