"""Fields and texts of providers are read without guessing, and cut without breaking characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.payment_kit.fields import MalformedMessageError, text_at, whole_at
from billing_adapters.payment_kit.texts import cut_text


class TestJson:
    @pytest.mark.parametrize("value", [None, True, 1.0, -1, "1"])
    def test_takes_nothing_for_a_whole_number_but_one(self, value: object) -> None:
        with pytest.raises(MalformedMessageError, match="count"):
            whole_at({"count": value}, "count")

    @pytest.mark.parametrize("value", [None, 1, "", "a\n", "a" * 257])
    def test_takes_nothing_for_a_text_but_one(self, value: object) -> None:
        with pytest.raises(MalformedMessageError, match="name"):
            text_at({"name": value}, "name")


class TestCutText:
    @pytest.mark.parametrize(
        ("encoding", "bytes_max", "cut"),
        [("utf-8", 8, "物业"), ("gbk", 5, "物业"), ("gbk", 6, "物业费"), ("ascii", 9, "")],
    )
    def test_counts_the_bytes_of_the_encoding(
        self, encoding: str, bytes_max: int, cut: str
    ) -> None:
        assert cut_text("物业费", bytes_max, replaced={}, encoding=encoding) == cut

    def test_replaces_what_the_provider_does_not_take(self) -> None:
        assert cut_text("a=b&c", 99, replaced={ord("="): "＝", ord("&"): None}) == "a＝bc"

    @given(st.text(), st.integers(1, 40), st.sampled_from(["utf-8", "gbk", "gb18030"]))
    def test_always_fits(self, text: str, bytes_max: int, encoding: str) -> None:
        cut = cut_text(text, bytes_max, replaced={}, encoding=encoding)

        assert len(cut.encode(encoding)) <= bytes_max
        assert not cut or cut.isprintable()
