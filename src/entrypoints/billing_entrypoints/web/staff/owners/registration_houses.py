"""Which house an owner may mean by what they wrote in their own words (rules 3.9, 5.10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import attrs

from billing_domain.model.houses.house import AddressBook, House, HouseAddress, fold_address
from billing_domain.model.owners.registration import Registration
from billing_domain.ports.houses import HouseRow
from billing_domain.ports.paging import PAGE_ROWS_MAX
from billing_entrypoints.web.staff_request import StaffRequest

HOUSES_SHOWN: Final = 20
_NUMBER: Final = re.compile(r"[0-9]+")


@attrs.frozen
class HousesFound:
    """Houses to choose from, and the one that is meant for sure, if there is one."""

    rows: Sequence[HouseRow]
    only: HouseRow | None


def searched_houses(
    request: StaffRequest, registration: Registration, text: str
) -> Sequence[HouseRow]:
    """Return houses of the registration's community by what staff search for."""
    return _page(request, registration, text, HOUSES_SHOWN)


def named_houses(
    request: StaffRequest, registration: Registration, community_name: str
) -> HousesFound:
    """Return the houses that the owner's own words may mean.

    Those with the text in their address, else those with its last number; the spelling is
    folded as in imports, and only one house that fits is taken for sure.
    """
    text = registration.house_text.removesuffix("室")
    rows = _page(request, registration, text, HOUSES_SHOWN)
    if not rows:
        numbers = _NUMBER.findall(fold_address(text))
        rows = _page(request, registration, numbers[-1], PAGE_ROWS_MAX) if numbers else ()
    by_id = {row.id: row for row in rows}
    book = AddressBook(
        community_name,
        [House(row.id, row.community_id, HouseAddress(row.address)) for row in rows],
    )
    found = book.find(text)
    if isinstance(found, House):
        return HousesFound([by_id[found.id]], by_id[found.id])
    return HousesFound(rows[:HOUSES_SHOWN], None)


def _page(
    request: StaffRequest, registration: Registration, text: str, rows: int
) -> Sequence[HouseRow]:
    return request.application.view_houses.page(
        request.actor, community_id=registration.community_id, text=text, rows=rows
    ).rows
