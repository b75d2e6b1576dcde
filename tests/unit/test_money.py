"""Money: read from what people write, rounded half up once, never through floats.

Rule 3.7, promise P20: any amount becomes whole fen, exactly or not at all.
"""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import AmountError
from billing_domain.model.money import FEN_MAX, Money, decimal_text
from billing_domain.model.sheet import Cell
from billing_domain.testing.strategies import Written, moneys, unreadable_amounts, written_amounts

PIECES = [*"¥￥元 \n\u200b-%.,．", "1", "300", "１２", "0.5", "1,300"]


class TestParse:
    @given(written_amounts())
    def test_reads_every_way_to_write_an_amount(self, written: Written[Money]) -> None:
        assert Money.parse(written.cell) == written.means  # type: ignore[arg-type]

    @given(st.from_regex(r"[0-9]{0,12}\.?[0-9]{0,40}", fullmatch=True))
    def test_agrees_with_exact_fractions(self, text: str) -> None:
        """An independent computation: half of a fen goes up, whatever the number of digits."""
        exact = exact_fen(text)
        if exact is None or not 1 <= exact <= FEN_MAX:
            with pytest.raises(AmountError):
                Money.parse(text)
        else:
            assert Money.parse(text).fen == exact

    @given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
    def test_accepts_no_text_but_one_number_and_means_that_number(self, text: str) -> None:
        """An independent reading: the digits as they stand, thousands in threes."""
        try:
            fen = Money.parse(text).fen
        except AmountError:
            return
        plain = unicodedata.normalize("NFKC", text).replace("\u200b", "")
        (number,) = re.findall(r"[0-9.,]+", plain)
        whole, _, _ = number.partition(".")

        assert fen == exact_fen(number.replace(",", ""))
        assert {len(group) for group in whole.split(",")[1:]} <= {3}
        assert not set(plain) & set("%-")

    @given(st.decimals(places=4, min_value=0, max_value=1_000_000))
    def test_reads_a_number_cell_as_the_text_it_shows(self, number: Decimal) -> None:
        def fen(value: str | float | Decimal) -> int | str:
            try:
                return Money.parse(value).fen
            except AmountError as error:
                return error.reason

        assert fen(float(number)) == fen(number) == fen(format(number, "f"))

    @pytest.mark.parametrize(
        ("value", "fen"),
        [
            *[(1.005, 101), (0.125, 13), (2.675, 268), (0.005, 1), ("0.005", 1), (1300, 130_000)],
            *[("1,300.00", 130_000), ("¥1,300", 130_000), ("￥１，３００．５", 130_050)],
            *[
                ("１３００", 130_000),
                (" 12 \t", 1_200),
                ("1300元", 130_000),
                ("¥ 1,300.5 元", 130_050),
                ("\u200b1300\ufeff", 130_000),
                (".5", 50),
                ("5.", 500),
            ],
            *[("99999999.99", FEN_MAX), (99_999_999.99, FEN_MAX), ("99999999.994999", FEN_MAX)],
            *[("0012.30", 1_230), (Decimal("1E+3"), 100_000), (1e-2, 1), (1300.0, 130_000)],
            *[("0.00" + "4" * 27 + "5", None), ("0.0049999999999999999999999999999", None)],
        ],
    )
    def test_knows_the_traps(self, value: str | float | Decimal, fen: int | None) -> None:
        if fen is None:
            with pytest.raises(AmountError):
                Money.parse(value)
        else:
            assert Money.parse(value) == Money(fen)

    @given(unreadable_amounts())
    def test_refuses_what_is_no_amount_of_a_bill(self, cell: Cell) -> None:
        with pytest.raises(AmountError):
            Money.parse(cell)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            *[("", "format"), ("一千", "format"), ("1,30", "format"), ("元", "format")],
            *[("1,3000", "format"), (",300", "format"), ("1.2.3", "format"), ("--1", "format")],
            *[("¥-1", "format"), ("+1", "format"), ("1e3", "format"), ("5²", "format")],
            *[("٣", "format"), ("①", "format"), ("1_000", "format"), ("0x1", "format")],
            *[(float("nan"), "format"), (1e309, "format"), ("9" * 65, "format")],
            *[("100 200", "two_numbers"), ("100\n200", "two_numbers"), ("1 300", "two_numbers")],
            *[("100, 200", "two_numbers"), ("12%", "percent"), ("１２％", "percent")],
            *[("0", "not_positive"), (0, "not_positive"), ("0.004", "not_positive")],
            *[("-1", "not_positive"), ("-¥1", "not_positive"), (-0.01, "not_positive")],
            *[("100000000", "too_large"), ("99999999.995", "too_large"), ("9" * 40, "too_large")],
            *[(10**50, "too_large"), (1e22, "too_large")],
        ],
    )
    def test_says_why(self, value: str | float, reason: str) -> None:
        with pytest.raises(AmountError) as error:
            Money.parse(value)

        assert error.value.reason == reason

    def test_repeats_no_more_than_64_characters(self) -> None:
        for text in ("x" * 1_000, "0" + " " * 1_000):
            with pytest.raises(AmountError) as error:
                Money.parse(text)

            assert len(error.value.text) == 64


class TestMoney:
    @pytest.mark.parametrize(
        ("fen", "text"),
        [
            *[(1, "¥0.01"), (130_000, "¥1,300.00"), (FEN_MAX, "¥99,999,999.99"), (0, "¥0.00")],
            *[(-5, "-¥0.05"), (-130_000, "-¥1,300.00")],
        ],
    )
    def test_reads_as_people_write_it(self, fen: int, text: str) -> None:
        assert str(Money(fen)) == text

    @given(moneys())
    def test_is_read_back_from_its_text(self, amount: Money) -> None:
        assert Money.parse(str(amount)) == Money.parse(amount.yuan) == amount

    @given(st.lists(moneys()))
    def test_adds_up(self, amounts: list[Money]) -> None:
        total = Money.total(amounts)

        assert total.fen == sum(amount.fen for amount in amounts)
        for amount in amounts:
            total = total - amount
        assert total == Money(0)

    @given(moneys(), moneys())
    def test_is_ordered_by_size(self, one: Money, other: Money) -> None:
        assert (one < other) is (one.fen < other.fen)
        assert one + other > max(one, other)

    @given(moneys())
    def test_has_two_decimals_in_yuan(self, amount: Money) -> None:
        assert amount.yuan * 100 == amount.fen
        assert amount.yuan.as_tuple().exponent == -2

    @pytest.mark.parametrize("fen", [1.0, "1", Decimal(1), None])
    def test_is_made_of_whole_fen(self, fen: object) -> None:
        with pytest.raises(TypeError):
            Money(fen)  # type: ignore[arg-type]


class TestDecimalText:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            *[(1.005, "1.005"), (0.1 + 0.2, "0.3"), (1300.0, "1300"), (1e21, "1" + "0" * 21)],
            *[(1e-7, "0.0000001"), (13812344613.0, "13812344613"), (7, "7"), ("x", "x")],
            (Decimal("1E+2"), "100"),
        ],
    )
    def test_is_what_a_spreadsheet_shows(self, value: str | float | Decimal, text: str) -> None:
        """A phone number that became a number cell keeps its digits."""
        assert decimal_text(value) == text


def exact_fen(text: str) -> int | None:
    """Return the amount in fen by fractions, None for a text that is no number."""
    if not text.strip("."):
        return None
    whole, _, part = text.partition(".")
    fen = Fraction(int(whole + part or "0"), 10 ** len(part)) * 100
    return int(fen + Fraction(1, 2))
