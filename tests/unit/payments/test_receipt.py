"""Receipts: amounts in capitals as banks want them, and no whole phone (rule 6, P45)."""

from datetime import UTC, date, datetime
from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.money import FEN_MAX, Money
from billing_domain.model.payments.receipt import ReceiptContent, amount_in_capitals
from billing_domain.model.period import BillingPeriod
from billing_domain.testing.strategies import moneys, phones

LARGEST_BATCH = 50 * 600
SIZES = {"拾": 10, "佰": 100, "仟": 1000}


def read_whole(text: str) -> int:
    """Read capitals from left to right: sections of four digits, closed by 万 or 亿."""
    total = section = digit = 0
    for char in text:
        if char in SIZES:
            section += digit * SIZES[char]
            digit = 0
        elif char == "万":
            total += (section + digit) * 10**4
            section = digit = 0
        elif char == "亿":
            total = (total + section + digit) * 10**8
            section = digit = 0
        else:
            digit = "零壹贰叁肆伍陆柒捌玖".index(char)
    return total + section + digit


def read_capitals(text: str) -> int:
    """Return the fen that a text in capitals means."""
    yuan, has_yuan, rest = text.rpartition("元")
    fen = read_whole(yuan) * 100 if has_yuan else 0
    rest = rest.removesuffix("整").removeprefix("零")
    for unit, worth in (("角", 10), ("分", 1)):
        if unit in rest:
            digit, _, rest = rest.partition(unit)
            fen += read_whole(digit) * worth
    assert not rest
    return fen


class TestAmountInCapitals:
    @pytest.mark.parametrize(
        ("fen", "text"),
        [
            (130_000, "壹仟叁佰元整"),
            (10_005, "壹佰元零伍分"),
            (0, "零元整"),
            *[(5, "伍分"), (50, "伍角"), (55, "伍角伍分"), (100, "壹元整"), (1_000, "壹拾元整")],
            # The examples of the rule itself.
            (140_950, "壹仟肆佰零玖元伍角"),
            (600_714, "陆仟零柒元壹角肆分"),
            (168_032, "壹仟陆佰捌拾元叁角贰分"),
            (10_700_053, "壹拾万柒仟元伍角叁分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            # Zeros at the border of ten thousands.
            (10_050_000, "壹拾万零伍佰元整"),
            (1_000_100, "壹万零壹元整"),
            (100_000_000, "壹佰万元整"),
            (1_000_000_100, "壹仟万零壹元整"),
            (FEN_MAX, "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
            (10_000_500_000, "壹亿零伍仟元整"),
            (300_000_000_000_000, "叁万亿元整"),
            (100_010_000_000_000, "壹万零壹亿元整"),
        ],
    )
    def test_writes_as_banks_want_it(self, fen: int, text: str) -> None:
        assert amount_in_capitals(Money(fen)) == text

    @given(moneys() | moneys(LARGEST_BATCH * FEN_MAX))
    def test_reads_back_as_the_same_amount(self, amount: Money) -> None:
        assert read_capitals(amount_in_capitals(amount)) == amount.fen

    @given(moneys(LARGEST_BATCH * FEN_MAX))
    def test_never_says_zero_twice_or_at_an_edge(self, amount: Money) -> None:
        text = amount_in_capitals(amount)

        assert "零零" not in text
        assert not text.startswith("零")
        assert not {"零元", "零万", "零亿", "零角", "零整"} & set(map("".join, pairwise(text)))

    @given(moneys(LARGEST_BATCH * FEN_MAX))
    def test_ends_with_whole_exactly_for_whole_yuan(self, amount: Money) -> None:
        assert amount_in_capitals(amount).endswith("元整") == (amount.fen % 100 == 0)

    @given(st.integers(max_value=-1))
    def test_refuses_less_than_nothing(self, fen: int) -> None:
        with pytest.raises(ValueError, match="-¥"):
            amount_in_capitals(Money(fen))


class TestReceiptContent:
    @given(phones().filter(lambda phone: len(phone) > 7))
    def test_never_holds_a_whole_phone(self, phone: str) -> None:
        """Promise P45, whoever makes the content."""
        content = receipt_of(("王伟", phone))

        assert phone not in str(content)
        assert content.residents == (("王伟", f"{phone[:3]}****{phone[-4:]}"),)

    @given(phones())
    def test_stays_the_same_when_made_from_itself(self, phone: str) -> None:
        content = receipt_of(("王伟", phone))

        assert attrs.evolve(content, residents=content.residents) == content


def receipt_of(*residents: tuple[str, str]) -> ReceiptContent:
    return ReceiptContent(
        community_name="幸福家园",
        company_name="安居物业",
        bill_number=BillNumber("201810301522145940635"),
        address="1号楼/1层/101",
        fee_type="物业费",
        amount=Money(130_000),
        period=BillingPeriod(date(2018, 1, 2), date(2018, 12, 1)),
        residents=residents,
        imported_at=datetime(2018, 10, 30, tzinfo=UTC),
        paid_at=datetime(2018, 11, 1, tzinfo=UTC),
        channel="现金支付",
    )
