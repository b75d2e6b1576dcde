"""Payment orders, refunds and receipts."""

from functools import cache

import attrs
from hypothesis import strategies as st

from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderLine, PaymentOrder, ProviderKey, order_number
from billing_domain.model.payments.receipt import IssuedReceipt, ReceiptContent
from billing_domain.model.payments.refund import Refund, RefundNumber
from .bills import bill_numbers
from .built import built
from .places import house_addresses
from .texts import moments, person_names, phones, place_names

_SERIAL_MAX = 10**12 - 1
_FEW = 5

provider_keys = cache(
    lambda: st.sampled_from(["sandbox", "wechat_v2", "wechat_v3"]).map(ProviderKey)
)
order_numbers = cache(lambda: st.builds(order_number, moments(), st.integers(0, _SERIAL_MAX)))
refund_numbers = cache(lambda: order_numbers().map(RefundNumber))


@cache
def receipt_contents() -> st.SearchStrategy[ReceiptContent]:
    """Receipts of any bill, up to five residents in its house."""
    residents = st.tuples(person_names(), phones())
    return built(
        ReceiptContent,
        community_name=place_names(),
        company_name=place_names(),
        address=house_addresses().map(lambda each: each.text),
        fee_type=st.sampled_from([each.label for each in FeeType]),
        residents=st.lists(residents, max_size=_FEW).map(tuple),
        channel=st.sampled_from([each.label for each in PaymentChannel]),
    )


@cache
def issued_receipts() -> st.SearchStrategy[IssuedReceipt]:
    """Issued receipts, each with the bill of its content."""
    return built(IssuedReceipt, content=receipt_contents()).map(
        lambda each: attrs.evolve(each, bill=each.content.bill_number)
    )


@cache
def payment_orders() -> st.SearchStrategy[PaymentOrder]:
    """Orders of up to five different bills in any state."""
    different = st.lists(
        built(OrderLine), min_size=1, max_size=_FEW, unique_by=lambda line: line.bill
    )
    return built(PaymentOrder, lines=different.map(tuple), unapplied=st.just(Money.zero()))


@cache
def refunds() -> st.SearchStrategy[Refund]:
    """Refunds of different bills in any state."""
    different = st.lists(bill_numbers(), max_size=_FEW, unique=True)
    return built(Refund, bills=different.map(tuple))
