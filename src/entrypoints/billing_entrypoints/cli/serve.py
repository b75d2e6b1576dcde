"""`billing serve`: the web application."""

from __future__ import annotations

import os
import socket
from typing import Final

from billing_entrypoints.cli.arguments import PLAIN, Command
from billing_entrypoints.cli.session import DONE, CommandRefusedError, Session
from billing_entrypoints.settings import Settings
from billing_entrypoints.words import commands as words

_FACTORY = "billing_entrypoints.web.asgi:create"
_SECONDS_TO_FINISH = 10


def serve(session: Session) -> int:
    """Serve until interrupted; refused at once when the database or the port can't be used."""
    _choose("BILLING_HOST", session.arguments.host)
    _choose("BILLING_PORT", session.arguments.port)
    settings = session.settings
    _ = session.application  # whatever is wrong with the database is said here, in words
    session.close()
    with _listen(settings.host, settings.port) as listening:
        print(words.OPEN.format(url=settings.public_url), flush=True)
        try:
            _run(settings, listening)
        except KeyboardInterrupt:
            return DONE  # the server has ended in order by then
        except RuntimeError as error:
            message = words.NOT_STARTED.format(why=error)
            raise CommandRefusedError("not_started", message) from error
    return DONE


def _run(settings: Settings, listening: socket.socket) -> None:
    import uvicorn  # noqa: PLC0415 - only this command needs it

    config = uvicorn.Config(
        _FACTORY,
        factory=True,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        access_log=False,  # the application writes its own, without searches and phones
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _choose(variable: str, value: str | None) -> None:
    """Let a word of the command win over the environment, which the application reads."""
    if value is not None:
        os.environ[variable] = value


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise CommandRefusedError(
            "address_unusable",
            words.ADDRESS_UNUSABLE.format(host=host, port=port, why=os.strerror(error.errno or 0)),
        ) from error


COMMANDS: Final = (Command("serve", serve, {"--host": PLAIN, "--port": PLAIN}, json=False),)
