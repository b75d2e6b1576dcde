"""Statements are read by the names of their columns, whole or not at all."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.payment_kit.fields import MalformedMessageError
from billing_adapters.wechat.trade_bill import (
    FILE_BYTES_MAX,
    check_ready,
    parse_trade_bill,
    unpacked,
)
from billing_domain.errors import StatementNotReadyError
from billing_domain.model.money import Money
from billing_domain.ports.payments.gateway import StatementLine
from tests.simulators.trade_bill_file import COLUMNS, SUMMARY, written

MERCHANT = "1900000109"
PAID = {
    "交易时间": "2026-11-20 12:00:00",
    "公众账号ID": "wx8888888888888888",
    "商户号": MERCHANT,
    "微信订单号": "4200000000000000000000000001",
    "商户订单号": "20261120120000000000000001",
    "交易状态": "SUCCESS",
    "应结订单金额": "1299.00",
    "商品名称": "物业费",
    "订单金额": "1300.00",
    "申请退款金额": "0.00",
}
REFUNDED = {
    **PAID,
    "交易状态": "REFUND",
    "微信退款单号": "5000000000000000000000000001",
    "商户退款单号": "20261120130000000000000001",
    "退款金额": "299.00",
    "退款状态": "PROCESSING",
    "订单金额": "0.00",
    "申请退款金额": "300.00",
}
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


class TestParsing:
    def test_reads_payments_and_refunds(self) -> None:
        paid, refunded = parsed(statement(PAID, REFUNDED))

        assert (paid.order, paid.refund) == (PAID["商户订单号"], None)
        assert (paid.provider_number, paid.amount, paid.at) == (
            PAID["微信订单号"],
            Money(130_000),
            NOON,
        )
        assert (refunded.order, refunded.refund) == (PAID["商户订单号"], REFUNDED["商户退款单号"])
        assert (refunded.provider_number, refunded.amount) == (
            REFUNDED["微信退款单号"],
            Money(30_000),
        )

    def test_reads_a_statement_of_nothing_but_its_frame(self) -> None:
        assert parsed(statement()) == []

    @pytest.mark.parametrize("columns", [COLUMNS, ",".join(reversed(COLUMNS.split(",")))])
    def test_reads_columns_in_any_order(self, columns: str) -> None:
        (line,) = parsed(statement(PAID, columns=columns))

        assert line.amount == Money(130_000)

    def test_reads_the_columns_of_old_merchants(self) -> None:
        columns = (
            "交易时间,商户号,微信订单号,商户订单号,交易状态,总金额,企业红包金额,微信退款单号,商户退款单号,"
            "退款金额,商品名称"
        )

        paid, refunded = parsed(
            statement({**PAID, "总金额": "1300.00"}, REFUNDED, columns=columns)
        )

        assert paid.amount == Money(130_000)
        assert refunded.amount == Money(29_900)

    def test_reads_when_a_refund_was_asked_for(self) -> None:
        row = {**REFUNDED, "退款申请时间": "2026-11-20 13:00:00"}

        (line,) = parsed(statement(row, columns=f"{COLUMNS},退款申请时间,退款成功时间"))

        assert line.at == NOON.replace(hour=5)

    def test_leaves_out_a_refund_that_failed(self) -> None:
        assert not parsed(statement({**REFUNDED, "退款状态": "FAIL"}))

    @pytest.mark.parametrize(
        "name", ["物业费,电费", "a,b,c,d,,", "`,`", "日历,`2027", "”“,\u2028"]
    )
    def test_reads_past_texts_that_nobody_quoted(self, name: str) -> None:
        (line,) = parsed(statement({**PAID, "商品名称": name}))

        assert line.amount == Money(130_000)

    def test_needs_no_mark_in_front_and_no_windows_line_ends(self) -> None:
        plain = statement(PAID).decode("utf-8-sig").replace("\r\n", "\n").encode()

        assert parsed(plain) == parsed(statement(PAID))

    @given(
        fen=st.lists(st.integers(1, 99_999_999_99), max_size=6),
        names=st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    )
    def test_reads_every_amount_exactly(self, fen: list[int], names: str) -> None:
        rows = [
            {**PAID, "订单金额": f"{Decimal(one).scaleb(-2):.2f}", "商品名称": names}
            for one in fen
        ]

        assert [line.amount.fen for line in parsed(statement(*rows))] == fen


class TestADamagedStatement:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\xff\xfe",
            COLUMNS.encode(),
            b"header only\n",
            gzip.compress(b"x", mtime=0),
        ],
    )
    def test_is_refused_when_it_is_none(self, content: bytes) -> None:
        with pytest.raises(MalformedMessageError):
            parsed(content)

    @pytest.mark.parametrize(
        "changes",
        [
            {"商户号": "1900000110"},
            {"交易状态": "SOMETHING_NEW"},
            {"订单金额": "1,300.00"},
            {"订单金额": "-1.00"},
            {"订单金额": "1.005"},
            {"订单金额": "１.00"},
            {"交易时间": "2026/11/20 12:00:00"},
            {"交易时间": ""},
        ],
    )
    def test_is_refused_for_one_strange_row(self, changes: dict[str, str]) -> None:
        with pytest.raises(MalformedMessageError):
            parsed(statement(PAID, {**PAID, **changes}))

    @pytest.mark.parametrize(
        "missing", ["商户号", "商户订单号", "微信订单号", "交易状态", "交易时间"]
    )
    def test_is_refused_without_a_column_that_counts(self, missing: str) -> None:
        columns = ",".join(name for name in COLUMNS.split(",") if name != missing)

        with pytest.raises(MalformedMessageError):
            parsed(statement(PAID, columns=columns))

    @pytest.mark.parametrize(
        ("old", "new"), [("`2026-11-20", "2026-11-20"), (",`物业费", ""), (",`SUCCESS", "")]
    )
    def test_is_refused_for_a_row_of_another_shape(self, old: str, new: str) -> None:
        with pytest.raises(MalformedMessageError):
            parsed(statement(PAID).replace(old.encode(), new.encode()))

    def test_is_refused_when_rows_are_missing(self) -> None:
        lines = statement(PAID, REFUNDED).splitlines(keepends=True)

        with pytest.raises(MalformedMessageError):
            parsed(b"".join([lines[0], lines[1], *lines[3:]]))

    @given(st.data())
    def test_is_never_read_in_part(self, data: st.DataObject) -> None:
        """Wherever the file is cut, either nothing is read or all of it."""
        whole = statement(PAID, REFUNDED)
        cut = whole[: data.draw(st.integers(0, len(whole)))]

        try:
            lines = parsed(cut)
        except MalformedMessageError:
            return
        assert lines == parsed(whole)

    @given(content=st.binary())
    def test_is_refused_in_one_way(self, content: bytes) -> None:
        with pytest.raises(MalformedMessageError):
            parsed(content)


class TestUnpacking:
    def test_returns_what_was_packed(self) -> None:
        assert unpacked(gzip.compress(b"statement", mtime=0)) == b"statement"

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"plain",
            zlib.compress(b"not gzip"),
            gzip.compress(b"statement", mtime=0)[:-4],
            gzip.compress(b"statement", mtime=0) + b"more",
        ],
    )
    def test_refuses_what_is_damaged(self, content: bytes) -> None:
        with pytest.raises(MalformedMessageError):
            unpacked(content)

    def test_refuses_what_unpacks_too_large(self) -> None:
        packer = zlib.compressobj(wbits=31)
        piece = bytes(1024 * 1024)
        packed = b"".join(packer.compress(piece) for _ in range(FILE_BYTES_MAX // len(piece) + 1))

        with pytest.raises(MalformedMessageError):
            unpacked(packed + packer.flush())


class TestReadiness:
    def test_begins_at_ten_of_the_next_day_in_shanghai(self) -> None:
        day = date(2026, 11, 20)

        check_ready(day, datetime(2026, 11, 21, 2, 0, tzinfo=UTC))
        with pytest.raises(StatementNotReadyError):
            check_ready(day, datetime(2026, 11, 21, 1, 59, 59, tzinfo=UTC))


def statement(*rows: dict[str, str], columns: str = COLUMNS) -> bytes:
    cells = [[row.get(name, "") for name in columns.split(",")] for row in rows]
    return written(columns, cells, SUMMARY, [str(len(rows)), *["0.00"] * 6])


def parsed(content: bytes) -> list[StatementLine]:
    return list(parse_trade_bill(content, merchant=MERCHANT))
