"""The ten fee types (rules 1, 3.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.folding import fold_label
from billing_domain.testing.strategies import Written, written_fee_types


class TestFeeType:
    def test_are_ten_in_the_guide_s_order(self) -> None:
        assert [fee_type.label for fee_type in FeeType] == [
            *["物业费", "水费", "电费", "车位费", "租金"],
            *["公摊费用", "滞纳金", "电梯费", "当月应缴费用", "其它"],
        ]


class TestFind:
    @given(written_fee_types())
    def test_knows_the_ten_whatever_blanks_stand_in_them(
        self, written: Written[FeeType | None]
    ) -> None:
        assert FeeType.find(str(written.cell)) is written.means

    @given(st.text())
    def test_knows_no_others(self, text: str) -> None:
        found = FeeType.find(text)

        assert found is None or fold_label(text) == found.label

    @pytest.mark.parametrize("text", ["", "其他", "物业", "水费水费", "WATER"])
    def test_guesses_nothing(self, text: str) -> None:
        assert FeeType.find(text) is None


class TestFoldLabel:
    @pytest.mark.parametrize(
        ("text", "label"), [(" 房屋 地址\u3000", "房屋地址"), ("ＦＥＥ１", "FEE1"), ("a\nb", "ab")]
    )
    def test_takes_blanks_and_width_away(self, text: str, label: str) -> None:
        assert fold_label(text) == label
