"""A world in which owners pay: one company with a merchant account, one owner, three bills."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import attrs

from billing_domain.errors import StorageBusyError
from billing_domain.model.bills.bill import Bill, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Role
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.order import AccountId, OrderNumber, PaymentOrder
from billing_domain.model.payments.refund import Refund
from billing_domain.model.reminders.queued_reminder import ReminderId, ReminderRun, RunId, queue
from billing_domain.model.reminders.reminder import NamedBill, Recipient, SendReminder
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.payments.gateway import Acknowledgement, OrderReport
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.services.payments.settle_orders import SettleOrders
from tests.world import World


class PayingWorld(World):
    """Three pending bills of one house, whose owner is signed in."""

    def __init__(self) -> None:
        super().__init__()
        self.account = self.open_account()
        self.owner = self.add_owner()
        self.bills = [self.add_bill() for _ in range(3)]
        self.collect = self.application.collect_payments
        self.janitor = self.application.settle_open_payments
        self.refunding = self.application.refund_payments

    @property
    def numbers(self) -> list[BillNumber]:
        """The numbers of the three bills."""
        return [bill.number for bill in self.bills]

    def keep_delivered(self, owner: Owner, *numbers: BillNumber) -> None:
        """Keep a reminder of the owner's house that names bills and has arrived."""
        (resident,) = owner.residents
        now = self.clock.now()
        run = ReminderRun(
            id=RunId(self.ids.new_id()),
            company_id=self.company.id,
            channel=ReminderChannel.WECHAT,
            requested_at=now,
            requested_by="王经理",
        )
        recipients = (Recipient(resident.id, owner.openid),)
        bills = tuple(NamedBill(number, Money(130_000)) for number in numbers)
        decision = SendReminder(resident.house_id, run.channel, recipients, bills)
        made = queue(ReminderId(self.ids.new_id()), run, self.community.id, decision)
        with self.begin() as work:
            arrived = made.deliveries[0].delivered(now, "1")
            work.reminders.add_run(run, [made.with_delivery(arrived, now)], {})
            work.commit()

    def check_out(
        self,
        *numbers: BillNumber,
        owner: Owner | None = None,
        key: str = "",
    ) -> PaymentOrder:
        """Let an owner, by default the one, pay bills, by default all three."""
        return self.collect.check_out(
            owner or self.owner,
            numbers=numbers or self.numbers,
            request_key=key or f"key-{self.ids.new_id()}",
        )

    def check_out_while(
        self, act: Callable[[], object], *, times: int = 1, at: str = ""
    ) -> PaymentOrder:
        """Check out while somebody acts: before the bills are reserved, or at a provider's call.

        `at` is `create:before` or the like.
        """
        left = iter(range(times))

        def begin(*, read_only: bool = False) -> UnitOfWork:
            if not read_only and not at and next(left, None) is not None:
                act()
            return self.begin(read_only=read_only)

        def meanwhile(moment: str) -> None:
            if moment == at and next(left, None) is not None:
                act()

        self.provider.meanwhile = meanwhile
        collect = attrs.evolve(self.collect, begin=begin)
        return collect.check_out(self.owner, numbers=self.numbers, request_key="interrupted")

    def take(self, message: tuple[object, bytes]) -> Acknowledgement:
        """Let the provider's message arrive."""
        headers, body = message
        return self.application.take_notifications.take(
            account_id=self.account.id,
            headers=headers,  # type: ignore[arg-type]
            body=body,
        )

    def take_while_busy(
        self, message: tuple[object, bytes], *, times: int = 100
    ) -> Acknowledgement:
        """Let a message arrive while storage gives the settling no turn for some times."""
        left = iter(range(times))
        whole = self.application.take_notifications
        busy = attrs.evolve(whole, reports=_Busy(self.clock, self.ids, left=left))
        headers, body = message
        return busy.take(account_id=self.account.id, headers=headers, body=body)  # type: ignore[arg-type]

    def let_owner_be_faster(self) -> None:
        """From now on the owner pays again just before whatever staff do with bills."""

        def begin(*, read_only: bool = False) -> UnitOfWork:
            self.check_out()
            return self.begin(read_only=read_only)

        self.manage_bills = attrs.evolve(self.manage_bills, begin=begin)

    def lose_account_of(self, order: PaymentOrder) -> None:
        """Forget the merchant account of an order, as no program does."""
        with self.begin() as work:
            lost = attrs.evolve(order, account_id=AccountId("0" * 32), version=order.version + 1)
            work.orders.save(lost)
            for refund in work.refunds.of_order(order.number):
                work.refunds.save(
                    attrs.evolve(refund, account_id=lost.account_id, version=refund.version + 1)
                )
            work.commit()

    def add_rival_owner(self) -> Owner:
        """Keep an owner in the first house of the other company."""
        owner = self.add_owner(self.rival_houses[0], openid="openid-rival")
        return attrs.evolve(owner, company_id=self.rival.id)

    def propose(
        self, order: PaymentOrder, *bills: BillNumber, actor: Actor | None = None
    ) -> Refund:
        """Propose a refund, of everything unless bills are named."""
        return self.refunding.propose(
            actor or self.actor(Role.FINANCE), order=order.number, bills=bills, reason="重复缴费"
        )

    def refund(self, order: PaymentOrder, *bills: BillNumber) -> Refund:
        """Propose and approve a refund, of everything unless bills are named."""
        proposed = self.propose(order, *bills)
        return self.refunding.approve(self.admin, number=proposed.number)

    def paid(self, *numbers: BillNumber) -> PaymentOrder:
        """Return an order that was paid, by the provider's message."""
        order = self.check_out(*numbers)
        assert self.take(self.provider.pay(order.number)).status == 200
        return self.order(order.number)

    def wait(self, **duration: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**duration))

    def states(self) -> Sequence[str]:
        """Return the states of the three bills."""
        return [self.bill(number).state.value for number in self.numbers]

    def bill(self, number: BillNumber) -> Bill:
        """Return a bill as it is stored now."""
        with self.begin(read_only=True) as work:
            return work.bills.get(self.admin.scope, number)

    def pending(self, number: BillNumber) -> PendingBill:
        """Return a bill that is pending now."""
        bill = self.bill(number)
        assert isinstance(bill, PendingBill)
        return bill

    def held(self) -> dict[BillNumber, OrderNumber]:
        """Return which orders hold the three bills."""
        with self.begin(read_only=True) as work:
            return dict(work.orders.holding(self.numbers))


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
