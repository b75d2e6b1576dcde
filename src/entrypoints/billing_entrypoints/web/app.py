"""The web application, made from a built bag of use cases."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from litestar import Litestar, Response, Router, get
from litestar.concurrency import sync_to_thread
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.static_files import create_static_files_router

from billing_entrypoints.application import Application
from billing_entrypoints.web import cookies, sandbox, sign_in
from billing_entrypoints.web.addresses import START
from billing_entrypoints.web.assets import STATIC_FOLDER, verify_assets
from billing_entrypoints.web.callbacks import payments as callbacks
from billing_entrypoints.web.context import Visit, WebContext, WebRequest
from billing_entrypoints.web.errors import error_handlers
from billing_entrypoints.web.export_runner import ExportRunner
from billing_entrypoints.web.forms import sent_form
from billing_entrypoints.web.handlers import handlers_of
from billing_entrypoints.web.logs import RequestNumbering, log_answer
from billing_entrypoints.web.options import BODY_BYTES_MAX, WebOptions
from billing_entrypoints.web.owner.errors import by_address
from billing_entrypoints.web.owner.routes import make_owner_routers
from billing_entrypoints.web.pages import see_other
from billing_entrypoints.web.security import PathsWithoutNul, header_hook
from billing_entrypoints.web.sessions import Sessions
from billing_entrypoints.web.staff.routes import STAFF_HANDLERS
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.web.templating import make_templates
from billing_entrypoints.worker import Pace, Worker

LOGGER = logging.getLogger("billing.web")
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def create_app(application: Application, options: WebOptions) -> Litestar:
    """Return the ASGI application; it knows no adapter and reads no environment.

    Raises AssetsMissingError when the browser files were not built.
    """
    verify_assets()
    exports = ExportRunner(application.export_bills)
    app = Litestar(
        route_handlers=[
            _static(),
            _open(),
            _staff(),
            *make_owner_routers(),
            Router(
                callbacks.PATH, route_handlers=handlers_of(callbacks), request_max_body_size=None
            ),
            Router(sandbox.PATH, route_handlers=handlers_of(sandbox)),
        ],
        dependencies={"form": Provide(sent_form)},
        exception_handlers=by_address(error_handlers()),
        middleware=[RequestNumbering(), PathsWithoutNul()],
        before_send=[header_hook(https=options.https), log_answer],
        csrf_config=_csrf(options),
        request_max_body_size=BODY_BYTES_MAX,
        lifespan=[_threads(options.threads), _close(exports), _work(application, options.pace)],
        request_class=WebRequest,
        openapi_config=None,
        logging_config=None,
        state=State(),
    )
    paths = frozenset(route.path for route in app.routes)
    app.state.web = WebContext(application, options, make_templates(), paths, exports)
    return app


@get("/", sync_to_thread=False)
def show_start() -> Response[str]:
    """Lead to the list of bills."""
    return see_other(START)


@get("/healthz", sync_to_thread=True)
def show_health(request: Visit) -> Response[str]:
    """Answer 200 `ok` when the database answers, else 503."""
    try:
        request.application.configure_companies.companies()
    except Exception:
        LOGGER.exception("health check failed")
        return Response("unavailable", status_code=503, media_type="text/plain")
    return Response("ok", status_code=200, media_type="text/plain")


def _open() -> Router:
    """What needs no session.

    A router of its own, since only those are copied on registration: a handler that two
    applications share, or two handlers on one path, would be wrapped for the thread twice.
    """
    return Router(path="/", route_handlers=[show_start, show_health, *handlers_of(sign_in)])


def _staff() -> Router:
    """Everything below needs a session; nothing can be registered here without one."""
    return Router(
        path="/staff",
        route_handlers=STAFF_HANDLERS,
        middleware=[Sessions(cookies.SESSION, lambda app, token: app.sign_in.authenticate(token))],
        request_class=StaffRequest,
    )


def _static() -> Router:
    return create_static_files_router(path="/static", directories=[STATIC_FOLDER], name="static")


def _csrf(options: WebOptions) -> CSRFConfig:
    """Token in a cookie that no script reads, and again in the form or header (P38)."""
    return CSRFConfig(
        secret=options.secret,
        cookie_name=cookies.cookie_name(cookies.CSRF, https=options.https),
        cookie_secure=options.https,
        cookie_httponly=True,
        cookie_samesite="lax",
        exclude=["^/static/", "^/healthz$", f"^{callbacks.PATH}/"],
    )


def _threads(count: int) -> Lifespan:
    """Run the handlers in as many threads as the database has connections."""

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        executor = ThreadPoolExecutor(max_workers=count, thread_name_prefix="web")
        asyncio.get_running_loop().set_default_executor(executor)
        yield

    return lifespan


def _work(application: Application, pace: Pace | None) -> Lifespan:
    """Run a worker in a thread beside the requests; with no pace another process works.

    At the end the round that is under way is finished.
    """

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        if pace is None:
            yield
            return
        stop, worker = threading.Event(), Worker(application, pace)
        thread = threading.Thread(target=worker.run, args=(stop,), name="worker", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            await sync_to_thread(thread.join)

    return lifespan


def _close(exports: ExportRunner) -> Lifespan:
    """Stop the exports with the process, so that none of them seems to run for ever."""

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await sync_to_thread(exports.close)

    return lifespan
