"""The demo data on real databases: soon there, once, and good to sign in with."""

from __future__ import annotations

import os
import time

import pytest

from tests.integration.cli.conftest import HERE, Processes

PRODUCTION = {
    "BILLING_DEPLOYMENT": "production",
    "BILLING_SECRET_KEY": "A" * 43 + "=",
    "BILLING_PUBLIC_URL": "https://fee.example.com",
}


class TestDemo:
    @pytest.mark.slow
    def test_is_filled_once_and_never_opened_in_production(self, billing: Processes) -> None:
        before_it = os.times()
        first = billing("demo", "--json")
        after_it = os.times()
        before = billing("bills", "list", *HERE, "--limit", "1000", "--json")
        again = billing("demo", "--json")

        assert (first.status, first.data["created"]) == (0, True)
        # Work, not waiting: whatever else the machine does meanwhile is not our fault.
        assert after_it.user - before_it.user < 10
        assert before.data["count"] == 400
        assert 0.5 < sum(bill["state"] == "paid" for bill in before.data["bills"]) / 400 < 0.7
        assert (again.status, again.data["created"]) == (0, False)
        assert again.data["sign_ins"] == first.data["sign_ins"]
        assert again.data["owner_links"] == first.data["owner_links"]
        assert [link["community"] for link in first.data["owner_links"]] == ["幸福家园", "海棠湾"]
        assert billing("bills", "list", *HERE, "--limit", "1000", "--json").out == before.out

        # Its passwords are public, and its owners would pay with nothing.
        billing.environment |= PRODUCTION
        for words in (("serve",), ("company", "list")):
            answer = billing(*words)
            assert answer.status == 1
            assert "演示数据" in answer.err

    @pytest.mark.slow
    def test_is_finished_after_a_kill(self, billing: Processes) -> None:
        running = billing.start("demo")
        deadline = time.monotonic() + 60
        while not billing.count() and time.monotonic() < deadline:
            time.sleep(0.02)
        running.kill()
        running.communicate()
        assert 0 < billing.count() < 424

        finished = billing("demo", "--json")

        assert finished.data["created"] is True
        assert billing.count() == 424
        assert billing("demo", "--json").data["created"] is False
