"""Companies and communities in memory."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from billing_adapters.memory.state import MemoryState, replace_version
from billing_domain.errors import FieldError, ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import Community, CommunityId, Company, CompanyId
from billing_domain.ports.company import CommunityRepository, CompanyRepository


@attrs.frozen
class MemoryCompanyRepository(CompanyRepository):
    """All companies."""

    state: MemoryState

    def add(self, company: Company) -> None:
        """Keep a new company; raise FieldError(name, taken)."""
        self._check_name(company)
        self.state.companies[company.id] = company

    def get(self, company_id: CompanyId) -> Company:
        """Return a company or raise ThingNotFoundError."""
        company = self.state.companies.get(company_id)
        if company is None:
            raise ThingNotFoundError(kind="company", id=company_id)
        return company

    def save(self, company: Company) -> None:
        """Replace a company; raise FieldError(name, taken) or ThingNotFoundError."""
        self.get(company.id)
        self._check_name(company)
        self.state.companies[company.id] = company

    def all(self) -> Sequence[Company]:
        """Return every company, oldest first."""
        return sorted(self.state.companies.values(), key=lambda company: company.created_at)

    def _check_name(self, company: Company) -> None:
        others = (each for each in self.state.companies.values() if each.id != company.id)
        with self.state.step():
            if any(other.name == company.name for other in others):
                raise FieldError(field="name", reason="taken", value=company.name)


@attrs.frozen
class MemoryCommunityRepository(CommunityRepository):
    """The communities of companies."""

    state: MemoryState

    def add(self, community: Community) -> None:
        """Keep a new community; raise FieldError(name, taken) within its company."""
        self._check_name(community)
        self.state.communities[community.id] = community

    def get(self, scope: Scope, community_id: CommunityId) -> Community:
        """Return a community in scope or raise ThingNotFoundError."""
        if not self.state.covers(scope, community_id):
            raise ThingNotFoundError(kind="community", id=community_id)
        return self.state.communities[community_id]

    def find(self, community_id: CommunityId) -> Community | None:
        """Return a community of any company, or None."""
        return self.state.communities.get(community_id)

    def lock(self, scope: Scope, community_id: CommunityId) -> Community:
        """Return a community; one unit of work writes at a time anyway."""
        return self.get(scope, community_id)

    def save(self, community: Community) -> None:
        """Replace the version before this one; raise StaleError, FieldError(name, taken)."""
        self._check_name(community)
        replace_version(self.state.communities, community.id, community, kind="community")

    def all(self, scope: Scope) -> Sequence[Community]:
        """Return the communities in scope, oldest first."""
        seen = [
            community
            for community in self.state.communities.values()
            if scope.covers(community.company_id, community.id)
        ]
        return sorted(seen, key=lambda community: community.created_at)

    def _check_name(self, community: Community) -> None:
        place = (community.company_id, community.name)
        others = (each for each in self.state.communities.values() if each.id != community.id)
        with self.state.step():
            if any((other.company_id, other.name) == place for other in others):
                raise FieldError(field="name", reason="taken", value=community.name)
