"""Whatever happens, nobody is reminded twice or forgotten: one machine."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from billing_domain.model.reminders.queued_reminder import QueuedReminder
from billing_domain.services.reminders.deliver_reminders import DeliverReminders
from tests.reminder_machine import ReminderMachine

STEPS = 30


class TestReminders:
    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_reach_everybody_once(self) -> None:
        run(examples=settings().max_examples)


@pytest.mark.slow
@pytest.mark.timeout(900)
class TestTheMachine:
    """What it is worth: it finds what was broken on purpose."""

    def test_finds_messages_that_are_not_marked_before_they_leave(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save = DeliverReminders._save  # noqa: SLF001 - broken on purpose

        def unmarked(deliver: DeliverReminders, reminder: QueuedReminder) -> QueuedReminder:
            forgotten = tuple(attrs.evolve(each, tried_at=None) for each in reminder.deliveries)
            return save(deliver, attrs.evolve(reminder, deliveries=forgotten))

        monkeypatch.setattr(DeliverReminders, "_save", unmarked)
        with pytest.raises(AssertionError, match=r"came twice|on \d{4}-\d\d-\d\d, "):
            run(examples=400, shrink=False)


def run(*, examples: int, shrink: bool = True) -> None:
    """Look for a story in which somebody is reminded twice, wrongly or never."""
    run_state_machine_as_test(
        ReminderMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            derandomize=not shrink or settings().derandomize,
            phases=[*Phase] if shrink else [Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
