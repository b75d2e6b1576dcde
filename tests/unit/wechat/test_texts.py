"""Texts for WeChat Pay fit its fields and its statements."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.payment_kit.texts import provider_words
from billing_adapters.wechat.texts import payable_text


class TestPayableText:
    def test_keeps_what_is_plain(self) -> None:
        assert payable_text("阳光小区 物业费", 127) == "阳光小区 物业费"

    def test_replaces_what_statements_do_not_quote(self) -> None:
        assert payable_text("物业费,`电费`\n水费", 127) == "物业费，'电费' 水费"

    def test_cuts_whole_characters(self) -> None:
        assert payable_text("物业费", 8) == "物业"

    @given(st.text(), st.integers(1, 127))
    def test_always_fits(self, text: str, bytes_max: int) -> None:
        cut = payable_text(text, bytes_max)

        assert len(cut.encode()) <= bytes_max
        assert not cut or cut.isprintable()
        assert not set(",`\n\r") & set(cut)


class TestProviderWords:
    @given(st.text() | st.none() | st.integers())
    def test_are_short_and_printable_whatever_was_sent(self, value: object) -> None:
        words = provider_words(value)

        assert len(words) <= 200
        assert not words or words.isprintable()
