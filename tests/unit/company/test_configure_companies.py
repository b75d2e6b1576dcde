"""Companies and communities: rules 1 and 9, promise P35."""

from __future__ import annotations

import re
from datetime import date

import pytest

from billing_domain.errors import (
    CommunityClosedError,
    CommunityStatusError,
    FieldError,
    PermissionMissingError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import Community, CommunityStatus
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation
from billing_domain.ports.bills import BillFilter
from billing_domain.use_cases.houses.register_residents import ResidentData
from tests.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fresh(world: World) -> Community:
    return world.configure_companies.add_community(world.admin, name=" 蓝湾新村 ")


def stored(world: World, community: Community) -> Community:
    return world.view_company.community(world.admin, community_id=community.id)


class TestCompany:
    def test_is_created_by_the_operator(self, world: World) -> None:
        company = world.configure_companies.create_company(name=" 新物业 ")

        assert company.name == "新物业"
        assert company in world.configure_companies.companies()
        actor = Actor.system(company.id)
        assert world.view_company.company(actor) == company
        assert world.view_company.communities(actor) == []
        assert [entry.action for entry in world.view_company.audit_log(actor).rows] == [
            AuditAction.CREATED
        ]

    def test_has_a_name_of_its_own(self, world: World) -> None:
        with pytest.raises(FieldError) as refusal:
            world.configure_companies.create_company(name="安居物业")

        assert refusal.value.reason == "taken"

    def test_is_renamed_by_its_administrator(self, world: World) -> None:
        world.configure_companies.rename_company(world.admin, name="新安居")

        assert world.view_company.company(world.admin).name == "新安居"
        [entry] = world.history("company", world.company.id)
        assert (entry.before, entry.after) == ({"name": "安居物业"}, {"name": "新安居"})

    def test_is_not_renamed_by_the_front_desk(self, world: World) -> None:
        with pytest.raises(PermissionMissingError):
            world.configure_companies.rename_company(world.actor(Role.FRONT_DESK), name="x")


class TestCommunity:
    def test_begins_not_opened_and_without_a_secret(self, world: World, fresh: Community) -> None:
        assert fresh.status is CommunityStatus.NOT_OPENED
        assert fresh.sealed_secret is None
        assert stored(world, fresh) == fresh
        assert fresh.name == "蓝湾新村"

    def test_gets_its_secret_at_the_first_opening_and_keeps_it(
        self, world: World, fresh: Community
    ) -> None:
        first = world.configure_companies.open_community(world.admin, community_id=fresh.id)
        world.configure_companies.stop_community(world.admin, community_id=fresh.id)
        second = world.configure_companies.open_community(world.admin, community_id=fresh.id)

        assert first.secret is not None
        assert re.fullmatch("[0-9A-Za-z]{16}", first.secret)
        assert second.secret is None
        assert stored(world, fresh).sealed_secret == f"plain:{first.secret}"
        assert first.secret not in repr(first)

    def test_gets_another_secret_on_reset(self, world: World, fresh: Community) -> None:
        first = world.configure_companies.open_community(world.admin, community_id=fresh.id)

        second = world.configure_companies.reset_secret(world.admin, community_id=fresh.id)

        assert second.secret not in {None, first.secret}
        assert stored(world, fresh).sealed_secret == f"plain:{second.secret}"
        assert world.actions("community", fresh.id) == [
            AuditAction.CREATED,
            AuditAction.OPENED,
            AuditAction.SECRET_RESET,
        ]

    def test_keeps_its_secret_out_of_the_log(self, world: World, fresh: Community) -> None:
        opened = world.configure_companies.open_community(world.admin, community_id=fresh.id)

        text = repr(world.history("community", fresh.id))

        assert opened.secret is not None
        assert opened.secret not in text

    def test_is_opened_once_and_stopped_once(self, world: World, fresh: Community) -> None:
        configure = world.configure_companies
        with pytest.raises(CommunityStatusError):
            configure.stop_community(world.admin, community_id=fresh.id)
        with pytest.raises(CommunityClosedError):
            configure.reset_secret(world.admin, community_id=fresh.id)
        configure.open_community(world.admin, community_id=fresh.id)
        with pytest.raises(CommunityStatusError):
            configure.open_community(world.admin, community_id=fresh.id)

    def test_is_renamed_by_the_one_who_saw_the_last_version(
        self, world: World, fresh: Community
    ) -> None:
        rename = world.configure_companies.rename_community
        rename(world.admin, community_id=fresh.id, version=1, name="蓝湾一期")

        with pytest.raises(StaleError):
            rename(world.admin, community_id=fresh.id, version=1, name="蓝湾二期")

        assert stored(world, fresh).name == "蓝湾一期"

    @pytest.mark.parametrize("name", ["", "  ", "长" * 51, "a/b", "tab\there"])
    def test_has_a_name_that_can_stand_before_an_address(self, world: World, name: str) -> None:
        with pytest.raises(FieldError):
            world.configure_companies.add_community(world.admin, name=name)

    def test_is_not_there_for_another_company(self, world: World, fresh: Community) -> None:
        configure, rival = world.configure_companies, world.rival_admin
        for attempt in (
            lambda: configure.open_community(rival, community_id=fresh.id),
            lambda: configure.stop_community(rival, community_id=fresh.id),
            lambda: configure.reset_secret(rival, community_id=fresh.id),
            lambda: configure.rename_community(rival, community_id=fresh.id, version=1, name="x"),
            lambda: world.view_company.community(rival, community_id=fresh.id),
            lambda: world.view_company.buildings(rival, community_id=fresh.id),
        ):
            with pytest.raises(ThingNotFoundError):
                attempt()

    def test_is_not_there_for_staff_of_other_communities(
        self, world: World, fresh: Community
    ) -> None:
        clerk = world.actor(Role.FRONT_DESK, [world.community])

        assert world.view_company.communities(clerk) == [world.community]
        with pytest.raises(ThingNotFoundError):
            world.view_company.community(clerk, community_id=fresh.id)

    def test_lists_its_buildings(self, world: World) -> None:
        found = world.view_company.buildings(world.admin, community_id=world.community.id)

        assert list(found) == ["1号楼", "2号楼"]


class TestAuditLog:
    def test_shows_the_newest_first_and_filters_by_kind(
        self, world: World, fresh: Community
    ) -> None:
        world.configure_companies.open_community(world.admin, community_id=fresh.id)
        world.manage_bills.delete(world.admin, numbers=[world.add_bill().number])

        newest = world.view_company.audit_log(world.admin).rows[0]
        kinds = world.view_company.audit_log(world.admin, subject_kind="community").rows

        assert newest.action is AuditAction.DELETED
        assert [entry.action for entry in kinds] == [AuditAction.OPENED, AuditAction.CREATED]

    def test_needs_the_right(self, world: World) -> None:
        with pytest.raises(PermissionMissingError):
            world.view_company.audit_log(world.actor(Role.FRONT_DESK))


class TestHouses:
    def test_are_found_by_any_part(self, world: World) -> None:
        page = world.view_houses.page(world.admin, community_id=world.community.id, text=" 2号楼 ")

        assert [row.address for row in page.rows] == ["2号楼/1单元/101"]
        assert world.view_houses.count(world.admin, community_id=world.community.id) == 3

    def test_show_what_is_unpaid(self, world: World) -> None:
        world.add_bill()

        row = world.view_houses.house(world.admin, house_id=world.houses[0].id)

        assert (row.pending_count, row.pending.fen) == (1, 130_000)

    def test_are_not_there_for_staff_of_other_communities(self, world: World) -> None:
        other = world.open_community(world.company.id, "蓝湾新村")
        clerk = world.actor(Role.FRONT_DESK, [other])

        with pytest.raises(ThingNotFoundError):
            world.view_houses.page(clerk, community_id=world.community.id)
        with pytest.raises(ThingNotFoundError):
            world.view_houses.house(clerk, house_id=world.houses[0].id)
        with pytest.raises(ThingNotFoundError):
            world.view_houses.count(clerk, community_id=world.community.id)
        assert world.view_bills.page(clerk, bill_filter=BillFilter()).rows == ()

    def test_mask_phones(self, world: World) -> None:
        data = ResidentData("兰兰", "13898424613", Relation.OWNER, date(2020, 1, 1))
        world.register_residents.add_resident(world.admin, house_id=world.houses[0].id, data=data)

        row = world.view_houses.house(world.admin, house_id=world.houses[0].id)

        assert [person.phone for person in row.residents] == ["138****4613"]
