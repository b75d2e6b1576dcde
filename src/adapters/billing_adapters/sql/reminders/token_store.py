"""Access tokens in SQL, one row for each company's account, shared by all processes."""

from __future__ import annotations

from typing import Any, Final

import attrs
from sqlalchemy import Connection, Select, bindparam, select, update

from billing_adapters.sql.db.connections import connect, query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.new_rows import inserts_of_new
from billing_adapters.sql.tables.reminders import official_tokens
from billing_domain.model.company.community import CompanyId
from billing_domain.ports.reminders.messaging import StoredToken, TokenStore

_KEY: Final = (official_tokens.c.company_id, official_tokens.c.app_id)
_KEPT: Final = (
    official_tokens.c.company_id == bindparam("company"),
    official_tokens.c.app_id == bindparam("app"),
)
_FIND: Final[Select[Any]] = select(official_tokens.c.sealed, official_tokens.c.expires_at).where(
    *_KEPT
)
_REPLACE: Final = (
    update(official_tokens)
    .where(
        *_KEPT,
        official_tokens.c.sealed == bindparam("old_sealed"),
        official_tokens.c.expires_at
        == bindparam("old_expires_at", type_=official_tokens.c.expires_at.type),
    )
    .values(
        sealed=bindparam("new_sealed"),
        expires_at=bindparam("new_expires_at", type_=official_tokens.c.expires_at.type),
    )
)
_ADD: Final = inserts_of_new(official_tokens, index_elements=_KEY)


@attrs.frozen
class SqlTokenStore(TokenStore):
    """Tokens in transactions of their own, as short as a statement.

    A token is written by one guarded statement, so that of several processes that refreshed at
    the same time one wins and the others learn what is there.
    """

    database: Database

    def get(self, company_id: CompanyId, app_id: str) -> StoredToken | None:
        with query(self.database.reader) as connection:
            return _find(connection, company_id, app_id)

    def replace(
        self, company_id: CompanyId, app_id: str, *, old: StoredToken | None, new: StoredToken
    ) -> StoredToken:
        values = {"sealed": new.sealed, "expires_at": new.expires_at}
        with connect(self.database.engine) as connection:
            if old is None:
                added = {"company_id": company_id, "app_id": app_id, **values}
                connection.execute(_ADD[connection.dialect.name], added)
            else:
                known = {"old_sealed": old.sealed, "old_expires_at": old.expires_at}
                written = {f"new_{name}": value for name, value in values.items()}
                account = {"company": company_id, "app": app_id}
                connection.execute(_REPLACE, {**account, **known, **written})
            kept = _find(connection, company_id, app_id)
            connection.commit()
        return kept or new


def _find(connection: Connection, company_id: CompanyId, app_id: str) -> StoredToken | None:
    row = connection.execute(_FIND, {"company": company_id, "app": app_id}).first()
    return None if row is None else StoredToken(row.sealed, row.expires_at)
