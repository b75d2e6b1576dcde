"""Who does something: what each actor may do and may see."""

from __future__ import annotations

from enum import Enum

import attrs

from billing_domain.errors import PermissionMissingError, ThingNotFoundError
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.company.staff import Permission, StaffAccount


class ActorKind(Enum):
    """The kinds of actor that the audit log tells apart."""

    STAFF = "staff"
    OWNER = "owner"
    SYSTEM = "system"


@attrs.frozen
class Scope:
    """The communities within reach: those listed, or all of the company (None)."""

    company_id: CompanyId
    community_ids: frozenset[CommunityId] | None = None

    def narrowed(self, community_id: CommunityId) -> Scope:
        """Return the reach to one community; raise ThingNotFoundError outside this one."""
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
        """Return the actor that a signed-in account is."""
        return cls(
            kind=ActorKind.STAFF,
            id=account.id,
            name=account.name,
            scope=Scope(account.company_id, account.community_ids),
            permissions=account.role.permissions,
        )

    @classmethod
    def owner(cls, company_id: CompanyId, resident_id: str, name: str) -> Actor:
        """Return the actor that a resident is on the phone: no permission of staff."""
        return cls(ActorKind.OWNER, resident_id, name, Scope(company_id), frozenset())

    @classmethod
    def system(cls, company_id: CompanyId, *, name: str = "system") -> Actor:
        """Return the actor of commands and workers, which may do anything for one company."""
        return cls(
            kind=ActorKind.SYSTEM,
            id="system",
            name=name,
            scope=Scope(company_id),
            permissions=frozenset(Permission),
        )

    @property
    def company_id(self) -> CompanyId:
        """The company that the actor acts for."""
        return self.scope.company_id

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor has the permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise PermissionMissingError unless the actor has the permission."""
        if permission not in self.permissions:
            raise PermissionMissingError(permission=permission.value)
