"""Keep companies and communities: create, rename, open, stop, reset the secret (rule 9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from billing_domain.errors import StaleError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
    Company,
    CompanyId,
    clean_name,
)
from billing_domain.model.company.staff import Permission
from billing_domain.ports.company import SecretCipher
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWorkFactory


@attrs.frozen
class OpenedCommunity:
    """A community with its 授权密钥 in the clear, to be shown this one time.

    `secret` is None when the community was opened before and keeps the secret it has.
    """

    community: Community
    secret: str | None = attrs.field(repr=False)


@attrs.frozen
class ConfigureCompanies:
    """Changes of companies and communities; opening makes the credentials of 1, 小区."""

    begin: UnitOfWorkFactory
    cipher: SecretCipher
    clock: Clock
    ids: IdGenerator

    def create_company(self, *, name: str) -> Company:
        """Create a company, as the operator of the deployment; raise FieldError."""
        company = Company(CompanyId(self.ids.new_id()), clean_name(name), self.clock.now())
        with self.begin() as work:
            work.companies.add(company)
            work.record(Actor.system(company.id), AuditAction.CREATED, after=company)
            work.commit()
        return company

    def companies(self) -> Sequence[Company]:
        """Return all companies, for the operator of the deployment, oldest first."""
        with self.begin(read_only=True) as work:
            return work.companies.all()

    def rename_company(self, actor: Actor, *, name: str) -> Company:
        """Rename the actor's company; raise FieldError for an unusable or taken name."""
        actor.require(Permission.CONFIGURE_COMPANY)
        with self.begin() as work:
            old = work.companies.get(actor.company_id)
            new = old.rename(name)
            work.companies.save(new)
            work.record(actor, AuditAction.CHANGED, old, new)
            work.commit()
        return new

    def add_community(self, actor: Actor, *, name: str) -> Community:
        """Add a community that is not opened yet; raise FieldError."""
        actor.require(Permission.CONFIGURE_COMMUNITIES)
        community = Community(
            id=CommunityId(self.ids.new_id()),
            company_id=actor.company_id,
            name=clean_name(name),
            status=CommunityStatus.NOT_OPENED,
            created_at=self.clock.now(),
        )
        with self.begin() as work:
            work.communities.add(community)
            work.record(actor, AuditAction.CREATED, after=community)
            work.commit()
        return community

    def rename_community(
        self, actor: Actor, *, community_id: CommunityId, version: int, name: str
    ) -> Community:
        """Rename a community; raise FieldError, StaleError, ThingNotFoundError."""

        def rename(community: Community) -> Community:
            if community.version != version:
                raise StaleError(kind="community", id=community.id)
            return community.rename(name)

        return self._change(actor, community_id, AuditAction.CHANGED, rename)

    def open_community(self, actor: Actor, *, community_id: CommunityId) -> OpenedCommunity:
        """Open a community for billing (开通); the first time makes its secret.

        Raises CommunityStatusError when it is open already.
        """
        secret = self.ids.new_secret()
        made: list[str] = []

        def open_it(community: Community) -> Community:
            opened = community.open()
            if opened.sealed_secret is not None:
                return opened
            made.append(secret)
            return attrs.evolve(opened, sealed_secret=self.cipher.seal(secret))

        community = self._change(actor, community_id, AuditAction.OPENED, open_it)
        return OpenedCommunity(community, made[0] if made else None)

    def stop_community(self, actor: Actor, *, community_id: CommunityId) -> Community:
        """Stop billing in a community (停用); raise CommunityStatusError unless it is open."""
        return self._change(actor, community_id, AuditAction.STOPPED, Community.stop)

    def reset_secret(self, actor: Actor, *, community_id: CommunityId) -> OpenedCommunity:
        """Give a community another secret (重置授权密钥); the old one stops working at once."""
        secret = self.ids.new_secret()
        sealed = self.cipher.seal(secret)

        def reset(community: Community) -> Community:
            community.check_open()
            return community.with_secret(sealed)

        community = self._change(actor, community_id, AuditAction.SECRET_RESET, reset)
        return OpenedCommunity(community, secret)

    def _change(
        self,
        actor: Actor,
        community_id: CommunityId,
        action: AuditAction,
        change: Callable[[Community], Community],
    ) -> Community:
        actor.require(Permission.CONFIGURE_COMMUNITIES)
        with self.begin() as work:
            old = work.communities.get(actor.scope, community_id)
            new = change(old)
            work.communities.save(new)
            work.record(actor, action, old, new)
            work.commit()
        return new
