"""A request of a signed-in owner."""

from __future__ import annotations

from billing_domain.model.owners.owner import Owner
from billing_entrypoints.web.context import WebRequest


class OwnerRequest(WebRequest[Owner]):
    """The request of owner pages; the session middleware has set the owner."""

    @property
    def owner(self) -> Owner:
        """Who is asking."""
        return self.user
