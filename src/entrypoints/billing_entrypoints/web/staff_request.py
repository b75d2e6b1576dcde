"""A request of a signed-in staff member."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from litestar import Request
from litestar.datastructures import State

from billing_domain.model.company.actor import Actor
from billing_entrypoints.application import Application
from billing_entrypoints.web.context import WebContext


class StaffRequest(Request[Actor, str, State]):
    """What the handlers of staff pages get; the session middleware made sure of the actor."""

    @property
    def actor(self) -> Actor:
        """Who is asking."""
        return self.user

    @property
    def web(self) -> WebContext:
        """What all requests share."""
        return cast("WebContext", self.app.state.web)

    @property
    def application(self) -> Application:
        """The use cases."""
        return self.web.application

    def now(self) -> datetime:
        """Return the application's own time, which tests hold still."""
        return self.application.manage_bills.clock.now()
