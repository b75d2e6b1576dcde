"""Payments of the demo: owners go through the sandbox's cashier, with all that may come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import cycle
from typing import Final

import attrs

from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.order import OrderNumber, PaymentOrder
from billing_domain.ports.payments.cashier import CashierAction
from billing_domain.ports.payments.queries import OrderFilter
from billing_entrypoints.application import Application

BILLS_MAX: Final = 3
PAID: Final = 12
"""How many owners pay without any mishap."""


@attrs.frozen
class DemoPayments:
    """Lets owners of a community pay; nothing is done where somebody paid before."""

    application: Application
    actor: Actor
    community: Community

    def fill(self, pass_time: Callable[[timedelta], None]) -> None:
        """Let most orders be paid, and one each be given up, refunded, paid late, or in question.

        `pass_time` moves the demo's clock on by so much.
        """
        view = self.application.view_payments
        if (
            self.application.cashier is None
            or view.page(self.actor, order_filter=OrderFilter(community_id=self.community.id)).rows
        ):
            return
        owners = [owner for owner in self._owners() if self._unpaid(owner)]
        for owner, hours in zip(owners[:PAID], cycle((1, 5, 2, 9)), strict=False):
            self._pay(owner)
            pass_time(timedelta(hours=hours))
        for mishap, owner in zip(
            (self._give_up, self._refund, self._pay_late, self._propose_refund),
            owners[PAID:],
            strict=False,
        ):
            mishap(owner)
            pass_time(timedelta(hours=1))
        self.application.settle_open_payments.run()

    def _owners(self) -> Sequence[Owner]:
        """Return the demo's residents, one a house, signed in once."""
        signing = self.application.sign_in_owners
        here = self.community.id
        residents = {
            resident.house_id: resident
            for resident in reversed(signing.demo_residents(community_id=here))
        }
        owners = []
        for resident in residents.values():
            token = signing.sign_in_demo(community_id=here, resident_id=resident.id)
            owner = signing.authenticate(token)
            signing.sign_out(token)
            owners += [owner] if owner is not None else []
        return owners

    def _unpaid(self, owner: Owner) -> list[BillNumber]:
        rows = self.application.view_owner_bills.pending(owner)
        return [row.number for row in rows][:BILLS_MAX]

    def _order(self, owner: Owner) -> PaymentOrder:
        return self.application.collect_payments.check_out(
            owner,
            numbers=self._unpaid(owner),
            request_key=self.application.collect_payments.ids.new_id(),
        )

    def _act(self, order: PaymentOrder, action: CashierAction) -> None:
        cashier, ticket = self.application.cashier, order.ticket
        if cashier is not None and ticket is not None:
            cashier.act(ticket.text.rpartition("/")[2], action)

    def _pay(self, owner: Owner) -> OrderNumber:
        order = self._order(owner)
        # No message is sent: nobody serves while the demo is filled in.
        self._act(order, CashierAction.PAY_SILENTLY)
        self.application.collect_payments.look(owner, number=order.number)
        return order.number

    def _give_up(self, owner: Owner) -> None:
        order = self._order(owner)
        self.application.collect_payments.give_up(owner, number=order.number)

    def _refund(self, owner: Owner) -> None:
        refunds = self.application.refund_payments
        proposed = refunds.propose(self.actor, order=self._pay(owner), reason="重复缴费")
        refunds.approve(self.actor, number=proposed.number)

    def _propose_refund(self, owner: Owner) -> None:
        """Leave a refund for somebody else to decide, so that 异常 is not empty."""
        self.application.refund_payments.propose(
            self.actor, order=self._pay(owner), reason="业主要求退款"
        )

    def _pay_late(self, owner: Owner) -> None:
        """Pay an order after its bill was paid at the counter: the money goes back."""
        order = self._order(owner)
        self.application.manage_bills.mark_paid(
            self.actor, numbers=order.bills[:1], channel=PaymentChannel.CASH
        )
        self._act(order, CashierAction.PAY_LATE)
        self.application.collect_payments.decide.check(order.number)
