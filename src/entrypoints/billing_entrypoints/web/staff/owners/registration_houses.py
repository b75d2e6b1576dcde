"""Which house an owner may mean by what they wrote in their own words (rules 3.9, 5.10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import attrs

from billing_domain.model.houses.house import House
from billing_domain.model.houses.house_folding import fold_address
from billing_domain.model.owners.registration import Registration
from billing_domain.ports.houses import HouseRow
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


def named_houses(request: StaffRequest, registration: Registration) -> HousesFound:
    """Return the houses that the owner's own words may mean.

    The one that an import would find is taken for sure. Otherwise those that fit as well, those
    with the words in their address, or those with their last number.
    """
    view, owners = request.application.view_houses, request.application.register_owners
    found = owners.named_house(request.actor, registration=registration)
    if isinstance(found, House):
        only = view.house(request.actor, house_id=found.id)
        return HousesFound([only], only)
    if found.ambiguous:
        fitting = [view.house(request.actor, house_id=each.id) for each in found.houses]
        return HousesFound(fitting[:HOUSES_SHOWN], None)
    folded = fold_address(registration.house_text)
    rows = _page(request, registration, folded, HOUSES_SHOWN)
    if not rows and (numbers := _NUMBER.findall(folded)):
        rows = _page(request, registration, numbers[-1], HOUSES_SHOWN)
    return HousesFound(rows, None)


def _page(
    request: StaffRequest, registration: Registration, text: str, rows: int
) -> Sequence[HouseRow]:
    return request.application.view_houses.page(
        request.actor, community_id=registration.community_id, text=text, rows=rows
    ).rows
