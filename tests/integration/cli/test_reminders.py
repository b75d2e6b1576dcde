"""Reminders from the command line to the demo's inbox, on SQLite and PostgreSQL (rule 4)."""

from __future__ import annotations

import pytest

from tests.integration.cli.conftest import HERE, Processes


class TestReminders:
    @pytest.mark.slow
    def test_go_as_rehearsed_and_once_though_two_workers_work(self, billing: Processes) -> None:
        """In the demo, whose residents have an inbox instead of WeChat."""
        assert billing("demo").status == 0
        rehearsed = billing("remind", *HERE, "--dry-run", "--json").data
        asked = billing("remind", *HERE, "--json").data
        workers = [billing.start("worker", "--once", "--json") for _ in range(2)]
        for worker in workers:
            worker.communicate(timeout=60)

        again = billing("remind", *HERE, "--json").data

        houses = {each["house"] for each in asked["queued"]}
        assert len(houses) > 10
        assert rehearsed["queued"] == asked["queued"]
        assert [worker.returncode for worker in workers] == [0, 0]
        assert houses <= {each["house"] for each in again["cooling"]}
        assert (again["queued"], again["under_way"]) == ([], [])
