"""Replaces what differs between two runs of the same program.

Both sides start with the same data. So what was there before the walk began is compared as it is;
an id, a number or a clock time that began with the walk becomes a placeholder. Placeholders are
numbered by first appearance within a step: a link to the wrong one still shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property

import attrs

from tests.simulation.walk.steps import Step

SHANGHAI = timezone(timedelta(hours=8))
SLACK = timedelta(minutes=1)
AHEAD = timedelta(minutes=36)
"""An order expires half an hour after it was made: its clock times reach beyond the walk."""

ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}(?![0-9a-f])")
NUMBER = re.compile(r"(?<!\d)20\d{12}(?:\d{7,12})?(?!\d)")
FILE_STAMP = re.compile(r"(?<!\d)20\d{6}_\d{6}(?!\d)")
PAGE_KEY = re.compile(r"(?<!\d)20\d{18}[0-9a-f]{32}(?![0-9a-f])")
"""A moment in UTC to the microsecond, then an id."""
SANDBOX_NUMBER = re.compile(r"SBX[0-9A-F]{20,28}")
CLOCK = re.compile(r"(?<![\d:])([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d(?:\.\d+)?)?(?![\d:])")
REPLACED = (
    (re.compile(r"\?v=[0-9a-f]+"), "?v=<hash>"),
    (re.compile(r"(?<![0-9a-f])[0-9a-f]{96,128}(?![0-9a-f])"), "<csrf>"),
    (re.compile(r"编号 [0-9a-f]{16}"), "编号 <request>"),
    (re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])", re.ASCII), "<token>"),
)
SECRET = re.compile(r"(?<![\w./=-])[A-Za-z0-9]{16}(?![\w./-])", re.ASCII)
MIXED = (re.compile("[A-Z]"), re.compile("[a-z]"))


@attrs.frozen
class Normaliser:
    """Knows when the walk began and ended, on both sides together."""

    began: datetime
    ended: datetime
    places: Sequence[tuple[str, str]] = ()
    """Texts of this machine, folders above all, and what stands for them."""

    def step(self, step: Step) -> Step:
        """Return a step without what differs from run to run."""
        seen: dict[str, str] = {}
        name = self._text(step.name, seen)
        lines = self._text("\n".join(step.lines), seen).split("\n")
        return Step(name, tuple(lines), self._text(step.html, seen))

    def steps(self, steps: Sequence[Step]) -> list[Step]:
        """Return normalised steps; a name that comes again gets a number."""
        counts: dict[str, int] = {}
        result = []
        for step in map(self.step, steps):
            counts[step.name] = counts.get(step.name, 0) + 1
            again = f" #{counts[step.name]}" if counts[step.name] > 1 else ""
            result.append(attrs.evolve(step, name=step.name + again))
        return result

    def _text(self, text: str, seen: dict[str, str]) -> str:
        for place, placeholder in self.places:
            text = text.replace(place, placeholder)
        for pattern, placeholder in REPLACED:
            text = pattern.sub(placeholder, text)
        text = SECRET.sub(_secret, text)
        text = SANDBOX_NUMBER.sub(lambda found: _placeholder("sandbox", found[0], seen), text)
        text = PAGE_KEY.sub(lambda found: self._page_key(found[0], seen), text)
        text = FILE_STAMP.sub(lambda found: self._file_stamp(found[0], seen), text)
        text = ID.sub(lambda found: self._id(found[0], seen), text)
        text = NUMBER.sub(lambda found: self._number(found[0], seen), text)
        return CLOCK.sub(self._clock, text)

    def _id(self, text: str, seen: dict[str, str]) -> str:
        made = datetime.fromtimestamp(int(text[:12], 16) / 1000, UTC)
        return text if made < self.began else _placeholder("id", text, seen)

    def _number(self, text: str, seen: dict[str, str]) -> str:
        began = f"{self.began.astimezone(SHANGHAI):%Y%m%d%H%M%S}"
        return text if text[:14] < began else _placeholder("number", text, seen)

    def _file_stamp(self, text: str, seen: dict[str, str]) -> str:
        began = f"{self.began.astimezone(SHANGHAI):%Y%m%d_%H%M%S}"
        return text if text < began else _placeholder("stamp", text, seen)

    def _page_key(self, text: str, seen: dict[str, str]) -> str:
        began = f"{self.began.astimezone(UTC):%Y%m%d%H%M%S}"
        return text if text < began else _placeholder("key", text, seen)

    def _clock(self, found: re.Match[str]) -> str:
        return "<clock>" if f"{found[1]}:{found[2]}" in self.minutes else found[0]

    @cached_property
    def minutes(self) -> frozenset[str]:
        """The clock times of the walk, of Shanghai and of UTC."""
        first, last = self.began - SLACK, self.ended + AHEAD
        count = int((last - first).total_seconds() // 60) + 1
        moments = [first + timedelta(minutes=index) for index in range(count)]
        return frozenset(
            f"{moment.astimezone(zone):%H:%M}" for moment in moments for zone in (UTC, SHANGHAI)
        )


def _placeholder(kind: str, text: str, seen: dict[str, str]) -> str:
    if text not in seen:
        count = sum(value.startswith(f"<{kind}") for value in seen.values())
        seen[text] = f"<{kind}{count + 1}>"
    return seen[text]


def _secret(found: re.Match[str]) -> str:
    """Return a placeholder for 16 letters of both kinds, which no word is."""
    mixed = all(kind.search(found[0]) for kind in MIXED)
    return "<secret>" if mixed else found[0]
