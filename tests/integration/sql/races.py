"""Several writers at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from billing_domain.errors import BillingError

WRITERS = 4


def race(act: Callable[[int], object], *, writers: int = WRITERS) -> Sequence[BillingError | None]:
    """Let writers act at the same moment; return what each was refused with, None for success."""
    start = threading.Barrier(writers)

    def run(writer: int) -> BillingError | None:
        start.wait()
        try:
            act(writer)
        except BillingError as error:
            return error
        return None

    with ThreadPoolExecutor(writers) as pool:
        return list(pool.map(run, range(writers)))
