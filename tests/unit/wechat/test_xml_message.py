"""Version 2's XML: flat, and nothing in it grows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.payment_kit.fields import MalformedMessageError
from billing_adapters.wechat.xml_message import read_message, write_message
from tests.simulators.v2_envelope import from_xml, to_xml

NAMES = st.from_regex(r"[a-zA-Z_][a-zA-Z_0-9]{0,12}", fullmatch=True)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30
)


class TestMessages:
    @given(st.dictionaries(NAMES, TEXTS))
    def test_read_as_they_were_written(self, fields: dict[str, str]) -> None:
        assert read_message(write_message(fields)) == fields

    @given(st.dictionaries(NAMES, TEXTS))
    def test_mean_to_another_parser_what_they_mean_to_us(self, fields: dict[str, str]) -> None:
        assert from_xml(write_message(fields)) == fields

    @given(st.dictionaries(NAMES, TEXTS.filter(lambda text: "]]>" not in text)))
    def test_in_cdata_are_read(self, fields: dict[str, str]) -> None:
        assert read_message(to_xml(fields)) == fields

    def test_may_have_another_root(self) -> None:
        assert read_message(b"<root><a>1</a></root>", root="root") == {"a": "1"}

    @pytest.mark.parametrize(
        "content",
        [
            b"<root><a>1</a></root>",
            b"<xml><a><b>1</b></a></xml>",
            b"<xml><a>1</a><a>2</a></xml>",
            b"<xml a='1'></xml>",
            b"<xml><a b='1'>1</a></xml>",
            b"<xml></xml><xml></xml>",
            b"<!DOCTYPE xml><xml></xml>",
            b"<xml>&unknown;</xml>",
            "<?xml version='1.0' encoding='GBK'?><xml><a>费</a></xml>".encode("gbk"),
            b"<?xml version='1.0' encoding='ISO-8859-1'?><xml><a>\xe9</a></xml>",
            b"<xml>" + b"<a/>" * 3,
            b"<xml>" + b"x" * 300_000 + b"</xml>",
        ],
        ids=lambda content: f"{content[:30]!r}",
    )
    def test_of_any_other_form_are_refused(self, content: bytes) -> None:
        with pytest.raises(MalformedMessageError):
            read_message(content)
