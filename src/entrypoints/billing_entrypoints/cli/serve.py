"""`billing serve`: the web application."""

from __future__ import annotations

import argparse
import os
import socket
from typing import Any

from billing_entrypoints.cli.arguments import add_common
from billing_entrypoints.cli.session import DONE, CommandRefusedError, Session
from billing_entrypoints.settings import Settings

_FACTORY = "billing_entrypoints.web.asgi:create"
_SECONDS_TO_FINISH = 10


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `serve`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "serve", help="启动网页服务", description="启动网页服务，按 Ctrl+C 停止。"
    )
    parser.add_argument(
        "--host", metavar="地址", help="监听的地址，默认 BILLING_HOST 或 127.0.0.1"
    )
    parser.add_argument("--port", metavar="端口", help="监听的端口，默认 BILLING_PORT 或 8000")
    parser.set_defaults(handler=serve)
    add_common(parser, json=False)


def serve(session: Session) -> int:
    """Serve until interrupted; refused at once when the database or the port can't be used."""
    _choose("BILLING_HOST", session.arguments.host)
    _choose("BILLING_PORT", session.arguments.port)
    settings = session.settings
    _ = session.application  # whatever is wrong with the database is said here, in words
    session.close()
    with _listen(settings.host, settings.port) as listening:
        print(f"打开 {settings.public_url} ，按 Ctrl+C 停止", flush=True)
        try:
            _run(settings, listening)
        except KeyboardInterrupt:
            return DONE  # the server has ended in order by then
        except RuntimeError as error:
            raise CommandRefusedError("not_started", f"网页服务不能启动：{error}") from error
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
            f"不能监听 {host} 端口 {port}（{os.strerror(error.errno or 0)}）。"
            "可能已有服务在运行；请停掉它，或用 --port 换一个端口。",
        ) from error
