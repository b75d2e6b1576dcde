"""QR codes, read by another library (rule 5.10)."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from billing_adapters.documents.qr_codes import PIXELS_MIN, QrCodes

CODES = QrCodes()
ADDRESS = "https://pay.example.cn/owner/codes/0123456789abcdef0123456789abcdef?from=print"
SVG = "{http://www.w3.org/2000/svg}"


class TestPng:
    @settings(max_examples=20)
    @given(st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=600))
    def test_says_the_text_to_a_scanner(self, text: str) -> None:
        assert scanned(picture(CODES.png(text))) == text

    @pytest.mark.parametrize("text", [ADDRESS, "x", "y" * 1000, "收款码"])
    def test_is_large_with_a_quiet_zone_of_four_modules(self, text: str) -> None:
        image = picture(CODES.png(text)).convert("L")
        left, top, right, bottom = image.point(lambda level: 255 - level).getbbox() or (0,) * 4
        # The corner mark is seven modules wide.
        row = image.crop((left, top, image.width, top + 1)).tobytes()
        module = row.index(255) / 7

        assert image.width == image.height >= PIXELS_MIN
        assert left == top == image.width - right == image.height - bottom == 4 * module
        assert scanned(image) == text

    def test_is_still_read_when_dirty(self) -> None:
        """Level M: a stain over a tenth of the middle does no harm."""
        image = picture(CODES.png(ADDRESS)).convert("L")
        middle, stain = image.width // 2, image.width // 16
        ImageDraw.Draw(image).rectangle(
            (middle - stain, middle - stain, middle + stain, middle + stain), fill=128
        )

        assert scanned(image) == ADDRESS

    def test_has_the_same_bytes_every_time(self) -> None:
        assert CODES.png(ADDRESS) == CODES.png(ADDRESS)

    def test_refuses_more_than_a_code_holds(self) -> None:
        with pytest.raises(ValueError, match="5000"):
            CODES.png("x" * 5000)


class TestSvg:
    def test_says_the_text_to_a_scanner(self) -> None:
        assert scanned(drawn(CODES.svg(ADDRESS))) == ADDRESS

    def test_stands_in_a_page_of_a_strict_policy(self) -> None:
        """Promise P44: no style, no script, nothing fetched."""
        root = ET.fromstring(CODES.svg("</svg><script>" + ADDRESS))  # noqa: S314 - our own
        names = {name for node in root.iter() for name in node.attrib}

        assert {node.tag for node in root.iter()} == {f"{SVG}svg", f"{SVG}path"}
        assert names == {"viewBox", "shape-rendering", "fill", "d"}

    def test_refuses_more_than_a_code_holds(self) -> None:
        with pytest.raises(ValueError, match="5000"):
            CODES.svg("x" * 5000)


def picture(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "PNG"
        image.load()
        return image


def scanned(image: Image.Image) -> str:
    [code] = zxingcpp.read_barcodes(image.convert("L"))
    assert code.format == zxingcpp.BarcodeFormat.QRCode
    return code.text


def drawn(svg: str) -> Image.Image:
    """Paint the runs of the path, ten pixels a module."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    side = int(root.attrib["viewBox"].split()[2])
    image = Image.new("L", (10 * side, 10 * side), 255)
    brush = ImageDraw.Draw(image)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", root[1].attrib["d"]):
        left, top = 10 * int(x), 10 * int(y)
        brush.rectangle((left, top, left + 10 * int(length) - 1, top + 9), fill=0)
    return image
