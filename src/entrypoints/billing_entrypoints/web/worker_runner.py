"""Lets a worker work in a thread beside the requests, as long as the process serves."""

from __future__ import annotations

import threading

from billing_entrypoints.worker import Worker


class WorkerRunner:
    """The thread of one worker."""

    def __init__(self, worker: Worker) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=worker.run, args=(self._stop,), name="worker", daemon=True
        )

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the round that is under way."""
        self._stop.set()
        self._thread.join()
