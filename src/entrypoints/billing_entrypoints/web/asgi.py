"""What a server starts: the application as the environment describes it."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack

from litestar import Litestar

from billing_entrypoints.bootstrap import open_application
from billing_entrypoints.settings import Settings, load_settings
from billing_entrypoints.web.app import create_app
from billing_entrypoints.web.logs import configure_logging
from billing_entrypoints.web.options import WebOptions
from billing_entrypoints.worker import DEFAULT_PACE


def create() -> Litestar:
    """Return the application on the deployment's database, which closes when the server stops.

    Raises SettingsError and StorageUnusableError, so that a server that could not answer does
    not start.
    """
    settings = load_settings()
    configure_logging()
    with ExitStack() as opened:
        application = opened.enter_context(open_application(settings))
        app = create_app(application, web_options(settings))
        app.on_shutdown.append(opened.pop_all().close)
    return app


def web_options(settings: Settings) -> WebOptions:
    """Return the web application's options from the settings.

    Its secret is made from the deployment's key and is another one: what signs form tokens must
    not be what seals credentials.
    """
    return WebOptions(
        secret=hashlib.sha256(b"web:" + settings.secret_key.encode()).hexdigest(),
        https=settings.public_url.startswith("https:"),
        threads=settings.pool_size,
        pace=DEFAULT_PACE if settings.works_in_process else None,
    )
