"""The layout of a sheet's columns: any order, any header row, unknown columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
from hypothesis import strategies as st

from billing_domain.model.imports.profile import OPTIONAL_COLUMNS, Column, ImportProfile
from billing_domain.model.sheet import Cell


@attrs.frozen
class SheetLayout:
    """The columns of a sheet in order; None is a column that the profile does not know."""

    above: Sequence[Sequence[Cell]]
    header: Sequence[Cell]
    columns: Sequence[Column | None]

    @property
    def names(self) -> dict[Column, str]:
        """The file's header for each column."""
        pairs = zip(self.columns, self.header, strict=True)
        return {column: str(text).strip() for column, text in pairs if column is not None}

    @property
    def ignored(self) -> list[str]:
        """The headers that the profile does not know."""
        pairs = zip(self.columns, self.header, strict=True)
        return [str(text) for column, text in pairs if column is None and text]

    def placed(self, cells: Mapping[Column, Cell], draw: st.DrawFn) -> Sequence[Cell]:
        """Return a row with each cell in its column, and any content in unknown columns."""
        row = [
            draw(st.sampled_from([None, "", "x", 7])) if column is None else cells.get(column)
            for column in self.columns
        ]
        while row and row[-1] is None and draw(st.booleans()):
            row.pop()
        return row


@st.composite
def sheet_layouts(draw: st.DrawFn, profile: ImportProfile) -> SheetLayout:
    """Layouts for a profile, without some optional columns, with any header row."""
    columns = [
        column
        for column in profile.columns
        if column not in OPTIONAL_COLUMNS or draw(st.booleans())
    ]
    unknown = draw(st.lists(st.sampled_from(["", "楼层", "面积㎡", "错误说明"]), max_size=2))
    places: list[Column | int] = [*columns, *range(len(unknown))]
    slots = draw(st.permutations(places))
    spellings = ["{}", " {} ", "{}*", "* {}", "{}：", "{}（必填）", "{}\n(元)", "\u200b{}"]
    header = [
        draw(st.sampled_from(spellings)).format(draw(st.sampled_from(profile.columns[slot])))
        if isinstance(slot, Column)
        else unknown[slot]
        for slot in slots
    ]
    bands: list[Sequence[Cell]] = [[], [None], ["保留字段", "必填字段"]]
    above = draw(st.lists(st.sampled_from(bands), max_size=19))
    known = [slot if isinstance(slot, Column) else None for slot in slots]
    return SheetLayout(above, header, known)
