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
from billing_domain.model.houses.house import House, HouseId
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

NOTHING = "f" * 32
_MINUTE = timedelta(minutes=1)


class RegisterWorld(World):
    """Somebody signed in whom no house knows, and a clerk."""

    def __init__(self) -> None:
        super().__init__()
        self.register: RegisterOwners = self.application.register_owners
        self.visitor = Owner("openid-7", self.company.id, ())
        self.clerk = self.actor(Role.FRONT_DESK)

    def form(self, name: str = "赵六") -> RegistrationForm:
        return RegistrationForm.of(
            name=name, phone="13900005678", house_text="一栋101", relation=Relation.TENANT
        )

    def submit(
        self,
        name: str = "赵六",
        owner: Owner | None = None,
        community: Community | None = None,
    ) -> Registration:
        return self.register.submit(
            owner or self.visitor,
            community_id=(community or self.community).id,
            form=self.form(name),
        )

    def approve(
        self,
        registration: Registration,
        resident: Resident | None = None,
        *,
        house: House | None = None,
        moved_in_on: date | None = None,
    ) -> Registration:
        return self.register.approve(
            self.clerk,
            registration_id=registration.id,
            version=registration.version,
            house_id=(house or self.houses[0]).id,
            resident_id=resident.id if resident else None,
            moved_in_on=moved_in_on,
        )

    def reject(self, registration: Registration, reason: str = "查无此人") -> Registration:
        return self.register.reject(
            self.clerk,
            registration_id=registration.id,
            version=registration.version,
            reason=reason,
        )

    def unbind(self, resident: Resident, actor: Actor | None = None) -> Resident:
        return self.register.unbind(
            actor or self.clerk, resident_id=resident.id, version=resident.version
        )

    def add_resident(self, house: House | None = None) -> Resident:
        """Keep a resident whom staff entered, without an openid."""
        return self.register_residents.add_resident(
            self.admin,
            house_id=(house or self.houses[0]).id,
            data=ResidentData("赵六", "13900005678", Relation.TENANT, None),
        )

    def stored_registration(self, registration: Registration) -> Registration:
        return self.register.registration(self.admin, registration_id=registration.id)

    def bound(self) -> list[Resident]:
        """Return the residents that the visitor is bound to."""
        with self.begin(read_only=True) as work:
            return list(work.residents.of_openid(self.company.id, self.visitor.openid))


@pytest.fixture
def world() -> RegisterWorld:
    return RegisterWorld()


class TestSubmit:
    def test_keeps_what_the_owner_wrote(self, world: RegisterWorld) -> None:
        registration = world.submit()

        assert registration == Registration(
            id=registration.id,
            company_id=world.company.id,
            community_id=world.community.id,
            openid="openid-7",
            name="赵六",
            phone="13900005678",
            house_text="一栋101",
            relation=Relation.TENANT,
            created_at=world.clock.now(),
        )
        assert world.stored_registration(registration) == registration

    def test_binds_nobody_yet(self, world: RegisterWorld) -> None:
        world.submit()

        assert world.bound() == []

    def test_a_later_form_takes_the_place_of_one_that_waits(self, world: RegisterWorld) -> None:
        first = world.submit()
        second = world.submit("赵六六")

        assert second == attrs.evolve(first, name="赵六六", version=2)
        assert list(world.register.waiting(world.clerk).rows) == [second]
        assert world.actions("registration", first.id) == [AuditAction.REGISTERED] * 2

    def test_a_form_after_a_decision_is_a_new_one(self, world: RegisterWorld) -> None:
        first = world.reject(world.submit())
        second = world.submit()

        assert first.id != second.id
        assert world.stored_registration(first) == first
        assert list(world.register.waiting(world.clerk).rows) == [second]

    def test_one_waits_in_each_community_and_for_each_owner(self, world: RegisterWorld) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        stranger = Owner("openid-8", world.company.id, ())

        waiting = [world.submit(), world.submit(community=other), world.submit(owner=stranger)]

        assert len({each.id for each in waiting}) == 3
        assert {each.id for each in world.register.waiting(world.admin).rows} == {
            each.id for each in waiting
        }

    def test_is_written_down_in_the_owners_name(self, world: RegisterWorld) -> None:
        registration = world.submit()
        (entry,) = world.history("registration", registration.id)

        assert (entry.actor_kind, entry.actor_name) == ("owner", "赵六")
        assert entry.community_id == world.community.id
        assert entry.after == {
            "name": "赵六",
            "house": "一栋101",
            "relation": "租客",
            "state": "waiting",
            "resident_id": None,
        }

    def test_shows_no_openid_and_no_phone_in_the_log(self, world: RegisterWorld) -> None:
        registration = world.approve(world.submit())
        entries = world.history("registration", registration.id)

        assert "openid-7" not in repr((registration, entries))
        assert "13900005678" not in repr(entries)

    def test_is_refused_where_the_community_is_stopped(self, world: RegisterWorld) -> None:
        world.configure_companies.stop_community(world.admin, community_id=world.community.id)

        with pytest.raises(CommunityClosedError) as refused:
            world.submit()

        assert refused.value.facts == {"community_id": world.community.id, "status": "stopped"}
        assert list(world.register.waiting(world.admin).rows) == []

    def test_communities_of_other_companies_do_not_exist(self, world: RegisterWorld) -> None:
        with pytest.raises(ThingNotFoundError):
            world.submit(community=world.rival_community)


