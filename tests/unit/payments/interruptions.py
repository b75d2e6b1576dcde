"""What comes between a use case and its end: colleagues, a busy database, a lost account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import attrs

from billing_domain.errors import StorageBusyError
from billing_domain.model.company.actor import Actor
from billing_domain.model.payments.order import AccountId, PaymentOrder
from billing_domain.ports.payments.gateway import Acknowledgement, OrderReport
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.payments.settle_orders import SettleOrders
from tests.world import World


def acting(
    begin: UnitOfWorkFactory, *acts: Callable[[], object], reads: bool
) -> UnitOfWorkFactory:
    """Return units of work; before each that only reads, or each that writes, one of `acts`."""
    left = iter(acts)

    def act_and_begin(*, read_only: bool = False) -> UnitOfWork:
        if read_only is reads:
            next(left, lambda: None)()
        return begin(read_only=read_only)

    return act_and_begin


def check_out_while(world: World, *acts: Callable[[], object], at: str = "") -> PaymentOrder:
    """Check out while somebody acts: before the bills are reserved, or at a provider's call.

    `at` is `create:before` or the like.
    """
    left = iter(acts)

    def meanwhile(moment: str) -> None:
        if moment == at:
            next(left, lambda: None)()

    world.provider.meanwhile = meanwhile
    begin = world.begin if at else acting(world.begin, *acts, reads=False)
    collect = attrs.evolve(world.collect, begin=begin)
    return collect.check_out(world.payer, numbers=world.numbers, request_key="interrupted")


def take_while_busy(
    world: World, message: tuple[Mapping[str, str], bytes], *, times: int = 100
) -> Acknowledgement:
    """Let a message arrive while storage gives the settling no turn for some times."""
    whole = world.application.take_notifications
    busy = attrs.evolve(whole, reports=_Busy(world.clock, world.ids, left=iter(range(times))))
    headers, body = message
    return busy.take(account_id=world.merchant.id, headers=headers, body=body)


def lose_account_of(world: World, order: PaymentOrder) -> None:
    """Forget the merchant account of an order, as no program does."""
    with world.begin() as work:
        lost = attrs.evolve(order, account_id=AccountId("0" * 32), version=order.version + 1)
        work.orders.save(lost)
        for refund in work.refunds.of_order(order.number):
            work.refunds.save(
                attrs.evolve(refund, account_id=lost.account_id, version=refund.version + 1)
            )
        work.commit()


@attrs.frozen
class _Busy(SettleOrders):
    """Books in a database that gives no turn as long as `left` lasts."""

    left: Iterator[int] = attrs.field(kw_only=True)

    def book(
        self,
        work: UnitOfWork,
        order: PaymentOrder,
        report: OrderReport,
        *,
        actor: Actor | None = None,
    ) -> PaymentOrder:
        """Raise StorageBusyError, or book."""
        if next(self.left, None) is not None:
            raise StorageBusyError
        return super().book(work, order, report, actor=actor)
