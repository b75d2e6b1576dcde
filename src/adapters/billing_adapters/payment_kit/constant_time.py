"""Comparing what a stranger sent with what only we can know."""

from __future__ import annotations

import hmac


def same_text(given: str, expected: str) -> bool:
    """Compare two texts in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
