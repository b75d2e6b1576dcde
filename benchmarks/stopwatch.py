"""Timing two ways in turn, so that a noisy machine slows both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import attrs


@attrs.frozen
class Ratio:
    """Medians in milliseconds of our way and of the floor, measured turn by turn."""

    name: str
    ours: float
    floor: float
    allowed: float

    @property
    def times(self) -> float:
        """How many times the floor we take."""
        return self.ours / self.floor

    def line(self) -> str:
        """Return a row of the table."""
        verdict = "ok" if self.times <= self.allowed else "OVER"
        return (
            f"| {self.name} | {self.ours:.2f} | {self.floor:.2f} "
            f"| {self.times:.2f} | {self.allowed:.1f} | {verdict} |"
        )


def in_turn(
    name: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    rounds: int,
    allowed: float,
    after: Callable[[], object] = lambda: None,
) -> Ratio:
    """Run both ways `rounds` times, one after the other, after one round that does not count.

    `after` tidies up behind each of them, outside of the time.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for way, times in zip((ours, floor), taken, strict=True):
            start = time.perf_counter()
            way()
            if turn:
                times.append(1000 * (time.perf_counter() - start))
            after()
    return Ratio(name, statistics.median(taken[0]), statistics.median(taken[1]), allowed)


def print_table(title: str, ratios: Sequence[Ratio], floor: str) -> None:
    """Print a table; `floor` says what the ratio is to."""
    print(f"\n### {title}\n\n| what | ours ms | {floor} ms | ratio | allowed | |")
    print("|---|---|---|---|---|---|")
    for ratio in ratios:
        print(ratio.line(), flush=True)
