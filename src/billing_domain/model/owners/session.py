"""Sessions of owners on their phones (rule 5.12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import attrs

from billing_domain.model.company.community import CompanyId

IDLE_MAX: Final = timedelta(days=1)
LIFETIME_MAX: Final = timedelta(days=7)


@attrs.frozen
class OwnerSession:
    """One phone's session; `token_hash` is the SHA-256 of the cookie's opaque token.

    Sessions are short, because signing in again costs an owner nothing.
    """

    token_hash: str
    company_id: CompanyId
    openid: str = attrs.field(repr=False)
    created_at: datetime
    seen_at: datetime

    def is_live(self, now: datetime) -> bool:
        """Return whether the session is neither idle for a day nor older than a week."""
        return now < self.seen_at + IDLE_MAX and now < self.created_at + LIFETIME_MAX
