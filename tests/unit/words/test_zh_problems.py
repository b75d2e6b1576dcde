"""What is wrong with a sheet: what was read, where, and what to do next."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.documents.reading import file_kinds
from billing_domain.errors import AmountError, DateTextError, SheetRefusedError
from billing_domain.model.folding import half_width, without_invisible
from billing_domain.model.period import DateForm
from billing_domain.model.sheet import RowProblem, Severity
from billing_domain.words.zh import problem_sentence, sentence
from billing_domain.words.zh_problems import QUOTED_MAX, named_invisible


def said(code: str, **facts: Any) -> str:
    return problem_sentence(RowProblem(2, "", Severity.ERROR, code, facts))


class TestInvisibleCharacters:
    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("1号楼", "1号楼"),
            ("1\u200b号楼\ufeff", "1⟨零宽空格⟩号楼⟨字节序标记⟩"),
            ("a\u2066b\x07", "a⟨U+2066⟩b⟨U+0007⟩"),
            ("第一行\n第二行", "第一行\n第二行"),
        ],
    )
    def test_are_named(self, text: str, named: str) -> None:
        assert named_invisible(text) == named

    def test_are_named_in_sentences(self) -> None:
        assert "“1\u200b2x”" not in sentence(AmountError(text="1\u200b2x", reason="format"))
        assert "1⟨零宽空格⟩2x" in sentence(AmountError(text="1\u200b2x", reason="format"))

    @given(st.text())
    def test_are_folded_once_and_for_all(self, text: str) -> None:
        folded = without_invisible(half_width(text))

        assert without_invisible(half_width(folded)) == folded
        assert without_invisible(f"\u200b{folded}\u2060") == folded


class TestAmounts:
    @pytest.mark.parametrize("reason", ["format", "two_numbers", "percent", "date", "too_large"])
    def test_are_quoted(self, reason: str) -> None:
        assert "12 x" in sentence(AmountError(text="12 x", reason=reason))


class TestLongTexts:
    def test_are_quoted_by_their_beginning(self) -> None:
        told = said("house_not_found", text="楼" * 10_000, candidates=())

        assert told == f"小区里没有房屋“{'楼' * QUOTED_MAX}…”"


class TestDates:
    def test_name_the_forms_that_the_template_takes(self) -> None:
        forms = tuple(form.name for form in DateForm)

        assert "“2019-12-05”" in sentence(DateTextError(text="x", reason="format", forms=forms))


class TestRows:
    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ((3,), "第 3 行"),
            ((3, 4), "第 3-4 行"),
            ((3, 5, 6, 7, 9), "第 3、5-7、9 行"),
            (tuple(range(1, 99, 2)), "第 1、3、5、7、9、11、13、15、17、19等 49 行"),
        ],
    )
    def test_are_named_in_runs(self, rows: tuple[int, ...], words: str) -> None:
        assert said("rows_hidden", rows=rows).startswith(f"{words}是隐藏行")
        assert words in said("content_without_header", column="G", rows=rows, text="x")


class TestProblems:
    @pytest.mark.parametrize("kind", ["date", "time", "number", "truth", "error"])
    def test_say_what_an_address_is_instead(self, kind: str) -> None:
        assert "不是地址" in said("address_is_value", kind=kind, text="x")

    def test_quote_an_address_without_candidates(self) -> None:
        assert said("house_not_found", text="x", candidates=()) == "小区里没有房屋“x”"
        assert "“x”：a、b" in said("house_ambiguous", text="x", candidates=("a", "b"))


class TestFiles:
    def test_are_told_by_what_they_are_and_what_to_do(self) -> None:
        kinds = {kind for kind, _ in (*file_kinds.BEGINNINGS, *file_kinds.ZIP_PARTS)}
        usual = sentence(SheetRefusedError(reason="not_a_spreadsheet"))

        for kind in kinds | {"html"}:
            words = sentence(SheetRefusedError(reason="not_a_spreadsheet", detail=kind))
            assert words != usual
            assert "上传" in words

    def test_name_the_sheet_that_was_read(self) -> None:
        error = SheetRefusedError(reason="header_not_found", sheet="说明", read="请先读", row=1)

        assert "工作表“说明”" in sentence(error)
        assert "“请先读”" in sentence(error)
