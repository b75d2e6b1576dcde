"""Bills in each of their states."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import (
    BatchId,
    Bill,
    BillOrigin,
    PaidBill,
    PaymentChannel,
    PendingBill,
    Settlement,
    VoidedBill,
)
from billing_domain.model.bills.bill_number import SERIAL_MAX, BillNumber, bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.imports.bill_row import ChargeKey
from billing_domain.testing.strategies.charges import billing_periods, moneys
from billing_domain.testing.strategies.places import community_ids, house_ids
from billing_domain.testing.strategies.texts import ids, lines, moments, person_names, remarks


@cache
def bill_numbers() -> st.SearchStrategy[BillNumber]:
    """Bill numbers of any moment."""
    return st.builds(bill_number, moments(), st.integers(0, SERIAL_MAX))


@cache
def batch_ids() -> st.SearchStrategy[BatchId]:
    """Ids of imports."""
    return ids().map(BatchId)


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


@cache
def offline_settlements() -> st.SearchStrategy[Settlement]:
    """Offline payments."""
    return settlements(channel for channel in PaymentChannel if channel.offline)


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


@cache
def bills() -> st.SearchStrategy[Bill]:
    """Bills in any state."""
    return st.one_of(pending_bills(), paid_bills(), voided_bills())


@cache
def charge_keys() -> st.SearchStrategy[ChargeKey]:
    """Charges of bills."""
    return st.builds(ChargeKey, house_ids(), st.sampled_from(FeeType), billing_periods())


@cache
def confirmed_batches() -> st.SearchStrategy[ConfirmedBatch]:
    """Confirmed batches."""
    return st.builds(ConfirmedBatch, st.integers(1, 5_000), moneys())


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
