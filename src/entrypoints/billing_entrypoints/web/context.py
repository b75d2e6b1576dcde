"""What every request can reach: the application, the options, the templates."""

from __future__ import annotations

from typing import Generic, TypeVar, cast

import attrs
from jinja2 import Environment
from litestar import Request
from litestar.datastructures import State

from billing_domain.model.owners.owner import Owner
from billing_entrypoints.application import Application
from billing_entrypoints.web.export_runner import ExportRunner
from billing_entrypoints.web.options import WebOptions

_User = TypeVar("_User")


@attrs.frozen
class WebContext:
    """Everything that the handlers share; made once by `create_app`.

    `paths` are the addresses that have a handler, so that the navigation offers no dead link.
    """

    application: Application
    options: WebOptions
    templates: Environment
    paths: frozenset[str]
    exports: ExportRunner


class WebRequest(Request[_User, str, State], Generic[_User]):
    """A request that knows the application; `user` is set by the session middleware, if any."""

    @property
    def web(self) -> WebContext:
        """What all requests share."""
        return cast("WebContext", self.app.state.web)

    @property
    def application(self) -> Application:
        """The use cases."""
        return self.web.application

    @property
    def https(self) -> bool:
        """Whether browsers reach this deployment by https."""
        return self.web.options.https


Visit = WebRequest[None]
"""A request to a page that needs no session."""


class OwnerRequest(WebRequest[Owner]):
    """The request of owner pages; the session middleware has set the owner."""

    @property
    def owner(self) -> Owner:
        """Who is asking."""
        return self.user
