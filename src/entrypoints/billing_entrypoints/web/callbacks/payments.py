"""Messages of payment providers about orders and refunds (rule 5.5)."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, Router, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from litestar.params import FromPath

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.payments.order import AccountId
from billing_domain.model.payments.received_message import BODY_BYTES_MAX
from billing_domain.ports.payments.gateway import Acknowledgement
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.logs import request_id

LOGGER: Final = logging.getLogger("billing.web")
PATH: Final = "/callbacks/payments"

AnyRequest = Request[Any, Any, State]


@post("/{account_id:str}", status_code=200)
async def take_message(request: AnyRequest, account_id: FromPath[str]) -> Response[bytes]:
    """Answer exactly as the provider wants it: yes only when what it says is booked.

    Whatever goes wrong unexpectedly is a plain 500, after which providers try again.
    """
    body = await _body(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        answer = await sync_to_thread(_take, request, AccountId(account_id), headers, body)
    except ThingNotFoundError:
        return _plain(404, b"not found")
    except Exception:
        LOGGER.exception("%s message of a provider failed", request_id(request.scope))
        return _plain(500, b"error")
    return Response(
        answer.body, status_code=answer.status, headers={"Content-Type": answer.content_type}
    )


def make_callbacks_router() -> Router:
    """Return the addresses that providers call; no session and no form token apply."""
    return Router(path=PATH, route_handlers=[take_message], request_max_body_size=None)


def _take(
    request: AnyRequest, account_id: AccountId, headers: Mapping[str, str], body: bytes
) -> Acknowledgement:
    web: WebContext = request.app.state.web
    return web.application.take_notifications.take(
        account_id=account_id, headers=headers, body=body
    )


async def _body(request: AnyRequest) -> bytes:
    """Return the body up to one byte over the limit: the rest is not worth reading."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > BODY_BYTES_MAX:
            break
    return bytes(read[: BODY_BYTES_MAX + 1])


def _plain(status: int, text: bytes) -> Response[bytes]:
    return Response(text, status_code=status, headers={"Content-Type": "text/plain"})
