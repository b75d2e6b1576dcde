"""A worker that takes few jobs at a time, with a short lease, and says each one aloud.

It says a job when its handler is through, before its end is kept. Its argument is after how many
it stops for good, so that whoever started it can kill it there. It ends when nothing is left.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime, timedelta

import attrs

from billing_adapters.system.clock import SystemClock
from billing_domain.model.jobs.outbox import JobKind, OutboxJob
from billing_domain.ports.system import Clock
from billing_entrypoints.bootstrap import open_application
from billing_entrypoints.settings import load_settings

LEASE_SECONDS = 1
BATCH = 5


class SoonClock(Clock):
    """The machine's clock, a minute ahead: whatever staff approved is due."""

    def now(self) -> datetime:
        """Return the moment in a minute."""
        return SystemClock().now() + timedelta(minutes=1)


def main(stop_after: str) -> None:
    """Work until there was nothing to do for longer than a lease."""
    handled: list[str] = []
    with open_application(load_settings(), clock=SoonClock()) as application:
        send = application.run_outbox.handlers[JobKind.REFUND]

        def aloud(job: OutboxJob) -> datetime | None:
            later = send(job)
            handled.append(job.subject)
            sys.stdout.write(f"{job.subject}\n")
            sys.stdout.flush()
            time.sleep(600 if len(handled) == int(stop_after) else 0.02)
            return later

        outbox = attrs.evolve(
            application.run_outbox,
            handlers={JobKind.REFUND: aloud},
            lease=timedelta(seconds=LEASE_SECONDS),
        )
        idle_since = time.monotonic()
        while time.monotonic() < idle_since + 2 * LEASE_SECONDS:
            if outbox.run_once(holder=str(os.getpid()), count_max=BATCH).claimed:
                idle_since = time.monotonic()
            time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
