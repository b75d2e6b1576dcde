"""Reads of houses and residents."""

from __future__ import annotations

import attrs

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import mask_phone
from billing_domain.model.houses.search_text import SEARCH_LENGTH_MAX
from billing_domain.ports.houses import HouseQueries, HouseRow
from billing_domain.ports.paging import PAGE_ROWS, PAGE_ROWS_MAX, Page, PageKey


@attrs.frozen
class ViewHouses:
    """Reads of houses for staff; phones are masked (rule 2.8)."""

    houses: HouseQueries

    def page(
        self,
        actor: Actor,
        *,
        community_id: CommunityId | None = None,
        text: str = "",
        key: PageKey | None = None,
        rows: int = PAGE_ROWS,
    ) -> Page[HouseRow]:
        """Return houses that every word of a text matches, by address, name or phone (rule 2.9).

        None means all communities within reach.
        """
        actor.require(Permission.VIEW_BILLS)
        found = self.houses.page(
            actor.scope.narrowed(community_id),
            community_id,
            text=text.strip()[:SEARCH_LENGTH_MAX],
            key=key,
            rows=max(1, min(rows, PAGE_ROWS_MAX)),
        )
        return attrs.evolve(found, rows=tuple(_masked(row) for row in found.rows))

    def house(self, actor: Actor, *, house_id: HouseId) -> HouseRow:
        """Return one house with all its residents, moved-out ones too."""
        actor.require(Permission.VIEW_BILLS)
        return _masked(self.houses.row(actor.scope, house_id))

    def count(self, actor: Actor, *, community_id: CommunityId) -> int:
        """Return the number of houses in a community."""
        actor.require(Permission.VIEW_BILLS)
        return self.houses.count(actor.scope.narrowed(community_id), community_id)


def _masked(row: HouseRow) -> HouseRow:
    residents = tuple(
        attrs.evolve(person, phone=mask_phone(person.phone)) for person in row.residents
    )
    return attrs.evolve(row, residents=residents)
