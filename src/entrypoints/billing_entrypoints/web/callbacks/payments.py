"""Messages of payment providers about orders and refunds (rule 5.5).

Providers have no session and no form token. The handler limits the size of a body itself.
"""

import logging
from typing import Final

from litestar import Response, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from billing_domain.errors import StorageBusyError, ThingNotFoundError
from billing_domain.model.payments.order import AccountId
from billing_domain.model.payments.received_message import BODY_BYTES_MAX
from billing_entrypoints.web.context import Visit
from billing_entrypoints.web.logs import request_id

LOGGER: Final = logging.getLogger("billing.web")
PATH: Final = "/callbacks/payments"


@post("/{account_id:str}", status_code=200)
async def take_message(request: Visit, account_id: FromPath[str]) -> Response[bytes]:
    """Answer in the provider's own form, with success only when the message is booked.

    A busy database is a plain 503, whatever goes wrong unexpectedly a plain 500: providers try
    again after both.
    """
    body = await _body(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        take = request.application.take_notifications.take
        account = AccountId(account_id)
        answer = await sync_to_thread(take, account_id=account, headers=headers, body=body)
    except ThingNotFoundError:
        return _plain(404, b"not found")
    except StorageBusyError:
        return _plain(503, b"busy")
    except Exception:
        LOGGER.exception("%s message of a provider failed", request_id(request.scope))
        return _plain(500, b"error")
    return Response(
        answer.body, status_code=answer.status, headers={"Content-Type": answer.content_type}
    )


async def _body(request: Visit) -> bytes:
    """Return the body up to one byte over the limit: the rest is not worth reading."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > BODY_BYTES_MAX:
            break
    return bytes(read[: BODY_BYTES_MAX + 1])


def _plain(status: int, text: bytes) -> Response[bytes]:
    return Response(text, status_code=status, headers={"Content-Type": "text/plain"})
