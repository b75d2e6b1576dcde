"""Companies and communities in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from sqlalchemy import Select, select, update

from billing_adapters.sql.db.rows import Values, found_one, model_of, values_of
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.company import communities, companies
from billing_domain.errors import FieldError, ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import Community, CommunityId, Company, CompanyId
from billing_domain.model.houses.search_text import community_search_name
from billing_domain.ports.company import CommunityRepository, CompanyRepository


@attrs.frozen
class SqlCompanyRepository(CompanyRepository):
    """All companies of the deployment."""

    work: Transaction

    def add(self, company: Company) -> None:
        with self.work.refusing(billing_companies_name_uq=_name_taken(company.name)):
            self.work.insert(companies, [attrs.asdict(company)])

    def get(self, company_id: CompanyId) -> Company:
        found = self.work.connection.execute(_COMPANIES.where(companies.c.id == company_id))
        return Company(*found_one(found, "company", company_id))

    def save(self, company: Company) -> None:
        with self.work.refusing(billing_companies_name_uq=_name_taken(company.name)):
            done = self.work.connection.execute(
                update(companies).where(companies.c.id == company.id).values(attrs.asdict(company))
            )
            if done.rowcount != 1:
                raise ThingNotFoundError(kind="company", id=company.id)

    def all(self) -> Sequence[Company]:
        oldest_first = _COMPANIES.order_by(companies.c.created_at, companies.c.row_id)
        return [Company(*row) for row in self.work.connection.execute(oldest_first)]


@attrs.frozen
class SqlCommunityRepository(CommunityRepository):
    """The communities of companies."""

    work: Transaction

    def add(self, community: Community) -> None:
        with self.work.refusing(
            billing_communities_company_id_name_uq=_name_taken(community.name)
        ):
            self.work.insert(communities, [_community_values(community)])

    def get(self, scope: Scope, community_id: CommunityId) -> Community:
        return self._one(_COMMUNITIES, scope, community_id)

    def find(self, community_id: CommunityId) -> Community | None:
        found = _COMMUNITIES.where(communities.c.id == community_id)
        row = self.work.connection.execute(found).first()
        return None if row is None else model_of(Community, row)

    def lock(self, scope: Scope, community_id: CommunityId) -> Community:
        """Return a community with its row locked; SQLite has one writer anyway.

        Other transactions can still insert rows that refer to the community.
        """
        return self._one(_COMMUNITIES.with_for_update(key_share=True), scope, community_id)

    def save(self, community: Community) -> None:
        with self.work.refusing(
            billing_communities_company_id_name_uq=_name_taken(community.name)
        ):
            self.work.replace_version(
                communities.c.id, _community_values(community), kind="community"
            )

    def all(self, scope: Scope) -> Sequence[Community]:
        found = _COMMUNITIES.where(in_scope(communities, scope)).order_by(
            communities.c.created_at, communities.c.row_id
        )
        return [model_of(Community, row) for row in self.work.connection.execute(found)]

    def _one(
        self, communities_found: Select[Any], scope: Scope, community_id: CommunityId
    ) -> Community:
        found = communities_found.where(
            communities.c.id == community_id, in_scope(communities, scope)
        )
        row = found_one(self.work.connection.execute(found), "community", community_id)
        return model_of(Community, row)


_COMPANIES = select(companies.c.id, companies.c.name, companies.c.created_at)
_COMMUNITIES = select(communities)


def _community_values(community: Community) -> Values:
    search_name = community_search_name(community.name)
    return values_of(community, communities, search_name=search_name)


def _name_taken(name: str) -> FieldError:
    return FieldError(field="name", reason="taken", value=name)
