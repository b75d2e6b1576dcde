"""How searched texts are compared (rule 2.9, promise P42)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.search_text import SEARCH_LENGTH_MAX, fold_search_text, search_needle


class TestFoldSearchText:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            *[("ＡＢＣ公司", "abc公司"), ("１２号楼", "12号楼"), ("\u3000王伟 ", "王伟")],
            *[("王\x00伟\n", "王伟"), ("Straße", "strasse"), ("100%_\\'", "100%_\\'")],
        ],
    )
    def test_takes_width_case_and_unprintable_characters_away(
        self, text: str, folded: str
    ) -> None:
        assert fold_search_text(text) == folded

    @given(st.text())
    def test_leaves_nothing_that_no_database_could_compare(self, text: str) -> None:
        folded = fold_search_text(text)

        assert folded.isprintable()
        assert folded == folded.strip()
        assert folded.encode().decode() == folded


class TestSearchNeedle:
    @given(st.text(max_size=SEARCH_LENGTH_MAX))
    def test_is_the_folded_text(self, text: str) -> None:
        assert search_needle(f"  {text}") == fold_search_text(text)

    def test_is_cut_before_it_is_folded(self) -> None:
        """A megabyte costs nothing."""
        assert search_needle(" " * 100 + "楼" * 1_000_000) == "楼" * SEARCH_LENGTH_MAX
