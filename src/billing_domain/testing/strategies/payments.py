"""Payment orders, refunds, receipts, and books of them."""

from collections.abc import Callable
from functools import cache
from typing import cast

from hypothesis import strategies as st

from billing_domain.model.bills.bill import VOUCHER_LENGTH_MAX, PaymentChannel
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.allocation import Allocation
from billing_domain.model.payments.issued_receipt import IssuedReceipt
from billing_domain.model.payments.ledger import Books, OnlineSettlement
from billing_domain.model.payments.order import (
    AccountId,
    OrderLine,
    OrderState,
    Payer,
    PaymentOrder,
    ProviderKey,
    Ticket,
    order_number,
)
from billing_domain.model.payments.receipt import ReceiptContent
from billing_domain.model.payments.refund import Refund, RefundNumber, RefundState
from billing_domain.model.reminders.official_account import OfficialAccount
from .bills import bill_numbers, bills, paid_bills
from .charges import moneys
from .people import residents
from .places import community_ids, company_ids, house_addresses
from .texts import built, ids, lines, moments, person_names, phones, place_names, remarks

_RESIDENTS = 4


@cache
def receipt_contents() -> st.SearchStrategy[ReceiptContent]:
    """Receipts of any bill, up to four residents in its house."""
    residents = st.tuples(person_names(), phones())
    return built(
        ReceiptContent,
        community_name=place_names(),
        company_name=place_names(),
        external_number=st.none() | lines(VOUCHER_LENGTH_MAX),
        address=house_addresses().map(lambda each: each.text),
        fee_type=st.sampled_from([each.label for each in FeeType]),
        residents=st.lists(residents, max_size=_RESIDENTS).map(tuple),
        channel=st.sampled_from([each.label for each in PaymentChannel]),
        payer_name=st.just("") | person_names(),
        voucher_number=st.just("") | lines(VOUCHER_LENGTH_MAX),
        remark=remarks(),
    )


@cache
def issued_receipts() -> st.SearchStrategy[IssuedReceipt]:
    """Issued receipts, each with the bill of its content."""
    return st.builds(
        lambda content, community_id, at, by: IssuedReceipt(
            content.bill_number, community_id, content, at, by
        ),
        receipt_contents(),
        community_ids(),
        moments(),
        person_names(),
    )


_SERIAL_MAX = 10**12 - 1
_LINES = 5

account_ids = cast("Callable[[], st.SearchStrategy[AccountId]]", ids)


provider_keys = cache(
    lambda: st.sampled_from(["sandbox", "wechat_v2", "wechat_v3"]).map(ProviderKey)
)
order_numbers = cache(lambda: st.builds(order_number, moments(), st.integers(0, _SERIAL_MAX)))
refund_numbers = cache(lambda: order_numbers().map(RefundNumber))
payers = cache(lambda: st.builds(Payer, resident_id=ids(), name=person_names(), openid=ids()))
tickets = cache(
    lambda: st.builds(Ticket, lines(40), st.dictionaries(lines(8), lines(8), max_size=2))
)
"""Tickets for the payer's page."""

order_lines = cache(lambda: st.builds(OrderLine, bill_numbers(), moneys()))
"""Lines of an order with their frozen amounts."""


@cache
def payment_orders() -> st.SearchStrategy[PaymentOrder]:
    """Orders of up to five bills in any state."""
    return built(
        PaymentOrder,
        request_key=ids(),
        lines=st.lists(
            order_lines(), min_size=1, max_size=_LINES, unique_by=lambda line: line.bill
        ).map(tuple),
        state=st.sampled_from(OrderState),
        ticket=st.none() | tickets(),
        provider_state=lines(20),
        unapplied=st.just(Money.zero()),
    )


@cache
def refunds() -> st.SearchStrategy[Refund]:
    """Refunds in any state."""
    return built(
        Refund,
        bills=st.lists(bill_numbers(), max_size=_LINES, unique=True).map(tuple),
        reason=lines(20),
        state=st.sampled_from(RefundState),
        proposed_by=ids(),
    )


online_settlements = cache(
    lambda: st.builds(OnlineSettlement, bill_numbers(), order_numbers(), moneys(), st.booleans())
)


@cache
def payment_accounts() -> st.SearchStrategy[PaymentAccount]:
    """Payment accounts with encrypted secrets."""
    few = st.dictionaries(lines(8), lines(8), max_size=2)
    return built(
        PaymentAccount, name=lines(20), settings=few, sealed_secrets=few, active=st.booleans()
    )


@cache
def official_accounts() -> st.SearchStrategy[OfficialAccount]:
    """Official accounts in WeChat with encrypted secrets."""
    app_ids = ids().map(lambda drawn: f"wx{drawn[:16]}")
    return st.builds(
        OfficialAccount, company_id=company_ids(), app_id=app_ids, sealed_secret=lines(40)
    )


@cache
def owners() -> st.SearchStrategy[Owner]:
    """Owners bound to up to two residents."""
    return st.builds(
        Owner,
        openid=ids(),
        company_id=company_ids(),
        residents=st.lists(residents(), max_size=2).map(tuple),
    )


@cache
def allocations() -> st.SearchStrategy[Allocation]:
    """Allocations of an order's money."""
    return st.builds(
        Allocation,
        paid=st.lists(paid_bills(), max_size=2).map(tuple),
        unapplied=st.just(Money.zero()) | moneys(),
    )


@cache
def books() -> st.SearchStrategy[Books]:
    """Any books, consistent or not."""
    return st.builds(
        Books,
        orders=st.lists(payment_orders(), max_size=2),
        settlements=st.lists(online_settlements(), max_size=2),
        refunds=st.lists(refunds(), max_size=2),
        bills=st.lists(bills(), max_size=2),
        reserved=st.dictionaries(bill_numbers(), order_numbers(), max_size=2),
    )
