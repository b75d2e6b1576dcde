"""SQLite and PostgreSQL do the same with orders, whatever is done: one machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from billing_domain.model.bills.bill import Bill, PaidBill, PaymentChannel, PendingBill, Settlement
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import (
    AccountId,
    OrderEvent,
    OrderLine,
    OrderState,
    Payer,
    PaymentMethod,
    PaymentOrder,
    ProviderKey,
    order_number,
)
from billing_domain.model.payments.refund import (
    REFUND_TRANSITIONS,
    Refund,
    RefundEvent,
)
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.payments.queries import OrderFilter
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.testing.contracts import Storage
from billing_domain.testing.contracts.paging import walk as walk_pages
from billing_domain.testing.contracts.world import NOON
from tests.databases import PostgresServer
from tests.integration.sql.two_sides import TODAY, TwoSides, UndoneError, agree

OPENIDS = ["o1", "o2"]
ACCOUNTS = [AccountId("a" * 32), AccountId("b" * 32)]
PROVIDER_NUMBERS = [None, "T%1", "t%1"]
MOMENTS = [NOON - timedelta(days=20), NOON - timedelta(microseconds=1), NOON]
DAYS = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)]
AMOUNTS = [Money(1), Money(130_000)]
PICK = st.integers(0, 1_000)
PICKS = st.lists(PICK, min_size=1, max_size=3)
MOMENT = st.sampled_from(MOMENTS)


class PaymentAgreement(TwoSides):
    """Two storages of payments that must never be told apart."""

    def __init__(self) -> None:
        super().__init__()
        world = self.worlds[0]
        self.places = [world.garden, world.garden, world.lakeside, world.foreign]
        self.houses: list[House] = []
        self.bills: list[Bill] = []
        self.orders: list[PaymentOrder] = []
        self.refunds: list[Refund] = []

    @initialize(moments=st.lists(MOMENT, min_size=8, max_size=8), moved_in=st.booleans())
    def furnish(self, moments: list[Any], *, moved_in: bool) -> None:
        """Begin with two bills in each of four houses, and an owner in each."""
        people: list[Resident] = []
        for place, community in enumerate(self.places):
            house = House(HouseId(self.new_id()), community.id, HouseAddress(f"{place}号楼/1"))
            self.houses.append(house)
            person = Resident(
                ResidentId(self.new_id()),
                community.id,
                house.id,
                "王伟",
                "",
                Relation.OWNER,
                DAYS[0] if moved_in else None,
                DAYS[place - 1] if place else None,
                OPENIDS[place % 2],
            )
            people.append(person)
        pending = [
            PendingBill(
                number=BillNumber(f"2026030512{place:011d}"),
                community_id=house.community_id,
                house_id=house.id,
                fee_type=FeeType.WATER,
                amount=AMOUNTS[place % 2],
                period=BillingPeriod(DAYS[0], DAYS[1]),
                imported_at=moments[place],
            )
            for place, house in enumerate([*self.houses, *self.houses])
        ]
        self.write(lambda work: work.houses.add_all(self.houses))
        self.write(lambda work: work.residents.add_all(people))
        self.write(lambda work: work.bills.add_all(pending))
        self.bills += pending

    # What is done.

    @rule(picks=PICKS, openid=st.sampled_from(OPENIDS), key=PICK, at=MOMENT, account=PICK)
    def check_out(self, picks: list[int], openid: str, key: int, at: Any, account: int) -> None:
        """Take any bills as they once were: many are stale, paid, gone or held by then."""
        chosen = self.different(picks)
        community = next(each for each in self.places if each.id == chosen[0].community_id)
        order = PaymentOrder(
            number=order_number(at, next(self.counter)),
            company_id=community.company_id,
            community_id=community.id,
            account_id=self.one_of(ACCOUNTS, account),
            provider=ProviderKey("sandbox"),
            method=PaymentMethod.JSAPI,
            payer=Payer("f" * 32, "王伟", openid),
            request_key=f"request-{key % 7}",
            lines=tuple(OrderLine(bill.number, bill.amount) for bill in chosen),
            created_at=at,
        )
        if self.write(lambda work: work.orders.add(order)):
            self.orders.append(order)

    @precondition(lambda self: self.orders)
    @rule(
        pick=PICK,
        event=st.sampled_from([each for each in OrderEvent if each is not OrderEvent.SAID_PAID]),
        at=MOMENT,
        told=st.sampled_from(PROVIDER_NUMBERS),
    )
    def apply_event(self, pick: int, event: OrderEvent, at: Any, told: str | None) -> None:
        """Change any version that ever was stored."""
        changed, _effect = self.one_of(self.orders, pick).after(
            event, queried_at=at, provider_number=told
        )
        if self.write(lambda work: work.orders.save(changed)):
            self.orders.append(changed)

    @precondition(lambda self: self.orders)
    @rule(pick=PICK, at=MOMENT, told=st.sampled_from(PROVIDER_NUMBERS))
    def settle(self, pick: int, at: Any, told: str | None) -> None:
        """Take the money of any version: what fits no bill stays unapplied."""
        order = self.one_of(self.orders, pick)
        taken: list[PaymentOrder] = []

        def take(work: UnitOfWork) -> None:
            found = work.bills.get_many(Scope(order.company_id), order.bills)
            due = {line.bill: line.amount for line in order.lines}
            fit = [
                bill
                for bill in found
                if isinstance(bill, PendingBill) and bill.amount == due[bill.number]
            ]
            left = Money.total(due.values()) - Money.total(bill.amount for bill in fit)
            paid, _effect = order.after(
                OrderEvent.SAID_PAID, paid_at=at, provider_number=told, unapplied=left
            )
            payment = Settlement(PaymentChannel.ONLINE, at, order.payer.name)
            work.orders.save(paid)
            work.bills.save_all([bill.pay(payment) for bill in fit], holder=order.number)
            work.orders.add_settlements(
                order.company_id,
                [OnlineSettlement(bill.number, order.number, bill.amount) for bill in fit],
            )
            taken.append(paid)

        if self.write(take):
            self.orders.append(taken[-1])

    @precondition(lambda self: self.orders)
    @rule(pick=PICK)
    def settle_twice_and_undo_it(self, pick: int) -> None:
        order = self.one_of(self.orders, pick)

        def twice(work: UnitOfWork) -> None:
            work.orders.add_settlements(
                order.company_id,
                [OnlineSettlement(line.bill, order.number, line.amount) for line in order.lines],
            )
            raise UndoneError

        self.write(twice)

    @precondition(lambda self: self.orders)
    @rule(pick=PICK, picks=PICKS)
    def return_bills(self, pick: int, picks: list[int]) -> None:
        """Give the money of any bills back, whether the order settled them or not."""
        order = self.one_of(self.orders, pick)
        numbers = {self.one_of(order.bills, each) for each in picks}

        def give_back(work: UnitOfWork) -> None:
            work.orders.reverse_settlements(order.number, numbers)
            found = work.bills.get_many(Scope(order.company_id), numbers)
            paid = [bill for bill in found if isinstance(bill, PaidBill)]
            work.bills.save_all([bill.refunded() for bill in paid])

        self.write(give_back)

    @precondition(lambda self: self.orders)
    @rule(pick=PICK, at=MOMENT, amount=st.sampled_from(AMOUNTS))
    def propose_refund(self, pick: int, at: Any, amount: Money) -> None:
        order = self.one_of(self.orders, pick)
        refund = Refund.of(
            order,
            amount,
            serial=next(self.counter),
            reason="退款",
            by="1",
            at=at,
            bills=order.bills[:1],
        )
        if self.write(lambda work: work.refunds.add(refund)):
            self.refunds.append(refund)

    @precondition(lambda self: self.refunds)
    @rule(pick=PICK, event=st.sampled_from(RefundEvent))
    def decide_refund(self, pick: int, event: RefundEvent) -> None:
        refund = self.one_of(self.refunds, pick)
        if (refund.state, event) not in REFUND_TRANSITIONS:
            return
        changed = refund.after(event)
        if self.write(lambda work: work.refunds.save(changed)):
            self.refunds.append(changed)

    @rule(picks=PICKS, holder=PICK, amount=st.sampled_from(AMOUNTS))
    def edit_bills(self, picks: list[int], holder: int, amount: Money) -> None:
        """Edit any versions, for the desk or for any order."""
        changed = [
            attrs.evolve(bill, amount=amount, version=bill.version + 1)
            for bill in self.different(picks)
        ]
        holders = [None, *(order.number for order in self.orders)]
        by = self.one_of(holders, holder)
        if self.write(lambda work: work.bills.save_all(changed, holder=by)):
            self.bills += changed

    @rule(picks=PICKS, at=MOMENT)
    def mark_paid(self, picks: list[int], at: Any) -> None:
        payment = Settlement(PaymentChannel.CASH, at)
        paid = [bill.pay(payment) for bill in self.different(picks)]
        self.write(lambda work: work.bills.save_all(paid))

    @rule(pick=PICK)
    def remove_bill(self, pick: int) -> None:
        self.write(
            lambda work: work.bills.remove_all([self.one_of(self.bills, pick)], at=NOON, by="x")
        )

    # What is seen.

    @rule(pick=PICK, wanted=st.data(), rows=st.integers(1, 3))
    def look_for_orders(self, pick: int, wanted: st.DataObject, rows: int) -> None:
        fields: dict[str, st.SearchStrategy[Any]] = {
            "text": st.sampled_from(["", "%", "t%", "T", "_", "\x00", "0" * 9, "2026", "120000"]),
            "community_id": st.sampled_from([None, *(each.id for each in self.places)]),
            "state": st.none() | st.sampled_from(OrderState),
            "made_from": st.none() | st.sampled_from(DAYS),
            "made_to": st.none() | st.sampled_from(DAYS),
        }
        order_filter = OrderFilter(**wanted.draw(st.fixed_dictionaries(fields)))
        scope = self.scope(pick)
        self.read(lambda side: walk_orders(side, scope, order_filter, rows))

    @rule(pick=PICK, at=MOMENT)
    def look_for_trouble(self, pick: int, at: Any) -> None:
        scope = self.scope(pick)
        self.read(lambda side: side.payment_queries.troubles(scope, overdue_before=at))

    @rule(
        openid=st.sampled_from(OPENIDS),
        day=st.sampled_from(DAYS),
        rows=st.integers(1, 3),
        pick=PICK,
        abroad=st.booleans(),
    )
    def look_as_an_owner(
        self, openid: str, day: Any, rows: int, pick: int, *, abroad: bool
    ) -> None:
        company = self.places[-1 if abroad else 0].company_id
        people = self.read(lambda side: residents(side, company, openid))
        owner = Owner(openid, company, tuple(people))
        number = self.one_of(self.bills, pick).number
        self.read(lambda side: list(side.owner_queries.pending(owner, day=day, rows_max=rows)))
        self.read(lambda side: walk_paid(side, owner, day, rows))
        self.read(lambda side: side.owner_queries.bill(owner, number, day=day))

    @rule(pick=PICK, at=MOMENT, count=st.integers(1, 3), openid=st.sampled_from(OPENIDS))
    def look_at_storage(self, pick: int, at: Any, count: int, openid: str) -> None:
        scope = self.scope(pick)

        def stored(side: Storage) -> list[Any]:
            with side.begin(read_only=True) as work:
                return [
                    list(work.orders.open_before(at, count_max=count)),
                    work.orders.by_request(scope.company_id, openid, f"request-{pick % 7}"),
                    list(work.refunds.unfinished(count_max=count)),
                    *(list(work.orders.settled_by(each.number)) for each in self.orders),
                    *(list(work.refunds.of_order(each.number)) for each in self.orders),
                ]

        self.read(stored)

    @invariant()
    def keeps_the_same_books(self) -> None:
        numbers = sorted({bill.number for bill in self.bills})
        self.read(lambda side: books(side, self.worlds[0].scope))
        self.read(lambda side: books(side, self.worlds[0].garden_scope))
        self.read(lambda side: standing(side, numbers))

    def different(self, picks: Sequence[int]) -> list[Any]:
        """Return versions of different bills."""
        chosen = {self.one_of(self.bills, pick).number: pick for pick in picks}
        return [self.one_of(self.bills, pick) for pick in chosen.values()]

    def scope(self, pick: int) -> Scope:
        world = self.worlds[0]
        narrow = [world.garden_scope, world.lakeside_scope, world.rival_scope]
        scopes = [world.scope] * 3 + narrow
        return scopes[pick % len(scopes)]


def walk_orders(side: Storage, scope: Scope, order_filter: OrderFilter, rows: int) -> list[Any]:
    return walk_pages(
        lambda key: side.payment_queries.page(scope, order_filter, key=key, rows=rows), rows
    )


def walk_paid(side: Storage, owner: Owner, day: Any, rows: int) -> list[Any]:
    pages: list[Any] = []
    key: str | None = None
    while not pages or key is not None:
        page = side.owner_queries.paid(owner, day=day, key=key, rows=rows)
        pages.append(page)
        key = page.next_key
    return pages


def residents(side: Storage, company: Any, openid: str) -> list[Resident]:
    with side.begin(read_only=True) as work:
        return list(work.residents.of_openid(company, openid))


def books(side: Storage, scope: Scope) -> list[Any]:
    """Return the books in one order."""
    with side.begin(read_only=True) as work:
        found = work.orders.books(scope)
    return [
        sorted(found.orders, key=lambda order: order.number),
        sorted(found.settlements, key=lambda item: (item.order, item.bill)),
        sorted(found.refunds, key=lambda refund: refund.number),
        sorted(found.bills, key=lambda bill: bill.number),
        found.reserved,
    ]


def standing(side: Storage, numbers: Sequence[BillNumber]) -> list[Any]:
    with side.begin(read_only=True) as work:
        return [dict(work.orders.holding(numbers)), dict(work.orders.settling(numbers))]


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_sqlite_and_postgresql_agree(postgres: PostgresServer) -> None:
    agree(PaymentAgreement, postgres, share=4)
