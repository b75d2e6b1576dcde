"""The font of receipts: its glyphs, widths and subsets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import uharfbuzz as harfbuzz

FONT_FILE: Final = Path(__file__).parents[1] / "fonts/NotoSansSC-Regular.ttf"
_UNUSED_TABLES: Final = ("BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")
"""Tables for vertical text and shaping only; each character here has its own glyph."""


class FontMissingError(RuntimeError):
    """The font that the build copies from an npm package is missing."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} was not built; run: python3 dev.py assets")


class ReceiptFont:
    """A TrueType font with Chinese characters.

    Raises FontMissingError without the file.
    """

    def __init__(self, path: Path = FONT_FILE) -> None:
        if not path.is_file():
            raise FontMissingError(path)
        self._face = harfbuzz.Face(harfbuzz.Blob.from_file_path(str(path)))
        self._font = harfbuzz.Font(self._face)
        self._advances: dict[str, float | None] = {}

    def draws(self, character: str) -> bool:
        """Tell whether the font has a glyph for a character."""
        return self._advance(character) is not None

    def width(self, text: str) -> float:
        """Return the width of a line in ems; missing glyphs count 0."""
        return sum(self._advance(character) or 0 for character in text)

    def subset(self, characters: Iterable[str]) -> bytes:
        """Return a TrueType font with only these characters.

        fpdf2 reads and writes the font several times, so a small font saves time.
        """
        wanted = harfbuzz.SubsetInput()
        wanted.unicode_set.update(map(ord, characters))
        wanted.drop_table_tag_set.update(
            int.from_bytes(tag.encode(), "big") for tag in _UNUSED_TABLES
        )
        wanted.flags = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NOTDEF_OUTLINE
        cut: bytes = harfbuzz.subset(self._face, wanted).blob.data
        return cut

    def _advance(self, character: str) -> float | None:
        if character not in self._advances:
            glyph = self._font.get_nominal_glyph(ord(character))
            self._advances[character] = (
                self._font.get_glyph_h_advance(glyph) / self._face.upem if glyph else None
            )
        return self._advances[character]
