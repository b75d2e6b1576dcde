"""Reads of owners on their phones (rules 4.6, 5.1, 5.10)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

import attrs

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CommunityId
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.order import OrderNumber, PaymentOrder
from billing_domain.model.payments.refund import RefundState
from billing_domain.model.reminders.queued_reminder import ReminderId
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.bills import BillRow
from billing_domain.ports.owners import OwnerQueries
from billing_domain.ports.paging import Page
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWorkFactory

PENDING_MAX: Final = 200
"""The maximal number of unpaid bills in the list; no owner has more."""


class Place(Enum):
    """The destination of a scanned 收款码 or a reminder's link (rules 4.1, 5.10)."""

    BILL = "bill"
    PENDING = "pending"
    PAID = "paid"
    REGISTRATION = "registration"


@attrs.frozen
class Landing:
    """The landing page; `bill` is the unpaid bill, if there is exactly one."""

    place: Place
    bill: BillNumber | None = None


@attrs.frozen
class OrderOutcome:
    """The result of an order: how many of its bills it pays now, and the refunded money.

    `returned` has reached the payer, `returning` is on its way.
    """

    order: PaymentOrder
    bills_paid: int
    returned: Money
    returning: Money


@attrs.frozen
class ViewOwnerBills:
    """Reads of an owner's own bills and orders; everything else is not found (P36)."""

    begin: UnitOfWorkFactory
    bills: OwnerQueries
    clock: Clock

    def landing(self, owner: Owner, *, community_id: CommunityId) -> Landing:
        """Return the landing page after scanning a community's code."""
        living = owner.living_in(shanghai_day(self.clock.now()))
        if not any(resident.community_id == community_id for resident in living):
            return Landing(Place.REGISTRATION)
        unpaid = [row for row in self.pending(owner) if row.community_id == community_id]
        if len(unpaid) == 1:
            return Landing(Place.BILL, unpaid[0].number)
        return Landing(Place.PENDING if unpaid else Place.PAID)

    def reminder_landing(self, owner: Owner, *, reminder_id: ReminderId) -> Landing:
        """Return the landing page of a reminder's link (rule 4.1).

        An owner who does not live in the reminder's house sees only their own bills. Raises
        ThingNotFoundError for an unknown reminder or another company's.
        """
        with self.begin(read_only=True) as work:
            reminder = work.reminders.find(reminder_id)
        if reminder is None or reminder.company_id != owner.company_id:
            raise ThingNotFoundError(kind="reminder", id=reminder_id)
        if not owner.residents:
            return Landing(Place.REGISTRATION)
        unpaid = [row for row in self.pending(owner) if row.house_id == reminder.house_id]
        if len(unpaid) == 1:
            return Landing(Place.BILL, unpaid[0].number)
        return Landing(Place.PENDING)

    def pending(self, owner: Owner) -> Sequence[BillRow]:
        """Return the unpaid bills that the owner sees, newest period first, at most 200."""
        today = shanghai_day(self.clock.now())
        return self.bills.pending(owner, day=today, rows_max=PENDING_MAX)

    def paid(self, owner: Owner, *, key: str | None = None, rows: int = 20) -> Page[BillRow]:
        """Return the paid bills that the owner sees, newest payment first, then newest period."""
        today = shanghai_day(self.clock.now())
        return self.bills.paid(owner, day=today, key=key, rows=rows)

    def bill(self, owner: Owner, *, number: BillNumber) -> BillRow:
        """Return one bill; raise ThingNotFoundError if the owner does not see it."""
        return self.bills.bill(owner, number, day=shanghai_day(self.clock.now()))

    def outcome(self, owner: Owner, *, number: OrderNumber) -> OrderOutcome:
        """Return an order of the owner's own with its result; raises the errors of order."""
        order = self.order(owner, number=number)
        with self.begin(read_only=True) as work:
            settled = work.orders.settled_by(number)
            refunds = work.refunds.of_order(number)
        return OrderOutcome(
            order,
            bills_paid=sum(not item.reversed for item in settled),
            returned=Money.total(
                each.amount for each in refunds if each.state is RefundState.DONE
            ),
            returning=Money.total(each.amount for each in refunds if each.state.waits),
        )

    def order(self, owner: Owner, *, number: OrderNumber) -> PaymentOrder:
        """Return an order of the owner's own; raise ThingNotFoundError for any other."""
        with self.begin(read_only=True) as work:
            order = work.orders.find(number)
        if order is None or (order.company_id, order.payer.openid) != (
            owner.company_id,
            owner.openid,
        ):
            raise ThingNotFoundError(kind="payment_order", id=number)
        return order
