"""The web server as a process: it starts, answers, stops, and says why it can't start."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Processes


class TestServe:
    def test_answers_on_the_port_it_names(self, billing: Processes) -> None:
        port = free_port()
        with serving(billing, "--port", str(port)) as (server, said):
            assert f"http://127.0.0.1:{port}" in said
            assert get(port, "/healthz") == (200, "ok")
            status, page = get(port, "/sign-in")
            assert status == 200
            assert "<form" in page
            assert server.poll() is None

    @pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
    def test_stops_when_asked(self, billing: Processes, stop: signal.Signals) -> None:
        with serving(billing, "--port", str(free_port())) as (server, _):
            server.send_signal(stop)
            status = server.wait(15)

            assert status in {0, -signal.SIGTERM}
            assert server.stderr is not None
            assert "Traceback" not in server.stderr.read()

    def test_is_refused_on_a_port_in_use(self, billing: Processes) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            answer = billing.process("serve", "--port", str(taken.getsockname()[1]))

        assert answer.status == 1
        assert "--port" in answer.err

    def test_is_refused_with_a_port_that_is_none(self, billing: Processes) -> None:
        answer = billing.process("serve", "--port", "http")

        assert answer.status == 1
        assert "BILLING_PORT：“http”" in answer.err

    def test_is_refused_before_migrating(self, tmp_path: Path) -> None:
        answer = Processes(f"sqlite:///{tmp_path}/billing.sqlite3", tmp_path).process("serve")

        assert answer.status == 1
        assert "billing migrate" in answer.err


@contextlib.contextmanager
def serving(program: Processes, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the server, wait until it answers, and give it with its first line."""
    server = program.start("serve", *words)
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        port = int(words[words.index("--port") + 1])
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and server.poll() is None:
            with contextlib.suppress(OSError):
                get(port, "/healthz")
                break
            time.sleep(0.1)
        yield server, said
    finally:
        server.kill()
        server.communicate()


def get(port: int, path: str) -> tuple[int, str]:
    """Return status and text of a page."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read().decode()


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
