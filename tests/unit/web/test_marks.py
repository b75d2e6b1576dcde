"""What a search matched is marked in the list (rule 2.9)."""

import pytest

from billing_entrypoints.web.marks import (
    marked_address,
    marked_number,
    marked_phone,
    marked_text,
)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("3栋", "<mark>3号楼</mark>/<wbr>1单元/<wbr>402"),
        ("3-1-402", "<mark>3号楼</mark>/<wbr><mark>1单元</mark>/<wbr><mark>402</mark>"),
        ("王 40", "3号楼/<wbr>1单元/<wbr><mark>402</mark>"),
        ("家园/3号楼", "<mark>3号楼</mark>/<wbr>1单元/<wbr>402"),
        ("02", "3号楼/<wbr>1单元/<wbr>402"),
        ("", "3号楼/<wbr>1单元/<wbr>402"),
    ],
)
def test_parts_of_an_address_are_marked(typed: str, shown: str) -> None:
    assert marked_address("3号楼/1单元/402", typed) == shown


@pytest.mark.parametrize(
    ("phone", "typed", "shown"),
    [
        ("138****4613", "4613", "138****<mark>4613</mark>"),
        ("138****4613", "138 1234 4613", "<mark>138****4613</mark>"),
        ("138****4613", "46", "138****4613"),
    ],
)
def test_shown_digits_of_a_phone_are_marked(phone: str, typed: str, shown: str) -> None:
    assert marked_phone(phone, typed) == shown


def test_ends_of_a_number_are_marked() -> None:
    marked = marked_number("201810301522145940635", "635 20181030")

    assert marked == "<mark>20181030</mark>1522145940<mark>635</mark>"


def test_markup_stays_text() -> None:
    """P44."""
    assert marked_text("<b>王", "<b>") == "<mark>&lt;b&gt;</mark>王"
    assert marked_address("<b>/1", "b") == "<mark>&lt;b&gt;</mark>/<wbr>1"
