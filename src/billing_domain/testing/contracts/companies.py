"""The contracts of CompanyRepository and CommunityRepository."""

from datetime import timedelta

import attrs
import pytest

from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
    Company,
    CompanyId,
)
from .storage import StorageContract
from .world import NOON, World, refused


class CompanyRepositoryContract(StorageContract):
    """All companies of the deployment, with unique names."""

    def test_returns_what_was_added(self, world: World) -> None:
        assert world.work.companies.get(world.company.id) == world.company

    def test_lists_the_oldest_first(self, world: World) -> None:
        ancient = Company(CompanyId(world.new_id()), "老物业", NOON - timedelta(days=900))
        with world.begin() as work:
            work.companies.add(ancient)
            assert list(work.companies.all()) == [ancient, world.company, world.rival]

    def test_does_not_find_what_was_never_added(self, world: World) -> None:
        unknown = CompanyId(world.new_id())
        with refused(ThingNotFoundError, kind="company", id=unknown):
            world.work.companies.get(unknown)

    def test_refuses_a_name_in_use(self, world: World) -> None:
        double = Company(CompanyId(world.new_id()), world.company.name, NOON)
        with refused(FieldError, field="name", reason="taken"):
            world.work.companies.add(double)
        with refused(FieldError, field="name", reason="taken"):
            world.work.companies.save(world.company.rename(world.rival.name))

    def test_saves_another_name(self, world: World) -> None:
        renamed = world.company.rename("新幸福物业")
        world.work.companies.save(renamed)
        assert world.work.companies.get(world.company.id) == renamed


class CommunityRepositoryContract(StorageContract):
    """The communities of companies, each visible only to its company."""

    def test_returns_what_was_added(self, world: World) -> None:
        community = attrs.evolve(
            a_community(world, "云顶"), status=CommunityStatus.STOPPED, sealed_secret="封"
        )
        world.work.communities.add(community)
        assert world.work.communities.get(world.scope, community.id) == community

    def test_lists_those_in_scope_oldest_first(self, world: World) -> None:
        ancient = attrs.evolve(a_community(world, "老"), created_at=NOON - timedelta(days=900))
        world.work.communities.add(ancient)
        listed = world.work.communities.all
        assert list(listed(world.scope)) == [ancient, world.garden, world.lakeside]
        assert list(listed(world.garden_scope)) == [world.garden]
        assert list(listed(world.rival_scope)) == [world.foreign]
        assert list(listed(Scope(world.company.id, frozenset()))) == []

    def test_finds_nothing_outside_the_scope(self, world: World) -> None:
        for look in (world.work.communities.get, world.work.communities.lock):
            world.hides(look, world.garden.id, kind="community")

    def test_finds_a_community_of_any_company(self, world: World) -> None:
        assert world.work.communities.find(world.foreign.id) == world.foreign
        assert world.work.communities.find(CommunityId("9" * 32)) is None

    def test_locks_what_it_would_get(self, world: World) -> None:
        locked = world.work.communities.lock(world.scope, world.garden.id)
        assert locked == world.work.communities.get(world.scope, world.garden.id)

    def test_a_listed_community_of_another_company_stays_out_of_reach(self, world: World) -> None:
        forged = Scope(world.company.id, frozenset({world.foreign.id}))
        assert list(world.work.communities.all(forged)) == []
        with pytest.raises(ThingNotFoundError):
            world.work.communities.get(forged, world.foreign.id)

    def test_two_companies_may_use_one_name(self, world: World) -> None:
        assert world.garden.name == world.foreign.name
        assert world.work.communities.get(world.rival_scope, world.foreign.id) == world.foreign

    def test_refuses_a_name_in_use(self, world: World) -> None:
        with refused(FieldError, field="name", reason="taken"):
            world.work.communities.add(a_community(world, world.garden.name))
        with refused(FieldError, field="name", reason="taken"):
            world.work.communities.save(world.lakeside.rename(world.garden.name))

    def test_saves_the_next_version_once(self, world: World) -> None:
        stopped = world.garden.stop()
        world.work.communities.save(stopped)
        with refused(StaleError, kind="community", id=world.garden.id):
            world.work.communities.save(world.garden.rename("新名"))
        assert world.work.communities.get(world.scope, world.garden.id) == stopped


def a_community(world: World, name: str) -> Community:
    """Return a community of the company, not stored yet."""
    return Community(
        CommunityId(world.new_id()), world.company.id, name, CommunityStatus.OPEN, NOON
    )
