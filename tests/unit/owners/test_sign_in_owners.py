"""Owners sign in: rule 5.12, promise P36; sessions are short and their tokens are not stored."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from billing_domain.errors import FieldError, ProviderRefusedError, ThingNotFoundError
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.houses.resident import Resident, ResidentId
from billing_domain.model.owners.owner import Owner
from billing_domain.model.owners.session import OwnerSession, token_hash
from billing_domain.model.reminders.queued_reminder import ReminderId
from billing_domain.use_cases.owners.sign_in_owners import DEMO_RESIDENTS_MAX, SignInOwners
from tests.unit.reminders.reminding import RemindingWorld
from tests.world import World

NOWHERE = CommunityId("f" * 32)


class OwnersWorld(World):
    """A company with an official account, in the sandbox."""

    def __init__(self) -> None:
        super().__init__()
        self.owners: SignInOwners = self.application.sign_in_owners
        self.production = attrs.evolve(self.owners, demo=False)
        self.application.configure_payments.save_official_account(
            self.admin, app_id="wx1", secret="made-up", version=0
        )

    def enter(self, openid: str = "openid-1", community: Community | None = None) -> str:
        place = community or self.community
        return self.owners.sign_in(community_id=place.id, code=f"code-{openid}")

    def owner(self, token: str) -> Owner:
        owner = self.owners.authenticate(token)
        assert owner is not None
        return owner

    def session(self, token: str) -> OwnerSession | None:
        with self.begin(read_only=True) as work:
            return work.owner_sessions.get(token_hash(token))

    def resident(self, resident_id: ResidentId) -> Resident:
        with self.begin(read_only=True) as work:
            return work.residents.get(self.admin.scope, resident_id)

    def wait(self, **duration: float) -> None:
        self.clock.advance(timedelta(**duration))


@pytest.fixture
def world() -> OwnersWorld:
    return OwnersWorld()


class TestDemoSessions:
    def test_are_worth_nothing_where_the_demo_is_off(self) -> None:
        """A database that held a demo must not let anybody be anybody in production."""
        world = World().with_payments()
        signing = world.application.sign_in_owners
        resident = world.add_owner(world.houses[1], openid=None).residents[0]  # type: ignore[arg-type]
        token = signing.sign_in_demo(community_id=world.community.id, resident_id=resident.id)
        assert signing.authenticate(token) is not None

        assert attrs.evolve(signing, demo=False).authenticate(token) is None


class TestDemoAccount:
    def test_is_nothing_that_wechat_could_be_asked_about(self, world: OwnersWorld) -> None:
        def address(signing: SignInOwners) -> str | None:
            return signing.wechat_address(
                community_id=world.community.id, return_url="https://x.test/", state="s"
            )

        assert address(world.owners) is not None

        world.application.configure_payments.save_official_account(
            world.admin, app_id="demo-1", secret="", version=1
        )

        assert address(world.owners) is None
        assert address(world.production) is None


class TestCommunity:
    def test_is_found_whatever_its_company(self, world: OwnersWorld) -> None:
        for community in (world.community, world.rival_community):
            assert world.owners.community(community_id=community.id) == community

    def test_may_not_exist(self, world: OwnersWorld) -> None:
        with pytest.raises(ThingNotFoundError) as refused:
            world.owners.community(community_id=NOWHERE)

        assert refused.value.facts == {"kind": "community", "id": NOWHERE}


class TestCommunityOfReminder:
    def test_is_that_of_the_reminded_house(self) -> None:
        world = RemindingWorld()
        world.ask()

        community = world.application.sign_in_owners.community_of_reminder(
            reminder_id=world.reminder().id
        )

        assert community == world.community

    def test_may_not_exist(self, world: OwnersWorld) -> None:
        with pytest.raises(ThingNotFoundError) as refused:
            world.owners.community_of_reminder(reminder_id=ReminderId(NOWHERE))

        assert refused.value.facts == {"kind": "reminder", "id": NOWHERE}


class TestWechat:
    def test_asks_at_the_companys_own_account(self, world: OwnersWorld) -> None:
        address = world.owners.wechat_address(
            community_id=world.community.id, return_url="https://back", state="s1"
        )

        assert address == "https://wechat.example/wx1?to=https://back&state=s1"

    def test_has_no_address_without_an_account(self, world: OwnersWorld) -> None:
        address = world.owners.wechat_address(
            community_id=world.rival_community.id, return_url="https://back", state="s1"
        )

        assert address is None

    def test_signs_nobody_in_without_an_account(self, world: OwnersWorld) -> None:
        with pytest.raises(ThingNotFoundError) as refused:
            world.enter(community=world.rival_community)

        assert refused.value.facts == {
            "kind": "official_account",
            "id": world.rival_community.id,
        }

    def test_of_an_unknown_community_does_not_exist(self, world: OwnersWorld) -> None:
        with pytest.raises(ThingNotFoundError):
            world.owners.wechat_address(community_id=NOWHERE, return_url="https://b", state="s")
        with pytest.raises(ThingNotFoundError):
            world.owners.sign_in(community_id=NOWHERE, code="code-openid-1")

    def test_refuses_a_code_that_wechat_does_not_know(self, world: OwnersWorld) -> None:
        with pytest.raises(ProviderRefusedError):
            world.owners.sign_in(community_id=world.community.id, code="made up")

    def test_refuses_nobody(self, world: OwnersWorld) -> None:
        with pytest.raises(FieldError) as refused:
            world.enter("")

        assert (refused.value.field, refused.value.reason) == ("openid", "required")


class TestOwner:
    def test_has_every_house_of_the_openid(self, world: OwnersWorld) -> None:
        bound = world.add_owner(*world.houses[:2])
        world.add_owner(world.houses[2], openid="openid-2")

        assert world.owner(world.enter()) == bound

    def test_has_no_house_of_another_company(self, world: OwnersWorld) -> None:
        world.add_owner(world.rival_houses[0])

        assert world.owner(world.enter()) == Owner("openid-1", world.company.id, ())

    def test_gets_a_house_as_soon_as_staff_bind_it(self, world: OwnersWorld) -> None:
        token = world.enter()
        before = world.owner(token)
        bound = world.add_owner()

        assert before.residents == ()
        assert world.owner(token) == bound

    def test_p36_is_seen_moved_out_at_once(self, world: OwnersWorld) -> None:
        resident = world.add_owner().residents[0]
        token = world.enter()
        day = world.clock.now().date()
        world.register_residents.move_out(world.admin, resident_id=resident.id, version=1, on=day)

        assert world.owner(token).living_in(day) == ()


class TestSession:
    def test_is_kept_under_the_hash_of_a_fresh_token(self, world: OwnersWorld) -> None:
        first, second = world.enter(), world.enter()
        now = world.clock.now()

        assert first != second
        assert world.session(first) == OwnerSession(
            token_hash(first), world.company.id, "openid-1", now, now
        )
        assert "openid-1" not in repr(world.session(first))

    def test_takes_no_token_that_a_client_made_up(self, world: OwnersWorld) -> None:
        token = world.enter()

        assert world.owners.authenticate("made up") is None
        assert world.owners.authenticate(token_hash(token)) is None

    def test_ends_after_an_idle_day(self, world: OwnersWorld) -> None:
        used, idle = world.enter(), world.enter()
        world.wait(hours=23, minutes=59)
        assert world.owners.authenticate(used) is not None
        world.wait(minutes=1)

        assert world.owners.authenticate(used) is not None
        assert world.owners.authenticate(idle) is None

    def test_ends_after_a_week_however_busy(self, world: OwnersWorld) -> None:
        token = world.enter()
        for _ in range(7 * 24 - 1):
            world.wait(hours=1)
            assert world.owners.authenticate(token) is not None
        world.wait(hours=1)

        assert world.owners.authenticate(token) is None

    def test_writes_down_its_use_every_ten_minutes(self, world: OwnersWorld) -> None:
        token = world.enter()
        began = world.clock.now()
        seen = []
        for _ in range(3):
            world.wait(minutes=5)
            world.owners.authenticate(token)
            session = world.session(token)
            assert session is not None
            seen.append((session.seen_at - began) / timedelta(minutes=1))

        assert seen == [0, 10, 10]

    def test_ends_when_the_owner_leaves(self, world: OwnersWorld) -> None:
        mine, other = world.enter(), world.enter("openid-2")

        world.owners.sign_out(mine)
        world.owners.sign_out(mine)

        assert world.owners.authenticate(mine) is None
        assert world.session(mine) is None
        assert world.owner(other).openid == "openid-2"


class TestSandbox:
    def test_offers_who_lives_in_the_community_today(self, world: OwnersWorld) -> None:
        today = world.clock.now().date()
        (living,) = world.add_owner().residents
        world.add_owner(world.houses[1], openid="openid-2", moved_out_on=today)
        other = world.open_community(world.company.id, "阳光花园")
        world.add_owner(*world.add_houses(other, "1号楼/101"), openid="openid-3")

        assert world.owners.demo_residents(community_id=world.community.id) == [living]

    def test_offers_sixty_at_most(self, world: OwnersWorld) -> None:
        for index in range(DEMO_RESIDENTS_MAX + 1):
            world.add_owner(openid=f"openid-{index}")

        offered = world.owners.demo_residents(community_id=world.community.id)

        assert len(offered) == DEMO_RESIDENTS_MAX == 60

    def test_signs_in_as_a_resident(self, world: OwnersWorld) -> None:
        bound = world.add_owner()

        token = world.owners.sign_in_demo(
            community_id=world.community.id, resident_id=bound.residents[0].id
        )

        assert world.owner(token) == bound
        assert world.resident(bound.residents[0].id) == bound.residents[0]

    def test_gives_a_resident_an_openid_once(self, world: OwnersWorld) -> None:
        (plain,) = world.add_owner(openid=None).residents  # type: ignore[arg-type]
        tokens = [
            world.owners.sign_in_demo(community_id=world.community.id, resident_id=plain.id)
            for _ in range(2)
        ]

        bound = world.resident(plain.id)
        assert (bound.openid, bound.version) == (f"demo-{plain.id}", 2)
        assert [world.owner(token).residents for token in tokens] == [(bound,)] * 2

    def test_signs_in_as_somebody_new_each_time(self, world: OwnersWorld) -> None:
        first, second = (
            world.owner(
                world.owners.sign_in_demo(community_id=world.community.id, resident_id=None)
            )
            for _ in range(2)
        )

        assert first.openid != second.openid
        assert (first.company_id, first.residents) == (world.company.id, ())

    def test_residents_of_other_communities_do_not_exist(self, world: OwnersWorld) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        neighbour = world.add_owner(*world.add_houses(other, "1号楼/101")).residents[0]
        rival = world.add_owner(world.rival_houses[0]).residents[0]

        for hidden in (neighbour.id, rival.id, ResidentId("f" * 32)):
            with pytest.raises(ThingNotFoundError):
                world.owners.sign_in_demo(community_id=world.community.id, resident_id=hidden)

    def test_of_an_unknown_community_does_not_exist(self, world: OwnersWorld) -> None:
        for owners in (world.owners, world.production):
            with pytest.raises(ThingNotFoundError) as refused:
                owners.demo_residents(community_id=NOWHERE)
            assert refused.value.kind == "community"


class TestProduction:
    def test_offers_nobody(self, world: OwnersWorld) -> None:
        world.add_owner()

        assert world.production.demo_residents(community_id=world.community.id) == []

    def test_signs_nobody_in_by_choice(self, world: OwnersWorld) -> None:
        resident = world.add_owner(openid=None).residents[0]  # type: ignore[arg-type]

        for chosen in (resident.id, None):
            with pytest.raises(ThingNotFoundError) as refused:
                world.production.sign_in_demo(community_id=world.community.id, resident_id=chosen)
            assert refused.value.kind == "resident"
        assert world.resident(resident.id).openid is None

    def test_still_signs_in_through_wechat(self, world: OwnersWorld) -> None:
        bound = world.add_owner()

        token = world.production.sign_in(community_id=world.community.id, code="code-openid-1")

        assert world.production.authenticate(token) == bound
