"""What a deployment decides."""

import pytest

from billing_entrypoints.web.options import WebOptions


class TestWebOptions:
    def test_refuse_a_short_secret(self) -> None:
        with pytest.raises(ValueError, match="32 characters"):
            WebOptions(secret="short")

    def test_never_show_the_secret(self) -> None:
        assert "x" * 32 not in repr(WebOptions(secret="x" * 32))
