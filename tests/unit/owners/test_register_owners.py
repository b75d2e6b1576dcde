"""业主信息登记: owners say who they are, staff bind them (rules 4.6 and 5.10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import attrs
import pytest

from billing_domain.errors import (
    CommunityClosedError,
    FieldError,
    PermissionMissingError,
    RegistrationDecidedError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import Community
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.house import House, HouseId, NoHouse
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.owners.owner import Owner
from billing_domain.model.owners.registration import (
    Registration,
    RegistrationForm,
    RegistrationId,
    RegistrationState,
)
from billing_domain.use_cases.houses.register_residents import ResidentData
from billing_domain.use_cases.owners.register_owners import RegisterOwners
from tests.world import World

OPENID = "openid-7"
NOTHING = "f" * 32
_MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def register(world: World) -> RegisterOwners:
    return world.application.register_owners


@pytest.fixture
def clerk(world: World) -> Actor:
    return world.actor(Role.FRONT_DESK)


def submit(
    world: World, name: str = "赵六", openid: str = OPENID, community: Community | None = None
) -> Registration:
    """Let somebody whom no house knows say who they are."""
    form = RegistrationForm.of(
        name=name, phone="13900005678", house_text="一栋101", relation=Relation.TENANT
    )
    return world.application.register_owners.submit(
        Owner(openid, world.company.id, ()),
        community_id=(community or world.community).id,
        form=form,
    )


def approve(
    world: World,
    registration: Registration,
    resident_id: ResidentId | None = None,
    *,
    house: House | None = None,
    actor: Actor | None = None,
    moved_in_on: date | None = None,
) -> Registration:
    return world.application.register_owners.approve(
        actor or world.admin,
        registration_id=registration.id,
        version=registration.version,
        house_id=(house or world.houses[0]).id,
        resident_id=resident_id,
        moved_in_on=moved_in_on,
    )


def reject(
    world: World, registration: Registration, reason: str = "查无此人", actor: Actor | None = None
) -> Registration:
    return world.application.register_owners.reject(
        actor or world.admin,
        registration_id=registration.id,
        version=registration.version,
        reason=reason,
    )


def add_resident(world: World, house: House | None = None) -> Resident:
    """Keep a resident whom staff entered, without an openid."""
    return world.register_residents.add_resident(
        world.admin,
        house_id=(house or world.houses[0]).id,
        data=ResidentData("赵六", "13900005678", Relation.TENANT, None),
    )


def stored(world: World, registration: Registration) -> Registration:
    return world.application.register_owners.registration(
        world.admin, registration_id=registration.id
    )


def waiting(world: World, actor: Actor | None = None) -> list[Registration]:
    return list(world.application.register_owners.waiting(actor or world.admin).rows)


def bound(world: World) -> list[Resident]:
    """Return the residents that the owner is bound to."""
    with world.begin(read_only=True) as work:
        return list(work.residents.of_openid(world.company.id, OPENID))


class TestSubmit:
    def test_keeps_what_the_owner_wrote_and_binds_nobody_yet(self, world: World) -> None:
        registration = submit(world)

        assert registration == Registration(
            id=registration.id,
            company_id=world.company.id,
            community_id=world.community.id,
            openid=OPENID,
            name="赵六",
            phone="13900005678",
            house_text="一栋101",
            relation=Relation.TENANT,
            created_at=world.clock.now(),
        )
        assert stored(world, registration) == registration
        assert bound(world) == []

    def test_a_later_form_takes_the_place_of_one_that_waits(self, world: World) -> None:
        first = submit(world)
        second = submit(world, "赵六六")

        assert second == attrs.evolve(first, name="赵六六", version=2)
        assert waiting(world) == [second]
        assert world.actions("registration", first.id) == [AuditAction.REGISTERED] * 2

    def test_a_form_after_a_decision_is_a_new_one(self, world: World) -> None:
        first = reject(world, submit(world))
        second = submit(world)

        assert first.id != second.id
        assert stored(world, first) == first
        assert waiting(world) == [second]

    def test_one_waits_in_each_community_and_for_each_owner(self, world: World) -> None:
        other = world.open_community(world.company.id, "阳光花园")

        forms = [submit(world), submit(world, community=other), submit(world, openid="openid-8")]

        assert {each.id for each in waiting(world)} == {each.id for each in forms}

    def test_is_written_down_in_the_owners_name_without_openid_and_phone(
        self, world: World
    ) -> None:
        registration = approve(world, submit(world))
        entries = world.history("registration", registration.id)

        assert (entries[-1].actor_kind, entries[-1].actor_name) == ("owner", "赵六")
        assert entries[-1].community_id == world.community.id
        assert entries[-1].after == {
            "name": "赵六",
            "house": "一栋101",
            "relation": "租客",
            "state": "waiting",
            "resident_id": None,
        }
        assert OPENID not in repr((registration, entries))
        assert "13900005678" not in repr(entries)

    def test_is_refused_where_the_community_is_stopped(self, world: World) -> None:
        world.configure_companies.stop_community(world.admin, community_id=world.community.id)

        with pytest.raises(CommunityClosedError) as refused:
            submit(world)

        assert refused.value.facts == {"community_id": world.community.id, "status": "stopped"}
        assert waiting(world) == []


class TestLatest:
    def test_is_the_newest_of_the_owner_in_the_community(
        self, world: World, register: RegisterOwners
    ) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        reject(world, submit(world))
        world.clock.advance(_MINUTE)
        newest = submit(world, "赵六六")
        world.clock.advance(_MINUTE)
        elsewhere = submit(world, community=other)
        submit(world, openid="openid-8")

        def latest(community: Community, owner: Owner | None = None) -> Registration | None:
            known = owner or Owner(OPENID, world.company.id, ())
            return register.latest(known, community_id=community.id)

        assert latest(world.community) == newest
        assert latest(other) == elsewhere
        assert latest(world.open_community(world.company.id, "第三")) is None
        assert latest(world.community, Owner("openid-9", world.company.id, ())) is None
        assert latest(world.community, Owner(OPENID, world.rival.id, ())) is None


class TestApprove:
    def test_moves_a_newcomer_in_and_says_who_decided(self, world: World, clerk: Actor) -> None:
        submitted = submit(world)
        world.clock.advance(_MINUTE)

        approved = approve(world, submitted, actor=clerk, moved_in_on=date(2026, 11, 1))

        (resident,) = bound(world)
        assert resident == Resident(
            id=resident.id,
            community_id=world.community.id,
            house_id=world.houses[0].id,
            name="赵六",
            phone="13900005678",
            relation=Relation.TENANT,
            moved_in_on=date(2026, 11, 1),
            openid=OPENID,
        )
        assert approved == attrs.evolve(
            submitted,
            state=RegistrationState.APPROVED,
            decided_at=world.clock.now(),
            decided_by=clerk.name,
            resident_id=resident.id,
            version=2,
        )
        assert stored(world, submitted) == approved
        assert waiting(world) == []
        entry = world.history("registration", submitted.id)[0]
        assert (entry.action, entry.actor_id) == (AuditAction.REGISTRATION_APPROVED, clerk.id)
        assert entry.after["resident_id"] == resident.id

    def test_binds_the_resident_who_was_chosen_also_again(self, world: World) -> None:
        add_resident(world)
        second = add_resident(world)

        approved = approve(world, submit(world), second.id)

        assert approved.resident_id == second.id
        assert bound(world) == [attrs.evolve(second, openid=OPENID, version=2)]
        assert world.actions("resident", second.id)[-1] is AuditAction.BOUND
        approve(world, submit(world), second.id)
        assert [each.version for each in bound(world)] == [3]

    def test_never_takes_a_resident_from_somebody_else(self, world: World) -> None:
        taken = world.add_owner(openid="openid-8").residents[0]
        submitted = submit(world)

        with pytest.raises(FieldError) as refused:
            approve(world, submitted, taken.id)

        assert refused.value.facts == {"field": "resident", "reason": "taken", "value": "王小明"}
        assert bound(world) == []
        assert stored(world, submitted) == submitted

    def test_binds_no_two_residents_of_one_house(self, world: World) -> None:
        approve(world, submit(world), add_resident(world).id)

        with pytest.raises(FieldError) as refused:
            approve(world, submit(world))

        assert (refused.value.field, refused.value.reason) == ("resident", "taken")
        assert len(bound(world)) == 1

    def test_knows_only_houses_of_the_community_and_who_lives_in_the_house(
        self, world: World
    ) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        (wrong,) = world.add_houses(other, "1号楼/101")
        neighbour = add_resident(world, world.houses[1])
        (gone,) = world.add_owner(openid=None, moved_out_on=date(2026, 11, 1)).residents
        submitted = submit(world)

        for house in (wrong, world.rival_houses[0]):
            with pytest.raises(ThingNotFoundError) as refused:
                approve(world, submitted, house=house)
            assert refused.value.facts == {"kind": "house", "id": house.id}
        for resident_id in (neighbour.id, gone.id, ResidentId(NOTHING)):
            with pytest.raises(ThingNotFoundError) as refused:
                approve(world, submitted, resident_id)
            assert refused.value.facts == {"kind": "resident", "id": resident_id}
        assert bound(world) == []
        assert stored(world, submitted) == submitted


class TestUnbind:
    def test_parts_one_resident_from_their_wechat_and_says_so(
        self, world: World, register: RegisterOwners, clerk: Actor
    ) -> None:
        here, there = world.add_owner(*world.houses[:2], openid=OPENID).residents

        parted = register.unbind(clerk, resident_id=here.id, version=1)

        assert parted == attrs.evolve(here, openid=None, version=2)
        assert world.stored_resident(here.id) == parted
        assert bound(world) == [there]
        (entry,) = world.history("resident", here.id)
        assert (entry.action, entry.actor_id) == (AuditAction.UNBOUND, clerk.id)
        assert entry.after == {"name": "王小明", "relation": "业主"}
        assert OPENID not in repr(entry)

    def test_lets_another_wechat_be_bound(self, world: World, register: RegisterOwners) -> None:
        taken = world.add_owner(openid="openid-8").residents[0]

        register.unbind(world.admin, resident_id=taken.id, version=1)
        approve(world, submit(world), taken.id)

        assert [each.id for each in bound(world)] == [taken.id]

    def test_is_refused_of_who_changed_meanwhile_or_is_not_bound(
        self, world: World, register: RegisterOwners
    ) -> None:
        (resident,) = world.add_owner(openid=OPENID).residents
        with pytest.raises(StaleError) as refused:
            register.unbind(world.admin, resident_id=resident.id, version=2)
        assert refused.value.facts == {"kind": "resident", "id": resident.id}
        assert bound(world) == [resident]

        register.unbind(world.admin, resident_id=resident.id, version=1)
        with pytest.raises(StaleError):
            register.unbind(world.admin, resident_id=resident.id, version=2)


class TestReject:
    def test_tells_the_owner_why(
        self, world: World, register: RegisterOwners, clerk: Actor
    ) -> None:
        submitted = submit(world)
        world.clock.advance(_MINUTE)

        rejected = reject(world, submitted, "  查无   此人 ", actor=clerk)

        assert rejected == attrs.evolve(
            submitted,
            state=RegistrationState.REJECTED,
            reason="查无 此人",
            decided_at=world.clock.now(),
            decided_by=clerk.name,
            version=2,
        )
        owner = Owner(OPENID, world.company.id, ())
        assert register.latest(owner, community_id=world.community.id) == rejected
        assert bound(world) == []
        entry = world.history("registration", submitted.id)[0]
        assert (entry.action, entry.reason) == (AuditAction.REGISTRATION_REJECTED, "查无 此人")


class TestDecisions:
    def test_are_refused_of_a_form_that_was_sent_again(self, world: World) -> None:
        seen = submit(world)
        again = submit(world, name="王大明")

        for decide in (approve, reject):
            with pytest.raises(StaleError):
                decide(world, seen)

        assert stored(world, again) == again
        assert bound(world) == []

    def test_are_refused_twice_whatever_they_are(self, world: World) -> None:
        for first, state in ((approve, "approved"), (reject, "rejected")):
            decided = first(world, submit(world))
            residents = bound(world)
            for second in (approve, reject):
                with pytest.raises(RegistrationDecidedError) as refused:
                    second(world, decided)
                assert refused.value.state == state
            assert stored(world, decided) == decided
            assert bound(world) == residents


def _acts(
    registration_id: str, house_id: HouseId, resident_id: str
) -> list[Callable[[RegisterOwners, Actor], object]]:
    """Return everything that staff do with one registration, a house and a resident."""
    of = RegistrationId(registration_id)
    who = ResidentId(resident_id)
    return [
        lambda use, actor: use.registration(actor, registration_id=of),
        lambda use, actor: use.residents(actor, house_id=house_id),
        lambda use, actor: use.approve(actor, registration_id=of, version=1, house_id=house_id),
        lambda use, actor: use.reject(actor, registration_id=of, version=1, reason="因"),
        lambda use, actor: use.unbind(actor, resident_id=who, version=1),
    ]


class TestReach:
    def test_staff_see_the_registrations_of_their_communities(self, world: World) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        first = submit(world)
        world.clock.advance(_MINUTE)
        second = submit(world, community=other)

        assert waiting(world) == [first, second]
        assert waiting(world, world.actor(Role.FRONT_DESK, [other])) == [second]
        assert waiting(world, world.rival_admin) == []

    def test_others_do_not_exist(self, world: World, register: RegisterOwners) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        submitted, (resident,) = submit(world), world.add_owner(openid=OPENID).residents

        for actor in (world.actor(Role.FRONT_DESK, [other]), world.rival_admin):
            for act in _acts(submitted.id, world.houses[0].id, resident.id):
                with pytest.raises(ThingNotFoundError):
                    act(register, actor)
        assert stored(world, submitted) == submitted
        assert bound(world) == [resident]

    def test_staff_choose_among_those_who_live_in_the_house(
        self, world: World, register: RegisterOwners
    ) -> None:
        (living,) = world.add_owner().residents
        world.add_owner(openid="openid-8", moved_out_on=date(2026, 11, 20))
        (leaving,) = world.add_owner(openid="openid-9", moved_out_on=date(2026, 11, 21)).residents
        add_resident(world, world.houses[1])

        def chosen() -> list[Resident]:
            return list(register.residents(world.admin, house_id=world.houses[0].id))

        assert chosen() == [living, leaving]
        world.clock.advance(12 * 60 * _MINUTE)
        assert chosen() == [living]

    def test_staff_are_shown_the_house_that_the_owners_words_mean(
        self, world: World, register: RegisterOwners
    ) -> None:
        written = submit(world)  # 一栋101, where two buildings have units
        exact = attrs.evolve(written, house_text="1栋1单元101")

        assert register.named_house(world.admin, registration=exact) == world.houses[0]
        assert isinstance(register.named_house(world.admin, registration=written), NoHouse)
        with pytest.raises(ThingNotFoundError):
            register.named_house(world.rival_admin, registration=exact)

    @pytest.mark.parametrize("role", [Role.FINANCE, Role.READ_ONLY])
    def test_is_for_those_who_manage_residents_alone(
        self, world: World, register: RegisterOwners, role: Role
    ) -> None:
        actor = world.actor(role)
        for act in (
            lambda use, actor: use.waiting(actor),
            *_acts(NOTHING, HouseId(NOTHING), NOTHING),
        ):
            with pytest.raises(PermissionMissingError) as refused:
                act(register, actor)
            assert refused.value.permission == "manage_residents"
