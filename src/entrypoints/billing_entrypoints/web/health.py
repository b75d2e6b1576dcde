"""Whether this process can serve, for whoever watches it."""

import logging

from litestar import Response, get

from billing_entrypoints.web.context import Visit

LOGGER = logging.getLogger("billing.web")


@get("/healthz", sync_to_thread=True)
def show_health(request: Visit) -> Response[str]:
    """Answer 200 `ok` when the database answers, else 503."""
    try:
        request.application.configure_companies.companies()
    except Exception:
        LOGGER.error("health check failed", exc_info=True)  # noqa: G201
        return Response("unavailable", status_code=503, media_type="text/plain")
    return Response("ok", status_code=200, media_type="text/plain")
