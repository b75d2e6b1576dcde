"""业主信息登记: owners enter their data, staff check it and bind them (rule 5.10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs

from billing_domain.errors import (
    CommunityClosedError,
    FieldError,
    RegistrationDecidedError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.company.actor import Actor, ActorKind, Scope
from billing_domain.model.company.audit import AuditAction, AuditFacts
from billing_domain.model.company.community import CommunityId, CommunityStatus
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import AddressBook, House, HouseId, NoHouse
from billing_domain.model.houses.resident import Resident, ResidentId
from billing_domain.model.owners.owner import Owner
from billing_domain.model.owners.registration import (
    Registration,
    RegistrationForm,
    RegistrationId,
    RegistrationState,
)
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.paging import PAGE_ROWS, Page, PageKey
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory


@attrs.frozen
class RegisterOwners:
    """Registrations, from the owner's form to the decision of staff."""

    begin: UnitOfWorkFactory
    clock: Clock
    ids: IdGenerator

    def submit(
        self, owner: Owner, *, community_id: CommunityId, form: RegistrationForm
    ) -> Registration:
        """Store an owner's registration; each owner has one waiting registration a community.

        A later form replaces the waiting one. Raises ThingNotFoundError, CommunityClosedError.
        """
        now = self.clock.now()
        with self.begin() as work:
            community = work.communities.get(Scope(owner.company_id), community_id)
            if community.status is not CommunityStatus.OPEN:
                raise CommunityClosedError(
                    community_id=community.id, status=community.status.value
                )
            waiting = _waiting(work, owner, community_id)
            if waiting is not None:
                saved = attrs.evolve(
                    waiting, **attrs.asdict(form, recurse=False), version=waiting.version + 1
                )
                work.registrations.save(saved)
            else:
                saved = Registration(
                    id=RegistrationId(self.ids.new_id()),
                    company_id=owner.company_id,
                    community_id=community_id,
                    openid=owner.openid,
                    **attrs.asdict(form, recurse=False),
                    created_at=now,
                )
                work.registrations.add(saved)
            actor = Actor(
                ActorKind.OWNER, saved.id, saved.name, Scope(owner.company_id), frozenset()
            )
            work.record(actor, AuditAction.REGISTERED, after=saved)
            work.commit()
        return saved

    def latest(self, owner: Owner, *, community_id: CommunityId) -> Registration | None:
        """Return the owner's newest registration in a community, or None."""
        with self.begin(read_only=True) as work:
            found = work.registrations.of_owner(owner.company_id, owner.openid)
        return next((each for each in found if each.community_id == community_id), None)

    def waiting(self, actor: Actor, *, key: PageKey | None = None) -> Page[Registration]:
        """Return one page of the registrations that wait for a decision, oldest first."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin(read_only=True) as work:
            return work.registrations.waiting(actor.scope, key=key, rows=PAGE_ROWS)

    def registration(self, actor: Actor, *, registration_id: RegistrationId) -> Registration:
        """Return one registration; raise ThingNotFoundError."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin(read_only=True) as work:
            return work.registrations.get(actor.scope, registration_id)

    def named_house(self, actor: Actor, *, registration: Registration) -> House | NoHouse:
        """Return the house that the owner's own words mean, or the nearest (rules 3.9, 5.10)."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin(read_only=True) as work:
            community = work.communities.get(actor.scope, registration.community_id)
            houses = work.houses.of_community(community.id)
        return AddressBook(community.name, houses).find(registration.house_text)

    def residents(self, actor: Actor, *, house_id: HouseId) -> Sequence[Resident]:
        """Return the residents living in a house today, for the choice of whom to bind."""
        actor.require(Permission.MANAGE_RESIDENTS)
        today = shanghai_day(self.clock.now())
        with self.begin(read_only=True) as work:
            house = work.houses.get(actor.scope, house_id)
            found = work.residents.of_house(house.id)
        return [person for person in found if person.lives_here_on(today)]

    def approve(
        self,
        actor: Actor,
        *,
        registration_id: RegistrationId,
        version: int,
        house_id: HouseId,
        resident_id: ResidentId | None = None,
        moved_in_on: date | None = None,
    ) -> Registration:
        """Bind the owner to a resident of a house; None adds a new resident.

        `moved_in_on` is the new resident's, None for a person who always lived there: it decides
        which older bills they see (rule 4.6). `version` is the version that staff saw. Raises
        RegistrationDecidedError, StaleError, ThingNotFoundError, and FieldError if the resident is
        bound to another openid or the owner to another resident of the house.
        """
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            old = _seen(work, actor, registration_id, version)
            house = work.houses.get(actor.scope.narrowed(old.community_id), house_id)
            bound = self._bind(work, old, house, resident_id, moved_in_on)
            new = old.approve(bound.id, at=self.clock.now(), by=actor.name)
            work.registrations.save(new)
            work.record(actor, AuditAction.REGISTRATION_APPROVED, after=new)
            work.record(actor, AuditAction.BOUND, after=_binding(bound))
            work.commit()
        return new

    def reject(
        self, actor: Actor, *, registration_id: RegistrationId, version: int, reason: str
    ) -> Registration:
        """Reject a registration with a reason for the owner; raises the errors of approve."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            old = _seen(work, actor, registration_id, version)
            new = old.reject(reason, at=self.clock.now(), by=actor.name)
            work.registrations.save(new)
            work.record(actor, AuditAction.REGISTRATION_REJECTED, after=new, reason=new.reason)
            work.commit()
        return new

    def unbind(self, actor: Actor, *, resident_id: ResidentId, version: int) -> Resident:
        """Unbind a resident's openid, so that another one can be bound.

        Raises ThingNotFoundError, StaleError, also for a resident who is not bound any more.
        """
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            old = work.residents.get(actor.scope, resident_id)
            if old.version != version or old.openid is None:
                raise StaleError(kind="resident", id=old.id)
            # Sessions of the openid stay: residents are read again on every request.
            new = attrs.evolve(old, openid=None, version=old.version + 1)
            work.residents.save(new)
            work.record(actor, AuditAction.UNBOUND, after=_binding(new))
            work.commit()
        return new

    def _bind(
        self,
        work: UnitOfWork,
        registration: Registration,
        house: House,
        resident_id: ResidentId | None,
        moved_in_on: date | None,
    ) -> Resident:
        """Return the resident bound to the owner, within the open unit of work."""
        today = shanghai_day(self.clock.now())
        living = [each for each in work.residents.of_house(house.id) if each.lives_here_on(today)]
        for other in living:
            if other.openid == registration.openid and other.id != resident_id:
                raise FieldError(field="resident", reason="taken", value=other.name)
        if resident_id is None:
            newcomer = self._newcomer(registration, house, moved_in_on)
            work.residents.add_all([newcomer])
            return newcomer
        for resident in living:
            if resident.id == resident_id:
                bound = _bound(resident, registration)
                work.residents.save(bound)
                return bound
        raise ThingNotFoundError(kind="resident", id=resident_id)

    def _newcomer(
        self, registration: Registration, house: House, moved_in_on: date | None
    ) -> Resident:
        return Resident(
            id=ResidentId(self.ids.new_id()),
            community_id=house.community_id,
            house_id=house.id,
            name=registration.name,
            phone=registration.phone,
            relation=registration.relation,
            moved_in_on=moved_in_on,
            openid=registration.openid,
        )


def _binding(resident: Resident) -> AuditFacts:
    facts = {"name": resident.name, "relation": resident.relation.value}
    return AuditFacts("resident", resident.id, facts, resident.community_id)


def _waiting(work: UnitOfWork, owner: Owner, community_id: CommunityId) -> Registration | None:
    for each in work.registrations.of_owner(owner.company_id, owner.openid):
        if each.community_id == community_id and each.state is RegistrationState.WAITING:
            return each
    return None


def _seen(
    work: UnitOfWork, actor: Actor, registration_id: RegistrationId, version: int
) -> Registration:
    """Return the registration at the version that staff saw; raise StaleError for a later one."""
    found = work.registrations.get(actor.scope, registration_id)
    if found.state is not RegistrationState.WAITING:
        raise RegistrationDecidedError(state=found.state.value)
    if found.version != version:
        raise StaleError(kind="registration", id=found.id)
    return found


def _bound(resident: Resident, registration: Registration) -> Resident:
    if resident.openid not in {None, registration.openid}:
        raise FieldError(field="resident", reason="taken", value=resident.name)
    return attrs.evolve(resident, openid=registration.openid, version=resident.version + 1)
