"""Actors: what they may do, and which communities they reach (promise P35)."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import PermissionMissingError, ThingNotFoundError
from billing_domain.model.company.actor import Actor, ActorKind, Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.company.staff import Permission, StaffAccount
from billing_domain.testing.strategies import (
    actors,
    community_ids,
    company_ids,
    scopes,
    staff_accounts,
)


class TestScope:
    @given(scopes(), community_ids())
    def test_narrows_to_what_it_covers(self, scope: Scope, other: CommunityId) -> None:
        for community in {other, *(scope.community_ids or ())}:
            if scope.community_ids is None or community in scope.community_ids:
                narrow = scope.narrowed(community)
                reach = frozenset({community})
                assert narrow == attrs.evolve(scope, community_ids=reach)
                assert narrow.narrowed(community) == narrow
                continue
            with pytest.raises(ThingNotFoundError) as error:
                scope.narrowed(community)
            assert error.value.facts == {"kind": "community", "id": community}


class TestActor:
    @given(staff_accounts())
    def test_of_an_account_has_its_reach_and_its_role_s_permissions(
        self, account: StaffAccount
    ) -> None:
        actor = Actor.staff(account)

        assert (actor.kind, actor.id, actor.name) == (ActorKind.STAFF, account.id, account.name)
        whole_phones = Permission.VIEW_PHONES in account.role.permissions
        reach = Scope(account.company_id, account.community_ids, whole_phones=whole_phones)
        assert actor.scope == reach
        assert actor.company_id == account.company_id
        assert actor.permissions == account.role.permissions

    @given(company_ids())
    def test_that_is_the_system_may_do_anything_for_one_company(self, company: CompanyId) -> None:
        actor = Actor.system(company, name="导入命令")

        assert (actor.kind, actor.id, actor.name) == (ActorKind.SYSTEM, "system", "导入命令")
        assert actor.permissions == frozenset(Permission)
        assert actor.scope == Scope(company, whole_phones=True)

    @given(company_ids(), st.sampled_from(Permission))
    def test_that_is_an_owner_may_do_nothing_of_staff(
        self, company: CompanyId, permission: Permission
    ) -> None:
        actor = Actor.owner(company, "7", "王伟")

        assert (actor.kind, actor.id, actor.name) == (ActorKind.OWNER, "7", "王伟")
        assert actor.scope == Scope(company)
        assert not actor.may(permission)
        with pytest.raises(PermissionMissingError):
            actor.require(permission)

    @given(actors(), st.sampled_from(Permission))
    def test_is_refused_what_it_may_not(self, actor: Actor, permission: Permission) -> None:
        if actor.may(permission):
            actor.require(permission)
            return
        with pytest.raises(PermissionMissingError) as error:
            actor.require(permission)
        assert error.value.facts == {"permission": permission.value}
