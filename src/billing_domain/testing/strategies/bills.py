"""Bills in each of their states."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, cast

from hypothesis import strategies as st

from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import (
    BatchId,
    BillOrigin,
    PaidBill,
    PaymentChannel,
    PendingBill,
    Settlement,
    VoidedBill,
)
from billing_domain.model.bills.bill_number import SERIAL_MAX, bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.imports.bill_row import ChargeKey
from .charges import billing_periods, moneys
from .places import community_ids, house_ids
from .texts import ids, lines, moments, person_names, remarks

batch_ids = cast("Callable[[], st.SearchStrategy[BatchId]]", ids)


bill_numbers = cache(lambda: st.builds(bill_number, moments(), st.integers(0, SERIAL_MAX)))
"""Bill numbers of any moment."""


def settlements(
    channels: Iterable[PaymentChannel] = PaymentChannel,
) -> st.SearchStrategy[Settlement]:
    """Payments over any of the channels."""
    return st.builds(
        Settlement,
        channel=st.sampled_from(list(channels)),
        paid_at=moments(),
        payer_name=st.just("") | person_names(),
        voucher_number=st.just("") | lines(64),
    )


offline_settlements = cache(
    lambda: settlements(channel for channel in PaymentChannel if channel.offline)
)


def pending_bills(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[PendingBill]:
    """Pending bills; `known` are strategies for fields, e.g. `house_id=st.just(...)`."""
    return st.builds(PendingBill, **_fields(known))


def paid_bills(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[PaidBill]:
    """Paid bills; `known` are strategies for fields."""
    own = {"settlement": settlements(), "receipted": st.booleans(), **known}
    return st.builds(PaidBill, **_fields(own))


def voided_bills(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[VoidedBill]:
    """Voided bills, all of them pushed (rule 2.1); `known` are strategies for fields."""
    own = {"origin": st.just(BillOrigin.PUSHED), "voided_at": moments(), **known}
    return st.builds(VoidedBill, **_fields(own))


bills = cache(lambda: st.one_of(pending_bills(), paid_bills(), voided_bills()))
charge_keys = cache(
    lambda: st.builds(ChargeKey, house_ids(), st.sampled_from(FeeType), billing_periods())
)
confirmed_batches = cache(lambda: st.builds(ConfirmedBatch, st.integers(1, 5_000), moneys()))


def _fields(known: dict[str, st.SearchStrategy[Any]]) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "number": bill_numbers(),
        "community_id": community_ids(),
        "house_id": house_ids(),
        "fee_type": st.sampled_from(FeeType),
        "amount": moneys(),
        "period": billing_periods(),
        "remark": remarks(),
        "origin": st.sampled_from(BillOrigin),
        "external_number": st.none() | lines(64),
        "batch_id": st.none() | batch_ids(),
        "imported_at": moments(),
        "reminded_at": st.none() | moments(),
        "version": st.integers(1, 99),
        **known,
    }
