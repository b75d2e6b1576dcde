"""Logs hold no phone number (promise P45)."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_entrypoints.web.logs import MaskingFormatter, configure_logging, mask_phones

PHONES = st.integers(10_000_000_000, 19_999_999_999).map(str)


class TestMaskPhones:
    def test_hides_the_middle(self) -> None:
        assert mask_phones("q=13812344613&x") == "q=138****4613&x"

    @given(PHONES, st.text(st.characters(exclude_categories=["Nd"])))
    def test_hides_every_mobile_number(self, phone: str, around: str) -> None:
        assert phone not in mask_phones(f"{around}{phone}{around}")

    def test_leaves_bill_numbers_alone(self) -> None:
        assert mask_phones("201810301522145940635") == "201810301522145940635"


class TestMaskingFormatter:
    def test_covers_arguments_and_tracebacks(self) -> None:
        with pytest.raises(ValueError, match="13812344613") as caught:
            int("13812344613 is no number")
        error = (caught.type, caught.value, caught.tb)
        record = logging.LogRecord(
            "billing", logging.ERROR, "", 0, "called %s", ("13812344613",), error
        )

        line = MaskingFormatter().format(record)

        assert "138****4613" in line
        assert "13812344613" not in line


class TestConfigureLogging:
    def test_masks_what_any_logger_says(self, capfd: pytest.CaptureFixture[str]) -> None:
        root = logging.getLogger()
        before, level = root.handlers[:], root.level
        root.handlers.clear()
        try:
            configure_logging()
            logging.getLogger("some.library").warning("dialled %s", "13812344613")
        finally:
            root.handlers[:] = before
            root.setLevel(level)

        assert "some.library dialled 138****4613" in capfd.readouterr().err
