"""Companies and communities in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from sqlalchemy import Row, Select, select, update

from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction, Values
from billing_adapters.sql.tables.company import communities, companies
from billing_domain.errors import FieldError, ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import Community, CommunityId, Company, CompanyId
from billing_domain.model.search_text import community_search_name
from billing_domain.ports.company import CommunityRepository, CompanyRepository


@attrs.frozen
class SqlCompanyRepository(CompanyRepository):
    """All companies of the deployment."""

    work: Transaction

    def add(self, company: Company) -> None:
        with self.work.refusing(billing_companies_name_uq=_name_taken(company.name)):
            self.work.insert(companies, [attrs.asdict(company)])

    def get(self, company_id: CompanyId) -> Company:
        row = self.work.connection.execute(_COMPANIES.where(companies.c.id == company_id)).first()
        if row is None:
            raise ThingNotFoundError(kind="company", id=company_id)
        return Company(*row)

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
        return None if row is None else _community(row)

    def lock(self, scope: Scope, community_id: CommunityId) -> Community:
        """Return a community and let other lockers wait; SQLite has one writer anyway.

        Rows that refer to the community can be added meanwhile.
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
        return [_community(row) for row in self.work.connection.execute(found)]

    def _one(
        self, communities_found: Select[Any], scope: Scope, community_id: CommunityId
    ) -> Community:
        found = communities_found.where(
            communities.c.id == community_id, in_scope(communities, scope)
        )
        row = self.work.connection.execute(found).first()
        if row is None:
            raise ThingNotFoundError(kind="community", id=community_id)
        return _community(row)


_COMPANIES = select(companies.c.id, companies.c.name, companies.c.created_at)
_COMMUNITIES = select(communities)


def _community(row: Row[Any]) -> Community:
    return Community(
        id=row.id,
        company_id=row.company_id,
        name=row.name,
        status=row.status,
        created_at=row.created_at,
        sealed_secret=row.sealed_secret,
        version=row.version,
    )


def _community_values(community: Community) -> Values:
    search_name = community_search_name(community.name)
    return {**attrs.asdict(community, recurse=False), "search_name": search_name}


def _name_taken(name: str) -> FieldError:
    return FieldError(field="name", reason="taken", value=name)
