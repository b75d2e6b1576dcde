"""What a walk records: named steps; raw until both sides are done."""

from __future__ import annotations

from collections.abc import Iterable

import attrs


@attrs.frozen
class Step:
    """One request or command and what came of it; `html` is compared by its tags and texts."""

    name: str
    lines: tuple[str, ...]
    html: str = ""


class MissingError(Exception):
    """A page lacks what the next step needs."""


@attrs.define
class Record:
    """The steps of one side; `only` is a part that a step's name must contain to be kept."""

    only: str = ""
    steps: list[Step] = attrs.field(factory=list)

    def add(self, name: str, lines: Iterable[str], html: str = "") -> None:
        """Keep a step."""
        if self.only in name:
            self.steps.append(Step(name, tuple(lines), html))
