"""Bill numbers: Shanghai's time and seven digits (rule 1, 平台单号)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.bills.bill_number import SERIAL_MAX, bill_number
from billing_domain.testing.strategies import moments


class TestBillNumber:
    def test_is_the_guide_s(self) -> None:
        at = datetime(2018, 10, 30, 7, 22, 14, tzinfo=UTC)

        assert bill_number(at, 5_940_635) == "201810301522145940635"

    @given(moments(), st.integers(0, SERIAL_MAX))
    def test_tells_its_moment_and_serial(self, at: datetime, serial: int) -> None:
        number = bill_number(at, serial)
        shanghai = datetime.strptime(f"{number[:14]}+0800", "%Y%m%d%H%M%S%z")

        assert len(number) == 21
        assert number.isdecimal()
        assert shanghai == at.replace(microsecond=0)
        assert int(number[14:]) == serial

    @given(moments(), st.integers(0, SERIAL_MAX), st.integers(0, SERIAL_MAX))
    def test_of_a_later_second_is_above(self, at: datetime, one: int, other: int) -> None:
        """The list is sorted by number, newest first."""
        assert bill_number(at + timedelta(seconds=1), one) > bill_number(at, other)

    @pytest.mark.parametrize("serial", [-1, SERIAL_MAX + 1])
    def test_has_no_room_for_other_serials(self, serial: int) -> None:
        with pytest.raises(ValueError, match=str(serial)):
            bill_number(datetime(2026, 1, 1, tzinfo=UTC), serial)
