"""Addresses: only our own pages are ever led to."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_entrypoints.web.addresses import START, own_path, path_of, with_query

HOSTILE = st.lists(
    st.sampled_from(
        [
            "/",
            "\\",
            "//",
            "staff",
            "/staff/",
            ":",
            "@",
            "evil.example",
            "?",
            "#",
            "%2f",
            "\t",
            "\n",
            ".",
            "http:",
        ]
    ),
    max_size=8,
).map("".join)


class TestOwnPath:
    @pytest.mark.parametrize(
        "path", ["/staff/bills", "/staff/bills?q=%E6%9D%8E&state=paid", "/staff/password"]
    )
    def test_keeps_a_staff_page(self, path: str) -> None:
        assert own_path(path) == path

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "/sign-out",
            "//evil.example/staff/bills",
            "https://evil.example/staff/bills",
            "/\\evil.example/staff/",
            "/staff\\..\\..\\evil",
            "javascript:alert(1)//staff/",
            "/staff/bills\nSet-Cookie: a=b",
            "/staff/" + "x" * 2_000,
            "http://[/staff/",
        ],
    )
    def test_leads_home_for_anything_else(self, text: str) -> None:
        assert own_path(text) == START

    @given(HOSTILE)
    def test_never_names_a_host(self, text: str) -> None:
        path = own_path(text)

        assert path.startswith("/staff/")
        assert not urlsplit(path).netloc


class TestPathOf:
    def test_drops_the_host(self) -> None:
        assert path_of("https://website.test/staff/bills?q=1") == "/staff/bills?q=1"

    def test_of_nonsense_is_empty(self) -> None:
        assert path_of("http://[") == ""


class TestWithQuery:
    def test_leaves_empty_values_out(self) -> None:
        assert with_query("/staff/bills", [("q", ""), ("state", "paid")]) == (
            "/staff/bills?state=paid"
        )
        assert with_query("/staff/bills", [("q", "")]) == "/staff/bills"
