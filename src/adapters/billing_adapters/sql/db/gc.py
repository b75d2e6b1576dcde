"""When Python should not look for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """Let Python look for garbage afterwards: all that is made inside is needed.

    Among some hundred thousand new objects it would look again and again at all of them, and
    find none. Threads that do this at once leave it on when the last one is through.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
