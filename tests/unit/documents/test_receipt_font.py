"""The font of receipts: built with its licence, and without the gaps that print blanks (P28)."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
import uharfbuzz as harfbuzz

from billing_adapters.documents.receipts.font import FONT_FILE, FontMissingError, ReceiptFont

WANTED = json.loads(
    (Path(__file__).parents[3] / "frontend/assets.json").read_text(encoding="utf-8")
)["fonts"]
FONT = ReceiptFont()
DIGITS_AND_SIGNS = "0123456789¥￥.,-*/:：；（）()·— "


def national_standard() -> list[str]:
    """The 6,763 Chinese characters of GB 2312, in rows 16 to 87."""
    pairs = [bytes((row, column)) for row in range(0xB0, 0xF8) for column in range(0xA1, 0xFF)]
    return [text for pair in pairs if (text := pair.decode("gb2312", errors="ignore"))]


class TestTheBuiltFolder:
    def test_holds_what_is_wanted_unchanged(self) -> None:
        stamp = json.loads((FONT_FILE.parent / ".stamp").read_text(encoding="utf-8"))["files"]

        assert set(stamp) == set(WANTED)
        assert {
            name: sha256((FONT_FILE.parent / name).read_bytes()).hexdigest() for name in stamp
        } == stamp

    def test_has_the_licence_beside_the_font(self) -> None:
        assert "SIL OPEN FONT LICENSE" in (FONT_FILE.parent / "OFL.txt").read_text("utf-8")

    def test_is_asked_for_by_name_when_it_is_absent(self, tmp_path: Path) -> None:
        with pytest.raises(FontMissingError, match=r"run: python3 dev\.py assets"):
            ReceiptFont(tmp_path / "absent.ttf")


class TestDraws:
    def test_every_character_of_the_national_standard(self) -> None:
        assert len(national_standard()) == 6763
        assert not [each for each in national_standard() if not FONT.draws(each)]

    def test_digits_and_the_signs_of_amounts(self) -> None:
        assert all(map(FONT.draws, DIGITS_AND_SIGNS))

    def test_not_what_it_lacks(self) -> None:
        assert not any(map(FONT.draws, "😀𠮷\n\x00\ufffd"))


class TestWidth:
    def test_counts_a_chinese_character_as_one_em(self) -> None:
        assert FONT.width("物业费") == 3
        assert FONT.width("") == 0

    def test_counts_a_digit_as_less(self) -> None:
        assert 0.4 < FONT.width("0") < 0.7


class TestSubset:
    def test_draws_what_is_asked_for_and_nothing_else(self) -> None:
        cut = FONT.subset(["物", "𠂇", "7"])
        unicodes = harfbuzz.Face(harfbuzz.Blob(cut)).unicodes

        assert set(map(chr, unicodes)) == {"物", "𠂇", "7"}
        assert len(cut) < 10_000
