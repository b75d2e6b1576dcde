"""What hypothesis calls when it starts."""

from __future__ import annotations


def register_strategies() -> None:
    """Teach `st.from_type` every model type."""
