"""The contracts of CompanyRepository and CommunityRepository."""

from __future__ import annotations

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
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import NOON, World


class CompanyRepositoryContract(StorageContract):
    """All companies of the deployment, with unique names."""

    def test_returns_what_was_added(self, storage: Storage, world: World) -> None:
        with storage.begin() as work:
            assert work.companies.get(world.company.id) == world.company

    def test_lists_the_oldest_first(self, storage: Storage, world: World) -> None:
        ancient = Company(CompanyId(world.new_id()), "老物业", NOON - timedelta(days=900))
        with storage.begin() as work:
            work.companies.add(ancient)

            assert list(work.companies.all()) == [ancient, world.company, world.rival]

    def test_does_not_find_what_was_never_added(self, storage: Storage, world: World) -> None:
        unknown = CompanyId(world.new_id())
        with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
            work.companies.get(unknown)

        assert refusal.value.facts == {"kind": "company", "id": unknown}

    def test_refuses_a_name_in_use(self, storage: Storage, world: World) -> None:
        double = Company(CompanyId(world.new_id()), world.company.name, NOON)
        with storage.begin() as work, pytest.raises(FieldError) as refusal:
            work.companies.add(double)

        assert (refusal.value.field, refusal.value.reason) == ("name", "taken")

    def test_saves_another_name(self, storage: Storage, world: World) -> None:
        renamed = world.company.rename("新幸福物业")
        with storage.begin() as work:
            work.companies.save(renamed)
            work.commit()

        with storage.begin() as work:
            assert work.companies.get(world.company.id) == renamed

    def test_refuses_to_save_a_name_in_use(self, storage: Storage, world: World) -> None:
        renamed = world.company.rename(world.rival.name)
        with storage.begin() as work, pytest.raises(FieldError) as refusal:
            work.companies.save(renamed)

        assert (refusal.value.field, refusal.value.reason) == ("name", "taken")


class CommunityRepositoryContract(StorageContract):
    """The communities of companies, each visible only to its company."""

    def test_returns_what_was_added(self, storage: Storage, world: World) -> None:
        community = attrs.evolve(
            a_community(world, "云顶"), status=CommunityStatus.STOPPED, sealed_secret="封"
        )
        with storage.begin() as work:
            work.communities.add(community)
            work.commit()

        with storage.begin() as work:
            assert work.communities.get(world.scope, community.id) == community

    def test_lists_those_in_scope_oldest_first(self, storage: Storage, world: World) -> None:
        ancient = attrs.evolve(a_community(world, "老"), created_at=NOON - timedelta(days=900))
        with storage.begin() as work:
            work.communities.add(ancient)

            assert list(work.communities.all(world.scope)) == [
                ancient,
                world.garden,
                world.lakeside,
            ]
            assert list(work.communities.all(world.garden_scope)) == [world.garden]
            assert list(work.communities.all(world.rival_scope)) == [world.foreign]
            assert list(work.communities.all(Scope(world.company.id, frozenset()))) == []

    def test_finds_nothing_outside_the_scope(self, storage: Storage, world: World) -> None:
        for scope in (world.rival_scope, world.lakeside_scope):
            with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
                work.communities.get(scope, world.garden.id)
            assert refusal.value.facts == {"kind": "community", "id": world.garden.id}

            with storage.begin() as work, pytest.raises(ThingNotFoundError):
                work.communities.lock(scope, world.garden.id)

    def test_finds_a_community_of_any_company(self, storage: Storage, world: World) -> None:
        with storage.begin() as work:
            assert work.communities.find(world.foreign.id) == world.foreign
            assert work.communities.find(CommunityId("9" * 32)) is None

    def test_locks_what_it_would_get(self, storage: Storage, world: World) -> None:
        with storage.begin() as work:
            locked = work.communities.lock(world.scope, world.garden.id)

            assert locked == work.communities.get(world.scope, world.garden.id)

    def test_a_listed_community_of_another_company_stays_out_of_reach(
        self, storage: Storage, world: World
    ) -> None:
        forged = Scope(world.company.id, frozenset({world.foreign.id}))
        with storage.begin() as work:
            assert list(work.communities.all(forged)) == []
            with pytest.raises(ThingNotFoundError):
                work.communities.get(forged, world.foreign.id)

    def test_two_companies_may_use_one_name(self, storage: Storage, world: World) -> None:
        assert world.garden.name == world.foreign.name
        with storage.begin() as work:
            assert work.communities.get(world.rival_scope, world.foreign.id) == world.foreign

    def test_refuses_a_name_in_use(self, storage: Storage, world: World) -> None:
        with storage.begin() as work, pytest.raises(FieldError) as refusal:
            work.communities.add(a_community(world, world.garden.name))

        assert (refusal.value.field, refusal.value.reason) == ("name", "taken")

    def test_refuses_to_save_a_name_in_use(self, storage: Storage, world: World) -> None:
        with storage.begin() as work, pytest.raises(FieldError) as refusal:
            work.communities.save(world.lakeside.rename(world.garden.name))

        assert (refusal.value.field, refusal.value.reason) == ("name", "taken")

    def test_saves_the_next_version(self, storage: Storage, world: World) -> None:
        stopped = world.garden.stop()
        with storage.begin() as work:
            work.communities.save(stopped)
            work.commit()

        with storage.begin() as work:
            assert work.communities.get(world.scope, world.garden.id) == stopped

    def test_refuses_what_was_changed_meanwhile(self, storage: Storage, world: World) -> None:
        with storage.begin() as work:
            work.communities.save(world.garden.stop())
            work.commit()

        with storage.begin() as work, pytest.raises(StaleError) as refusal:
            work.communities.save(world.garden.rename("新名"))

        assert refusal.value.facts == {"kind": "community", "id": world.garden.id}


def a_community(world: World, name: str) -> Community:
    """Return a community of the company, not stored yet."""
    return Community(
        CommunityId(world.new_id()), world.company.id, name, CommunityStatus.OPEN, NOON
    )
