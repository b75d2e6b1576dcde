"""A small HTTP server on this machine, answered by a function: the ground of the simulators."""

from __future__ import annotations

import ssl
import sys
import threading
from collections.abc import Callable, Mapping
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import attrs


@attrs.frozen
class Request:
    """What came in; header names in lower case, `certificate` is the client's in DER, if shown."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    certificate: bytes | None = None


@attrs.frozen
class Response:
    """What goes back."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict)


class NoAnswer(Enum):
    """How a server fails to answer."""

    CUT = "cut"
    SILENT = "silent"


class LoopbackServer:
    """Listens on a free port of 127.0.0.1 while its `with` block runs, a thread per request."""

    def __init__(
        self,
        answer: Callable[[Request], Response | NoAnswer],
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._stopped = threading.Event()
        self._server = _Server(_handler(answer, self._stopped), tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        super().__init__(("127.0.0.1", 0), handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection in its own thread, the handshake included."""
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        with self._tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up: that is what some tests are about."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _handler(
    answer: Callable[[Request], Response | NoAnswer], stopped: threading.Event
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            response = answer(_request(self))
            if response is NoAnswer.SILENT:
                stopped.wait()
            if isinstance(response, NoAnswer):
                self.close_connection = True
                return
            self.send_response_only(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = _serve  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler


def _request(handler: BaseHTTPRequestHandler) -> Request:
    length = int(handler.headers.get("Content-Length", "0"))
    connection = handler.connection
    secured = isinstance(connection, ssl.SSLSocket)
    return Request(
        method=handler.command,
        target=handler.path,
        headers={name.lower(): value for name, value in handler.headers.items()},
        body=handler.rfile.read(length),
        certificate=connection.getpeercert(binary_form=True) if secured else None,
    )
