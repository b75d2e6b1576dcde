"""Mending an uploaded table in its preview (rule 3.17)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.imports.bill_sheet import read_bill_sheet
from billing_domain.model.imports.mends import NO_MENDS, Mends
from billing_domain.model.imports.profile import STANDARD
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.sheet import CellMark, CellRange, Severity, SheetTable
from billing_domain.testing import strategies
from tests.world import HEADER, World

BOOK = AddressBook(
    "幸福家园",
    [
        House(HouseId(text), CommunityId(""), HouseAddress.parse(text))
        for text in ("1号楼/1单元/101", "1号楼/1单元/102")
    ],
)
GOOD = ("1号楼/1单元/101", "物业费", 1300, "2026年1月", "2026年1月", "")
WRONG = ("9号楼/1单元/101", "物业费", "一千三", "2026年1月", "2026年1月", "")


@pytest.fixture
def world() -> World:
    return World()


class TestMends:
    @given(strategies.sheet_tables())
    def test_change_nothing_unless_there_are_any(self, table: SheetTable) -> None:
        assert NO_MENDS.apply(table) == table

    @given(strategies.sheet_tables(), strategies.mends())
    def test_keep_every_row_at_its_place(self, table: SheetTable, mends: Mends) -> None:
        mended = mends.apply(table)

        assert len(mended.rows) == len(table.rows)
        assert mended.mended <= mends.cells.keys()
        for row, column in mended.mended:
            assert mended.cell(row, column) == mends.cells[row, column]
            assert (row, column) not in mended.marks

    @given(strategies.sheet_tables(), strategies.mends())
    def test_applied_twice_are_applied_once(self, table: SheetTable, mends: Mends) -> None:
        once = mends.apply(table)
        assert mends.apply(once).rows == once.rows

    @given(strategies.mends(), st.sets(st.integers(1, 620)))
    def test_leave_out_exactly_what_is_ticked_of_what_was_shown(
        self, mends: Mends, shown: set[int]
    ) -> None:
        assert mends.revise(cells={}, shown=shown).left_out == mends.left_out - shown
        ticked = mends.revise(cells={}, shown=shown, left_out=shown)
        assert ticked.left_out == mends.left_out | shown

    def test_are_none_where_the_cell_says_that_already(self) -> None:
        table = SheetTable([HEADER, GOOD])
        assert not Mends({(2, 1): "1号楼/1单元/101", (2, 3): "1300"}).apply(table).mended

    def test_of_a_formula_take_its_mark_away(self) -> None:
        table = SheetTable([HEADER, GOOD], marks={(2, 3): CellMark.NOT_CALCULATED})
        assert not Mends({(2, 3): "1300.5"}).apply(table).marks


class TestMendedSheet:
    def read(self, table: SheetTable, mends: Mends) -> tuple[list[int], list[str]]:
        """Return the rows that would come in, and the codes of errors."""
        rows = mends.apply(table)
        sheet = read_bill_sheet(rows, STANDARD, BOOK)
        errors = [each.code for each in sheet.problems if each.severity is Severity.ERROR]
        return [draft.row for draft in sheet.drafts], errors

    def test_has_the_corrected_cells(self) -> None:
        table = SheetTable([HEADER, GOOD, WRONG])
        mends = Mends({(3, 1): "1号楼/1单元/102", (3, 3): "1,300"})

        assert self.read(table, NO_MENDS) == ([2], ["house_not_found", "amount_invalid"])
        assert self.read(table, mends) == ([2, 3], [])

    def test_lacks_the_rows_left_out(self) -> None:
        table = SheetTable([HEADER, GOOD, WRONG])
        assert self.read(table, Mends(left_out=frozenset({3}))) == ([2], [])

    def test_takes_a_corrected_cell_out_of_its_merged_range(self) -> None:
        """The other rows of a merged amount stay errors: nobody said what they are."""
        second, third = (("1号楼/1单元/102", "物业费", None, *GOOD[3:]) for _ in range(2))
        merged = SheetTable([HEADER, GOOD, second, third], merged=[CellRange(2, 3, 4, 3)])

        rows, errors = self.read(merged, Mends({(3, 3): "12"}))

        assert rows == [3]
        assert errors == ["amount_merged", "amount_merged"]

    def test_keeps_the_value_of_a_merged_range_whose_first_row_is_left_out(self) -> None:
        second = (None, "水费", 12, *GOOD[3:])
        merged = SheetTable([HEADER, GOOD, second], merged=[CellRange(2, 1, 3, 1)])

        assert self.read(merged, Mends(left_out=frozenset({2}))) == ([3], [])


class TestImportOfMended:
    def request(self, world: World, mends: Mends) -> ImportRequest:
        world.reader.rows = [HEADER, GOOD, WRONG, GOOD]
        return world.import_bills.open_file(
            world.admin,
            community_id=world.community.id,
            file_name="bills.xlsx",
            content=b"the same bytes",
            request_key="key",
            mends=mends,
        )

    def test_says_in_the_audit_how_much_was_mended(self, world: World) -> None:
        mends = Mends({(3, 1): "1号楼/1单元/102", (3, 3): "1,300"}, left_out=frozenset({4}))

        batch = world.import_bills.import_sheet(world.admin, request=self.request(world, mends))

        assert batch.rows == 2
        [entry] = [e for e in world.audit_entries() if e.subject_id == batch.id]
        assert entry.action is AuditAction.IMPORTED
        assert (entry.after["corrected"], entry.after["left_out"]) == (2, 1)

    def test_is_the_same_file_whatever_was_mended(self, world: World) -> None:
        plain = self.request(world, NO_MENDS)
        assert self.request(world, Mends({(2, 6): "改"})).file_hash == plain.file_hash

    def test_gives_no_row_back_that_was_left_out(self, world: World) -> None:
        request = self.request(world, Mends(left_out=frozenset({4})))

        world.import_bills.error_workbook(world.admin, request=request, words=lambda p: p.code)

        [(table, messages, _, _)] = world.writer.errors
        assert list(table.rows[3]) == []
        assert list(messages) == [3]
