"""Keep staff accounts (权限管理): add, change, disable, set a new password (rule 9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from billing_domain.errors import (
    LastAdministratorError,
    PermissionMissingError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import (
    Permission,
    Role,
    StaffAccount,
    StaffId,
    check_password,
    clean_login_name,
    clean_staff_name,
)
from billing_domain.ports.company import PasswordHasher
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory


@attrs.frozen
class ManageStaff:
    """Changes of staff accounts; a company always keeps somebody who can make them."""

    begin: UnitOfWorkFactory
    hasher: PasswordHasher
    clock: Clock
    ids: IdGenerator

    def all(self, actor: Actor) -> Sequence[StaffAccount]:
        """Return the company's accounts, oldest first."""
        actor.require(Permission.MANAGE_STAFF)
        with self.begin(read_only=True) as work:
            return work.staff.all(actor.company_id)

    def get(self, actor: Actor, *, staff_id: StaffId) -> StaffAccount:
        """Return an account of the company; raise ThingNotFoundError."""
        actor.require(Permission.MANAGE_STAFF)
        with self.begin(read_only=True) as work:
            return work.staff.get(actor.company_id, staff_id)

    def add(
        self,
        actor: Actor,
        *,
        login_name: str,
        name: str,
        password: str,
        role: Role,
        community_ids: frozenset[CommunityId] | None,
    ) -> StaffAccount:
        """Add an account; raise FieldError for a taken or unusable name or password."""
        actor.require(Permission.MANAGE_STAFF)
        check_password(password)
        account = StaffAccount(
            id=StaffId(self.ids.new_id()),
            company_id=actor.company_id,
            login_name=clean_login_name(login_name),
            name=clean_staff_name(name),
            role=role,
            community_ids=community_ids,
            password_hash=self.hasher.hash(password),
            created_at=self.clock.now(),
        )
        with self.begin() as work:
            _check_communities(work, actor, community_ids)
            work.staff.add(account)
            work.record(actor, AuditAction.CREATED, after=account)
            work.commit()
        return account

    def change(
        self,
        actor: Actor,
        *,
        staff_id: StaffId,
        version: int,
        name: str,
        role: Role,
        community_ids: frozenset[CommunityId] | None,
    ) -> StaffAccount:
        """Change name, role and communities; the account's sessions end at once.

        Raises LastAdministratorError, StaleError, FieldError, ThingNotFoundError.
        """
        return self._change(
            actor,
            staff_id,
            version,
            AuditAction.CHANGED,
            lambda old: old.change(name=name, role=role, community_ids=community_ids),
            check=lambda work: _check_communities(work, actor, community_ids),
        )

    def set_disabled(
        self, actor: Actor, *, staff_id: StaffId, version: int, disabled: bool
    ) -> StaffAccount:
        """Disable an account, whose sessions end at once, or enable it again (P40)."""
        action = AuditAction.DISABLED if disabled else AuditAction.ENABLED
        return self._change(
            actor, staff_id, version, action, lambda old: old.set_disabled(disabled)
        )

    def set_password(
        self, actor: Actor, *, staff_id: StaffId, version: int, password: str
    ) -> StaffAccount:
        """Give an account another password; its sessions end at once. Raises FieldError."""
        actor.require(Permission.MANAGE_STAFF)
        check_password(password)
        password_hash = self.hasher.hash(password)
        return self._change(
            actor,
            staff_id,
            version,
            AuditAction.PASSWORD_CHANGED,
            lambda old: old.with_password(password_hash),
        )

    def _change(
        self,
        actor: Actor,
        staff_id: StaffId,
        version: int,
        action: AuditAction,
        change: Callable[[StaffAccount], StaffAccount],
        *,
        check: Callable[[UnitOfWork], None] = lambda _work: None,
    ) -> StaffAccount:
        actor.require(Permission.MANAGE_STAFF)
        with self.begin() as work:
            check(work)
            old = work.staff.get(actor.company_id, staff_id)
            if old.version != version:
                raise StaleError(kind="staff", id=staff_id)
            _check_communities(work, actor, old.community_ids)
            new = change(old)
            work.staff.save(new)
            if not any(account.manages_staff for account in work.staff.all(actor.company_id)):
                raise LastAdministratorError
            work.sessions.remove_of(staff_id)
            work.record(actor, action, old, new)
            work.commit()
        return new


def _check_communities(
    work: UnitOfWork, actor: Actor, community_ids: frozenset[CommunityId] | None
) -> None:
    """Let nobody give, or take from, an account more than their own reach."""
    if community_ids is None and actor.scope.community_ids is not None:
        raise PermissionMissingError(permission=Permission.MANAGE_STAFF.value)
    known = {community.id for community in work.communities.all(actor.scope)}
    for community_id in sorted((community_ids or frozenset()) - known):
        raise ThingNotFoundError(kind="community", id=community_id)
