"""Receipts as PDFs, read back by another library (rule 6, promises P28, P44, P45)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pypdf
import pytest
from hypothesis import given, settings

from billing_adapters.documents.receipts.form import REMARK_LINES_MAX, RESIDENTS_MAX, printable
from billing_adapters.documents.receipts.receipt_writer import PdfReceiptWriter
from billing_domain.errors import GlyphMissingError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.money import FEN_MAX, Money
from billing_domain.model.payments.receipt import ReceiptContent, amount_in_capitals
from billing_domain.model.period import BillingPeriod
from billing_domain.testing.strategies import receipt_contents

WRITER = PdfReceiptWriter()
TODAY = date(2026, 11, 23)
A4_POINTS = (595, 842)
CONTENT = ReceiptContent(
    community_name="幸福家园",
    company_name="上海安居物业管理有限公司",
    bill_number=BillNumber("201810301522145940635"),
    external_number="LX-0042",
    address="1号楼/1层/101",
    fee_type="物业费",
    amount=Money(130_005),
    period=BillingPeriod(date(2018, 1, 2), date(2018, 12, 1)),
    residents=(("王伟", "13812344613"), ("李芳", "13998765432")),
    imported_at=datetime(2018, 10, 30, 7, 22, 14, tzinfo=UTC),
    paid_at=datetime(2018, 10, 31, 16, 30, tzinfo=UTC),
    channel="Pos机刷卡",
    payer_name="王伟",
    voucher_number="POS-7781",
    remark="第一行\n第二行",
)

FACTS = [
    *["幸福家园收款收据", "打印日期：2026年11月23日", "单号：201810301522145940635"],
    *["房屋地址", "1号楼/1层/101", "缴费类型", "物业费", "费用金额", "¥1,300.05"],
    *["费用时段", "2018-01-02", "至 2018-12-01", "状态", "已支付"],
    *["金额大写", "人民币壹仟叁佰元零伍分", "住户/电话"],
    "王伟 138****4613；李芳 139****5432",
    *["导入时间", "2018-10-30 15:22:14", "物业系统单号", "LX-0042"],
    *["支付时间", "2018-11-01 00:30:00", "支付渠道", "Pos机刷卡"],
    *["支付人姓名", "凭证/流水号", "POS-7781", "备注", "第一行", "第二行"],
    *["收款单位", "(盖章)", "上海安居物业管理有限公司"],
]


class TestOneReceipt:
    def test_says_every_fact(self) -> None:
        drawn = lines_of(CONTENT)

        assert [text for text in FACTS if text not in drawn] == []

    def test_says_the_same_on_another_day_but_for_that_day(self) -> None:
        before, after = (page_texts([CONTENT], day)[0] for day in (TODAY, date(2026, 11, 24)))

        assert after != before
        assert after.replace("2026年11月24日", "2026年11月23日") == before

    def test_shows_dashes_for_what_is_missing(self) -> None:
        bare = attrs.evolve(
            CONTENT,
            external_number=None,
            residents=(),
            payer_name="",
            voucher_number=" ",
            remark="",
        )

        assert lines_of(CONTENT).count("--") == 0
        assert lines_of(bare).count("--") == 5

    def test_is_one_page_of_a4_with_a_title(self) -> None:
        document = read(WRITER.write([CONTENT], printed_on=TODAY))
        [page] = document.pages

        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4_POINTS
        assert document.metadata is not None
        assert document.metadata.title == "幸福家园收款收据"

    def test_has_the_same_bytes_every_time(self) -> None:
        first, second = (WRITER.write([CONTENT], printed_on=TODAY) for _ in range(2))

        assert first == second
        assert first != WRITER.write([CONTENT], printed_on=date(2026, 11, 24))

    @pytest.mark.parametrize(
        "text", ["<script>alert(1)</script>", "(Tj) \\051 \\) ET", "=1+1", "𠂇 㛃 镕 〇 ·"]
    )
    def test_shows_hostile_and_rare_text_as_it_is(self, text: str) -> None:
        """Promise P44."""
        assert text in lines_of(attrs.evolve(CONTENT, remark=text))

    @settings(max_examples=12)
    @given(receipt_contents())
    def test_says_everything_or_names_what_it_can_not(self, content: ReceiptContent) -> None:
        """Promise P28: never a blank. What is named is replaced until nothing is."""
        while isinstance(said := said_or_refused(content), GlyphMissingError):
            assert said.character in said.text
            assert said.number == content.bill_number
            content = without(content, said.character)

        assert all(solid(printable(fact)) in said for fact in facts_of(content)), said


class TestAMissingGlyph:
    @pytest.mark.parametrize("field", ["remark", "address", "payer_name", "company_name"])
    @pytest.mark.parametrize("character", ["𠮷", "😀", "ع", "\u0600"])
    def test_is_named_with_its_bill(self, field: str, character: str) -> None:
        """Promise P28."""
        change: dict[str, Any] = {field: f"王{character}"}
        broken = attrs.evolve(CONTENT, **change)

        with pytest.raises(GlyphMissingError) as caught:
            WRITER.write([CONTENT, broken], printed_on=TODAY)

        assert caught.value.facts == {
            "character": character,
            "text": f"王{character}",
            "number": CONTENT.bill_number,
        }

    def test_is_found_in_the_title_and_among_residents(self) -> None:
        changes: list[dict[str, Any]] = [
            {"community_name": "𠮷园"},
            {"residents": [("李芳", ""), ("𠮷田", "")]},
        ]
        for change in changes:
            with pytest.raises(GlyphMissingError, match="𠮷"):
                WRITER.write([attrs.evolve(CONTENT, **change)], printed_on=TODAY)

    def test_is_no_character_that_never_shows(self) -> None:
        hidden = attrs.evolve(CONTENT, remark="\ufeff备\u200b注\u202e写\ufe0f在\u00a0这\t里")

        assert "备注写在 这 里" in lines_of(hidden)


class TestLongTexts:
    def test_stay_whole_and_on_the_page(self) -> None:
        """The longest of everything that the model lets in."""
        longest = attrs.evolve(
            CONTENT,
            community_name="翠" * 50,
            company_name="安" * 50,
            address="幸福家园一期/" * 17,
            external_number="L" * 64,
            amount=Money(FEN_MAX),
            residents=tuple(("阿" * 30, "13812344613") for _ in range(RESIDENTS_MAX)),
            payer_name="王" * 30,
            voucher_number="4" * 64,
            remark="\n".join(["很长的备注" * 8] * REMARK_LINES_MAX),
        )
        [page] = read(WRITER.write([longest], printed_on=TODAY)).pages

        assert all(solid(fact) in solid(page.extract_text()) for fact in facts_of(longest))
        assert lowest_baseline(page) > 56

    def test_of_one_remark_run_on_when_it_has_too_many_lines(self) -> None:
        tall = attrs.evolve(CONTENT, remark="\n".join("甲" * 250))
        [page] = read(WRITER.write([tall], printed_on=TODAY)).pages

        assert solid("甲" * 250) in solid(page.extract_text())
        assert lowest_baseline(page) > 56

    def test_count_residents_who_are_too_many_to_name(self) -> None:
        crowd = tuple((f"住户{number}号", "") for number in range(RESIDENTS_MAX + 5))
        [text] = page_texts([attrs.evolve(CONTENT, residents=crowd)])

        assert f"住户{RESIDENTS_MAX - 1}号 等{RESIDENTS_MAX + 5}人" in text
        assert f"住户{RESIDENTS_MAX}号" not in text


class TestABatch:
    def test_has_a_page_for_each_bill_in_order(self) -> None:
        batch = [
            attrs.evolve(
                CONTENT, bill_number=BillNumber(f"2018{number:017}"), amount=Money(number + 1)
            )
            for number in range(50)
        ]
        texts = page_texts(batch)

        assert len(texts) == 50
        for content, text in zip(batch, texts, strict=True):
            assert f"单号：{content.bill_number}" in text
            assert amount_in_capitals(content.amount) in text

    def test_says_in_its_title_how_many_there_are(self) -> None:
        metadata = read(WRITER.write([CONTENT] * 3, printed_on=TODAY)).metadata

        assert metadata is not None
        assert metadata.title == "幸福家园收款收据等3张"

    def test_is_never_empty(self) -> None:
        with pytest.raises(ValueError, match=r"\[\]"):
            WRITER.write([], printed_on=TODAY)


def said_or_refused(content: ReceiptContent) -> str | GlyphMissingError:
    try:
        return solid(page_texts([content])[0])
    except GlyphMissingError as error:
        return error


def without(content: ReceiptContent, character: str) -> ReceiptContent:
    """Return the receipt with a character of the font in place of one that it lacks."""
    changed: dict[str, Any] = {
        name: text.replace(character, "字")
        for name, text in attrs.asdict(content, recurse=False).items()
        if isinstance(text, str)
    }
    people = [(name.replace(character, "字"), phone) for name, phone in content.residents]
    return attrs.evolve(content, **changed, residents=people)


def facts_of(content: ReceiptContent) -> list[str]:
    people = [text for pair in content.residents for text in pair if text]
    return [
        *[content.community_name, content.company_name, content.bill_number, content.address],
        *[content.external_number or "--", content.fee_type, str(content.amount), *people],
        *[content.channel, content.payer_name, content.voucher_number],
        *[content.period.first_day.isoformat(), content.period.last_day.isoformat()],
        content.remark,
    ]


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def page_texts(receipts: Sequence[ReceiptContent], day: date = TODAY) -> list[str]:
    document = read(WRITER.write(receipts, printed_on=day))
    return [page.extract_text() for page in document.pages]


def lines_of(content: ReceiptContent) -> list[str]:
    """Return the texts as they were drawn, one for each line of a cell."""
    drawn: list[str] = []
    [page] = read(WRITER.write([content], printed_on=TODAY)).pages
    page.extract_text(visitor_text=lambda text, *_: drawn.append(text))
    return [line.strip() for text in drawn for line in text.split("\n") if line.strip()]


def lowest_baseline(page: pypdf.PageObject) -> float:
    """Return how far above the page's lower edge its last line stands, in points."""
    heights: list[float] = []

    def note(text: str, _: Any, place: list[float], *__: Any) -> None:
        if text.strip():
            heights.append(place[5])

    page.extract_text(visitor_text=note)
    return min(heights)


def solid(text: str) -> str:
    """Return a text without blanks and line ends, which wrapping may move."""
    return "".join(text.split())
