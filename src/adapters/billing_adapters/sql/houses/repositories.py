"""Houses and residents in SQL; each write updates the search index too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, delete, func, or_, select, update

from billing_adapters.sql.db.gc import gc_paused
from billing_adapters.sql.db.key_lists import among
from billing_adapters.sql.db.rows import Values, found_one, model_of, values_of
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.houses.search_index import index_houses, reindex_house, unindex_house
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.houses import houses as house_table
from billing_adapters.sql.tables.houses import residents as resident_table
from billing_domain.errors import FieldError, HouseInUseError, ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Resident, ResidentId
from billing_domain.model.search_text import address_search_text, fold_search_text
from billing_domain.ports.houses import HouseRepository, ResidentRepository

_ADDRESSES: Final = (
    select(house_table.c.id, communities.c.name, house_table.c.address)
    .join(communities, communities.c.id == house_table.c.community_id)
    .where(among(house_table.c.id, "ids"))
)

_HOUSES: Final = select(house_table.c.id, house_table.c.community_id, house_table.c.address)
_TAKEN: Final = select(house_table.c.address_key).where(among(house_table.c.address_key, "keys"))
_REGISTERED: Final = select(
    resident_table.c.house_id, resident_table.c.name, resident_table.c.phone
).where(among(resident_table.c.house_id, "ids"))


@attrs.frozen
class SqlHouseRepository(HouseRepository):
    """The houses of communities."""

    work: Transaction

    def add_all(self, houses: Collection[House]) -> None:
        owners = self.work.companies_of({house.community_id for house in houses})
        self._check_free(houses)
        rows = [_house_values(house, owners[house.community_id]) for house in houses]
        with self.work.refusing(**_address_taken("")):
            self.work.insert(house_table, rows)
        index_houses(self.work, {row["id"]: [row["search_address"]] for row in rows})

    def get(self, scope: Scope, house_id: HouseId) -> House:
        found = _HOUSES.where(house_table.c.id == house_id, in_scope(house_table, scope))
        return found_one(self._houses(found), "house", house_id)

    def save(self, house: House) -> None:
        owners = self.work.companies_of({house.community_id})
        with self.work.refusing(**_address_taken(house.address.text)):
            done = self.work.connection.execute(
                update(house_table)
                .where(house_table.c.id == house.id)
                .values(_house_values(house, owners[house.community_id]))
            )
            if done.rowcount != 1:
                raise ThingNotFoundError(kind="house", id=house.id)
        reindex_house(self.work, house.id)

    def remove(self, house: House) -> None:
        billed = select(bills.c.number).where(bills.c.house_id == house.id)
        lived_in = select(resident_table.c.id).where(resident_table.c.house_id == house.id)
        for use in (billed, lived_in):
            if self.work.connection.execute(use.limit(1)).first() is not None:
                raise HouseInUseError(house_id=house.id)
        unindex_house(self.work, house.id)
        # A bill or resident added since the check above breaks the foreign key.
        in_use = HouseInUseError(house_id=house.id)
        with self.work.refusing(
            billing_bills_house_id_fk=in_use, billing_residents_house_id_fk=in_use
        ):
            self.work.connection.execute(delete(house_table).where(house_table.c.id == house.id))

    def addresses(self, scope: Scope, ids: Collection[HouseId]) -> Mapping[str, str]:
        found = _ADDRESSES.where(in_scope(house_table, scope))
        rows = self.work.connection.execute(found, {"ids": [*ids]})
        return {row.id: f"{row.name}/{row.address}" for row in rows}

    def of_community(self, community_id: CommunityId) -> Sequence[House]:
        found = _HOUSES.where(house_table.c.community_id == community_id)
        with gc_paused():
            return self._houses(found.order_by(house_table.c.row_id))

    def state(self, community_id: CommunityId, ids: Collection[HouseId]) -> object:
        here = house_table.c.community_id == community_id
        counted = select(func.count(), func.max(house_table.c.row_id)).where(here)
        count, last = self.work.connection.execute(counted).one()
        # SQLite gives the number of a row that was removed to the next one, so the id is asked.
        newest = select(house_table.c.id).where(house_table.c.row_id == last)
        addresses = self.work.connection.execute(_ADDRESSES, {"ids": [*ids]})
        return count, self.work.connection.execute(newest).scalar(), {*map(tuple, addresses)}

    def _houses(self, found: Any) -> list[House]:  # noqa: ANN401 - any select of houses
        rows = self.work.connection.execute(found)
        return [House(house, community, HouseAddress(text)) for house, community, text in rows]

    def _check_free(self, houses: Collection[House]) -> None:
        """Raise FieldError(address) with the first address whose folded text is in use."""
        wanted: dict[CommunityId, dict[str, House]] = defaultdict(dict)
        for house in houses:
            first = wanted[house.community_id].setdefault(house.address.key, house)
            if first is not house:
                raise _taken(house.address.text)
        for community_id, by_key in wanted.items():
            stored = _TAKEN.where(house_table.c.community_id == community_id)
            for key in self.work.connection.execute(stored, {"keys": [*by_key]}).scalars():
                raise _taken(by_key[key].address.text)


@attrs.frozen
class SqlResidentRepository(ResidentRepository):
    """The residents of houses, present and past."""

    work: Transaction

    def add_all(self, residents: Collection[Resident]) -> None:
        owners = self.work.companies_of({person.community_id for person in residents})
        rows = [_resident_values(person, owners[person.community_id]) for person in residents]
        self.work.insert(resident_table, rows)
        texts: dict[HouseId, list[str]] = defaultdict(list)
        for row in rows:
            texts[row["house_id"]] += [row["search_name"], row["search_phone"]]
        index_houses(self.work, texts)

    def get(self, scope: Scope, resident_id: ResidentId) -> Resident:
        found = self._find(resident_table.c.id == resident_id, in_scope(resident_table, scope))
        return found_one(found, "resident", resident_id)

    def save(self, resident: Resident) -> None:
        owners = self.work.companies_of({resident.community_id})
        values = _resident_values(resident, owners[resident.community_id])
        self.work.replace_version(resident_table.c.id, values, kind="resident")
        reindex_house(self.work, resident.house_id)

    def of_house(self, house_id: HouseId) -> Sequence[Resident]:
        return self._find(resident_table.c.house_id == house_id)

    def of_openid(self, company_id: CompanyId, openid: str) -> Sequence[Resident]:
        own = resident_table.c.company_id == company_id
        return self._find(own, resident_table.c.openid == openid)

    def registered(
        self, houses: Collection[HouseId], *, on: date
    ) -> AbstractSet[tuple[HouseId, str, str]]:
        rows = self.work.connection.execute(_REGISTERED.where(lives_there(on)), {"ids": [*houses]})
        return {(row.house_id, row.name, row.phone) for row in rows}

    def of_community(self, community_id: CommunityId, *, on: date) -> Sequence[Resident]:
        return self._find(resident_table.c.community_id == community_id, lives_there(on))

    def _find(self, *conditions: ColumnElement[bool]) -> list[Resident]:
        found = select(resident_table).where(*conditions).order_by(resident_table.c.row_id)
        return [model_of(Resident, row) for row in self.work.connection.execute(found)]


def lives_there(on: date) -> ColumnElement[bool]:
    """Return the condition that a resident has not moved out by a Shanghai day."""
    return or_(resident_table.c.moved_out_on.is_(None), resident_table.c.moved_out_on > on)


def _house_values(house: House, company_id: CompanyId) -> Values:
    return {
        "id": house.id,
        "company_id": company_id,
        "community_id": house.community_id,
        "address": house.address.text,
        "address_key": house.address.key,
        "building": house.address.building,
        "sort_key": house.address.sort_key,
        "search_address": address_search_text(house.address.text),
    }


def _resident_values(person: Resident, company_id: CompanyId) -> Values:
    return values_of(
        person,
        resident_table,
        company_id=company_id,
        search_name=fold_search_text(person.name),
        search_phone=fold_search_text(person.phone),
    )


def _taken(address: str) -> FieldError:
    return FieldError(field="address", reason="taken", value=address)


def _address_taken(address: str) -> dict[str, FieldError]:
    return {"billing_houses_community_id_address_key_uq": _taken(address)}
