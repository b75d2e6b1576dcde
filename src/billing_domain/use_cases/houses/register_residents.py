"""Keep houses and residents: add, change, move out (rule 3.14)."""

from __future__ import annotations

from datetime import date

import attrs

from billing_domain.errors import StaleError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditFacts
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import (
    Relation,
    Resident,
    ResidentId,
    clean_person_name,
    clean_phone,
)
from billing_domain.ports.system import IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWorkFactory


@attrs.frozen
class ResidentData:
    """What a form says about a resident; the day may be unknown."""

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
        """Add a house; raise FieldError for an unusable address or one that is there."""
        actor.require(Permission.MANAGE_RESIDENTS)
        house = House(HouseId(self.ids.new_id()), community_id, HouseAddress.parse(address))
        with self.begin() as work:
            work.communities.get(actor.scope, community_id)
            work.houses.add_all([house])
            work.record(actor, AuditAction.CREATED, after=house)
            work.commit()
        return house

    def change_house(self, actor: Actor, *, house_id: HouseId, address: str) -> House:
        """Correct a house's address; its bills and residents stay with it."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            old = work.houses.get(actor.scope, house_id)
            new = attrs.evolve(old, address=HouseAddress.parse(address))
            work.houses.save(new)
            work.record(actor, AuditAction.CHANGED, old, new)
            work.commit()
        return new

    def remove_house(self, actor: Actor, *, house_id: HouseId) -> None:
        """Forget a house; raise HouseInUseError while it has bills or residents."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            house = work.houses.get(actor.scope, house_id)
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
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            old = _require_version(work.residents.get(actor.scope, resident_id), version)
            new = old.change(
                name=data.name,
                phone=data.phone,
                relation=data.relation,
                moved_in_on=data.moved_in_on,
            )
            work.residents.save(new)
            work.record(actor, AuditAction.CHANGED, old, new)
            work.commit()
        return new

    def move_out(
        self, actor: Actor, *, resident_id: ResidentId, version: int, on: date
    ) -> Resident:
        """Let a resident move out on a day; they no longer belong to the house from then on."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            old = _require_version(work.residents.get(actor.scope, resident_id), version)
            new = old.move_out(on)
            work.residents.save(new)
            work.record(actor, AuditAction.MOVED_OUT, old, new)
            work.commit()
        return new

    def resident(self, actor: Actor, *, resident_id: ResidentId) -> Resident:
        """Return a resident with the whole phone, for the form that changes it; audited."""
        actor.require(Permission.MANAGE_RESIDENTS)
        actor.require(Permission.VIEW_PHONES)
        with self.begin() as work:
            resident = work.residents.get(actor.scope, resident_id)
            shown = AuditFacts("resident", resident.id, community_id=resident.community_id)
            work.record(actor, AuditAction.PHONES_SHOWN, after=shown)
            work.commit()
        return resident


def _require_version(resident: Resident, version: int) -> Resident:
    if resident.version != version:
        raise StaleError(kind="resident", id=resident.id)
    return resident
