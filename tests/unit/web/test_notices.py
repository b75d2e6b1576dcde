"""Notices travel in a cookie; only ours are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_entrypoints.web.notices import Notice, _signature, open_notice, seal_notice

SECRET = "a secret of this test, long enough"


class TestNotice:
    @given(st.text(), st.sampled_from(["done", "refused"]))
    def test_comes_back_as_it_was_sent(self, text: str, kind: str) -> None:
        notice = Notice(text.encode("utf-8", "ignore").decode(), kind)

        assert open_notice(seal_notice(notice, SECRET), SECRET) == notice

    @given(st.text(max_size=80))
    def test_written_by_somebody_else_is_ignored(self, value: str) -> None:
        assert open_notice(value, SECRET) is None

    @pytest.mark.parametrize("body", ["no base64!", "gA=="])
    def test_that_can_not_be_read_is_ignored(self, body: str) -> None:
        assert open_notice(f"{body}.{_signature(body, SECRET)}", SECRET) is None

    def test_of_another_deployment_is_ignored(self) -> None:
        assert open_notice(seal_notice(Notice("x"), SECRET), "another secret") is None

    def test_that_was_altered_is_ignored(self) -> None:
        body, _, signature = seal_notice(Notice("已保存"), SECRET).partition(".")
        other = seal_notice(Notice("请致电"), SECRET).partition(".")[0]

        assert open_notice(f"{other}.{signature}", SECRET) is None
        assert open_notice(f"{body}.", SECRET) is None