class TestLatest:
    def test_is_the_newest_of_the_owner_in_the_community(self, world: RegisterWorld) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        world.reject(world.submit())
        world.clock.advance(_MINUTE)
        newest = world.submit("赵六六")
        world.clock.advance(_MINUTE)
        elsewhere = world.submit(community=other)
        world.submit(owner=Owner("openid-8", world.company.id, ()))

        def latest(community: Community) -> Registration | None:
            return world.register.latest(world.visitor, community_id=community.id)

        assert latest(world.community) == newest
        assert latest(other) == elsewhere
        assert latest(world.open_community(world.company.id, "第三")) is None

    def test_is_nobody_elses(self, world: RegisterWorld) -> None:
        world.submit()

        for owner in (
            Owner("openid-8", world.company.id, ()),
            Owner("openid-7", world.rival.id, ()),
        ):
            assert world.register.latest(owner, community_id=world.community.id) is None


class TestApproveNewResident:
    def test_moves_the_owner_in(self, world: RegisterWorld) -> None:
        approved = world.approve(world.submit(), moved_in_on=date(2026, 11, 1))

        (resident,) = world.bound()
        assert approved.resident_id == resident.id
        assert resident == Resident(
            id=resident.id,
            community_id=world.community.id,
            house_id=world.houses[0].id,
            name="赵六",
            phone="13900005678",
            relation=Relation.TENANT,
            moved_in_on=date(2026, 11, 1),
            openid="openid-7",
        )

    def test_shows_older_bills_to_those_who_always_lived_there(self, world: RegisterWorld) -> None:
        bill = world.add_bill()
        world.approve(world.submit())
        owner = Owner("openid-7", world.company.id, tuple(world.bound()))

        seen = world.application.view_owner_bills.pending(owner)

        assert [row.number for row in seen] == [bill.number]

    def test_says_who_decided_and_when(self, world: RegisterWorld) -> None:
        submitted = world.submit()
        world.clock.advance(_MINUTE)

        approved = world.approve(submitted)

        assert approved == attrs.evolve(
            submitted,
            state=RegistrationState.APPROVED,
            decided_at=world.clock.now(),
            decided_by=world.clerk.name,
            resident_id=approved.resident_id,
            version=2,
        )
        assert world.stored_registration(submitted) == approved
        assert list(world.register.waiting(world.clerk).rows) == []
        entry = world.history("registration", submitted.id)[0]
        assert (entry.action, entry.actor_id) == (
            AuditAction.REGISTRATION_APPROVED,
            world.clerk.id,
        )
        assert entry.after["resident_id"] == approved.resident_id

    def test_not_in_a_house_of_another_community(self, world: RegisterWorld) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        (wrong,) = world.add_houses(other, "1号楼/101")
        submitted = world.submit()

        for house in (wrong, world.rival_houses[0]):
            with pytest.raises(ThingNotFoundError) as refused:
                world.approve(submitted, house=house)
            assert refused.value.facts == {"kind": "house", "id": house.id}
        assert world.bound() == []
        assert world.stored_registration(submitted) == submitted


