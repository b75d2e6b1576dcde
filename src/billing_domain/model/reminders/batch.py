"""Many houses reminded at once, and what became of each (rule 4.3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import attrs

from billing_domain.model.reminders.reminder import (
    Cooling,
    NobodyToReach,
    NothingUnpaid,
    ReminderDecision,
    SendReminder,
    UnderWay,
)

_Decision = TypeVar("_Decision", SendReminder, Cooling, UnderWay, NobodyToReach, NothingUnpaid)


@attrs.frozen
class ReminderBatch:
    """The decisions about a batch, one for each house."""

    decisions: tuple[ReminderDecision, ...]

    @classmethod
    def of(cls, decisions: Iterable[ReminderDecision]) -> ReminderBatch:
        """Return the batch; raise ValueError for two decisions about one house."""
        decided = tuple(decisions)
        if len({each.house_id for each in decided}) != len(decided):
            raise ValueError("a batch decides about each house once")
        return cls(decided)

    @property
    def to_send(self) -> tuple[SendReminder, ...]:
        """What is sent."""
        return self._of(SendReminder)

    @property
    def cooling(self) -> tuple[Cooling, ...]:
        """Houses that were reminded too lately."""
        return self._of(Cooling)

    @property
    def under_way(self) -> tuple[UnderWay, ...]:
        """Houses whose earlier reminder has not arrived yet."""
        return self._of(UnderWay)

    @property
    def unreachable(self) -> tuple[NobodyToReach, ...]:
        """Houses where nobody is reached."""
        return self._of(NobodyToReach)

    @property
    def nothing_unpaid(self) -> tuple[NothingUnpaid, ...]:
        """Houses that owe nothing."""
        return self._of(NothingUnpaid)

    def _of(self, kind: type[_Decision]) -> tuple[_Decision, ...]:
        return tuple(each for each in self.decisions if isinstance(each, kind))
