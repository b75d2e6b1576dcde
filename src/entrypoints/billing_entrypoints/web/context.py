"""What every request can reach: the application, the options, the templates."""

from __future__ import annotations

import attrs
from jinja2 import Environment

from billing_entrypoints.application import Application
from billing_entrypoints.web.export_runner import ExportRunner
from billing_entrypoints.web.options import WebOptions


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
