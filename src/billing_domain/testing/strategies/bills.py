"""Bills in each of their states."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from billing_domain.model.bills.bill import (
    BillOrigin,
    PaidBill,
    PaymentChannel,
    PendingBill,
    Settlement,
    VoidedBill,
)
from billing_domain.model.bills.bill_number import SERIAL_MAX, bill_number
from .built import built
from .texts import moments

bill_numbers = cache(lambda: st.builds(bill_number, moments(), st.integers(0, SERIAL_MAX)))
"""Bill numbers of any moment."""


def settlements(
    channels: Iterable[PaymentChannel] = PaymentChannel,
) -> st.SearchStrategy[Settlement]:
    """Payments over any of the channels."""
    return built(Settlement, channel=st.sampled_from(list(channels)))


offline_settlements = cache(
    lambda: settlements(channel for channel in PaymentChannel if channel.offline)
)


def pending_bills(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[PendingBill]:
    """Pending bills; `known` are strategies for fields, e.g. `house_id=st.just(...)`."""
    return built(PendingBill, **known)


def paid_bills(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[PaidBill]:
    """Paid bills; `known` are strategies for fields."""
    return built(PaidBill, **known)


def voided_bills(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[VoidedBill]:
    """Voided bills, all of them pushed (rule 2.1); `known` are strategies for fields."""
    return built(VoidedBill, **{"origin": st.just(BillOrigin.PUSHED), **known})


bills = cache(lambda: st.one_of(pending_bills(), paid_bills(), voided_bills()))
