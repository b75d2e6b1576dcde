"""What a walk records: named steps; raw until both sides are done."""

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
    """The steps of one side."""

    steps: list[Step] = attrs.field(factory=list)

    def add(self, name: str, lines: Iterable[str], html: str = "") -> None:
        """Keep a step."""
        self.steps.append(Step(name, tuple(lines), html))
