"""Scopes as conditions (promise P35): every look-up has one."""

from __future__ import annotations

import attrs
from sqlalchemy import ColumnElement, Table, and_

from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId


def in_scope(table: Table, scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a row's company and community are within reach."""
    own = table.c.company_id == scope.company_id
    if scope.community_ids is None:
        return own
    community = table.c.id if "community_id" not in table.c else table.c.community_id
    return and_(own, community.in_(sorted(scope.community_ids)))


def narrowed_scope(scope: Scope, community_id: CommunityId | None) -> Scope:
    """Return the part of a scope that lies in a community, the whole where it is None."""
    if community_id is None:
        return scope
    seen = scope.community_ids is None or community_id in scope.community_ids
    return attrs.evolve(scope, community_ids=frozenset({community_id} if seen else ()))
