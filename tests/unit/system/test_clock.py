"""The machine's clock."""

from datetime import UTC, datetime

from billing_adapters.system.clock import SystemClock


class TestNow:
    def test_is_the_present_moment_in_utc(self) -> None:
        before = datetime.now(UTC)
        now = SystemClock().now()

        assert before <= now <= datetime.now(UTC)
        assert now.tzinfo is UTC
