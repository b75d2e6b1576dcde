"""Actors, with their permissions and scopes."""

from __future__ import annotations

from enum import Enum

import attrs

from billing_domain.errors import PermissionMissingError, ThingNotFoundError
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.company.staff import Permission, StaffAccount


class ActorKind(Enum):
    """The kinds of actor in the audit log."""

    STAFF = "staff"
    OWNER = "owner"
    SYSTEM = "system"


@attrs.frozen
class Scope:
    """The communities within reach: the listed ones, or all of the company (None).

    `whole_phones`: a search may match any part of a phone (rule 2.9).
    """

    company_id: CompanyId
    community_ids: frozenset[CommunityId] | None = None
    whole_phones: bool = False

    def narrowed(self, community_id: CommunityId | None) -> Scope:
        """Return the scope of one community, or for None this one.

        Raises ThingNotFoundError if the community is out of reach.
        """
        if community_id is None:
            return self
        if self.community_ids is not None and community_id not in self.community_ids:
            raise ThingNotFoundError(kind="community", id=community_id)
        return attrs.evolve(self, community_ids=frozenset({community_id}))


@attrs.frozen
class Actor:
    """A staff member, an owner, or the system itself, acting for one company."""

    kind: ActorKind
    id: str
    name: str
    scope: Scope
    permissions: frozenset[Permission]

    @classmethod
    def staff(cls, account: StaffAccount) -> Actor:
        """Return the actor of a signed-in account."""
        return cls(
            kind=ActorKind.STAFF,
            id=account.id,
            name=account.name,
            scope=Scope(
                account.company_id,
                account.community_ids,
                whole_phones=Permission.VIEW_PHONES in account.role.permissions,
            ),
            permissions=account.role.permissions,
        )

    @classmethod
    def owner(cls, company_id: CompanyId, resident_id: str, name: str) -> Actor:
        """Return the actor of a resident on the phone, who has no staff permission."""
        return cls(ActorKind.OWNER, resident_id, name, Scope(company_id), frozenset())

    @classmethod
    def system(cls, company_id: CompanyId, *, name: str = "system") -> Actor:
        """Return the actor of commands and workers, which has every permission for one company."""
        return cls(
            kind=ActorKind.SYSTEM,
            id="system",
            name=name,
            scope=Scope(company_id, whole_phones=True),
            permissions=frozenset(Permission),
        )

    @property
    def company_id(self) -> CompanyId:
        """The company that the actor acts for."""
        return self.scope.company_id

    def may(self, permission: Permission) -> bool:
        """Return whether the actor has the permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise PermissionMissingError unless the actor has the permission."""
        if permission not in self.permissions:
            raise PermissionMissingError(permission=permission.value)
