"""Draws the form of a receipt on an A4 page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import attrs
from fpdf import FPDF
from fpdf.enums import TextMode

from billing_adapters.documents.receipts.font import ReceiptFont
from billing_adapters.documents.receipts.form import Cell, Form, Row
from billing_adapters.documents.receipts.line_breaks import broken_lines

FAMILY: Final = "receipt"
# Lengths are millimetres; font sizes are points.
_POINT: Final = 25.4 / 72
_LEFT, _WIDTH, _TOP, _BOTTOM = 20.0, 170.0, 20.0, 277.0
_PADDING: Final = 2.2
_ROW_HEIGHT_MIN: Final = 11.0
_TITLE_SIZE: Final = 20.0
_NOTE_SIZE: Final = 10.0
_SIZES: Final = (10.5, 9.0, 7.5, 6.0, 5.0)
"""Font sizes to try until all texts fit on the page; the smallest fits every receipt."""

_LEADING: Final = 1.5
_CENTRE_ABOVE_BASELINE: Final = 0.36
"""In ems: the centre of digits and Chinese characters above the baseline."""

_INK, _LINE, _SHADE = 25, 140, 244
_FRAME_WIDTH, _LINE_WIDTH = 0.45, 0.2
_BOLD_STROKE: Final = 0.022
"""In ems: the stroke around the title's glyphs, as bold without a second font."""


@attrs.frozen
class _SetRow:
    """A row whose texts are broken into lines."""

    row: Row
    lines: tuple[Sequence[str], ...]
    height: float


@attrs.frozen
class PagePrinter:
    """Draws receipts into a PDF that has the font with the name FAMILY."""

    pdf: FPDF
    font: ReceiptFont

    def draw(self, form: Form) -> None:
        """Add a page with a receipt."""
        self.pdf.add_page()
        self.pdf.set_text_color(_INK)
        top = self._draw_title(form.title)
        top = self._draw_notes(form, top)
        size, rows = self._fitting_rows(form.rows, _BOTTOM - top)
        self.pdf.set_font(FAMILY, size=size)
        self.pdf.set_fill_color(_SHADE)
        bottom = top
        for row in rows:
            self._draw_row(row, bottom, size)
            bottom += row.height
        self.pdf.set_draw_color(_INK)
        self.pdf.set_line_width(_FRAME_WIDTH)
        self.pdf.rect(_LEFT, top, _WIDTH, bottom - top)

    def _draw_title(self, title: str) -> float:
        """Draw the headline in lines of about equal width; return its bottom."""
        em = _TITLE_SIZE * _POINT
        self.pdf.set_font(FAMILY, size=_TITLE_SIZE)
        self.pdf.text_mode = TextMode.FILL_STROKE
        self.pdf.set_draw_color(_INK)
        self.pdf.set_line_width(_BOLD_STROKE * em)
        top = _TOP
        room, needed = _WIDTH / em, self.font.width(title)
        evenly = min(room, needed / math.ceil(needed / room) + 1)
        for line in broken_lines(title, evenly, self.font.width):
            self._draw_line(line, _LEFT, top, width=_WIDTH, size=_TITLE_SIZE, centred=True)
            top += em * _LEADING
        self.pdf.text_mode = TextMode.FILL
        return top + 5.0

    def _draw_notes(self, form: Form, top: float) -> float:
        """Draw the number on the left and the day of printing on the right."""
        self.pdf.set_font(FAMILY, size=_NOTE_SIZE)
        self._draw_line(form.number, _LEFT, top, width=_WIDTH, size=_NOTE_SIZE)
        room = self.font.width(form.printed) * _NOTE_SIZE * _POINT
        left = _LEFT + _WIDTH - room
        self._draw_line(form.printed, left, top, width=room, size=_NOTE_SIZE)
        return top + _NOTE_SIZE * _POINT * _LEADING + 2.0

    def _fitting_rows(self, rows: Sequence[Row], room: float) -> tuple[float, list[_SetRow]]:
        """Return the largest font size at which all rows fit, and the rows in that size."""
        *larger, smallest = _SIZES
        for size in larger:
            found = [self._set_row(row, size) for row in rows]
            if sum(row.height for row in found) <= room:
                return size, found
        return smallest, [self._set_row(row, smallest) for row in rows]

    def _set_row(self, row: Row, size: float) -> _SetRow:
        em = size * _POINT
        lines = tuple(
            broken_lines(cell.text, (cell.width - 2 * _PADDING) / em, self.font.width)
            for cell in row.cells
        )
        tallest = max(map(len, lines)) * em * _LEADING + 2 * _PADDING
        return _SetRow(row, lines, max(tallest, row.height_min, _ROW_HEIGHT_MIN))

    def _draw_row(self, row: _SetRow, top: float, size: float) -> None:
        left = _LEFT
        self.pdf.set_draw_color(_LINE)
        self.pdf.set_line_width(_LINE_WIDTH)
        for cell, lines in zip(row.row.cells, row.lines, strict=True):
            self.pdf.rect(left, top, cell.width, row.height, "DF" if cell.label else "D")
            self._draw_cell(cell, lines, left=left, top=top, height=row.height, size=size)
            left += cell.width

    def _draw_cell(
        self,
        cell: Cell,
        lines: Sequence[str],
        *,
        left: float,
        top: float,
        height: float,
        size: float,
    ) -> None:
        leading = size * _POINT * _LEADING
        top += (height - len(lines) * leading) / 2
        inside, room = left + _PADDING, cell.width - 2 * _PADDING
        for line in lines:
            self._draw_line(line, inside, top, width=room, size=size, centred=cell.centred)
            top += leading

    def _draw_line(
        self,
        line: str,
        left: float,
        top: float,
        *,
        width: float,
        size: float,
        centred: bool = False,
    ) -> None:
        em = size * _POINT
        if centred:
            left += (width - self.font.width(line) * em) / 2
        if line:
            baseline = top + em * (_LEADING / 2 + _CENTRE_ABOVE_BASELINE)
            self.pdf.text(left, baseline, line)
