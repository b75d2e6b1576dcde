"""Values as people and programs write them into spreadsheets, with their meaning."""

import calendar
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Final, Generic, TypeVar

import attrs
from hypothesis import strategies as st

from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import House
from billing_domain.model.money import FEN_MAX, Money
from billing_domain.model.period import DateForm, PeriodEdge
from billing_domain.model.sheet import Cell
from .charges import moneys
from .texts import lines

FULL_WIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

_DECIMALS_MAX: Final = 3
_NUMBERS: Final = (float, Decimal)
_BLANK: Final = st.sampled_from(["", " ", "  ", "\u3000", "\t"])
_BLANKS: Final = st.tuples(_BLANK, _BLANK)
_TAILS: Final = st.text("0123456789", max_size=30)
_YUAN_SIGNS: Final = st.sampled_from(["", "¥", "¥ ", "￥"])
_YUAN_ENDS: Final = st.sampled_from(["", "", "元", " 元"])
_FEE_TYPES: Final = st.sampled_from([None, *FeeType])
_OTHER_FEES: Final = st.sampled_from(["装修押金", "卫生费2", "物业", "Property"])
_BUILDINGS: Final = st.sampled_from(["号楼", "栋", "幢", " 号楼"])
_SEPARATOR: Final = st.sampled_from(["/", "-", " / ", "／", "－", " ", "", "、", "·", "\u200b"])
_ROOM_ENDS: Final = st.sampled_from(["", "", "室", " 室"])
_SOLID: Final = st.sampled_from(["/", "-", " / ", "·"])
_SEPARATORS: Final = st.tuples(_SEPARATOR, _SEPARATOR, _SEPARATOR)
_Value = TypeVar("_Value")


@attrs.frozen
class Written(Generic[_Value]):
    """A cell and its meaning."""

    cell: Cell
    means: _Value


@cache
@st.composite
def written_amounts(draw: st.DrawFn) -> Written[Money]:
    """Amounts in every form of rule 3.7: numbers, and texts with any decoration."""
    amount = draw(moneys())
    decimals = _decimals_of(draw, amount)
    if draw(st.booleans()):
        kinds = _NUMBERS if "." in decimals else (int, *_NUMBERS)
        return Written(draw(st.sampled_from(kinds))(decimals), amount)
    return Written(_decorated(draw, decimals), amount)


def _decimals_of(draw: st.DrawFn, amount: Money) -> str:
    """Return decimal digits that round half up to the amount, three decimals at most."""
    thousandths = amount.fen * 10 + draw(st.integers(-5, 4))
    whole, part = divmod(thousandths, 1_000)
    text = f"{whole}.{part:03}"
    if draw(st.booleans()):
        text = text.rstrip("0").rstrip(".")
    return text


def _decorated(draw: st.DrawFn, decimals: str) -> str:
    whole, dot, part = decimals.partition(".")
    if draw(st.booleans()):
        whole = f"{int(whole):,}"
    if dot and whole == "0" and draw(st.booleans()):
        whole = ""
    # Digits after the third do not change the rounding, up or down.
    tail = draw(_TAILS) if len(part) == _DECIMALS_MAX else ""
    text = draw(_YUAN_SIGNS) + whole + dot + part + tail + draw(_YUAN_ENDS)
    return _disguised(draw, text)


def _disguised(draw: st.DrawFn, text: str) -> str:
    """Return the text in full or half width, often with blanks around it."""
    if draw(st.booleans()):
        text = text.translate(FULL_WIDTH)
    return _between_blanks(draw, text)


def _between_blanks(draw: st.DrawFn, text: str) -> str:
    before, after = draw(_BLANKS)
    return f"{before}{text}{after}"


