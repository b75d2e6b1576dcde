"""Comparison of secrets in constant time."""

from __future__ import annotations

import hmac


def same_text(given: str, expected: str) -> bool:
    """Compare two texts in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
