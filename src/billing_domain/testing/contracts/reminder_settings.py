"""The contract of ReminderSettingsRepository (rule 4.2)."""

from __future__ import annotations

import attrs
import pytest

from billing_domain.errors import StaleError
from billing_domain.model.reminders.settings import (
    MessagePart,
    ReminderChannel,
    ReminderPolicy,
    ReminderSettings,
    ReminderTemplate,
)
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import World

TEMPLATE = ReminderTemplate(
    "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY",
    {"thing2": MessagePart.HOUSE, "amount3": MessagePart.TOTAL, "thing1": MessagePart.COMMUNITY},
    {"const4": "物业费 '😀' %"},
)


class ReminderSettingsRepositoryContract(StorageContract):
    """Companies' reminder settings, each version guarded."""

    def test_returns_the_defaults_of_who_chose_nothing(
        self, storage: Storage, world: World
    ) -> None:
        with storage.begin() as work:
            stored = work.reminder_settings.get(world.company.id)

        assert stored == ReminderSettings(world.company.id)

    def test_returns_every_fact(self, storage: Storage, world: World) -> None:
        policy = ReminderPolicy().change(ReminderChannel.SMS, days=365, on=True)
        chosen = ReminderSettings(world.company.id, policy, TEMPLATE, 1)
        save(world, chosen)
        with storage.begin() as work:
            assert work.reminder_settings.get(world.company.id) == chosen
            assert work.reminder_settings.get(world.rival.id).version == 0

    def test_keeps_that_nothing_is_in_use(self, storage: Storage, world: World) -> None:
        policy = ReminderPolicy().change(ReminderChannel.WECHAT, days=1, on=False)
        chosen = ReminderSettings(world.company.id, policy, version=1)
        save(world, chosen)
        with storage.begin() as work:
            assert work.reminder_settings.get(world.company.id) == chosen

    def test_saves_the_next_version(self, storage: Storage, world: World) -> None:
        first = ReminderSettings(world.company.id, template=TEMPLATE, version=1)
        second = attrs.evolve(first, template=None, version=2)
        save(world, first)
        save(world, second)
        with storage.begin() as work:
            assert work.reminder_settings.get(world.company.id) == second

    @pytest.mark.parametrize("version", [1, 3])
    def test_refuses_what_was_changed_meanwhile(
        self, storage: Storage, world: World, version: int
    ) -> None:
        first = ReminderSettings(world.company.id, version=1)
        save(world, first)
        with pytest.raises(StaleError) as refusal:
            save(world, attrs.evolve(first, template=TEMPLATE, version=version))

        assert refusal.value.facts == {"kind": "reminder_settings", "id": world.company.id}
        with storage.begin() as work:
            assert work.reminder_settings.get(world.company.id) == first

    def test_refuses_a_second_version_of_nothing(self, world: World) -> None:
        with pytest.raises(StaleError):
            save(world, ReminderSettings(world.company.id, version=2))


def save(world: World, settings: ReminderSettings) -> None:
    """Store a company's settings."""
    with world.begin() as work:
        work.reminder_settings.save(settings)
        work.commit()
