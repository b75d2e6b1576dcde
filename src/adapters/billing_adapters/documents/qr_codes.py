"""QR codes as images for paper and web pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby
from typing import Final

import attrs
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

from billing_domain.ports.documents import QrEncoder

PIXELS_MIN: Final = 600
_QUIET_ZONE: Final = 4
"""White modules on each side, as the standard requires."""


@attrs.frozen
class QrCodes(QrEncoder):
    """Draws QR codes that tolerate 15 % damage (level M)."""

    def png(self, text: str) -> bytes:
        """Return an image with whole pixels per module, at least PIXELS_MIN wide."""
        rows = _modules(text)
        picture = Image.new("1", (len(rows), len(rows)), color=1)
        picture.putdata([not dark for row in rows for dark in row])
        side = len(rows) * -(-PIXELS_MIN // len(rows))
        content = io.BytesIO()
        picture.resize((side, side), Image.Resampling.NEAREST).save(content, "PNG", optimize=True)
        return content.getvalue()

    def svg(self, text: str) -> str:
        """Return a scalable element; one path draws the dark runs."""
        rows = _modules(text)
        side = len(rows)
        runs = "".join(
            f"M{column} {line}h{length}v1h-{length}z"
            for line, row in enumerate(rows)
            for column, length in _dark_runs(row)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
            f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
            f'<path d="{runs}"/></svg>'
        )


def _modules(text: str) -> list[list[bool]]:
    """Return the rows of the code with its quiet zone, True for dark."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET_ZONE)
    code.add_data(text)
    try:
        return code.get_matrix()
    except (DataOverflowError, ValueError) as error:  # qrcode may raise either
        raise ValueError(len(text)) from error


def _dark_runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield the start and length of each run of dark modules."""
    column = 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            yield column, length
        column += length
