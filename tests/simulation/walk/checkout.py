"""A checkout under comparison: its environment, its command line, its server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs
import httpx

MAKE_ENVIRONMENT = "import dev; dev.ensure_environment()"
START_SECONDS = 30
COMMAND_SECONDS = 120


@attrs.frozen
class Outcome:
    """What a command printed, and its exit status."""

    status: int
    output: str
    errors: str


@attrs.frozen
class Checkout:
    """A folder with the sources of one commit and their environment `.venv`."""

    folder: Path

    def prepare(self) -> None:
        """Make the environment by the checkout's own `dev.py`."""
        subprocess.run(
            [sys.executable, "-c", MAKE_ENVIRONMENT],
            cwd=self.folder,
            check=True,
            stdout=sys.stderr,
        )

    @property
    def program(self) -> Path:
        """The command `billing` of this checkout."""
        return self.folder / ".venv/bin/billing"


@attrs.frozen
class Site:
    """A checkout with a data folder and a port of its own."""

    checkout: Checkout
    data: Path
    port: int

    @property
    def address(self) -> str:
        """The address that browsers use."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of every command: nothing of the caller's own settings."""
        kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME"}}
        return {
            **kept,
            "BILLING_DATA_DIR": str(self.data),
            "BILLING_PORT": str(self.port),
            "BILLING_WORKER": "separate",
            "COLUMNS": "100",
            "LANG": "C.UTF-8",
            "PYTHONHASHSEED": "0",  # what is made from a set is made in one order
            "PYTHONUTF8": "1",
        }

    def billing(self, *words: str, typed: str = "", folder: Path | None = None) -> Outcome:
        """Run a command of `billing`."""
        done = subprocess.run(
            [self.checkout.program, *words],
            cwd=folder or self.data,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def must(self, *words: str) -> Outcome:
        """Run a command that the walk depends on; stop when it fails."""
        outcome = self.billing(*words)
        if outcome.status:
            message = f"{self.checkout.folder}: billing {' '.join(words)}: {outcome.errors}"
            raise SystemExit(message + outcome.output)
        return outcome

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve until the block ends."""
        log = self.data / "server.log"
        with log.open("wb") as file:
            server = subprocess.Popen(
                [self.checkout.program, "serve"],
                cwd=self.data,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
            try:
                self._await_start(server, log)
                yield
            finally:
                server.terminate()
                server.wait(timeout=START_SECONDS)

    def _await_start(self, server: subprocess.Popen[bytes], log: Path) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and server.poll() is None:
            try:
                httpx.get(f"{self.address}/healthz")
            except httpx.TransportError:
                time.sleep(0.2)
            else:
                return
        raise SystemExit(f"{self.checkout.folder}: the server did not start, see {log}")


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def opened(text: str, root: Path, scratch: Path) -> Iterator[Checkout]:
    """Open a folder, or a git revision as a temporary worktree of the repository at `root`."""
    if Path(text).is_dir():
        checkout = Checkout(Path(text).resolve())
        checkout.prepare()
        yield checkout
        return
    folder = scratch / "worktree"
    git = ["git", "-C", str(root), "worktree"]
    subprocess.run([*git, "add", "--detach", folder, text], check=True, stdout=sys.stderr)
    try:
        checkout = Checkout(folder)
        checkout.prepare()
        yield checkout
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([*git, "prune"], check=False)
