"""Owners sign in: rule 5.12; sessions are short and their tokens are not stored.

Which pages a visitor comes to is in the tests of the owners' pages.
"""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from billing_domain.errors import FieldError, ThingNotFoundError
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.session import hash_token
from billing_domain.model.houses.resident import ResidentId
from billing_domain.model.owners.owner import Owner
from billing_domain.model.owners.session import OwnerSession
from billing_domain.model.reminders.queued_reminder import ReminderId
from billing_domain.use_cases.owners.sign_in_owners import DEMO_RESIDENTS_MAX, SignInOwners
from tests.world import World

NOWHERE = CommunityId("f" * 32)


@pytest.fixture
def world() -> World:
    made = World()
    made.connect_wechat()
    return made


@pytest.fixture
def owners(world: World) -> SignInOwners:
    """The sign-in where the demo is on."""
    return world.application.sign_in_owners


def enter(world: World, openid: str = "openid-1") -> str:
    return world.application.sign_in_owners.sign_in(
        community_id=world.community.id, code=f"code-{openid}"
    )


def session(world: World, token: str) -> OwnerSession | None:
    with world.begin(read_only=True) as work:
        return work.owner_sessions.get(hash_token(token))


class TestWechat:
    def test_is_not_asked_about_the_account_of_a_demo(
        self, world: World, owners: SignInOwners
    ) -> None:
        def address(signing: SignInOwners) -> str | None:
            return signing.wechat_address(
                community_id=world.community.id, return_url="https://x.test/", state="s"
            )

        assert address(owners) is not None

        world.application.configure_payments.save_official_account(
            world.admin, app_id="demo-1", secret="", version=1
        )

        assert address(owners) is None
        assert address(attrs.evolve(owners, demo=False)) is None

    def test_signs_nobody_in_without_an_account_or_an_openid(
        self, world: World, owners: SignInOwners
    ) -> None:
        rival = world.rival_community.id
        with pytest.raises(ThingNotFoundError) as refused:
            owners.sign_in(community_id=rival, code="code-openid-1")
        assert refused.value.facts == {"kind": "official_account", "id": rival}

        with pytest.raises(FieldError) as nobody:
            enter(world, "")
        assert (nobody.value.field, nobody.value.reason) == ("openid", "required")


class TestReminder:
    def test_names_its_community_before_anybody_signs_in(
        self, world: World, owners: SignInOwners
    ) -> None:
        world.add_owner()
        world.add_bill()
        world.remind()
        (reminder,) = world.reminders()

        assert owners.community_of_reminder(reminder_id=reminder.id) == world.community

    def test_that_is_unknown_does_not_exist(self, owners: SignInOwners) -> None:
        unknown = ReminderId("0" * 32)
        with pytest.raises(ThingNotFoundError) as refused:
            owners.community_of_reminder(reminder_id=unknown)
        assert refused.value.facts == {"kind": "reminder", "id": unknown}


class TestOwner:
    def test_has_every_house_of_the_openid_as_soon_as_staff_bind_it(
        self, world: World, owners: SignInOwners
    ) -> None:
        world.add_owner(world.rival_houses[0])
        token = enter(world)
        assert owners.authenticate(token) == Owner("openid-1", world.company.id, ())

        bound = world.add_owner(*world.houses[:2])
        world.add_owner(world.houses[2], openid="openid-2")

        assert owners.authenticate(token) == bound


class TestSession:
    def test_is_kept_under_the_hash_of_a_fresh_token(
        self, world: World, owners: SignInOwners
    ) -> None:
        first, second = enter(world), enter(world)
        now = world.clock.now()

        assert first != second
        assert session(world, first) == OwnerSession(
            hash_token(first), world.company.id, "openid-1", now, now
        )
        assert owners.authenticate("made up") is None
        assert owners.authenticate(hash_token(first)) is None

    def test_ends_after_an_idle_day_and_after_a_week_however_busy(
        self, world: World, owners: SignInOwners
    ) -> None:
        used, idle = enter(world), enter(world)
        for _ in range(14):
            assert owners.authenticate(used) is not None
            world.clock.advance(timedelta(hours=12))

        assert owners.authenticate(used) is None
        assert owners.authenticate(idle) is None

    def test_writes_down_its_use_every_ten_minutes(
        self, world: World, owners: SignInOwners
    ) -> None:
        token, began, seen = enter(world), world.clock.now(), []
        for _ in range(3):
            world.clock.advance(timedelta(minutes=5))
            owners.authenticate(token)
            found = session(world, token)
            assert found is not None
            seen.append((found.seen_at - began) / timedelta(minutes=1))

        assert seen == [0, 10, 10]

    def test_ends_when_the_owner_leaves(self, world: World, owners: SignInOwners) -> None:
        mine, other = enter(world), enter(world, "openid-2")

        owners.sign_out(mine)
        owners.sign_out(mine)

        assert session(world, mine) is None
        assert session(world, other) is not None


