"""Owners' payments: checkout of one or many bills, and giving up (rules 5.2 to 5.4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Final

import attrs

from billing_domain.errors import (
    BillActionRefusedError,
    BillReservedError,
    CommunityClosedError,
    FieldError,
    NoPaymentAccountError,
    OrderLinesError,
    RequestKeyReusedError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.bill import Bill, BillAction, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import Community, CommunityStatus
from billing_domain.model.owners.owner import Owner, may_see, shown_by_reminder
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import (
    LINES_MAX,
    OrderLine,
    OrderNumber,
    Payer,
    PaymentMethod,
    PaymentOrder,
    order_number,
)
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.payments.gateway import PaymentGateway
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.payments.place_orders import PlaceOrders
from billing_domain.services.payments.resolve_orders import ResolveOrders

LOOK_AGAIN_AFTER: Final = timedelta(seconds=2)
_ROUNDS_MAX: Final = 4
_KEY_LENGTH_MAX: Final = 64
_PREFERRED: Final = (PaymentMethod.JSAPI, PaymentMethod.REDIRECT, PaymentMethod.NATIVE)


@attrs.frozen
class _Basket:
    """The bills that an owner pays, and the account that receives the money."""

    community: Community
    account: PaymentAccount
    bills: tuple[PendingBill, ...]
    payer: Payer


@attrs.frozen
class CollectPayments:
    """Payment orders of owners; providers are called between units of work only."""

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    place: PlaceOrders
    clock: Clock
    ids: IdGenerator

    def check_out(
        self, owner: Owner, *, numbers: Collection[BillNumber], request_key: str
    ) -> PaymentOrder:
        """Return an order for the bills with the ticket to pay it (rules 5.2, 5.4).

        The page draws `request_key` (1..64 characters): the same request again gives the same
        order in any state (P01). The same owner's open order for the same bills is returned again;
        any other open order that reserves one of the bills is closed first. Raises
        ThingNotFoundError for bills that the owner does not see, BillActionRefusedError for a paid
        or voided bill, OrderLinesError, RequestKeyReusedError, NoPaymentAccountError,
        CommunityClosedError, OrderPaidMeanwhileError, OrderUndecidedError, BillReservedError,
        ProviderUnavailableError, ProviderRefusedError.
        """
        wanted = _checked(numbers, request_key)
        rounds = iter(range(_ROUNDS_MAX))
        while True:
            again = self._repeated(owner, wanted, request_key)
            if again is not None:
                return self.place.place(again)
            basket = self._basket(owner, wanted)
            same, rivals = self._same_order(owner, basket)
            if same is not None:
                return self.place.place(same)
            # Close only orders seen before reserving: a later one may belong to the same request
            # (P03).
            self.decide.close_all(rivals)
            try:
                order = self._reserve(basket, request_key)
            except (BillReservedError, StaleError):
                if next(rounds, None) is None:
                    raise
                continue
            return self.place.place(order)

    def give_up(self, owner: Owner, *, number: OrderNumber) -> PaymentOrder:
        """Return the owner's order after closing it at the provider; it may have been paid.

        Raises ThingNotFoundError for another owner's order. An order still open means that the
        provider can't say.
        """
        order = self._own(owner, number)
        payer = Actor.owner(order.company_id, order.payer.resident_id, order.payer.name)
        return self.decide.close(number, actor=payer)

    def look(self, owner: Owner, *, number: OrderNumber) -> PaymentOrder:
        """Return the owner's order after querying its provider (rule 5.7, P15).

        A closed order is queried too while money may still come. A repeated look soon after
        returns the last answer, because providers limit queries. Raises ThingNotFoundError for
        another owner's order.
        """
        order = self._own(owner, number)
        queried_at = order.queried_at
        if queried_at is not None and self.clock.now() - queried_at < LOOK_AGAIN_AFTER:
            return order
        return (
            self.decide.ask(number) if order.query_again_at is None else self.decide.check(number)
        )

    def _own(self, owner: Owner, number: OrderNumber) -> PaymentOrder:
        with self.begin(read_only=True) as work:
            order = work.orders.find(number)
        if (
            order is None
            or order.company_id != owner.company_id
            or order.payer.openid != owner.openid
        ):
            raise ThingNotFoundError(kind="payment_order", id=number)
        return order

    def _repeated(
        self, owner: Owner, wanted: tuple[BillNumber, ...], request_key: str
    ) -> PaymentOrder | None:
        with self.begin(read_only=True) as work:
            order = work.orders.by_request(owner.company_id, owner.openid, request_key)
        if order is not None and order.bills != wanted:
            raise RequestKeyReusedError
        return order

    def _basket(self, owner: Owner, wanted: tuple[BillNumber, ...]) -> _Basket:
        day = shanghai_day(self.clock.now())
        scope = Scope(owner.company_id)
        with self.begin(read_only=True) as work:
            found = {
                bill.number: bill
                for bill in work.bills.get_many(scope, wanted)
                if _sees(work, owner, bill, day)
            }
            bills = [_payable(found.get(number), number) for number in wanted]
            if len({bill.community_id for bill in bills}) > 1:
                raise FieldError(field="numbers", reason="wrong")
            community = work.communities.get(scope, bills[0].community_id)
            account = work.payment_accounts.active(owner.company_id)
        if community.status is not CommunityStatus.OPEN:
            raise CommunityClosedError(community_id=community.id, status=community.status.value)
        if account is None:
            raise NoPaymentAccountError
        return _Basket(community, account, tuple(bills), _payer(owner, bills, day))

    def _same_order(
        self, owner: Owner, basket: _Basket
    ) -> tuple[PaymentOrder | None, Collection[OrderNumber]]:
        """Return the owner's open order for exactly these bills, else the orders to close."""
        numbers = [bill.number for bill in basket.bills]
        with self.begin(read_only=True) as work:
            held = work.orders.holding(numbers)
            order = work.orders.find(next(iter(held.values()))) if held else None
        if (
            order is None
            or order.payer.openid != owner.openid
            or order.account_id != basket.account.id
            or order.bills != tuple(numbers)
            or order.due_to_close(self.clock.now())
        ):
            return None, set(held.values())
        return order, ()

    def _reserve(self, basket: _Basket, request_key: str) -> PaymentOrder:
        now = self.clock.now()
        method = _method(self.decide.gateway(basket.account.id))
        order = PaymentOrder(
            number=order_number(now, self.ids.order_serial()),
            company_id=basket.community.company_id,
            community_id=basket.community.id,
            account_id=basket.account.id,
            provider=basket.account.provider,
            method=method,
            payer=basket.payer,
            request_key=request_key,
            lines=tuple(OrderLine(bill.number, bill.amount) for bill in basket.bills),
            created_at=now,
        )
        actor = Actor.owner(order.company_id, order.payer.resident_id, order.payer.name)
        with self.begin() as work:
            work.orders.add(order)
            work.record(actor, AuditAction.ORDERED, after=order)
            work.commit()
        return order


