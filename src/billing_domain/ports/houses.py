"""Storage and reads of houses and residents."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Protocol

import attrs

from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import House, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.money import Money
from billing_domain.ports.paging import Page, PageKey


class HouseRepository(Protocol):
    """The houses of communities; within a community, folded addresses are unique."""

    @abstractmethod
    def add_all(self, houses: Collection[House]) -> None:
        """Store new houses; raise FieldError(address, taken) if a folded address is in use."""

    @abstractmethod
    def get(self, scope: Scope, house_id: HouseId) -> House:
        """Return a house in scope or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, house: House) -> None:
        """Replace a house's address; raise FieldError(address, taken), ThingNotFoundError."""

    @abstractmethod
    def remove(self, house: House) -> None:
        """Remove a house; raise HouseInUseError while it has bills or residents."""

    @abstractmethod
    def addresses(self, scope: Scope, ids: Collection[HouseId]) -> Mapping[str, str]:
        """Return full addresses like `幸福家园/1号楼/101` by house id, of houses in scope."""

    @abstractmethod
    def of_community(self, community_id: CommunityId) -> Sequence[House]:
        """Return the houses of a community in the order they were added."""

    @abstractmethod
    def state(self, community_id: CommunityId, ids: Collection[HouseId]) -> object:
        """Return a value that is equal as long as a match with the community's houses holds.

        It changes when houses are added or removed, and when one of `ids` gets another address.
        An import compares it within its write transaction: that must not read every house.
        """


class ResidentRepository(Protocol):
    """The residents of houses, present and past."""

    @abstractmethod
    def add_all(self, residents: Collection[Resident]) -> None:
        """Store new residents."""

    @abstractmethod
    def get(self, scope: Scope, resident_id: ResidentId) -> Resident:
        """Return a resident in scope or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, resident: Resident) -> None:
        """Store the next version; raise StaleError."""

    @abstractmethod
    def of_house(self, house_id: HouseId) -> Sequence[Resident]:
        """Return all residents of a house, moved-out ones too, in the order they were added."""

    @abstractmethod
    def of_openid(self, company_id: CompanyId, openid: str) -> Sequence[Resident]:
        """Return all residents of a company bound to an openid, moved-out ones too."""

    @abstractmethod
    def registered(
        self, houses: Collection[HouseId], *, on: date
    ) -> AbstractSet[tuple[HouseId, str, str]]:
        """Return house, name and phone of everyone who lives in some houses on a day."""

    @abstractmethod
    def of_community(self, community_id: CommunityId, *, on: date) -> Sequence[Resident]:
        """Return everyone who lives in the community on a day."""


@attrs.frozen(kw_only=True)
class ResidentRow:
    """One resident on the residents page."""

    id: ResidentId
    house_id: HouseId
    community_id: CommunityId
    address: str
    name: str
    phone: str
    relation: Relation
    moved_in_on: date | None
    moved_out_on: date | None
    bound: bool
    version: int


@attrs.frozen(kw_only=True)
class HouseRow:
    """One house on the houses page, with its present residents."""

    id: HouseId
    community_id: CommunityId
    community_name: str
    address: str
    residents: tuple[ResidentRow, ...]
    pending_count: int
    pending: Money


class HouseQueries(Protocol):
    """Reads of houses and residents."""

    @abstractmethod
    def page(
        self, scope: Scope, community_id: CommunityId, *, text: str, key: PageKey | None, rows: int
    ) -> Page[HouseRow]:
        """Return houses whose address, residents' names or phones contain the text.

        Ordered by `HouseAddress.sort_key`, compared by code points, then by id; residents are
        those living there today.
        """

    @abstractmethod
    def row(self, scope: Scope, house_id: HouseId) -> HouseRow:
        """Return one house with all residents, moved-out ones too; raise ThingNotFoundError."""

    @abstractmethod
    def count(self, scope: Scope, community_id: CommunityId) -> int:
        """Return the number of houses in a community."""
