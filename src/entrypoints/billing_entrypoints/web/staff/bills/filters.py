"""The list of bills and what restricts it (rule 2.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from billing_domain.model.bills.bill import BillState, PaymentChannel
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.ports.bills import BillFilter, BillOrder
from billing_entrypoints.web.addresses import START
from billing_entrypoints.web.staff.list_page import (
    ListPage,
    ListSearch,
    amounts,
    choice,
    days,
    exactly,
    in_community,
    text,
)
from billing_entrypoints.words import screens

FEE_TYPES: Final = {fee_type.name.lower(): fee_type for fee_type in FeeType}
CHANNELS: Final = {channel.value: channel for channel in PaymentChannel}
STATES: Final = {state.value: state for state in BillState}
REMINDED: Final = {"yes": True, "no": False}

BillSearch = ListSearch[BillFilter]


def _one_of(choices: Mapping[str, Any]) -> Mapping[str, Any]:
    return {code: frozenset([value]) for code, value in choices.items()}


BILLS: Final = ListPage(
    START,
    "staff/bills/list.html",
    BillFilter,
    (
        text(),
        in_community(chip=True, hidden=False),
        exactly("building", "building", chip=True),
        exactly("house", "house_id", chip=True, hidden=True, words=lambda *_: screens.GIVEN_HOUSE),
        choice("type", _one_of(FEE_TYPES), "fee_types"),
        choice("state", _one_of(STATES), "states", hidden=True),
        choice("paid_by", CHANNELS, "channel", chip=True, words=lambda _, code: _label(code)),
        choice(
            "reminded",
            REMINDED,
            chip=True,
            words=lambda _, code: screens.REMINDED.get(code, ""),
        ),
        exactly("batch", "batch_id", chip=True, hidden=True, words=lambda *_: screens.GIVEN_BATCH),
        days("imported", chip=True),
        days("paid", chip=True),
        days("period", chip=True),
        amounts("amount", chip=True),
    ),
    orders={each.value: each for each in BillOrder if each is not BillOrder.NEWEST},
    sizes=(20, 50, 100),
)


def _label(code: str) -> str:
    return CHANNELS[code].label if code in CHANNELS else ""