def _checked(numbers: Collection[BillNumber], request_key: str) -> tuple[BillNumber, ...]:
    wanted = tuple(sorted(set(numbers)))
    if not wanted:
        raise FieldError(field="numbers", reason="required")
    if len(wanted) > LINES_MAX:
        raise OrderLinesError(lines=len(wanted), lines_max=LINES_MAX)
    if not 1 <= len(request_key) <= _KEY_LENGTH_MAX or not request_key.isascii():
        raise FieldError(field="request_key", reason="format", value=request_key[:_KEY_LENGTH_MAX])
    return wanted


def _sees(work: UnitOfWork, owner: Owner, bill: Bill, day: date) -> bool:
    """Return whether the owner sees a bill, be it only through a reminder (rule 4.6)."""
    if may_see(owner, bill, day=day, paid_by_owner=()):
        return True
    named = work.reminders.named_to(owner.company_id, owner.openid, [bill.house_id])
    return shown_by_reminder(owner, bill, day=day, named=named)


def _payable(bill: Bill | None, number: BillNumber) -> PendingBill:
    if bill is None:
        raise ThingNotFoundError(kind="bill", id=number)
    if not isinstance(bill, PendingBill):
        raise BillActionRefusedError(
            number=number, action=BillAction.PAY.value, reason=bill.state.value
        )
    return bill


def _payer(owner: Owner, bills: Sequence[PendingBill], day: date) -> Payer:
    """Return the owner's resident in the first bill's house."""
    living = owner.living_in(day)
    resident = next(person for person in living if person.house_id == bills[0].house_id)
    return Payer(resident.id, resident.name, owner.openid)


def _method(gateway: PaymentGateway) -> PaymentMethod:
    """Return the payment method that suits a phone best; every provider offers one."""
    return next(method for method in _PREFERRED if method in gateway.methods)
