"""Requests to import rows that a program made, or a bill that staff typed (rules 3.12, 3.17)."""

from datetime import date

from hypothesis import given

from billing_domain.model.company.community import CommunityId
from billing_domain.model.imports.profile import NEWSEE, STANDARD, Column
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.sheet import Cell, SheetTable
from billing_domain.testing.strategies import sheet_tables

PLACE = CommunityId("c")
ROWS: list[list[Cell]] = [["房屋地址", "费用金额"], ["1号楼", 1.5], ["2号楼", date(2026, 1, 1)]]


class TestOfRows:
    @given(sheet_tables())
    def test_gives_the_same_rows_the_same_name(self, table: SheetTable) -> None:
        """So that importing them twice imports once."""
        one, other = (ImportRequest.of_rows(PLACE, table.rows) for _ in range(2))

        assert (one.file_hash, one.request_key) == (other.file_hash, other.request_key)
        assert one.file_hash.startswith(one.request_key)

    def test_gives_other_rows_another(self) -> None:
        one = ImportRequest.of_rows(PLACE, ROWS)
        other = ImportRequest.of_rows(PLACE, [*ROWS, ["3号楼", 1]])

        assert one.file_hash != other.file_hash
        assert len(one.file_hash) == 64

    def test_keeps_rows_name_and_profile(self) -> None:
        request = ImportRequest.of_rows(PLACE, ROWS, file_name="三月", profile_key=NEWSEE.key)

        assert request.table.rows == ROWS
        assert (request.file_name, request.profile_key) == ("三月", NEWSEE.key)
        assert ImportRequest.of_rows(PLACE, ROWS).profile_key == STANDARD.key


class TestOfBill:
    def typed(self, request_key: str) -> ImportRequest:
        texts = {Column.AMOUNT: "13", Column.HOUSE: "1号楼"}
        return ImportRequest.of_bill(PLACE, texts, file_name="单笔", request_key=request_key)

    def test_is_a_sheet_of_one_row(self) -> None:
        header, row = self.typed("a").table.rows

        shown = {name: text for name, text in zip(header, row, strict=True) if text}
        assert shown == {"房屋地址": "1号楼", "费用金额": "13"}

    def test_gives_two_bills_alike_two_names(self) -> None:
        one, other = self.typed("a"), self.typed("b")

        assert one == self.typed("a")
        assert one.file_hash != other.file_hash
