"""What payers, staff and the provider do in a town, in few words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from billing_domain.errors import BillingError
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.payments.ledger import discrepancies
from billing_domain.model.payments.order import OrderNumber, PaymentOrder
from tests.money_town import MoneyTown

WANG, LI = "openid-wang", "openid-li"
"""The first has the first four bills, the second the last four."""


def numbers(town: MoneyTown, *places: int) -> list[BillNumber]:
    """Return the numbers of bills by their places."""
    return [town.bills[place].number for place in places]


def check_out(town: MoneyTown, *places: int, openid: str = WANG, key: str = "") -> PaymentOrder:
    """Let a family pay bills."""
    return town.application.collect_payments.check_out(
        town.owner(openid),
        numbers=numbers(town, *places),
        request_key=key or town.ids.new_id(),
    )


def take(town: MoneyTown, letter: tuple[Any, bytes]) -> int:
    """Let a message of the provider arrive; return the status of the answer."""
    headers, body = letter
    answer = town.application.take_notifications.take(
        account_id=town.account.id, headers=headers, body=body
    )
    return answer.status


def paid(town: MoneyTown, *places: int, openid: str = WANG) -> PaymentOrder:
    """Return an order that was paid and told of."""
    order = check_out(town, *places, openid=openid)
    assert take(town, town.provider.pay(order.number)) == 200
    return stored(town, order.number)


def stored(town: MoneyTown, number: OrderNumber) -> PaymentOrder:
    """Return an order as it is now."""
    return next(order for order in town.books().orders if order.number == number)


def mark_paid(town: MoneyTown, *places: int) -> None:
    """Take cash for bills at the counter."""
    town.application.manage_bills.mark_paid(
        town.staff[0], numbers=numbers(town, *places), channel=PaymentChannel.CASH
    )


def pass_janitor(town: MoneyTown, **later: float) -> None:
    """Let time pass, and the janitor too."""
    town.clock.advance(timedelta(**later))
    town.application.settle_open_payments.run()


def states(town: MoneyTown, *places: int) -> list[str]:
    """Return the states of bills, `gone` for those that are deleted."""
    found = {bill.number: bill.state.value for bill in town.books().bills}
    return [found.get(number, "gone") for number in numbers(town, *places)]


def agrees(town: MoneyTown) -> bool:
    """Tell whether the books are right and hold all that the provider took."""
    books = town.books()
    settled = sum(item.amount.fen for item in books.settlements if not item.reversed)
    unapplied = sum(order.unapplied.fen for order in books.orders)
    held = town.provider.took().fen - town.provider.returned().fen
    return not discrepancies(books) and held == settled + unapplied


def at_once(act: Callable[[int], object], rivals: int) -> Sequence[object]:
    """Let rivals act at the same moment; return what each got, refusals too."""
    start = threading.Barrier(rivals)

    def run(rival: int) -> object:
        start.wait()
        try:
            return act(rival)
        except BillingError as error:
            return error

    with ThreadPoolExecutor(rivals) as pool:
        return list(pool.map(run, range(rivals)))
