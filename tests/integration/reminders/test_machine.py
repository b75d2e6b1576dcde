"""Whatever happens, nobody is reminded twice or forgotten: one machine."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from billing_domain.model.jobs.outbox import JobKind
from billing_domain.model.reminders.queued_reminder import QueuedReminder
from billing_domain.services.reminders.deliver_reminders import DeliverReminders
from tests.reminder_machine import ReminderMachine
from tests.reminder_town import ReminderTown

STEPS = 30


class UnmarkedMessages(DeliverReminders):
    """Sends without noting first that a message is about to leave."""

    def _save(self, reminder: QueuedReminder) -> QueuedReminder:
        unmarked = tuple(attrs.evolve(each, tried_at=None) for each in reminder.deliveries)
        return super()._save(attrs.evolve(reminder, deliveries=unmarked))


class ForgetfulTown(ReminderTown):
    """A town whose worker forgets what it tried."""

    def restart(self, *sender: Any) -> None:
        super().restart(*sender)
        outbox = self.application.run_outbox
        sound = outbox.handlers[JobKind.REMINDER]
        assert isinstance(sound, DeliverReminders)
        parts = {field.name: getattr(sound, field.name) for field in attrs.fields(type(sound))}
        handlers = {**outbox.handlers, JobKind.REMINDER: UnmarkedMessages(**parts)}
        self.application = attrs.evolve(
            self.application, run_outbox=attrs.evolve(outbox, handlers=handlers)
        )


class ForgetfulReminders(ReminderMachine):
    """Nothing is known of a message that nobody answered."""

    def open_town(self) -> ReminderTown:
        return ForgetfulTown()


class TestReminders:
    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_reach_everybody_once(self) -> None:
        run(ReminderMachine, examples=settings().max_examples)


class TestTheMachine:
    """What it is worth: it finds what was broken on purpose."""

    def test_finds_messages_that_are_not_marked_before_they_leave(self) -> None:
        with pytest.raises(AssertionError, match=r"came twice|on \d{4}-\d\d-\d\d, "):
            run(ForgetfulReminders, examples=400, shrink=False)


def run(machine: type[ReminderMachine], *, examples: int, shrink: bool = True) -> None:
    """Look for a story in which somebody is reminded twice, wrongly or never."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            derandomize=not shrink or settings().derandomize,
            phases=[*Phase] if shrink else [Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
