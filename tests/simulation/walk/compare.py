"""Compares two walks step by step and says what differs, the same difference once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import attrs

from tests.simulation.walk.markup import lines_of, read_html
from tests.simulation.walk.steps import Step

CONTEXT = 2
LINES_SHOWN = 60
NAMES_SHOWN = 5


@attrs.define
class Comparison:
    """What differs; `hunks` are the differing places with the names of their steps."""

    same: int = 0
    different: list[str] = attrs.field(factory=list)
    only_old: list[str] = attrs.field(factory=list)
    only_new: list[str] = attrs.field(factory=list)
    hunks: dict[str, list[str]] = attrs.field(factory=dict)
    shown: dict[str, tuple[str, ...]] = attrs.field(factory=dict)

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not (self.different or self.only_old or self.only_new)


def compare(old: Sequence[Step], new: Sequence[Step]) -> Comparison:
    """Compare steps of the same name."""
    left = {step.name: step for step in old}
    right = {step.name: step for step in new}
    result = Comparison(
        only_old=[name for name in left if name not in right],
        only_new=[name for name in right if name not in left],
    )
    for name, step in left.items():
        if name not in right:
            continue
        hunks = list(_hunks(*_to_compare(step, right[name])))
        if not hunks:
            result.same += 1
            continue
        result.different.append(name)
        for hunk in hunks:
            changed = "\n".join(" ".join(line.split()) for line in hunk if line[0] in "+-")
            names = result.hunks.setdefault(changed, [])
            names += [] if name in names else [name]
            result.shown.setdefault(changed, hunk)
    return result


def report(result: Comparison, *, full: bool) -> Iterator[str]:
    """Yield the lines to print: each different place with its steps, then the sums."""
    for number, (changed, names) in enumerate(result.hunks.items(), start=1):
        yield f"--- difference {number}, in {_count(names)}"
        yield from _limited([f"    {name}" for name in names], NAMES_SHOWN, full=full)
        yield from _limited(result.shown[changed], LINES_SHOWN, full=full)
        yield ""
    for side, names in (("old", result.only_old), ("new", result.only_new)):
        if names:
            yield f"--- only in {side}, {_count(names)}"
            yield from _limited([f"    {name}" for name in names], LINES_SHOWN, full=full)
            yield ""
    compared = result.same + len(result.different)
    yield (
        f"{compared} steps compared: {result.same} identical, {len(result.different)} different "
        f"in {len(result.hunks)} ways; {len(result.only_old)} only in old, "
        f"{len(result.only_new)} only in new"
    )


def _to_compare(old: Step, new: Step) -> tuple[Sequence[str], Sequence[str]]:
    """Return the lines of two steps; pages that are the same text need no reading."""
    if old.html == new.html:
        return old.lines, new.lines
    return (
        [*old.lines, *lines_of(read_html(old.html))],
        [*new.lines, *lines_of(read_html(new.html))],
    )


def _hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the hunks of a unified diff, without their headings."""
    hunk: list[str] = []
    for line in difflib.unified_diff(old, new, n=CONTEXT, lineterm=""):
        if line.startswith(("--- ", "+++ ")) and not hunk:
            continue
        if line.startswith("@@"):
            if hunk:
                yield tuple(hunk)
            hunk = []
        else:
            hunk.append(line)
    if hunk:
        yield tuple(hunk)


def _limited(lines: Sequence[str], count: int, *, full: bool) -> Iterator[str]:
    shown = len(lines) if full else count
    yield from lines[:shown]
    if len(lines) > shown:
        yield f"    … and {len(lines) - shown} more (--full shows all)"


def _count(names: Sequence[str]) -> str:
    return f"{len(names)} step{'s' if len(names) > 1 else ''}"
