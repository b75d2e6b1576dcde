"""Staff accounts: rule 9 权限管理, promise P40."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from billing_domain.errors import (
    FieldError,
    LastAdministratorError,
    PermissionMissingError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role, StaffAccount
from tests.world import PASSWORD, World


@pytest.fixture
def world() -> World:
    return World()


def add(world: World, login_name: str = "limin", role: Role = Role.FRONT_DESK) -> StaffAccount:
    return world.staff_account(role, login_name=login_name, communities=[world.community])


@pytest.fixture
def boss(world: World) -> StaffAccount:
    return add(world, "boss", Role.ADMINISTRATOR)


class TestAdd:
    def test_keeps_a_hash_and_never_the_password(self, world: World) -> None:
        account = add(world)

        assert account.password_hash == f"plain:{PASSWORD}"
        assert PASSWORD not in repr(account)
        assert PASSWORD not in repr(world.history("staff", account.id))
        assert world.manage_staff.get(world.admin, staff_id=account.id) == account

    def test_refuses_a_name_in_use_anywhere(self, world: World) -> None:
        add(world)

        with pytest.raises(FieldError) as refusal:
            world.staff_account(login_name="LIMIN", admin=world.rival_admin)

        assert refusal.value.reason == "taken"

    def test_gives_reach_only_to_the_companys_own_communities(self, world: World) -> None:
        with pytest.raises(ThingNotFoundError):
            world.staff_account(communities=[world.rival_community])


@pytest.mark.usefixtures("boss")
class TestChange:
    def test_changes_name_role_and_reach(self, world: World) -> None:
        account = add(world)

        changed = world.manage_staff.change(
            world.admin,
            staff_id=account.id,
            version=1,
            name="李敏敏",
            role=Role.FINANCE,
            community_ids=None,
        )

        assert changed in world.manage_staff.all(world.admin)
        entry = world.history("staff", account.id)[0]
        assert entry.before["role"] == "前台"
        assert (entry.after["role"], entry.after["communities"]) == ("财务", "*")

    def test_names_the_account_in_the_log(self, world: World) -> None:
        account = add(world)
        world.manage_staff.set_disabled(world.admin, staff_id=account.id, version=1, disabled=True)

        entry = world.history("staff", account.id)[0]
        assert entry.after["name"] == "前台"

    def test_refuses_the_second_of_two_editors(self, world: World) -> None:
        account = add(world)
        world.manage_staff.set_password(
            world.admin, staff_id=account.id, version=1, password="a new password"
        )

        with pytest.raises(StaleError):
            world.manage_staff.set_disabled(
                world.admin, staff_id=account.id, version=1, disabled=True
            )

    def test_disables_and_enables(self, world: World) -> None:
        account = add(world)
        disable = world.manage_staff.set_disabled

        disable(world.admin, staff_id=account.id, version=1, disabled=True)
        assert world.manage_staff.get(world.admin, staff_id=account.id).disabled
        disable(world.admin, staff_id=account.id, version=2, disabled=False)

        assert world.actions("staff", account.id)[1:] == [
            AuditAction.DISABLED,
            AuditAction.ENABLED,
        ]


class TestLastAdministrator:
    def test_is_neither_disabled_nor_demoted(self, world: World, boss: StaffAccount) -> None:
        with pytest.raises(LastAdministratorError):
            world.manage_staff.set_disabled(
                world.admin, staff_id=boss.id, version=1, disabled=True
            )
        with pytest.raises(LastAdministratorError):
            world.manage_staff.change(
                world.admin,
                staff_id=boss.id,
                version=1,
                name="x",
                role=Role.READ_ONLY,
                community_ids=None,
            )

        assert world.manage_staff.get(world.admin, staff_id=boss.id) == boss


class TestReach:
    def test_ends_at_the_company(self, world: World) -> None:
        account = add(world)
        manage, rival = world.manage_staff, world.rival_admin

        attempts: list[Callable[[], object]] = [
            lambda: manage.get(rival, staff_id=account.id),
            lambda: manage.set_disabled(rival, staff_id=account.id, version=1, disabled=True),
            lambda: manage.set_password(rival, staff_id=account.id, version=1, password=PASSWORD),
        ]
        for attempt in attempts:
            with pytest.raises(ThingNotFoundError):
                attempt()

    def test_of_an_administrator_is_never_wider_than_their_own(self, world: World) -> None:
        other = world.open_community(world.company.id, "蓝湾新村")
        local = world.actor(Role.ADMINISTRATOR, [other])
        manage = world.manage_staff
        here = add(world)
        everywhere = world.staff_account()

        with pytest.raises(PermissionMissingError):
            world.staff_account(Role.READ_ONLY, admin=local)
        with pytest.raises(ThingNotFoundError):
            manage.set_password(local, staff_id=here.id, version=1, password=PASSWORD)
        with pytest.raises(PermissionMissingError):
            manage.set_disabled(local, staff_id=everywhere.id, version=1, disabled=True)

    @pytest.mark.parametrize("role", [Role.FINANCE, Role.FRONT_DESK, Role.READ_ONLY])
    def test_is_managed_by_administrators_alone(self, world: World, role: Role) -> None:
        with pytest.raises(PermissionMissingError):
            world.manage_staff.all(world.actor(role))
