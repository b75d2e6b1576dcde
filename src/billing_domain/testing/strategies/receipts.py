"""The contents of receipts."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.bills.bill import VOUCHER_LENGTH_MAX, PaymentChannel
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.payments.issued_receipt import IssuedReceipt
from billing_domain.model.payments.receipt import ReceiptContent
from billing_domain.testing.strategies.bills import bill_numbers
from billing_domain.testing.strategies.charges import billing_periods, moneys
from billing_domain.testing.strategies.places import community_ids, house_addresses
from billing_domain.testing.strategies.texts import (
    lines,
    moments,
    person_names,
    phones,
    place_names,
    remarks,
)

_RESIDENTS = 4


@cache
def receipt_contents() -> st.SearchStrategy[ReceiptContent]:
    """Receipts of any bill, up to four residents in its house."""
    residents = st.tuples(person_names(), phones())
    return st.builds(
        ReceiptContent,
        community_name=place_names(),
        company_name=place_names(),
        bill_number=bill_numbers(),
        external_number=st.none() | lines(VOUCHER_LENGTH_MAX),
        address=house_addresses().map(lambda each: each.text),
        fee_type=st.sampled_from([each.label for each in FeeType]),
        amount=moneys(),
        period=billing_periods(),
        residents=st.lists(residents, max_size=_RESIDENTS).map(tuple),
        imported_at=moments(),
        paid_at=moments(),
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
