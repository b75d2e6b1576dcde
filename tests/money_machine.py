"""The rules by which money moves in the town, and what must hold after every step (rule 10).

Hypothesis looks for the shortest story of payers, staff, a provider that loses and repeats
things, commits that fail and processes that die, after which a fen is lost or doubled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import BillingError
from billing_domain.model.bills.bill import PaidBill, PaymentChannel, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import Books, discrepancies
from billing_domain.model.payments.order import OrderLine, OrderNumber, OrderState
from billing_domain.model.payments.refund import Refund, RefundNumber, RefundState
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.payments.gateway import Outcome, RefundOutcome
from tests.money_town import AMOUNTS, FAMILIES, CommitFault, DiedError, MoneyTown

Done = TypeVar("Done")
Letter = tuple[Any, bytes]

PICK = st.integers(0, 1_000)
PICKS = st.lists(st.integers(0, 7), min_size=1, max_size=4)
FAMILY = st.sampled_from(sorted(FAMILIES))
AMOUNT = st.sampled_from([*AMOUNTS[:3], Money(7)])
JUMPS = [timedelta(seconds=1), timedelta(minutes=3), timedelta(minutes=31), timedelta(hours=3)]
MOMENTS = [
    "write",
    *(
        f"{call}:{when}"
        for call in ("create", "query", "close", "refund", "query_refund")
        for when in ("before", "after")
    ),
]
BILLS_MAX = 9
LIES = [{"amount": 2}, {"order": "0" * 26}]
FAULT = st.sampled_from([None, None, None, *Fault])
REFUND_FAULTS = {
    "refunded": None,
    "refund refused": Fault.REFUSED,
    "refund unheard": Fault.LOST_ANSWER,
}
FATE = st.sampled_from(["left", "paid", "paid unheard", *REFUND_FAULTS])


class MoneyMachine(RuleBasedStateMachine):
    """Everything that can happen to money; a subclass may keep the books elsewhere."""

    def open_town(self, stack: ExitStack) -> MoneyTown:  # noqa: ARG002 - for subclasses
        """Return a fresh town, in SQLite; what must be closed later goes on the stack."""
        return MoneyTown()

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.town = self.open_town(self.stack)
        self.provider, self.use = self.town.provider, self.town.application
        self.numbers = [bill.number for bill in self.town.bills]
        self.mail: list[Letter] = []
        self.requests: dict[tuple[str, str], OrderNumber] = {}
        self.lines: dict[OrderNumber, tuple[OrderLine, ...]] = {}
        self.paid: dict[BillNumber, PaidBill] = {}
        self.sound = True
        self.watched: tuple[str, Callable[[], object]] | None = None

    @initialize(stories=st.lists(st.tuples(FAMILY, PICKS, FATE), min_size=2, max_size=4))
    def begin_with(self, stories: list[tuple[str, list[int], str]]) -> None:
        """Begin where something has happened: rules alone come to an order too seldom."""
        for place, (openid, picks, fate) in enumerate(stories):
            self.check_out(openid, picks, place, None, stray=False)
            if self.provider.trades and fate != "left":
                self.pay(-1, delivered=fate != "paid unheard")
            if fate.startswith("refund"):
                self.propose_refund(-1, picks[:1], REFUND_FAULTS[fate], approved=True)

    # Owners and payers.

    @rule(
        openid=FAMILY,
        picks=PICKS,
        key=st.integers(0, 3) | st.none(),
        fault=FAULT,
        stray=st.sampled_from([False] * 7 + [True]),
    )
    def check_out(
        self, openid: str, picks: list[int], key: int | None, fault: Fault | None, *, stray: bool
    ) -> None:
        """Pay bills; a key that was used before repeats a request or is refused (P01, P02)."""
        mine = self.numbers if stray else self.numbers_of(openid)
        wanted = {self.one_of(mine, pick) for pick in picks} if mine else set()
        drawn = self.town.ids.new_id() if key is None else f"key-{key}"
        self.provider.faults.append(fault)
        order = self.do(
            lambda: self.use.collect_payments.check_out(
                self.town.owner(openid), numbers=wanted, request_key=drawn
            )
        )
        if order is None:
            return
        assert set(order.bills) == wanted
        assert order.payer.openid == openid
        if order.request_key == drawn:
            assert self.requests.setdefault((openid, drawn), order.number) == order.number

    @precondition(lambda self: self.provider.trades)
    @rule(pick=PICK, fault=FAULT, giving_up=st.booleans())
    def look(self, pick: int, fault: Fault | None, *, giving_up: bool) -> None:
        number = self.trade(pick)
        owner = self.town.owner(self.town.order(number).payer.openid)
        collect = self.use.collect_payments
        self.provider.faults.append(fault)
        act = collect.give_up if giving_up else collect.look
        self.do(lambda: act(owner, number=number))

    @precondition(lambda self: self.provider.trades)
    @rule(pick=PICK, delivered=st.booleans())
    def pay(self, pick: int, *, delivered: bool) -> None:
        """Take the money of any order that the provider ever knew, closed and paid ones too."""
        self.mail.append(self.provider.pay(self.trade(pick)))
        if delivered:
            self.deliver(len(self.mail) - 1, 1)

    @rule(backwards=st.booleans())
    def pay_everything(self, *, backwards: bool) -> None:
        """Take the money of every order that there is, those given up and replaced too."""
        letters = [self.provider.pay(number) for number in list(self.provider.trades)]
        for letter in reversed(letters) if backwards else letters:
            self.mail.append(letter)
            self.take(letter)

    @rule(openid=st.just("openid-gone"))
    def move_out(self, openid: str) -> None:
        today = shanghai_day(self.town.clock.now())
        for person in self.town.owner(openid).living_in(today):
            self.do(
                lambda person=person: self.use.register_residents.move_out(  # type: ignore[misc]
                    self.town.staff[0], resident_id=person.id, version=person.version, on=today
                )
            )

    # What the provider sends.

    @precondition(lambda self: self.mail)
    @rule(pick=PICK, times=st.integers(1, 3))
    def deliver(self, pick: int, times: int) -> None:
        """Deliver a message, old or new; yes means that its order is settled (rule 5.5)."""
        for _ in range(times):
            self.take(self.one_of(self.mail, pick))

    @precondition(lambda self: self.provider.trades)
    @rule(
        pick=PICK, lie=st.sampled_from([{"amount": 2}, {"order": "0" * 26}]), known=st.booleans()
    )
    def deliver_a_lie(self, pick: int, lie: dict[str, object], *, known: bool) -> None:
        """Tell of another amount or order, under a new id or one that came before (P09, P10)."""
        number, words = self.trade(pick), {"outcome": "paid", **lie}
        if words.get("amount") == self.provider.trades[number].amount.fen:
            return  # bills of a fen or two come to that: then it is no lie about the amount
        if not known:
            words["id"] = self.town.ids.new_id()
        assert self.take(self.provider.message(number, **words), check=False) != 200

    @precondition(lambda self: self.provider.trades)
    @rule(pick=PICK, late=st.sampled_from([Outcome.UNPAID, Outcome.CLOSED, Outcome.UNKNOWN]))
    def deliver_a_late_word(self, pick: int, late: Outcome) -> None:
        """Tell of a paid order what was true before: it stays paid (P12)."""
        number = self.trade(pick)
        if number in self.paid_orders():
            message_id = f"late-{late.value}-{number}"
            self.take(self.provider.message(number, id=message_id, outcome=late.value))
            assert number in self.paid_orders()

    @precondition(lambda self: self.provider.refunds)
    @rule(pick=PICK, outcome=st.sampled_from([RefundOutcome.DONE, RefundOutcome.FAILED]))
    def end_refund(self, pick: int, outcome: RefundOutcome) -> None:
        """Let a slow refund come to an end, and send the message about it."""
        number = self.one_of(list(self.provider.refunds), pick)
        if self.provider.refunds[number][2] is RefundOutcome.ACCEPTED:
            self.provider.end_refund(number, outcome)
        self.mail.append(self.provider.refund_message(number))

    # Staff.

    @rule(pick=PICK, amount=AMOUNT)
    def edit(self, pick: int, amount: Money) -> None:
        bill = self.one_of(list(self.books().bills), pick) if self.books().bills else None
        if bill is None:
            return
        before = self.asked()
        edited = self.do(
            lambda: self.use.manage_bills.edit(
                self.town.staff[0],
                number=bill.number,
                version=bill.version,
                fee_type=FeeType.WATER,
                amount=amount,
                period=bill.period,
                remark="",
            )
        )
        assert edited is None or isinstance(bill, PendingBill)
        assert edited is None or self.bill(bill.number) == edited or before

    @rule(picks=PICKS, channel=st.sampled_from([PaymentChannel.CASH, PaymentChannel.POS]))
    def mark_paid(self, picks: list[int], channel: PaymentChannel) -> None:
        chosen = {self.one_of(self.numbers, pick) for pick in picks[:2]}
        done = self.do(
            lambda: self.use.manage_bills.mark_paid(
                self.town.staff[0], numbers=chosen, channel=channel
            )
        )
        for number in chosen if done else ():
            bill = self.bill(number)
            assert isinstance(bill, PaidBill)
            assert bill.settlement.channel is channel

    @rule(picks=PICKS.map(lambda picks: picks[:2]))
    def delete(self, picks: list[int]) -> None:
        chosen = {self.one_of(self.numbers, pick) for pick in picks[:2]}
        done = self.do(lambda: self.use.manage_bills.delete(self.town.staff[0], numbers=chosen))
        assert not done or not any(self.bill(number) for number in chosen)

    @precondition(lambda self: self.paid)
    @rule(pick=PICK, online=st.booleans())
    def undo_payment(self, pick: int, *, online: bool) -> None:
        """Take a payment back: what was paid online, or receipted, can't be (rule 2.6)."""
        bill = self.one_of(list(self.paid.values()), pick)
        if online:
            self.do(
                lambda: self.use.issue_receipts.for_bills(
                    self.town.staff[0], numbers=[bill.number]
                )
            )
            return
        undone = self.do(
            lambda: self.use.manage_bills.take_back(
                self.town.staff[0], number=bill.number, version=bill.version, reason="记错"
            )
        )
        final = bill.receipted or not bill.settlement.channel.offline
        assert not final or undone is None
        if not final and isinstance(self.bill(bill.number), PendingBill):
            del self.paid[bill.number]

    @rule(house=st.integers(0, 2), amount=AMOUNT)
    def import_a_bill(self, house: int, amount: Money) -> None:
        if len(self.numbers) < BILLS_MAX:
            self.numbers.append(self.town.add_bill(self.town.houses[house], amount).number)

    @precondition(lambda self: self.paid_orders())
    @rule(
        pick=PICK,
        places=st.lists(st.integers(0, 3), max_size=2),
        fault=FAULT,
        approved=st.booleans(),
    )
    def propose_refund(
        self, pick: int, places: list[int], fault: Fault | None, *, approved: bool
    ) -> None:
        """Propose to return an order or bills of it; approved by another person or left."""
        if not self.paid_orders():
            return
        order = self.one_of(self.paid_orders(), pick)
        bills = {self.one_of(self.town.order(order).bills, at) for at in places}
        proposed = self.do(
            lambda: self.use.refund_payments.propose(
                self.town.staff[0], order=order, bills=bills, reason="重复缴费"
            )
        )
        if proposed is not None and approved:
            self.provider.faults.append(fault)
            self.do(
                lambda: self.use.refund_payments.approve(
                    self.town.staff[1], number=proposed.number
                )
            )

    @precondition(lambda self: self.books().refunds)
    @rule(
        pick=PICK,
        verb=st.sampled_from(["approve", "reject", "retry", "retry"]),
        who=st.sampled_from([0, 1, 1]),
        fault=FAULT,
    )
    def decide_refund(self, pick: int, verb: str, who: int, fault: Fault | None) -> None:
        refund: Refund = self.one_of(list(self.books().refunds), pick)
        staff = self.town.staff[who]
        act = getattr(self.use.refund_payments, verb)
        self.provider.faults.append(fault)
        done = self.do(lambda: act(staff, number=refund.number))
        if done is not None and verb == "approve":
            assert refund.proposed_by != staff.id

    # Time and chance.

    @rule(fault=FAULT)
    def run_janitor(self, fault: Fault | None = None) -> None:
        self.provider.faults.append(fault)
        self.do(self.use.settle_open_payments.run)

    @rule(jump=st.sampled_from(JUMPS), passing=st.booleans())
    def wait(self, jump: timedelta, *, passing: bool) -> None:
        self.town.clock.advance(jump)
        if passing:
            self.run_janitor()

    @precondition(lambda self: self.provider.trades)
    @rule(pick=PICK, moment=st.sampled_from(["query:before", "query:after", "write"]))
    def run_janitor_while_somebody_pays(self, pick: int, moment: str) -> None:
        """Let the janitor ask about an order that is paid and told of at that very moment."""
        self.town.clock.advance(JUMPS[1])
        self.watch(moment, lambda: self.pay(pick, delivered=True))
        self.run_janitor()

    @rule(outcome=st.sampled_from([*RefundOutcome][:3]))
    def change_refunds(self, outcome: RefundOutcome) -> None:
        self.provider.refund_outcome = outcome

    @rule(faults=st.lists(st.sampled_from(CommitFault), min_size=1, max_size=3))
    def let_commits_fail(self, faults: list[CommitFault]) -> None:
        self.town.chance.faults.extend(faults)

    @rule(moment=st.sampled_from(MOMENTS))
    def die_at(self, moment: str) -> None:
        """Let the process end the next time that it comes to a moment."""

        def die() -> None:
            raise DiedError

        self.watch(moment, die)

    @rule(
        moment=st.sampled_from(MOMENTS),
        verb=st.sampled_from(["look", "pay", "deliver", "check out", "mark paid", "janitor"]),
        pick=PICK,
        openid=FAMILY,
    )
    def be_faster_at(self, moment: str, verb: str, pick: int, openid: str) -> None:
        """Let somebody else act the next time that anybody comes to a moment."""

        def act() -> None:
            known = bool(self.provider.trades)
            if verb == "look" and known:
                self.look(pick, None, giving_up=pick % 2 == 0)
            elif verb == "pay" and known:
                self.pay(pick, delivered=True)
            elif verb == "deliver" and self.mail:
                self.deliver(pick, 1)
            elif verb == "check out":
                self.check_out(openid, [pick], None, None, stray=False)
            elif verb == "mark paid":
                self.mark_paid([pick], PaymentChannel.CASH)
            elif verb == "janitor":
                self.run_janitor()

        self.watch(moment, act)

    # What must hold.

    @invariant()
    def books_agree(self) -> None:
        books, self.sound = self.books(), False
        found = discrepancies(books)
        assert not found, found
        self.check_provider(books)
        self.check_orders(books)
        self.check_bills(books)
        self.sound = True

    def check_provider(self, books: Books) -> None:
        """Every fen that the provider holds is settled, unapplied, or not yet heard of."""
        paid = {order.number for order in books.orders if order.state is OrderState.PAID}
        done = {refund.number for refund in books.refunds if refund.state is RefundState.DONE}
        unheard = Money.total(
            trade.amount
            for number, trade in self.provider.trades.items()
            if trade.outcome is Outcome.PAID and number not in paid
        )
        gone_unheard = Money.total(
            amount
            for number, (_, amount, outcome) in self.provider.refunds.items()
            if outcome is RefundOutcome.DONE and number not in done
        )
        settled = Money.total(item.amount for item in books.settlements if not item.reversed)
        unapplied = Money.total(order.unapplied for order in books.orders)
        held = self.provider.took() - self.provider.returned()
        assert held - unheard == settled + unapplied - gone_unheard
        for number, trade in self.provider.trades.items():
            back = [amount for of, amount, _ in self.returned() if of == number]
            assert Money.total(back) <= trade.amount, f"{number} returned {back}"

    def check_orders(self, books: Books) -> None:
        """Orders keep their lines, hold their bills while open, and are closed for good."""
        orders = {order.number: order for order in books.orders}
        assert set(self.provider.trades) <= set(orders)
        for number, order in orders.items():
            assert self.lines.setdefault(number, order.lines) == order.lines
            assert order.total == Money.total(line.amount for line in order.lines)
            if order.state.open:
                assert {books.reserved.get(bill) for bill in order.bills} == {number}
            trade = self.provider.trades.get(number)
            assert trade is None or trade.amount == order.total
            if order.state is OrderState.CLOSED and order.ticket is not None:
                # Somebody has the ticket: closed for us must be closed for them too (P04).
                assert trade is not None
                assert trade.outcome is not Outcome.UNPAID, f"{number} can still be paid"

    def check_bills(self, books: Books) -> None:
        """A paid bill stays what it was until it is taken back or refunded (P13)."""
        now = {bill.number: bill for bill in books.bills}
        refunded = {
            bill
            for refund in books.refunds
            if refund.state is RefundState.DONE
            for bill in refund.bills
        }
        for number, before in self.paid.items():
            after = now.get(number)
            if isinstance(after, PaidBill) and after.settlement == before.settlement:
                same = attrs.evolve(after, version=before.version, receipted=before.receipted)
                assert same == before
                assert after.receipted or not before.receipted
            else:
                assert number in refunded, f"{before} became {after}"
        self.paid = {n: bill for n, bill in now.items() if isinstance(bill, PaidBill)}

    def teardown(self) -> None:
        """Let everything come to rest: nothing is undecided then, and no money is left over."""
        try:
            if self.sound:
                self.calm_down()
                self.rest()
        finally:
            self.stack.close()

    def rest(self) -> None:
        for letter in self.mail:
            self.take(letter)
        for number, (_, _, outcome) in list(self.provider.refunds.items()):
            if outcome is RefundOutcome.ACCEPTED or not self.refund(number).bills:
                self.provider.end_refund(number, RefundOutcome.DONE)
        for refund in self.books().refunds:
            if refund.state is RefundState.FAILED and not refund.bills:
                self.use.refund_payments.retry(self.town.staff[1], number=refund.number)
        for _ in range(3):
            self.town.clock.advance(JUMPS[-1])
            report = self.use.settle_open_payments.run()
            assert {code for _, code in report.failed} <= {"", "failed"}
        self.books_agree()
        books = self.books()
        assert {order.state for order in books.orders} <= {OrderState.PAID, OrderState.CLOSED}
        assert Money.total(order.unapplied for order in books.orders) == Money.zero()
        settled = Money.total(item.amount for item in books.settlements if not item.reversed)
        assert self.provider.took() == settled + self.provider.returned()

    def calm_down(self) -> None:
        """Let nothing fail and nobody interfere any more."""
        self.watched = None
        self.town.chance.forget()
        self.provider.faults.clear()
        self.provider.meanwhile = lambda _: None
        self.provider.refund_outcome = RefundOutcome.DONE

    # How things are done and looked up.

    def do(self, act: Callable[[], Done]) -> Done | None:
        """Return what somebody did; None when it was refused or the process died."""
        try:
            return act()
        except (BillingError, DiedError):
            return None

    def take(self, letter: Letter, *, check: bool = True) -> int | None:
        """Return the status of the answer to a message, None when nobody lived to give one."""
        headers, body = letter
        answer = self.do(
            lambda: self.use.take_notifications.take(
                account_id=self.town.merchant.id, headers=headers, body=body
            )
        )
        if answer is not None and answer.status == 200 and check:
            paid = {number for number in self.paid_orders() if number.encode() in body}
            assert paid or b'"refund"' in body, "yes was said about an order that is not settled"
        return answer.status if answer else None

    def watch(self, moment: str, act: Callable[[], object]) -> None:
        """Let something happen once, the next time that a moment comes."""

        def once(now: str) -> None:
            if self.watched is not None and now == self.watched[0]:
                (_, due), self.watched = self.watched, None
                due()

        self.watched = (moment, act)
        self.provider.meanwhile = once
        self.town.chance.rivals.clear()
        self.town.chance.rivals.append(lambda: once("write"))

    def asked(self) -> bool:
        """Tell whether somebody waits for a moment to interfere."""
        return self.watched is not None

    def one_of(self, things: Sequence[Any], pick: int) -> Any:
        return things[pick % len(things)]

    def numbers_of(self, openid: str) -> list[BillNumber]:
        """Return the bills of a family's houses, those that are left."""
        homes = {self.town.houses[place].id for place in FAMILIES[openid]}
        return sorted(bill.number for bill in self.books().bills if bill.house_id in homes)

    def trade(self, pick: int) -> OrderNumber:
        number: OrderNumber = self.one_of(list(self.provider.trades), pick)
        return number

    def returned(self) -> list[tuple[OrderNumber, Money, RefundOutcome]]:
        done = RefundOutcome.DONE
        return [each for each in self.provider.refunds.values() if each[2] is done]

    def books(self) -> Books:
        return self.town.books()

    def paid_orders(self) -> list[OrderNumber]:
        found = self.books().orders
        return sorted(order.number for order in found if order.state is OrderState.PAID)

    def refund(self, number: RefundNumber) -> Refund:
        return next(refund for refund in self.books().refunds if refund.number == number)

    def bill(self, number: BillNumber) -> Any:
        found = {bill.number: bill for bill in self.books().bills}
        return found.get(number)
