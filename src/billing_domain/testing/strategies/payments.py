"""Payment orders, refunds, and the books that hold them."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.allocation import Allocation
from billing_domain.model.payments.ledger import Books, OnlineSettlement
from billing_domain.model.payments.order import (
    AccountId,
    OrderLine,
    OrderNumber,
    OrderState,
    Payer,
    PaymentMethod,
    PaymentOrder,
    ProviderKey,
    Ticket,
    order_number,
)
from billing_domain.model.payments.refund import Refund, RefundNumber, RefundState
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.testing.strategies.bills import bill_numbers, bills, paid_bills
from billing_domain.testing.strategies.charges import moneys
from billing_domain.testing.strategies.people import residents
from billing_domain.testing.strategies.places import community_ids, company_ids
from billing_domain.testing.strategies.texts import ids, lines, moments, person_names

_SERIAL_MAX = 10**12 - 1
_LINES = 5


@cache
def account_ids() -> st.SearchStrategy[AccountId]:
    """Merchant accounts by id."""
    return ids().map(AccountId)


@cache
def provider_keys() -> st.SearchStrategy[ProviderKey]:
    """Gateways by key."""
    return st.sampled_from(["sandbox", "wechat_v2", "wechat_v3"]).map(ProviderKey)


@cache
def order_numbers() -> st.SearchStrategy[OrderNumber]:
    """Numbers of orders."""
    return st.builds(order_number, moments(), st.integers(0, _SERIAL_MAX))


@cache
def refund_numbers() -> st.SearchStrategy[RefundNumber]:
    """Numbers of refunds."""
    return order_numbers().map(RefundNumber)


@cache
def payers() -> st.SearchStrategy[Payer]:
    """Residents who pay."""
    return st.builds(Payer, resident_id=ids(), name=person_names(), openid=ids())


@cache
def tickets() -> st.SearchStrategy[Ticket]:
    """What a payer's page goes on with."""
    return st.builds(Ticket, lines(40), st.dictionaries(lines(8), lines(8), max_size=2))


@cache
def order_lines() -> st.SearchStrategy[OrderLine]:
    """Bills of an order with their frozen amounts."""
    return st.builds(OrderLine, bill_numbers(), moneys())


@cache
def payment_orders() -> st.SearchStrategy[PaymentOrder]:
    """Orders of up to five bills in any state."""
    return st.builds(
        PaymentOrder,
        number=order_numbers(),
        company_id=company_ids(),
        community_id=community_ids(),
        account_id=account_ids(),
        provider=provider_keys(),
        method=st.sampled_from(PaymentMethod),
        payer=payers(),
        request_key=ids(),
        lines=st.lists(
            order_lines(), min_size=1, max_size=_LINES, unique_by=lambda line: line.bill
        ).map(tuple),
        state=st.sampled_from(OrderState),
        created_at=moments(),
        ticket=st.none() | tickets(),
        provider_state=lines(20),
        unapplied=st.just(Money.zero()),
    )


@cache
def refunds() -> st.SearchStrategy[Refund]:
    """Refunds in any state."""
    return st.builds(
        Refund,
        number=refund_numbers(),
        order=order_numbers(),
        company_id=company_ids(),
        community_id=community_ids(),
        account_id=account_ids(),
        provider=provider_keys(),
        amount=moneys(),
        bills=st.lists(bill_numbers(), max_size=_LINES, unique=True).map(tuple),
        reason=lines(20),
        state=st.sampled_from(RefundState),
        proposed_by=ids(),
        proposed_at=moments(),
    )


@cache
def online_settlements() -> st.SearchStrategy[OnlineSettlement]:
    """Bills settled by orders."""
    return st.builds(OnlineSettlement, bill_numbers(), order_numbers(), moneys(), st.booleans())


@cache
def payment_accounts() -> st.SearchStrategy[PaymentAccount]:
    """Merchant accounts, their secrets sealed."""
    few = st.dictionaries(lines(8), lines(8), max_size=2)
    return st.builds(
        PaymentAccount,
        id=account_ids(),
        company_id=company_ids(),
        provider=provider_keys(),
        name=lines(20),
        settings=few,
        sealed_secrets=few,
        active=st.booleans(),
    )


@cache
def official_accounts() -> st.SearchStrategy[OfficialAccount]:
    """Official accounts in WeChat, their secrets sealed."""
    app_ids = ids().map(lambda drawn: f"wx{drawn[:16]}")
    return st.builds(
        OfficialAccount, company_id=company_ids(), app_id=app_ids, sealed_secret=lines(40)
    )


@cache
def owners() -> st.SearchStrategy[Owner]:
    """Owners who are up to two residents."""
    return st.builds(
        Owner,
        openid=ids(),
        company_id=company_ids(),
        residents=st.lists(residents(), max_size=2).map(tuple),
    )


@cache
def allocations() -> st.SearchStrategy[Allocation]:
    """Where an order's money went."""
    return st.builds(
        Allocation,
        paid=st.lists(paid_bills(), max_size=2).map(tuple),
        unapplied=st.just(Money.zero()) | moneys(),
        misfits=st.lists(bill_numbers(), max_size=2).map(tuple),
    )


@cache
def books() -> st.SearchStrategy[Books]:
    """Books that need not agree: for tests of what is done with any."""
    return st.builds(
        Books,
        orders=st.lists(payment_orders(), max_size=2),
        settlements=st.lists(online_settlements(), max_size=2),
        refunds=st.lists(refunds(), max_size=2),
        bills=st.lists(bills(), max_size=2),
        reserved=st.dictionaries(bill_numbers(), order_numbers(), max_size=2),
    )