@cache
def unreadable_amounts() -> st.SearchStrategy[Cell]:
    """Cells that are no valid amount of a bill: no money, not above zero, or too large."""
    known: list[Cell] = [
        *(
            "一千三",
            "100 200",
            "100\n200",
            "12%",
            "1300元整",
            "12.3.4",
            "1,30",
            "1e3",
            "5²",
            "NaN",
            "1" * 70,
            "=1+1",
        ),
        *("0", "0.004", "-1", "99999999.995", -0.01, 1e300),
        *(float("inf"), float("nan"), Decimal("0.0049999999999999999999999999")),
        *(True, date(2026, 1, 1)),
    ]
    return st.one_of(
        st.sampled_from(known), st.integers(-FEN_MAX, 0), st.integers(FEN_MAX // 100 + 1, 10**40)
    )


@st.composite
def written_days(
    draw: st.DrawFn,
    days: st.SearchStrategy[date],
    edge: PeriodEdge,
    forms: tuple[DateForm, ...] = (DateForm.CHINESE,),
) -> Written[date]:
    """Days in every form of rule 3.8: date cells, texts, and whole months."""
    return write_day(draw, draw(days), edge, forms)


def write_day(
    draw: st.DrawFn, day: date, edge: PeriodEdge, forms: tuple[DateForm, ...]
) -> Written[date]:
    """Return a day in any form."""
    if draw(st.booleans()):
        cells = (day, datetime.combine(day, time.min), datetime.combine(day, time(23, 59)))
        return Written(draw(st.sampled_from(cells)), day)
    text = draw(st.sampled_from(_day_texts(day, edge, forms)))
    return Written(_between_blanks(draw, text), day)


def _day_texts(day: date, edge: PeriodEdge, forms: tuple[DateForm, ...]) -> list[str]:
    """Return a day's spellings, with and without leading zeros."""
    patterns = {
        DateForm.CHINESE: "{}年{}月{}日",
        DateForm.HYPHENS: "{}-{}-{}",
        DateForm.SLASHES: "{}/{}/{}",
    }
    numbers = [(day.month, day.day), (f"{day.month:02}", f"{day.day:02}")]
    texts = [patterns[form].format(day.year, *each) for form in forms for each in numbers]
    if day == edge_of_month(day, edge) and DateForm.CHINESE in forms:
        texts += [f"{day.year}年{month}月" for month, _ in numbers]
    return texts


def edge_of_month(day: date, edge: PeriodEdge) -> date:
    """Return the first or the last day of a day's month."""
    last = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=1 if edge is PeriodEdge.START else last)


@cache
def unreadable_days() -> st.SearchStrategy[Cell]:
    """Cells that no profile reads as a billable day."""
    known: list[Cell] = [
        *("2019年13月", "2019年2月30日", "2019年00月", "2019年1月0日", "2019年1月1"),
        *("1999年12月", "2100年1月1日", "20190101", "2019.01", "5/12/2019", "一月", "2019年"),
        *(date(1999, 12, 31), datetime(2100, 1, 1), 43466, 43466.0, True),  # noqa: DTZ001
    ]
    return st.sampled_from(known)


@cache
@st.composite
def written_fee_types(draw: st.DrawFn) -> Written[FeeType | None]:
    """Names of the ten types with blanks in and around them, and other names, which mean 其它."""
    fee_type = draw(_FEE_TYPES)
    if fee_type is None:
        return Written(draw(_OTHER_FEES), None)
    name = " ".join(fee_type.value) if draw(st.booleans()) else fee_type.value
    return Written(_between_blanks(draw, name), fee_type)


@st.composite
def written_addresses(
    draw: st.DrawFn, houses: st.SearchStrategy[House], community_name: str
) -> Written[House]:
    """Plain houses' addresses in every spelling of rule 3.9."""
    return write_address(draw, draw(houses), community_name)


def write_address(draw: st.DrawFn, house: House, community_name: str) -> Written[House]:
    """Return a plain house's address in any spelling."""
    building, unit, door = (_leading_number(part) for part in house.address.parts)
    before, between, behind = draw(_SEPARATORS)
    text = community_name + before if draw(st.booleans()) else ""
    if draw(st.integers(0, 4)) == 0:
        text += f"{building}{draw(_SOLID)}{unit}{draw(_SOLID)}{door}"
    else:
        numeral = chinese_numeral if draw(st.booleans()) else str
        text += numeral(building) + draw(_BUILDINGS) + between
        text += numeral(unit) + "单元" + behind + str(door) + draw(_ROOM_ENDS)
    return Written(_disguised(draw, text), house)


def _leading_number(part: str) -> int:
    return int("".join(char for char in part if char.isdigit()))


def chinese_numeral(number: int) -> str:
    """Return a number of 1..99 in spoken Chinese: 21 is 二十一."""
    tens, ones = divmod(number, 10)
    digits = " 一二三四五六七八九"
    if tens == 0:
        return digits[ones]
    return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")


@cache
def unknown_addresses() -> st.SearchStrategy[Cell]:
    """Addresses of no house from `plain_house_addresses`."""
    known: list[Cell] = ["99号楼/1单元/101", "查无此房", "1号楼", "101", "/", 101]
    return st.one_of(st.sampled_from(known), lines(30).map("不是{}".format))
