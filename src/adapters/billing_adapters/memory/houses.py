"""Houses and residents in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import attrs

from billing_adapters.memory.state import MemoryState, replace_version
from billing_domain.errors import FieldError, HouseInUseError, ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import House, HouseId
from billing_domain.model.houses.resident import Resident, ResidentId
from billing_domain.ports.houses import HouseRepository, ResidentRepository


@attrs.frozen
class MemoryHouseRepository(HouseRepository):
    """The houses of communities."""

    state: MemoryState

    def add_all(self, houses: Collection[House]) -> None:
        """Keep new houses; raise FieldError(address, taken) if a folded address is in use."""
        taken = {(house.community_id, house.address.key) for house in self.state.houses.values()}
        for house in houses:
            place = (house.community_id, house.address.key)
            if place in taken:
                raise FieldError(field="address", reason="taken", value=house.address.text)
            taken.add(place)
            self.state.houses[house.id] = house

    def get(self, scope: Scope, house_id: HouseId) -> House:
        """Return a house in scope or raise ThingNotFoundError."""
        house = self.state.houses.get(house_id)
        if house is None or not self.state.covers(scope, house.community_id):
            raise ThingNotFoundError(kind="house", id=house_id)
        return house

    def save(self, house: House) -> None:
        """Replace a house's address; raise FieldError(address, taken), ThingNotFoundError."""
        if house.id not in self.state.houses:
            raise ThingNotFoundError(kind="house", id=house.id)
        for other in self.of_community(house.community_id):
            if other.id != house.id and other.address.key == house.address.key:
                raise FieldError(field="address", reason="taken", value=house.address.text)
        self.state.houses[house.id] = house

    def remove(self, house: House) -> None:
        """Forget a house; raise HouseInUseError while it has bills or residents."""
        billed = any(bill.house_id == house.id for bill in self.state.bills.values())
        if billed or self.state.residents_of(house.id):
            raise HouseInUseError(house_id=house.id)
        self.state.houses.pop(house.id, None)
        refusals = self.state.reminder_refusals
        for refused in [key for key, each in refusals.items() if each.house_id == house.id]:
            del refusals[refused]

    def addresses(self, scope: Scope, ids: Collection[HouseId]) -> Mapping[str, str]:
        """Return full addresses as `幸福家园/1号楼/101` by house id, of houses in scope."""
        return {
            each.id: f"{self.state.communities[each.community_id].name}/{each.address.text}"
            for each in (self.state.houses[id_] for id_ in ids if id_ in self.state.houses)
            if self.state.covers(scope, each.community_id)
        }

    def of_community(self, community_id: CommunityId) -> Sequence[House]:
        """Return the houses of a community in the order they were added."""
        houses = self.state.houses.values()
        return [house for house in houses if house.community_id == community_id]


@attrs.frozen
class MemoryResidentRepository(ResidentRepository):
    """The residents of houses, present and past."""

    state: MemoryState

    def add_all(self, residents: Collection[Resident]) -> None:
        """Keep new residents."""
        self.state.residents.update((person.id, person) for person in residents)

    def get(self, scope: Scope, resident_id: ResidentId) -> Resident:
        """Return a resident in scope or raise ThingNotFoundError."""
        person = self.state.residents.get(resident_id)
        if person is None or not self.state.covers(scope, person.community_id):
            raise ThingNotFoundError(kind="resident", id=resident_id)
        return person

    def save(self, resident: Resident) -> None:
        """Replace the version before this one; raise StaleError."""
        replace_version(self.state.residents, resident.id, resident, kind="resident")

    def of_house(self, house_id: HouseId) -> Sequence[Resident]:
        """Return a house's residents in the order they were added, moved-out ones too."""
        return self.state.residents_of(house_id)

    def of_openid(self, company_id: CompanyId, openid: str) -> Sequence[Resident]:
        """Return every resident of a company bound to an openid, moved-out ones too."""
        scope = Scope(company_id)
        return [
            person
            for person in self.state.residents.values()
            if person.openid == openid and self.state.covers(scope, person.community_id)
        ]

    def of_community(self, community_id: CommunityId, *, on: date) -> Sequence[Resident]:
        """Return everyone who lives in the community on a day."""
        return [
            person
            for person in self.state.residents.values()
            if person.community_id == community_id and person.lives_here_on(on)
        ]
