"""Reads of houses and residents in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs

from billing_adapters.memory.state import MemoryState
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import House, HouseId
from billing_domain.model.houses.resident import Resident
from billing_domain.model.money import Money
from billing_domain.model.search_text import fold_search_text, search_needle
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.houses import HouseQueries, HouseRow, ResidentRow
from billing_domain.ports.paging import Page
from billing_domain.ports.system import Clock


@attrs.frozen
class MemoryHouseQueries(HouseQueries):
    """Reads the last committed state."""

    published: Callable[[], MemoryState]
    clock: Clock

    def page(
        self, scope: Scope, community_id: CommunityId, *, text: str, key: str | None, rows: int
    ) -> Page[HouseRow]:
        """Return houses whose address, residents' names or phones contain the text.

        Ordered by address; `key` is the `next_key` of the page before.
        """
        state, today = self.published(), shanghai_day(self.clock.now())
        needle = search_needle(text)
        houses = sorted(self._houses(scope, community_id), key=_place)
        living = state.living_on(today)
        found = [
            house
            for house in houses
            if (key is None or _place(house) > key)
            and any(needle in each for each in _searched(state, house, living.get(house.id, [])))
        ]
        shown = found[:rows]
        more = bool(shown) and len(found) > len(shown)
        return Page(
            tuple(_row(state, house, living.get(house.id, [])) for house in shown),
            next_key=_place(shown[-1]) if more else None,
            previous_key=None,
        )

    def row(self, scope: Scope, house_id: HouseId) -> HouseRow:
        """Return one house with all residents, moved-out ones too; or ThingNotFoundError."""
        state = self.published()
        house = state.houses.get(house_id)
        if house is None or not state.covers(scope, house.community_id):
            raise ThingNotFoundError(kind="house", id=house_id)
        return _row(state, house, state.residents_of(house_id))

    def count(self, scope: Scope, community_id: CommunityId) -> int:
        """Return how many houses a community has."""
        return len(self._houses(scope, community_id))

    def _houses(self, scope: Scope, community_id: CommunityId) -> list[House]:
        state = self.published()
        if not state.covers(scope, community_id):
            return []
        return [each for each in state.houses.values() if each.community_id == community_id]


def _place(house: House) -> str:
    """Return where a house stands in the list; the id tells equal sort keys apart."""
    return f"{house.address.sort_key}\n{house.id}"


def _searched(state: MemoryState, house: House, living: Sequence[Resident]) -> Iterator[str]:
    community = state.communities[house.community_id]
    yield fold_search_text(f"{community.name}/{house.address.text}")
    for person in living:
        yield fold_search_text(person.name)
        yield fold_search_text(person.phone)


def _row(state: MemoryState, house: House, residents: Sequence[Resident]) -> HouseRow:
    pending = [
        bill.amount
        for bill in state.bills.values()
        if bill.house_id == house.id and isinstance(bill, PendingBill)
    ]
    return HouseRow(
        id=house.id,
        community_id=house.community_id,
        community_name=state.communities[house.community_id].name,
        address=house.address.text,
        residents=tuple(_resident_row(person, house) for person in residents),
        pending_count=len(pending),
        pending=Money.total(pending),
    )


def _resident_row(person: Resident, house: House) -> ResidentRow:
    return ResidentRow(
        id=person.id,
        house_id=house.id,
        community_id=house.community_id,
        address=house.address.text,
        name=person.name,
        phone=person.phone,
        relation=person.relation,
        moved_in_on=person.moved_in_on,
        moved_out_on=person.moved_out_on,
        bound=person.openid is not None,
        version=person.version,
    )
