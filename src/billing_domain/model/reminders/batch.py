"""The decisions about many houses, grouped by result (rule 4.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import attrs

from billing_domain.model.money import Money
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
    """The decisions of a batch, one for each house."""

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
        """The reminders to send."""
        return self._of(SendReminder)

    @property
    def cooling(self) -> tuple[Cooling, ...]:
        """Houses reminded within the cooling days."""
        return self._of(Cooling)

    @property
    def under_way(self) -> tuple[UnderWay, ...]:
        """Houses with an earlier reminder that still waits."""
        return self._of(UnderWay)

    @property
    def unreachable(self) -> tuple[NobodyToReach, ...]:
        """Houses without a resident who can be reached."""
        return self._of(NobodyToReach)

    @property
    def nothing_unpaid(self) -> tuple[NothingUnpaid, ...]:
        """Houses without unpaid bills."""
        return self._of(NothingUnpaid)

    @property
    def count(self) -> int:
        """The number of bills that the reminders to send name."""
        return sum(each.count for each in self.to_send)

    @property
    def total(self) -> Money:
        """The sum of the bills that the reminders to send name."""
        return Money.total(each.total for each in self.to_send)

    @property
    def people(self) -> int:
        """The number of residents to write to."""
        return sum(len(each.recipients) for each in self.to_send)

    @property
    def earliest(self) -> date | None:
        """The first day on which one of the cooling houses may be reminded again."""
        return min((each.next_on for each in self.cooling), default=None)

    @property
    def only(self) -> ReminderDecision | None:
        """The decision about the only house, None for several or none."""
        return self.decisions[0] if len(self.decisions) == 1 else None

    def _of(self, kind: type[_Decision]) -> tuple[_Decision, ...]:
        return tuple(each for each in self.decisions if isinstance(each, kind))
