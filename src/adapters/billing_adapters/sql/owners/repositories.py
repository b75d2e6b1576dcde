"""Owners' sessions, registrations and receipts in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import attrs
from sqlalchemy import Select, delete, select

from billing_adapters.sql.company.staff import SqlSessionRepository
from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.db.rows import found_one, model_of
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.owners import (
    REGISTRATION_IS_WAITING,
    owner_sessions,
    registrations,
)
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CompanyId
from billing_domain.model.owners.registration import Registration, RegistrationId
from billing_domain.model.owners.session import OwnerSession
from billing_domain.ports.owners import OwnerSessionRepository, RegistrationRepository
from billing_domain.ports.paging import Page, PageKey

_OLDEST_FIRST: Final = PageOrder(
    (registrations.c.created_at, registrations.c.id), descending=False
)


@attrs.frozen
class SqlOwnerSessionRepository(SqlSessionRepository[OwnerSession], OwnerSessionRepository):
    """Owners' signed-in phones."""

    table, model = owner_sessions, OwnerSession

    def remove_before(self, moment: datetime) -> int:
        old = delete(owner_sessions).where(owner_sessions.c.seen_at < moment)
        return self.work.connection.execute(old).rowcount


@attrs.frozen
class SqlRegistrationRepository(RegistrationRepository):
    """Registrations of owners."""

    work: Transaction

    def add(self, registration: Registration) -> None:
        self.work.insert(registrations, [attrs.asdict(registration, recurse=False)])

    def get(self, scope: Scope, registration_id: RegistrationId) -> Registration:
        found = select(registrations).where(
            registrations.c.id == registration_id, in_scope(registrations, scope)
        )
        return found_one(self._find(found), "registration", registration_id)

    def save(self, registration: Registration) -> None:
        values = attrs.asdict(registration, recurse=False)
        self.work.replace_version(registrations.c.id, values, kind="registration")

    def waiting(self, scope: Scope, *, key: PageKey | None, rows: int) -> Page[Registration]:
        found = select(registrations).where(
            REGISTRATION_IS_WAITING, in_scope(registrations, scope)
        )
        return _OLDEST_FIRST.page(found, key, rows, self._find)

    def of_owner(self, company_id: CompanyId, openid: str) -> Sequence[Registration]:
        found = select(registrations).where(
            registrations.c.company_id == company_id, registrations.c.openid == openid
        )
        newest_first = (registrations.c.created_at.desc(), registrations.c.row_id.desc())
        return self._find(found.order_by(*newest_first))

    def _find(self, found: Select[Any]) -> list[Registration]:
        return [model_of(Registration, row) for row in self.work.connection.execute(found)]
