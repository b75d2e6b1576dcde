"""Calendar days are days in Shanghai."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given

from billing_domain.model.shanghai import SHANGHAI, day_end, day_start, shanghai_day
from billing_domain.testing.strategies import moments, moving_days


class TestShanghaiDay:
    def test_changes_at_four_in_the_afternoon_utc(self) -> None:
        midnight = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)

        assert shanghai_day(midnight) == date(2026, 3, 6)
        assert shanghai_day(midnight - timedelta(microseconds=1)) == date(2026, 3, 5)

    @given(moments())
    def test_holds_its_moments(self, at: datetime) -> None:
        day = shanghai_day(at)

        assert day_start(day) <= at < day_end(day)
        assert shanghai_day(at.astimezone(SHANGHAI)) == day


class TestDayBounds:
    @given(moving_days())
    def test_touch(self, day: date) -> None:
        assert day_end(day) == day_start(day + timedelta(days=1))
        assert day_start(day).utcoffset() == timedelta(hours=8)
