"""Lines of Chinese text: never too wide, nothing lost, no stray punctuation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.documents.receipts.line_breaks import broken_lines

TEXTS = st.text("物业费 ABC-1，。（）\n", max_size=60)
WIDTHS = st.integers(1, 12)


def width(text: str) -> float:
    """Latin is half as wide as Chinese."""
    return sum(0.5 if char.isascii() else 1 for char in text)


class TestBrokenLines:
    @given(TEXTS, WIDTHS)
    def test_are_never_too_wide(self, text: str, width_max: int) -> None:
        assert all(width(line) <= width_max for line in broken_lines(text, width_max, width))

    @given(TEXTS, WIDTHS)
    def test_lose_nothing_but_blanks_and_keep_line_ends(self, text: str, width_max: int) -> None:
        lines = broken_lines(text, width_max, width)

        assert "".join("".join(lines).split()) == "".join(text.split())
        assert len(lines) >= text.count("\n") + 1

    @given(TEXTS)
    def test_are_those_of_the_text_where_there_is_room(self, text: str) -> None:
        lines = broken_lines(text, 100, width)

        assert lines == [line.rstrip() for line in text.split("\n")]

    def test_keep_latin_words_and_numbers_whole(self) -> None:
        assert broken_lines("单号LX-2018号", 5, width) == ["单号", "LX-2018号"[:7] + "号"]

    def test_break_a_word_that_fits_on_no_line(self) -> None:
        assert broken_lines("x" * 10, 3, width) == ["x" * 6, "x" * 4]

    def test_do_not_start_with_what_closes_or_end_with_what_opens(self) -> None:
        assert broken_lines("物业费，水费", 3, width) == ["物业", "费，水", "费"]
        assert broken_lines("物业（费）", 3, width) == ["物业", "（费）"]

    def test_start_with_no_blank(self) -> None:
        assert broken_lines("物业费 水费", 3, width) == ["物业费", "水费"]
