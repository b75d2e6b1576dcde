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
from tests.world import World


@pytest.fixture
def world() -> World:
    return World()


class TestCode:
    def test_leads_to_the_owner_pages_of_the_community(self, world: World) -> None:
        code = world.application.show_collection_codes.code(
            world.admin, community_id=world.community.id
        )

        address = f"https://fee.example.com/owner/{world.community.id}"
        assert code.community == world.community
        assert code.address == address
        assert address in code.svg
        assert code.png == address.encode()

    def test_stays_the_same_when_the_community_is_renamed(self, world: World) -> None:
        show = world.application.show_collection_codes
        before = show.code(world.admin, community_id=world.community.id)
        world.configure_companies.rename_community(
            world.admin, community_id=world.community.id, version=1, name="换了名字"
        )
        after = show.code(world.admin, community_id=world.community.id)

        assert after.community.name == "换了名字"
        assert (after.address, after.svg, after.png) == (before.address, before.svg, before.png)

    def test_keeps_its_picture_out_of_logs(self, world: World) -> None:
        code = world.application.show_collection_codes.code(
            world.admin, community_id=world.community.id
        )

        assert "png" not in repr(code)

    def test_may_be_shown_by_everybody_who_sees_bills(self, world: World) -> None:
        reader = world.actor(Role.READ_ONLY, [world.community])

        code = world.application.show_collection_codes.code(
            reader, community_id=world.community.id
        )

        assert code.community == world.community

    def test_not_by_owners(self, world: World) -> None:
        owner = Actor.owner(world.company.id, "1" * 32, "王小明")

        with pytest.raises(PermissionMissingError):
            world.application.show_collection_codes.code(owner, community_id=world.community.id)

    def test_there_is_none_for_a_stopped_community(self, world: World) -> None:
        world.configure_companies.stop_community(world.admin, community_id=world.community.id)

        with pytest.raises(CommunityClosedError) as refused:
            world.application.show_collection_codes.code(
                world.admin, community_id=world.community.id
            )

        assert refused.value.facts == {"community_id": world.community.id, "status": "stopped"}

    def test_communities_out_of_reach_do_not_exist(self, world: World) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        reader = world.actor(Role.READ_ONLY, [world.community])

        for hidden in (other.id, world.rival_community.id, CommunityId("f" * 32)):
            with pytest.raises(ThingNotFoundError) as refused:
                world.application.show_collection_codes.code(reader, community_id=hidden)
            assert refused.value.facts == {"kind": "community", "id": hidden}