class TestApproveResident:
    def test_binds_who_is_there(self, world: RegisterWorld) -> None:
        resident = world.add_resident()

        approved = world.approve(world.submit(), resident)

        assert approved.resident_id == resident.id
        assert world.bound() == [attrs.evolve(resident, openid="openid-7", version=2)]

    def test_binds_the_same_owner_again(self, world: RegisterWorld) -> None:
        resident = world.add_resident()
        world.approve(world.submit(), resident)

        world.approve(world.submit(), resident)

        assert [each.version for each in world.bound()] == [3]

    def test_never_takes_a_resident_from_somebody_else(self, world: RegisterWorld) -> None:
        taken = world.add_owner(openid="openid-8").residents[0]
        submitted = world.submit()

        with pytest.raises(FieldError) as refused:
            world.approve(submitted, taken)

        assert refused.value.facts == {"field": "resident", "reason": "taken", "value": "王小明"}
        assert world.bound() == []
        assert world.stored_registration(submitted) == submitted

    def test_not_one_of_another_house(self, world: RegisterWorld) -> None:
        neighbour = world.add_resident(world.houses[1])
        submitted = world.submit()

        with pytest.raises(ThingNotFoundError) as refused:
            world.approve(submitted, neighbour)

        assert refused.value.facts == {"kind": "resident", "id": neighbour.id}
        assert world.bound() == []
        assert world.stored_registration(submitted) == submitted

    def test_binds_the_one_who_was_chosen_of_many(self, world: RegisterWorld) -> None:
        world.add_resident()
        second = world.add_resident()

        world.approve(world.submit(), second)

        assert [each.id for each in world.bound()] == [second.id]

    def test_is_told_by_the_residents_own_history(self, world: RegisterWorld) -> None:
        resident = world.add_resident()

        world.approve(world.submit(), resident)

        assert world.actions("resident", resident.id)[-1] is AuditAction.BOUND

    def test_not_one_who_moved_out(self, world: RegisterWorld) -> None:
        gone = world.add_owner(openid=None, moved_out_on=date(2026, 11, 1)).residents[0]  # type: ignore[arg-type]

        with pytest.raises(ThingNotFoundError):
            world.approve(world.submit(), gone)

    def test_not_two_of_one_house(self, world: RegisterWorld) -> None:
        world.approve(world.submit(), world.add_resident())

        with pytest.raises(FieldError) as refused:
            world.approve(world.submit())

        assert (refused.value.field, refused.value.reason) == ("resident", "taken")
        assert len(world.bound()) == 1

    def test_not_one_who_does_not_exist(self, world: RegisterWorld) -> None:
        submitted = world.submit()

        with pytest.raises(ThingNotFoundError):
            world.register.approve(
                world.clerk,
                registration_id=submitted.id,
                version=1,
                house_id=world.houses[0].id,
                resident_id=ResidentId(NOTHING),
            )

        assert world.stored_registration(submitted) == submitted


class TestUnbind:
    @pytest.fixture
    def bound(self, world: RegisterWorld) -> Resident:
        return world.add_owner(openid="openid-7").residents[0]

    def test_parts_the_resident_from_their_wechat(
        self, world: RegisterWorld, bound: Resident
    ) -> None:
        parted = world.unbind(bound)

        assert parted == attrs.evolve(bound, openid=None, version=2)
        assert world.stored_resident(bound.id) == parted
        assert world.bound() == []

    def test_lets_another_wechat_be_bound(self, world: RegisterWorld) -> None:
        taken = world.add_owner(openid="openid-8").residents[0]
        submitted = world.submit()
        with pytest.raises(FieldError):
            world.approve(submitted, taken)

        world.unbind(taken)
        world.approve(submitted, taken)

        assert [each.id for each in world.bound()] == [taken.id]

    def test_leaves_other_homes_of_that_wechat(self, world: RegisterWorld) -> None:
        here, there = world.add_owner(*world.houses[:2], openid="openid-7").residents

        world.unbind(here)

        assert world.bound() == [there]

    def test_is_told_by_the_residents_history_without_the_openid(
        self, world: RegisterWorld, bound: Resident
    ) -> None:
        world.unbind(bound)

        (entry,) = world.history("resident", bound.id)
        assert (entry.action, entry.actor_id) == (AuditAction.UNBOUND, world.clerk.id)
        assert entry.after == {"name": "王小明", "relation": "业主"}
        assert "openid-7" not in repr(entry)

    def test_not_one_that_changed_meanwhile(self, world: RegisterWorld, bound: Resident) -> None:
        seen = attrs.evolve(bound, version=2)

        with pytest.raises(StaleError) as refused:
            world.unbind(seen)

        assert refused.value.facts == {"kind": "resident", "id": bound.id}
        assert world.bound() == [bound]

    def test_not_one_who_is_not_bound(self, world: RegisterWorld, bound: Resident) -> None:
        parted = world.unbind(bound)

        with pytest.raises(StaleError):
            world.unbind(parted)

        assert len(world.history("resident", bound.id)) == 1

    def test_not_one_out_of_reach(self, world: RegisterWorld, bound: Resident) -> None:
        other = world.open_community(world.company.id, "阳光花园")

        for actor in (world.actor(Role.FRONT_DESK, [other]), world.rival_admin):
            with pytest.raises(ThingNotFoundError):
                world.unbind(bound, actor)
        assert world.bound() == [bound]

    def test_not_by_those_who_keep_no_residents(
        self, world: RegisterWorld, bound: Resident
    ) -> None:
        for role in (Role.FINANCE, Role.READ_ONLY):
            with pytest.raises(PermissionMissingError):
                world.unbind(bound, world.actor(role))
        assert world.bound() == [bound]


