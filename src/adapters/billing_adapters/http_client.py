"""HTTP calls to other hosts; only this module imports httpx.

One client calls one host, whose address comes from the deployment and never from a tenant. A
client follows no redirect, keeps no cookie and reads no proxy from the environment. It writes no
log, since addresses, headers and bodies of payment calls contain secrets.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs
import httpx

from billing_domain.errors import ProviderUnavailableError

ANSWER_BYTES_MAX: Final = 10 * 1024 * 1024
"""The maximum length of an answer's body."""

_HOST: Final = re.compile(r"[0-9A-Za-z.:-]+")
_SERVER_ERROR: Final = 500
_NOT_NOW: Final = 503
_KEPT_CONNECTIONS: Final = 0
"""No connection is reused: the other side may have closed it, and then the call fails."""


@attrs.frozen
class Timeouts:
    """Timeouts in seconds: for the connection, the next bytes, and the whole answer."""

    connect: float = 5.0
    silence: float = 10.0
    whole: float = 30.0


@attrs.frozen
class ClientCertificate:
    """The certificate and key that identify us to a host, both PEM."""

    certificate: str = attrs.field(repr=False)
    key: str = attrs.field(repr=False)


@attrs.frozen
class HttpAnswer:
    """An HTTP answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=False)


class HttpClient:
    """Calls one host; several threads may share it.

    `base_url` is scheme, host and port only: https, or http on this machine. `authorities` are PEM
    certificates to trust instead of the public ones. Raises ValueError for any other address and
    for unusable certificates.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeouts: Timeouts | None = None,
        authorities: str = "",
        certificate: ClientCertificate | None = None,
    ) -> None:
        self._base_url = _checked_address(base_url)
        self._timeouts = timeouts or Timeouts()
        self._authorities = authorities
        self._transport = httpx.HTTPTransport(
            verify=_trust(authorities, certificate),
            limits=httpx.Limits(max_keepalive_connections=_KEPT_CONNECTIONS),
        )

    def presenting(self, certificate: ClientCertificate) -> HttpClient:
        """Return a client of the same host that presents a certificate."""
        return HttpClient(
            str(self._base_url),
            timeouts=self._timeouts,
            authorities=self._authorities,
            certificate=certificate,
        )

    def call(
        self, method: str, target: str, *, headers: Mapping[str, str], body: bytes = b""
    ) -> HttpAnswer:
        """Send one request, never twice, and return the answer with any status below 500.

        `target` is path and query in ASCII, sent unchanged, since it may be signed. Raises
        ProviderUnavailableError for a timeout, a broken connection, a status of 500 or more, and
        a body that is too long or compressed.
        """
        request = httpx.Request(
            method,
            self._base_url,
            headers={"Accept-Encoding": "identity", **headers},
            content=body,
            # As part of the URL, httpx would normalise it and break its signature.
            extensions={"timeout": self._waits(), "target": target.encode("ascii")},
        )
        ends_at = time.monotonic() + self._timeouts.whole
        with _translated_errors():
            response = self._transport.handle_request(request)
            try:
                return _read(response, ends_at)
            finally:
                response.close()

    def _waits(self) -> dict[str, float]:
        connect, silence = self._timeouts.connect, self._timeouts.silence
        return {"connect": connect, "pool": connect, "read": silence, "write": silence}


def _read(response: httpx.Response, ends_at: float) -> HttpAnswer:
    if response.status_code >= _SERVER_ERROR:
        silent = response.status_code != _NOT_NOW
        raise ProviderUnavailableError(detail=f"status {response.status_code}", silent=silent)
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ProviderUnavailableError(detail="packed answer", silent=True)
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > ANSWER_BYTES_MAX:
            raise ProviderUnavailableError(detail="answer too long", silent=True)
        if time.monotonic() > ends_at:
            raise ProviderUnavailableError(detail="timeout", silent=True)
    return HttpAnswer(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=bytes(body),
    )


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Raise errors without the library's messages, which may quote addresses."""
    try:
        yield
    except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise ProviderUnavailableError(detail="timeout") from error
    except httpx.ConnectError as error:
        raise ProviderUnavailableError(detail="connection") from error
    except httpx.TimeoutException as error:
        raise ProviderUnavailableError(detail="timeout", silent=True) from error
    except httpx.TransportError as error:
        raise ProviderUnavailableError(detail="connection", silent=True) from error


def _checked_address(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ValueError("this is no address") from None
    bare = not (url.userinfo or url.query or url.fragment) and url.path in {"", "/"}
    if not (_HOST.fullmatch(url.host) and bare):
        raise ValueError("an address is scheme, host and port, as https://host")
    if url.scheme != "https" and not (url.scheme == "http" and _on_this_machine(url.host)):
        raise ValueError("an address begins with https, or with http on this machine")
    return url


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _trust(authorities: str, certificate: ClientCertificate | None) -> ssl.SSLContext:
    try:
        if authorities:
            context = ssl.create_default_context(cadata=authorities)
        else:
            context = httpx.create_ssl_context(trust_env=False)
        if certificate is not None:
            _show(context, certificate)
    except ssl.SSLError:
        # The cause may quote the key, so it is not chained.
        raise ValueError("these certificates can't be used") from None
    return context


def _show(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    """Load a certificate; OpenSSL reads only files, so private files exist for a moment."""
    with tempfile.TemporaryDirectory() as folder:
        chain, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        chain.write_text(certificate.certificate, encoding="ascii")
        key.touch(mode=0o600)
        key.write_text(certificate.key, encoding="ascii")
        context.load_cert_chain(chain, key)
