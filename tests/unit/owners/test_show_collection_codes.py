"""Collection codes (收款码, rule 5.10)."""

from __future__ import annotations

import pytest

from billing_domain.errors import (
    CommunityClosedError,
    PermissionMissingError,
    ThingNotFoundError,
)
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Role
from billing_domain.use_cases.owners.show_collection_codes import CollectionCode
from tests.world import World


@pytest.fixture
def world() -> World:
    return World()


def code_of(world: World, actor: Actor | None = None, place: str = "") -> CollectionCode:
    return world.application.show_collection_codes.code(
        actor or world.admin, community_id=CommunityId(place or world.community.id)
    )


class TestCode:
    def test_leads_to_the_owner_pages_of_the_community_whatever_its_name(
        self, world: World
    ) -> None:
        code = code_of(world, world.actor(Role.READ_ONLY, [world.community]))
        world.configure_companies.rename_community(
            world.admin, community_id=world.community.id, version=1, name="换了名字"
        )
        after = code_of(world)

        address = f"https://fee.example.com/owner/{world.community.id}"
        assert code.community == world.community
        assert code.address == address
        assert address in code.svg
        assert code.png == address.encode()
        assert "png" not in repr(code)
        assert after.community.name == "换了名字"
        assert (after.address, after.svg, after.png) == (code.address, code.svg, code.png)

    def test_is_not_shown_to_owners(self, world: World) -> None:
        with pytest.raises(PermissionMissingError):
            code_of(world, Actor.owner(world.company.id, "1" * 32, "王小明"))

    def test_there_is_none_for_a_stopped_community(self, world: World) -> None:
        world.configure_companies.stop_community(world.admin, community_id=world.community.id)

        with pytest.raises(CommunityClosedError) as refused:
            code_of(world)

        assert refused.value.facts == {"community_id": world.community.id, "status": "stopped"}

    def test_communities_out_of_reach_do_not_exist(self, world: World) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        reader = world.actor(Role.READ_ONLY, [world.community])

        for hidden in (other.id, world.rival_community.id, "f" * 32):
            with pytest.raises(ThingNotFoundError) as refused:
                code_of(world, reader, hidden)
            assert refused.value.facts == {"kind": "community", "id": hidden}
