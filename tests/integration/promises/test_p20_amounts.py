"""P20: any amount becomes whole fen, rounded once and half up, and no float is in the way."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Float, Numeric

from billing_adapters.sql.tables import METADATA
from tests.databases import ONE_KIND
from tests.website import Visitor, Website
from tests.workbooks import xls_of_rows, xlsx_of
from tests.world import HEADER

AMOUNTS: Sequence[tuple[str | float, int]] = [
    ("0.005", 1),
    (0.005, 1),
    ("2.675", 268),
    (2.675, 268),
    (1.005, 101),
    ("0.125", 13),
    ("1300", 130_000),
    ("１３００", 130_000),
    ("¥1,300.00", 130_000),
    ("99999999.99", 9_999_999_999),
]
UNUSABLE: Sequence[str | float] = [
    "0",
    0,
    "-1",
    -1,
    "0.004",
    "1e309",
    "NaN",
    "Infinity",
    "100000000",
    "一千三",
    "1,3",
]


class TestP20Amounts:
    @pytest.mark.parametrize("write", [xlsx_of, xls_of_rows])
    def test_p20_become_whole_fen(self, site: Website, boss: Visitor, write: object) -> None:
        assert callable(write)
        preview = site.send(boss, write(sheet(*[amount for amount, _ in AMOUNTS])))
        boss.post(f"{preview.request.url.path}/batch", {"confirm_warnings": "1"})

        assert site.amounts() == [fen for _, fen in AMOUNTS]
        assert {type(fen) for fen in site.amounts()} == {int}

    def test_p20_would_be_wrong_with_floats(self) -> None:
        """The control: what rounding a binary number makes of the same texts."""
        naive = [round(float(text) * 100) for text in ("0.005", "2.675", "1.005")]

        assert naive == [0, 268, 100] != [1, 268, 101]
        assert f"{2.675:.2f}" == "2.67"

    @ONE_KIND
    def test_p20_are_refused_when_unusable(self, site: Website, boss: Visitor) -> None:
        for amount in UNUSABLE:
            preview = site.send(boss, xlsx_of(sheet(amount)))
            answer = boss.post(f"{preview.request.url.path}/batch", {"confirm_warnings": "1"})

            assert answer.status_code == 422, amount
            assert "费用金额" in answer.text, amount
        assert site.amounts() == []

    def test_p20_are_whole_numbers_in_every_table(self) -> None:
        kinds = {
            f"{table.name}.{column.name}": column.type
            for table in METADATA.sorted_tables
            for column in table.columns
        }

        assert {name for name, kind in kinds.items() if isinstance(kind, Float | Numeric)} == set()
        assert "billing_bills.amount_fen" in kinds


def sheet(*amounts: str | float) -> list[Sequence[object]]:
    """Rows of one amount each, every one for a month of its own."""
    months = [f"2026年{number}月" for number in range(1, len(amounts) + 1)]
    return [
        HEADER,
        *[
            ("1号楼/1单元/101", "水费", amount, month, month, "")
            for amount, month in zip(amounts, months, strict=True)
        ],
    ]
