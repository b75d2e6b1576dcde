"""Texts, identifiers and moments that the model accepts and every storage must keep."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from billing_domain.model.bills.bill import REMARK_LENGTH_MAX
from billing_domain.model.company.community import NAME_LENGTH_MAX
from billing_domain.model.houses.resident import PERSON_NAME_LENGTH_MAX

NASTY: Final = "幸福家园王伟李芳号楼 %_\\'\"<>&;=+-@*?[]{}|１Ａａ·😀"
"""Characters with a meaning to databases, pages, spreadsheets and patterns."""

PLAIN_CHINESE: Final = "幸福家园翠湖雅苑阳光锦绣云顶"
"""Characters that folding does not change."""

_UNSEEN_LETTERS: Final = "\u115f\u1160\u3164\uffa0"
"""Letters to Unicode that show nothing, which names and labels are read without."""


@cache
def printable_characters(*, without: str = "") -> st.SearchStrategy[str]:
    """Letters, digits, punctuation and symbols of any script, with many special characters."""
    nasty = [char for char in NASTY if char not in without]
    others = st.characters(
        codec="utf-8",
        categories=["L", "Nd", "P", "S"],
        exclude_characters=without + _UNSEEN_LETTERS,
    )
    return st.sampled_from(nasty) | others


@cache
def lines(length_max: int, *, without: str = "") -> st.SearchStrategy[str]:
    """Printable texts of one line, not empty, without surrounding or doubled blanks."""
    return (
        st.text(printable_characters(without=without), min_size=1, max_size=length_max)
        .map(lambda text: " ".join(text.split()))
        .filter(bool)
    )


# Any: every id of the model is a type of its own.
ids: Callable[[], st.SearchStrategy[Any]] = cache(lambda: st.uuids().map(lambda each: each.hex))
person_names = cache(
    lambda: (
        st.sampled_from(["王伟", "李芳", "欧阳若兰", "阿依古丽·买买提"])
        | lines(PERSON_NAME_LENGTH_MAX)
    )
)
"""Names of residents and staff."""

place_names = cache(
    lambda: st.sampled_from(["幸福家园", "翠湖雅苑"]) | lines(NAME_LENGTH_MAX, without="/")
)
"""Names of companies and communities."""

plain_place_names = cache(lambda: st.text(st.sampled_from(PLAIN_CHINESE), min_size=2, max_size=6))
"""Names that can stand before an address without changing its meaning."""


@cache
def phones() -> st.SearchStrategy[str]:
    """Mobile and fixed numbers, and none."""
    mobile = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
    fixed = st.from_regex(r"(?:\+86-)?0[1-9][0-9]-[1-9][0-9]{7}", fullmatch=True)
    return st.just("") | mobile | fixed


@cache
def remarks() -> st.SearchStrategy[str]:
    """Remarks of bills, of several lines too, mostly short."""
    characters = printable_characters() | st.sampled_from("\n\t")
    short = st.text(characters, max_size=20)
    long = st.integers(0, REMARK_LENGTH_MAX).map("长".__mul__)
    return st.one_of(short, short, long).map(str.strip)


openids = cache(lambda: st.from_regex(r"o[0-9A-Za-z_-]{27}", fullmatch=True))
"""Openids at an official account in WeChat."""

login_names = cache(lambda: st.from_regex(r"[a-z0-9][a-z0-9._@-]{2,39}", fullmatch=True))
"""Login names as `clean_login_name` returns them."""

file_names = cache(
    lambda: st.builds("{}.{}".format, lines(40), st.sampled_from(["xls", "xlsx", "csv"]))
)
hashes = cache(lambda: st.text("0123456789abcdef", min_size=64, max_size=64))


@cache
def moments() -> st.SearchStrategy[datetime]:
    """Aware moments in UTC, in the years of bills."""
    return st.datetimes(
        datetime(2018, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        datetime(2099, 12, 31),  # noqa: DTZ001 - same
        timezones=st.just(UTC),
    )


moving_days = cache(lambda: st.dates(date(1950, 1, 1), date(2099, 12, 31)))
"""Days on which people move in and out."""
