"""Sessions end, and guessing passwords gets slow (promises P39, P40)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.company.session import (
    ATTEMPTS_FREE,
    FORGET_AFTER,
    IDLE_MAX,
    LIFETIME_MAX,
    WAIT_FIRST,
    WAIT_MAX,
    SignInFailures,
    StaffSession,
)
from billing_domain.model.company.staff import StaffId
from billing_domain.testing.contracts.world import NOON
from billing_domain.testing.strategies import staff_sessions

TICK = timedelta(microseconds=1)


class TestIsLive:
    @given(staff_sessions(), st.timedeltas(timedelta(0), timedelta(days=1)))
    def test_until_two_idle_hours_or_twelve_in_all(
        self, session: StaffSession, since: timedelta
    ) -> None:
        now = session.seen_at + since
        age = now - session.created_at

        assert session.is_live(now) is (since < IDLE_MAX and age < LIFETIME_MAX)

    @pytest.mark.parametrize(
        ("idle", "age", "live"),
        [
            (IDLE_MAX - TICK, IDLE_MAX, True),
            (IDLE_MAX, IDLE_MAX, False),
            (TICK, LIFETIME_MAX - TICK, True),
            (TICK, LIFETIME_MAX, False),
        ],
    )
    def test_to_the_microsecond(self, idle: timedelta, age: timedelta, live: bool) -> None:  # noqa: FBT001
        session = StaffSession("a" * 64, StaffId("1"), NOON - age, NOON - idle)

        assert session.is_live(NOON) is live


class TestWaitSeconds:
    @pytest.mark.parametrize(
        ("count", "seconds"),
        [(1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (11, 900), (10**9, 900)],
    )
    def test_doubles_from_half_a_minute_to_a_quarter_of_an_hour(
        self, count: int, seconds: int
    ) -> None:
        assert failures(count).wait_seconds(NOON) == seconds

    @given(st.integers(1, 100), st.timedeltas(timedelta(0), timedelta(days=2)))
    def test_is_over_when_it_says_so(self, count: int, since: timedelta) -> None:
        """Waiting as long as told is enough, and a second less is not."""
        failed = failures(count)
        now = NOON + since
        wait = failed.wait_seconds(now)

        assert failed.wait_seconds(now + timedelta(seconds=wait)) == 0
        if wait > 1:
            assert failed.wait_seconds(now + timedelta(seconds=wait - 1)) > 0

    @given(st.integers(ATTEMPTS_FREE, 1_000))
    def test_never_locks_anybody_out(self, count: int) -> None:
        failed = failures(count)

        assert WAIT_FIRST <= timedelta(seconds=failed.wait_seconds(NOON)) <= WAIT_MAX
        assert failed.wait_seconds(NOON + WAIT_MAX) == 0
        assert failed.wait_seconds(NOON + FORGET_AFTER) == 0

    def test_counts_whole_seconds_up(self) -> None:
        at = NOON + timedelta(seconds=29, microseconds=1)

        assert failures(ATTEMPTS_FREE).wait_seconds(at) == 1


def failures(count: int, last_at: datetime = NOON) -> SignInFailures:
    return SignInFailures("account:x", count, last_at)
