"""Rivals who act at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from billing_domain.errors import BillingError


def at_once(act: Callable[[int], object], rivals: int) -> Sequence[object]:
    """Let rivals act at the same moment; return what each got, refusals too."""
    start = threading.Barrier(rivals)

    def run(rival: int) -> object:
        start.wait()
        try:
            return act(rival)
        except BillingError as error:
            return error

    with ThreadPoolExecutor(rivals) as pool:
        return list(pool.map(run, range(rivals)))
