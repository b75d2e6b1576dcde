"""A request of a signed-in staff member."""

from __future__ import annotations

from datetime import datetime

from billing_domain.model.company.actor import Actor
from billing_entrypoints.web.context import WebRequest


class StaffRequest(WebRequest[Actor]):
    """The request of staff pages; the session middleware has set the actor."""

    @property
    def actor(self) -> Actor:
        """Who is asking."""
        return self.user

    def now(self) -> datetime:
        """Return the application's own time, which tests hold still."""
        return self.application.manage_bills.clock.now()
