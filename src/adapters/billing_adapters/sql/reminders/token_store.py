"""Access tokens in SQL, one row for each company and app, shared by all processes."""

from __future__ import annotations

from typing import Final

import attrs
from sqlalchemy import Connection, select, update

from billing_adapters.sql.db.connections import connect, query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.new_rows import inserts_of_new
from billing_adapters.sql.tables.reminders import official_tokens
from billing_domain.model.company.community import CompanyId
from billing_domain.ports.reminders.messaging import StoredToken, TokenStore

_TOKENS: Final = official_tokens.c
_ADD: Final = inserts_of_new(official_tokens, index_elements=(_TOKENS.company_id, _TOKENS.app_id))


@attrs.frozen
class SqlTokenStore(TokenStore):
    """Tokens, each read and written in a short transaction of its own.

    One guarded statement writes a token. If several processes refresh at the same time, one of
    them wins and the others read its token.
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
                replaced = update(official_tokens).where(
                    _TOKENS.company_id == company_id,
                    _TOKENS.app_id == app_id,
                    _TOKENS.sealed == old.sealed,
                    _TOKENS.expires_at == old.expires_at,
                )
                connection.execute(replaced.values(values))
            stored = _find(connection, company_id, app_id)
            connection.commit()
        return stored or new


def _find(connection: Connection, company_id: CompanyId, app_id: str) -> StoredToken | None:
    found = select(_TOKENS.sealed, _TOKENS.expires_at).where(
        _TOKENS.company_id == company_id, _TOKENS.app_id == app_id
    )
    row = connection.execute(found).first()
    return None if row is None else StoredToken(row.sealed, row.expires_at)
