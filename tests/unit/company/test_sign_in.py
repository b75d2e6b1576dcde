"""Signing in: promises P39 and P40."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_domain.errors import FieldError, SignInRefusedError, SignInThrottledError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.session import IDLE_MAX, LIFETIME_MAX
from billing_domain.model.company.staff import Role, StaffAccount
from billing_domain.use_cases.company.sign_in import SignedIn
from tests.world import PASSWORD, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def account(world: World) -> StaffAccount:
    return world.staff_account(login_name="Limin")


def sign_in(
    world: World, password: str = PASSWORD, name: str = "limin", address: str = "10.0.0.1"
) -> SignedIn:
    return world.sign_in.sign_in(login_name=name, password=password, address=address)


class TestSignIn:
    def test_opens_a_session_under_a_fresh_token(
        self, world: World, account: StaffAccount
    ) -> None:
        first, second = sign_in(world, name=" LIMIN "), sign_in(world)

        assert first.token != second.token
        assert world.sign_in.authenticate(first.token) == Actor.staff(account)

    @pytest.mark.usefixtures("account")
    def test_takes_no_token_that_a_client_made_up(self, world: World) -> None:
        sign_in(world)

        assert world.sign_in.authenticate("attacker-chosen") is None

    def test_gives_one_answer_for_every_wrong_pair(
        self, world: World, account: StaffAccount
    ) -> None:
        world.staff_account(login_name="other")
        world.manage_staff.set_disabled(world.admin, staff_id=account.id, version=1, disabled=True)

        for name, password in (("limin", PASSWORD), ("other", "wrong"), ("nobody", PASSWORD)):
            with pytest.raises(SignInRefusedError) as refusal:
                sign_in(world, password, name)
            assert refusal.value.facts == {}


@pytest.mark.usefixtures("account")
class TestThrottle:
    def fail(self, world: World, times: int, **where: str) -> None:
        for _ in range(times):
            with pytest.raises(SignInRefusedError):
                sign_in(world, "wrong", **where)

    def test_slows_an_account_down_whatever_the_address(self, world: World) -> None:
        for attempt in range(5):
            self.fail(world, 1, address=f"10.0.0.{attempt}")

        with pytest.raises(SignInThrottledError) as refusal:
            sign_in(world, address="10.9.9.9")

        assert refusal.value.retry_after_seconds == 30

    def test_slows_an_address_down_whatever_the_account(self, world: World) -> None:
        for attempt in range(5):
            self.fail(world, 1, name=f"guess{attempt}")

        with pytest.raises(SignInThrottledError):
            sign_in(world)

    def test_slows_unknown_accounts_down_like_known_ones(self, world: World) -> None:
        for attempt in range(5):
            self.fail(world, 1, name="nobody", address=f"10.0.0.{attempt}")

        with pytest.raises(SignInThrottledError):
            sign_in(world, name="nobody", address="10.9.9.9")

    def test_waits_longer_with_each_failure_but_never_for_ever(self, world: World) -> None:
        self.fail(world, 5)
        waits = []
        for _ in range(8):
            with pytest.raises(SignInThrottledError) as refusal:
                sign_in(world)
            waits.append(refusal.value.retry_after_seconds)
            world.clock.advance(timedelta(seconds=waits[-1]))
            self.fail(world, 1)

        assert waits == [30, 60, 120, 240, 480, 900, 900, 900]

    def test_lets_the_right_password_in_after_the_wait(self, world: World) -> None:
        self.fail(world, 5)
        world.clock.advance(timedelta(seconds=30))

        sign_in(world)

    def test_forgets_an_accounts_failures_after_a_success(self, world: World) -> None:
        self.fail(world, 4, address="10.0.0.2")
        sign_in(world)

        self.fail(world, 4, address="10.0.0.3")

        sign_in(world)


class TestSession:
    def test_ends_with_signing_out(self, world: World, account: StaffAccount) -> None:
        token = sign_in(world).token
        assert world.sign_in.authenticate(token) == Actor.staff(account)

        world.sign_in.sign_out(token)

        assert world.sign_in.authenticate(token) is None

    @pytest.mark.usefixtures("account")
    def test_ends_after_two_idle_hours(self, world: World) -> None:
        token = sign_in(world).token
        world.clock.advance(IDLE_MAX)

        assert world.sign_in.authenticate(token) is None

    @pytest.mark.usefixtures("account")
    def test_lives_on_while_used_but_not_beyond_twelve_hours(self, world: World) -> None:
        token = sign_in(world).token
        step = IDLE_MAX - timedelta(minutes=1)
        for _ in range(int(LIFETIME_MAX / step)):
            world.clock.advance(step)
            assert world.sign_in.authenticate(token) is not None

        world.clock.advance(step)
        assert world.sign_in.authenticate(token) is None

    def test_ends_when_the_account_is_disabled(self, world: World, account: StaffAccount) -> None:
        world.actor(Role.ADMINISTRATOR)
        token = sign_in(world).token

        world.manage_staff.set_disabled(world.admin, staff_id=account.id, version=1, disabled=True)

        assert world.sign_in.authenticate(token) is None

    def test_ends_when_the_role_changes(self, world: World, account: StaffAccount) -> None:
        world.actor(Role.ADMINISTRATOR)
        token = sign_in(world).token

        world.manage_staff.change(
            world.admin,
            staff_id=account.id,
            version=1,
            name="李敏",
            role=Role.READ_ONLY,
            community_ids=None,
        )

        assert world.sign_in.authenticate(token) is None


class TestChangePassword:
    def test_ends_every_session_and_begins_a_new_one(
        self, world: World, account: StaffAccount
    ) -> None:
        old = sign_in(world).token
        actor = Actor.staff(account)

        fresh = world.sign_in.change_password(
            actor, old_password=PASSWORD, new_password="a quite new password"
        )

        assert world.sign_in.authenticate(old) is None
        assert world.sign_in.authenticate(fresh.token) == actor
        sign_in(world, "a quite new password")

    def test_wants_the_old_password(self, world: World, account: StaffAccount) -> None:
        with pytest.raises(FieldError) as refusal:
            world.sign_in.change_password(
                Actor.staff(account), old_password="wrong", new_password="a quite new password"
            )

        assert (refusal.value.field, refusal.value.reason) == ("old_password", "wrong")

    def test_wants_ten_characters(self, world: World, account: StaffAccount) -> None:
        with pytest.raises(FieldError):
            world.sign_in.change_password(
                Actor.staff(account), old_password=PASSWORD, new_password="short"
            )
