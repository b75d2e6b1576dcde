"""Manage houses and residents: add, change, move out (rule 3.14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import attrs

from billing_domain.errors import HouseExistsError, StaleError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditFacts
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.houses.resident import (
    Relation,
    Resident,
    ResidentId,
    clean_person_name,
    clean_phone,
)
from billing_domain.ports.system import IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory


@attrs.frozen
class ResidentData:
    """A resident's data in a form; the day may be unknown."""

    name: str
    phone: str
    relation: Relation
    moved_in_on: date | None


@attrs.frozen
class RegisterResidents:
    """Changes of houses and residents by staff."""

    begin: UnitOfWorkFactory
    ids: IdGenerator

    def add_house(self, actor: Actor, *, community_id: CommunityId, address: str) -> House:
        """Add a house in the canonical spelling of its address (rule 3.9).

        Raises HouseExistsError for an address that means a house which exists, FieldError for a
        text that is no address.
        """
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin(read_only=True) as work:
            place = _free_address(work, actor, community_id, address)
        house = House(HouseId(self.ids.new_id()), community_id, place)
        with self.begin() as work:
            work.communities.lock(actor.scope, community_id)
            work.houses.add_all([house])
            work.record(actor, AuditAction.CREATED, after=house)
            work.commit()
        return house

    def change_house(self, actor: Actor, *, house_id: HouseId, address: str) -> House:
        """Correct a house's address; its bills and residents stay. Raises as `add_house`."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin(read_only=True) as work:
            house = work.houses.get(actor.scope, house_id)
            place = _free_address(work, actor, house.community_id, address, beside=house_id)
        with self.begin() as work:
            work.communities.lock(actor.scope, house.community_id)
            old = work.houses.get(actor.scope, house_id)
            new = attrs.evolve(old, address=place)
            work.houses.save(new)
            work.record(actor, AuditAction.CHANGED, old, new)
            work.commit()
        return new

    def remove_house(self, actor: Actor, *, house_id: HouseId) -> None:
        """Remove a house; raise HouseInUseError while it has bills or residents."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            house = work.houses.get(actor.scope, house_id)
            work.communities.lock(actor.scope, house.community_id)
            work.houses.remove(house)
            work.record(actor, AuditAction.DELETED, house)
            work.commit()

    def add_resident(self, actor: Actor, *, house_id: HouseId, data: ResidentData) -> Resident:
        """Add a resident to a house; raise FieldError, ThingNotFoundError."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            house = work.houses.get(actor.scope, house_id)
            resident = Resident(
                id=ResidentId(self.ids.new_id()),
                community_id=house.community_id,
                house_id=house.id,
                name=clean_person_name(data.name),
                phone=clean_phone(data.phone),
                relation=data.relation,
                moved_in_on=data.moved_in_on,
            )
            work.residents.add_all([resident])
            work.record(actor, AuditAction.CREATED, after=resident)
            work.commit()
        return resident

    def change_resident(
        self, actor: Actor, *, resident_id: ResidentId, version: int, data: ResidentData
    ) -> Resident:
        """Change a resident; raise FieldError, StaleError, ThingNotFoundError."""
        return self._change(
            actor,
            resident_id,
            version,
            AuditAction.CHANGED,
            lambda old: old.change(
                name=data.name,
                phone=data.phone,
                relation=data.relation,
                moved_in_on=data.moved_in_on,
            ),
        )

    def move_out(
        self, actor: Actor, *, resident_id: ResidentId, version: int, on: date
    ) -> Resident:
        """Move a resident out; from that day on the resident no longer belongs to the house."""
        return self._change(
            actor, resident_id, version, AuditAction.MOVED_OUT, lambda old: old.move_out(on)
        )

    def resident(self, actor: Actor, *, resident_id: ResidentId) -> Resident:
        """Return a resident with the whole phone, for the edit form; writes an audit entry."""
        actor.require(Permission.MANAGE_RESIDENTS)
        actor.require(Permission.VIEW_PHONES)
        with self.begin() as work:
            resident = work.residents.get(actor.scope, resident_id)
            shown = AuditFacts("resident", resident.id, community_id=resident.community_id)
            work.record(actor, AuditAction.PHONES_SHOWN, after=shown)
            work.commit()
        return resident

    def _change(
        self,
        actor: Actor,
        resident_id: ResidentId,
        version: int,
        action: AuditAction,
        change: Callable[[Resident], Resident],
    ) -> Resident:
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            old = work.residents.get(actor.scope, resident_id)
            if old.version != version:
                raise StaleError(kind="resident", id=old.id)
            new = change(old)
            work.residents.save(new)
            work.record(actor, action, old, new)
            work.commit()
        return new


def _free_address(
    work: UnitOfWork,
    actor: Actor,
    community_id: CommunityId,
    text: str,
    *,
    beside: HouseId | None = None,
) -> HouseAddress:
    """Return the canonical address that a text gives; raise FieldError if other houses have it."""
    community = work.communities.get(actor.scope, community_id)
    book = AddressBook(community.name, work.houses.of_community(community_id))
    others = [house for house in book.matches(text) if house.id != beside]
    if others:
        names = "、".join(house.address.text for house in others)
        raise HouseExistsError(field="address", reason="taken", value=text, existing=names)
    return book.new_address(text)