class TestDemo:
    def test_offers_sixty_at_most_who_live_in_the_community_today(
        self, world: World, owners: SignInOwners
    ) -> None:
        (living,) = world.add_owner().residents
        world.add_owner(openid="openid-2", moved_out_on=world.clock.now().date())
        other = world.open_community(world.company.id, "阳光花园")
        world.add_owner(*world.add_houses(other, "1号楼/101"), openid="openid-3")
        assert owners.demo_residents(community_id=world.community.id) == [living]

        for index in range(DEMO_RESIDENTS_MAX):
            world.add_owner(openid=f"more-{index}")

        offered = owners.demo_residents(community_id=world.community.id)
        assert len(offered) == DEMO_RESIDENTS_MAX == 60

    def test_gives_a_resident_an_openid_once(self, world: World, owners: SignInOwners) -> None:
        (plain,) = world.add_owner(openid=None).residents
        tokens = [
            owners.sign_in_demo(community_id=world.community.id, resident_id=plain.id)
            for _ in range(2)
        ]

        bound = world.stored_resident(plain.id)
        assert (bound.openid, bound.version) == (f"demo-{plain.id}", 2)
        signed_in = {owners.authenticate(token) for token in tokens}
        assert {each.residents for each in signed_in if each} == {(bound,)}

    def test_signs_in_as_somebody_new_each_time(self, world: World, owners: SignInOwners) -> None:
        tokens = [
            owners.sign_in_demo(community_id=world.community.id, resident_id=None)
            for _ in range(2)
        ]

        found = [each for each in map(owners.authenticate, tokens) if each is not None]
        assert len({each.openid for each in found}) == 2
        assert {(each.company_id, each.residents) for each in found} == {(world.company.id, ())}

    def test_knows_no_resident_of_another_community_or_company(
        self, world: World, owners: SignInOwners
    ) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        neighbour = world.add_owner(*world.add_houses(other, "1号楼/101")).residents[0]
        rival = world.add_owner(world.rival_houses[0]).residents[0]

        for hidden in (neighbour.id, rival.id, ResidentId("f" * 32)):
            with pytest.raises(ThingNotFoundError):
                owners.sign_in_demo(community_id=world.community.id, resident_id=hidden)

    @pytest.mark.parametrize("demo", [True, False])
    def test_of_an_unknown_community_does_not_exist(
        self, owners: SignInOwners, *, demo: bool
    ) -> None:
        with pytest.raises(ThingNotFoundError) as refused:
            attrs.evolve(owners, demo=demo).demo_residents(community_id=NOWHERE)

        assert refused.value.facts == {"kind": "community", "id": NOWHERE}


class TestProduction:
    def test_offers_nobody_and_signs_nobody_in_by_choice(
        self, world: World, owners: SignInOwners
    ) -> None:
        production = attrs.evolve(owners, demo=False)
        (resident,) = world.add_owner(openid=None).residents

        assert production.demo_residents(community_id=world.community.id) == []
        for chosen in (resident.id, None):
            with pytest.raises(ThingNotFoundError) as refused:
                production.sign_in_demo(community_id=world.community.id, resident_id=chosen)
            assert refused.value.kind == "resident"
        assert world.stored_resident(resident.id).openid is None

    def test_takes_sessions_of_wechat_and_none_of_a_demo(
        self, world: World, owners: SignInOwners
    ) -> None:
        """A database that held a demo must not let anybody be anybody in production."""
        production = attrs.evolve(owners, demo=False)
        bound, (plain,) = world.add_owner(), world.add_owner(openid=None).residents
        demo = owners.sign_in_demo(community_id=world.community.id, resident_id=plain.id)
        assert owners.authenticate(demo) is not None

        assert production.authenticate(demo) is None
        assert production.authenticate(enter(world)) == bound
