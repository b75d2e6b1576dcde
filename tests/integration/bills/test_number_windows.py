"""Where a part of a number can stand: nowhere that a number with it is overlooked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.sql.bills.search.number_windows import PART_LENGTH_MIN, windows
from billing_domain.model.bills.bill_number import SERIAL_MAX, bill_number
from billing_domain.model.shanghai import shanghai_day

OLDEST, NEWEST = date(2019, 11, 3), date(2026, 3, 5)
MOMENTS = st.datetimes(datetime(2019, 11, 4), datetime(2026, 3, 4)).map(  # noqa: DTZ001 - made aware
    lambda moment: moment.replace(tzinfo=UTC)
)
NUMBERS = st.builds(bill_number, MOMENTS, st.integers(0, SERIAL_MAX))


class TestWindows:
    @given(number=NUMBERS, place=st.integers(0, 13), length=st.integers(PART_LENGTH_MIN, 21))
    def test_hold_every_number_with_the_part(self, number: str, place: int, length: int) -> None:
        part = number[place : place + length]
        found = windows(part, OLDEST, NEWEST)

        assert found is None or any(
            [
                *(number.startswith(start) for start in found.forwards),
                *(number[::-1].startswith(start) for start in found.backwards),
            ]
        )

    @given(number=NUMBERS)
    def test_of_a_whole_number_are_this_number(self, number: str) -> None:
        found = windows(number, OLDEST, NEWEST)

        assert found is not None
        assert {*found.forwards, *(start[::-1] for start in found.backwards)} == {number}

    @given(digits=st.integers(0, 10**9 - 1), second=st.sampled_from("3456789"))
    def test_of_a_phone_are_few(self, digits: int, second: str) -> None:
        """Nobody should wait for a look at a million numbers because of a phone."""
        assert windows(f"1{second}{digits:09d}", OLDEST, NEWEST) is not None

    def test_of_a_short_part_are_too_many(self) -> None:
        assert windows("1234567", OLDEST, NEWEST) is None

    def test_are_none_for_an_hour_that_does_not_exist(self) -> None:
        found = windows("20260305250000", OLDEST, NEWEST)

        assert found is not None
        assert not found.forwards

    @given(moment=MOMENTS, serial=st.integers(0, SERIAL_MAX))
    def test_count_days_as_shanghai_does(self, moment: datetime, serial: int) -> None:
        number = bill_number(moment, serial)
        day = shanghai_day(moment)

        assert windows(number[:14], day, day) is not None
        later = windows(number, day + timedelta(days=1), day + timedelta(days=1))
        assert later is not None
        assert number not in later.forwards
