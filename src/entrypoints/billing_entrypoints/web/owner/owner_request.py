"""A request of a signed-in owner."""

from __future__ import annotations

from typing import cast

from litestar import Request
from litestar.datastructures import State

from billing_domain.model.owners.owner import Owner
from billing_entrypoints.application import Application
from billing_entrypoints.web.context import WebContext


class OwnerRequest(Request[Owner, str, State]):
    """What the handlers of owner pages get; the session middleware made sure of the owner."""

    @property
    def owner(self) -> Owner:
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
