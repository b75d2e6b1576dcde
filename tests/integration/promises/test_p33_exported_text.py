"""P33: what people wrote is exported as text, never as a formula, and numbers keep every digit."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from sqlalchemy import update

from billing_adapters.sql.tables.bills import bills
from tests.integration.bills.test_exports import export
from tests.website import Visitor, Website

STARTS = ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"]
FORMULA = 'HYPERLINK("http://evil.example","x")'
PHONE = "13812344613"


class TestP33ExportedText:
    def test_p33_is_no_formula(self, site: Website, boss: Visitor) -> None:
        texts = {start + FORMULA for start in STARTS}
        (house,) = site.add_houses(site.community, "=1号楼/101")
        site.add_resident("=cmd|' /C calc'!A0", PHONE, house)
        for text, number in zip(texts, site.water_bills(len(STARTS)), strict=True):
            put = update(bills).where(bills.c.number == number).values(remark=text)
            with site.database.engine.begin() as connection:  # uncleaned, as it may come to be
                connection.execute(put)
        site.add_bills((house.address.text, "水费", "1", "2026年1月", "2026年1月", ""))

        book = boss.get(f"{export(boss, format='xlsx')}/file").content
        cells = [each for row in openpyxl.load_workbook(io.BytesIO(book)).active for each in row]  # type: ignore[union-attr]
        lines = rows_of(boss.get(f"{export(boss, format='csv')}/file").content)

        assert "f" not in {each.data_type for each in cells}
        assert texts <= {each.value for each in cells}
        found = {each for row in lines for each in row} - {"--"}
        assert not [each for each in found if each.startswith(tuple(STARTS))]
        assert {f"'{text}" for text in texts} <= found

    def test_p33_would_be_a_formula_unguarded(self) -> None:
        """The control: the same text written as any other value."""
        book, content = openpyxl.Workbook(), io.BytesIO()
        book.worksheets[0].append([f"={FORMULA}"])
        book.save(content)

        assert openpyxl.load_workbook(content).worksheets[0]["A1"].data_type == "f"

    @pytest.mark.parametrize("file_format", ["xlsx", "csv"])
    def test_p33_keeps_every_digit(self, site: Website, boss: Visitor, file_format: str) -> None:
        site.add_resident("陈思好", PHONE)
        (number,) = site.water_bills(1)

        content = boss.get(f"{export(boss, format=file_format)}/file").content

        if file_format == "csv":
            found = [each.removeprefix("'") for each in rows_of(content)[1]]
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
            found = [each.value for each in sheet[2]]  # type: ignore[misc]
        assert len(number) == 21
        assert found[0] == number
        assert found[4] == PHONE
        assert str(int(float(number))) != number, "the control: as a number it loses digits"


def rows_of(content: bytes) -> list[list[str]]:
    """Return the rows of a csv file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
