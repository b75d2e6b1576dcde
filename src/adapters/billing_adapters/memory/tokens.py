"""Access tokens in memory."""

from __future__ import annotations

import threading

from billing_domain.model.company.community import CompanyId
from billing_domain.ports.reminders.messaging import StoredToken, TokenStore


class MemoryTokenStore(TokenStore):
    """Keeps tokens while the program runs; several threads may share it."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[CompanyId, str], StoredToken] = {}
        self._lock = threading.Lock()

    def get(self, company_id: CompanyId, app_id: str) -> StoredToken | None:
        """Return the token, which may have expired, or None."""
        return self._tokens.get((company_id, app_id))

    def replace(
        self, company_id: CompanyId, app_id: str, *, old: StoredToken | None, new: StoredToken
    ) -> StoredToken:
        """Put a token where `old` still is, and return what is there now."""
        key = company_id, app_id
        with self._lock:
            if self._tokens.get(key) == old:
                self._tokens[key] = new
            return self._tokens[key]
