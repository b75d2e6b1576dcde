"""Reads of the actor's company, its communities and its audit log."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditEntry
from billing_domain.model.company.community import Community, CommunityId, Company
from billing_domain.model.company.staff import Permission
from billing_domain.ports.bills import BillQueries
from billing_domain.ports.company import AuditQueries
from billing_domain.ports.paging import Page, PageKey
from billing_domain.ports.unit_of_work import UnitOfWorkFactory

AUDIT_PAGE_ROWS = 50


@attrs.frozen
class ViewCompany:
    """Reads for every page: the actor's company and communities."""

    begin: UnitOfWorkFactory
    audit: AuditQueries
    bills: BillQueries

    def company(self, actor: Actor) -> Company:
        """Return the actor's company."""
        with self.begin(read_only=True) as work:
            return work.companies.get(actor.company_id)

    def communities(self, actor: Actor) -> Sequence[Community]:
        """Return the communities in the actor's scope, oldest first."""
        with self.begin(read_only=True) as work:
            return work.communities.all(actor.scope)

    def community(self, actor: Actor, *, community_id: CommunityId) -> Community:
        """Return one community; raise ThingNotFoundError outside the actor's scope."""
        with self.begin(read_only=True) as work:
            return work.communities.get(actor.scope, community_id)

    def buildings(self, actor: Actor, *, community_id: CommunityId) -> Sequence[str]:
        """Return a community's buildings, for the filter (rule 2.9)."""
        actor.require(Permission.VIEW_BILLS)
        self.community(actor, community_id=community_id)
        return self.bills.buildings(actor.scope, community_id)

    def audit_log(
        self, actor: Actor, *, key: PageKey | None = None, subject_kind: str = ""
    ) -> Page[AuditEntry]:
        """Return a page of the audit log, newest first (rule 2.11)."""
        actor.require(Permission.VIEW_AUDIT)
        return self.audit.page(
            actor.scope, key=key, rows=AUDIT_PAGE_ROWS, subject_kind=subject_kind
        )