class TestReject:
    def test_tells_the_owner_why(self, world: RegisterWorld) -> None:
        submitted = world.submit()
        world.clock.advance(_MINUTE)

        rejected = world.reject(submitted, "  查无   此人 ")

        assert rejected == attrs.evolve(
            submitted,
            state=RegistrationState.REJECTED,
            reason="查无 此人",
            decided_at=world.clock.now(),
            decided_by=world.clerk.name,
            version=2,
        )
        latest = world.register.latest(world.visitor, community_id=world.community.id)
        assert latest == rejected
        assert world.bound() == []
        entry = world.history("registration", submitted.id)[0]
        assert (entry.action, entry.reason) == (AuditAction.REGISTRATION_REJECTED, "查无 此人")

    @pytest.mark.parametrize(("reason", "refusal"), [(" ", "required"), ("因" * 201, "too_long")])
    def test_needs_a_reason(self, world: RegisterWorld, reason: str, refusal: str) -> None:
        submitted = world.submit()

        with pytest.raises(FieldError) as refused:
            world.reject(submitted, reason)

        assert (refused.value.field, refused.value.reason) == ("reason", refusal)
        assert world.stored_registration(submitted) == submitted


class TestAFormThatWasSentAgain:
    def test_is_not_decided_unseen(self, world: RegisterWorld) -> None:
        seen = world.submit()
        again = world.submit(name="王大明")

        for decide in (world.approve, world.reject):
            with pytest.raises(StaleError):
                decide(seen)

        assert world.stored_registration(again) == again
        assert world.bound() == []


class TestDecidedTwice:
    def test_is_refused_whatever_the_decisions(self, world: RegisterWorld) -> None:
        for first, state in ((world.approve, "approved"), (world.reject, "rejected")):
            decided = first(world.submit())
            residents = world.bound()
            for second in (world.approve, world.reject):
                with pytest.raises(RegistrationDecidedError) as refused:
                    second(decided)
                assert refused.value.state == state
            assert world.stored_registration(decided) == decided
            assert world.bound() == residents


def _acts(
    registration_id: RegistrationId, house_id: HouseId
) -> list[Callable[[RegisterOwners, Actor], object]]:
    """Return everything that staff do with one registration and a house."""
    return [
        lambda register, actor: register.registration(actor, registration_id=registration_id),
        lambda register, actor: register.residents(
            actor,
            house_id=house_id,
        ),
        lambda register, actor: register.approve(
            actor, registration_id=registration_id, version=1, house_id=house_id
        ),
        lambda register, actor: register.reject(
            actor, registration_id=registration_id, version=1, reason="因"
        ),
    ]


class TestReach:
    def test_staff_see_the_registrations_of_their_communities(self, world: RegisterWorld) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        first = world.submit()
        world.clock.advance(_MINUTE)
        second = world.submit(community=other)
        narrow = world.actor(Role.FRONT_DESK, [other])

        assert list(world.register.waiting(world.clerk).rows) == [first, second]
        assert list(world.register.waiting(narrow).rows) == [second]
        assert list(world.register.waiting(world.rival_admin).rows) == []

    def test_others_do_not_exist(self, world: RegisterWorld) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        submitted = world.submit()

        for actor in (world.actor(Role.FRONT_DESK, [other]), world.rival_admin):
            for act in _acts(submitted.id, world.houses[0].id):
                with pytest.raises(ThingNotFoundError):
                    act(world.register, actor)
        assert world.stored_registration(submitted) == submitted

    def test_staff_choose_among_those_who_live_in_the_house(self, world: RegisterWorld) -> None:
        today = date(2026, 11, 20)
        (living,) = world.add_owner().residents
        world.add_owner(openid="openid-8", moved_out_on=today)
        (leaving,) = world.add_owner(openid="openid-9", moved_out_on=date(2026, 11, 21)).residents
        world.add_resident(world.houses[1])

        def chosen() -> list[Resident]:
            return list(world.register.residents(world.clerk, house_id=world.houses[0].id))

        assert chosen() == [living, leaving]
        world.clock.advance(12 * 60 * _MINUTE)
        assert chosen() == [living]

    def test_may_be_seen_by_those_who_manage_residents_alone(self, world: RegisterWorld) -> None:
        for actor in (world.actor(Role.FINANCE), world.actor(Role.READ_ONLY)):
            for act in (
                lambda register, actor: register.waiting(actor),
                *_acts(RegistrationId(NOTHING), HouseId(NOTHING)),
            ):
                with pytest.raises(PermissionMissingError) as refused:
                    act(world.register, actor)
                assert refused.value.permission == "manage_residents"
