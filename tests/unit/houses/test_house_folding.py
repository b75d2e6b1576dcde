"""Folding of addresses: all spellings of one house, never two houses (rules 2.9, 3.9)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import FieldError
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.houses.house_folding import (
    address_readings,
    behind_name,
    fold_address,
    numbers_of,
)
from billing_domain.testing.strategies.written import chinese_numeral

Part = tuple[str, int]
"""What a part of an address is, and its number; a basement's is negative."""

WRITTEN = {
    "building": ("{}号楼", "{}栋", "{}幢", "{}栋楼"),
    "unit": ("{}单元",),
    "floor": ("{}层",),
    "phase": ("{}期",),
    "block": ("{}座",),
    "door": ("{}", "{}室"),
}
BASEMENTS = ("-{}层", "负{}层", "B{}层", "b{}层", "地下{}层", "地下负{}层")
NOISE = "一二十百零两栋幢楼号座单元层区室弄排门地下负Bb1230-−—/·　 \u200b²①東东AZ幸福家园"


def parts() -> st.SearchStrategy[list[Part]]:
    """Addresses as people think of them: each kind of part once, from the outside in."""
    number = st.integers(1, 33)
    outer = st.tuples(st.sampled_from(["phase", "block", "building"]), number)
    inner = st.tuples(st.sampled_from(["unit", "floor"]), number | st.integers(-3, -1)).filter(
        lambda part: part[0] == "floor" or part[1] > 0
    )
    door = st.tuples(st.just("door"), st.integers(1, 2_404))
    return st.tuples(outer, inner, door).map(list)


@st.composite
def spellings(draw: st.DrawFn, address: list[Part]) -> str:
    """One address in any spelling."""
    written = [_part(draw, kind, number) for kind, number in address]
    separator = st.sampled_from(["/", " / ", "·", "／", "、", "\u200b/", "\u3000/"])
    text = "".join(
        part + ("" if last else draw(separator))
        for part, last in zip(written, [False, False, True], strict=True)
    )
    return draw(st.sampled_from(["", " ", "\u200b"])) + text


def _part(draw: st.DrawFn, kind: str, number: int) -> str:
    if number < 0:
        return draw(st.sampled_from(BASEMENTS)).format(_numeral(draw, -number))
    return draw(st.sampled_from(WRITTEN[kind])).format(
        str(number) if kind == "door" else _numeral(draw, number)
    )


def _numeral(draw: st.DrawFn, number: int) -> str:
    return chinese_numeral(number) if draw(st.booleans()) else str(number)


class TestFolding:
    @given(st.text(st.sampled_from(NOISE), max_size=16) | st.text(max_size=12))
    def test_is_idempotent(self, text: str) -> None:
        assert fold_address(fold_address(text)) == fold_address(text)

    @given(parts(), st.data())
    def test_joins_all_spellings_of_a_house(
        self, address: list[Part], data: st.DataObject
    ) -> None:
        one, other = data.draw(spellings(address)), data.draw(spellings(address))

        assert fold_address(one) == fold_address(other)

    @given(parts(), parts(), st.data())
    def test_never_joins_two_houses(
        self, one: list[Part], other: list[Part], data: st.DataObject
    ) -> None:
        keys = {fold_address(data.draw(spellings(address))) for address in (one, other)}

        assert (len(keys) == 1) is (one == other)

    @given(st.text(st.sampled_from("0123 -/栋幢楼号座单元层区室负B·园"), max_size=16))
    def test_keeps_every_number(self, text: str) -> None:
        assert re.findall("[0-9]+", fold_address(text)) == re.findall("[0-9]+", text)

    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("三栋-1单元 402室", "3号楼/1单元/402"),
            ("翠湖花园3幢2单元1104室", "翠湖花园/3号楼/2单元/1104"),
            ("东区一栋", "东区/1号楼"),
            ("b座１０１", "B座/101"),
            ("A幢101", "A栋/101"),
            ("万科·翡翠三期-10栋", "万科/翡翠/3期/10号楼"),
            ("12弄3号101室", "12弄/3号/101"),
            ("⼀栋⼀单元101", "1号楼/1单元/101"),
        ],
    )
    def test_gives_the_canonical_spelling(self, text: str, folded: str) -> None:
        assert fold_address(text) == folded

    @pytest.mark.parametrize(
        "text",
        ["教研室", "地下室", "3楼梯间", "东3号楼", "5²/1", "别墅", "1/15/15", "3#/101", "B2"],
    )
    def test_leaves_what_is_no_spelling_of_something_else(self, text: str) -> None:
        assert fold_address(text) == text


class TestLongTexts:
    @pytest.mark.parametrize("sign", ["一", "-", " ", "1", "栋", "幸-2"])
    def test_are_no_addresses_and_take_no_time(self, sign: str) -> None:
        text = sign * 30_000

        assert fold_address(text) == text
        assert found(text, "1号楼/101") is None


class TestCommunityName:
    @pytest.mark.parametrize(
        ("text", "house"),
        [
            *[("幸福家园东1号楼101", "东1号楼/101"), ("幸福家园A座101", "A座/101")],
            *[("幸福家园101", "101"), ("幸 福\u200b家园·别墅3", "别墅3")],
            ("幸福家园-1号楼-101", "1号楼/101"),
        ],
    )
    def test_may_stand_in_front_without_a_separator(self, text: str, house: str) -> None:
        assert found(text, house) == 0
        assert a_book().new_address(text).text == house

    def test_is_folded_too(self) -> None:
        house = House(HouseId("0"), CommunityId("c"), HouseAddress("1号楼/101"))
        book = AddressBook("万科·翡翠二期", [house])

        for text in ("万科翡翠二期1号楼101", "万科-翡翠/2期/1号楼/101", "万科·翡翠2期 1栋101"):
            assert book.matches(text) == (house,)

    def test_is_not_part_of_a_longer_name(self) -> None:
        assert found("幸福家园里/101", "里/101", "幸福家园里/101") == 1
        assert found("幸福家园里-101", "里/101", "幸福家园里/101") is None
        assert a_book().new_address("幸福家园里/101").text == "幸福家园里/101"
        assert behind_name("万科城21号楼/101", "万科城2") == ""
        assert behind_name("万科城2/1号楼/101", "万科城2") == "1号楼/101"


class TestNumerals:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            *[("一单元", "1单元"), ("十二层", "12层"), ("二十一", "21"), ("二〇栋", "20号楼")],
            *[("一百零五号楼", "105号楼"), ("一百一十层", "110层"), ("两栋", "2号楼")],
            *[("1单元一零一", "1单元/101"), ("1单元/一零一室", "1单元/101")],
        ],
    )
    def test_are_digits_before_a_unit_and_alone(self, text: str, folded: str) -> None:
        assert fold_address(text) == folded

    @pytest.mark.parametrize("text", ["一百一层", "一二十栋", "十十层", "五一路", "三八大院"])
    def test_that_are_unclear_or_names_stay(self, text: str) -> None:
        assert fold_address(text) == text


class TestBasements:
    @pytest.mark.parametrize(
        "text",
        [
            "-2层",
            "－2层",
            "−2层",
            "负2层",
            "负二层",
            "B2层",
            "Ｂ２层",
            "地下2层",
            "地下二层",
            "地下负2层",
        ],
    )
    def test_are_one_another(self, text: str) -> None:
        assert fold_address(f"地下车库/{text}/B002") == "地下车库/负2层/B002"
        assert fold_address(text) == "负2层"

    @pytest.mark.parametrize("text", ["-2层", "负2层", "B2层", "地下2层", "地下-2层"])
    def test_are_never_the_floor_above(self, text: str) -> None:
        assert found(f"车库/{text}/101", "车库/2层/101") is None
        assert found(f"车库/{text}/101", "车库/2层/101", "车库/-2层/101") == 1

    @pytest.mark.parametrize("text", ["-1/A001", "-101", "地下车库/-1"])
    def test_keep_their_minus_without_a_floor(self, text: str) -> None:
        assert "负1" in fold_address(text)

    def test_are_never_guessed_where_a_dash_may_separate(self) -> None:
        text = "1号楼-2层-201"

        assert address_readings(text) == ("1号楼/2层/201", "1号楼/负2层/201")
        assert found(text, "1号楼/2层/201") == 0
        assert found(text, "1号楼/-2层/201") == 0
        assert found(text, "1号楼/2层/201", "1号楼/-2层/201") is None
        with pytest.raises(FieldError) as refusal:
            a_book().new_address(text)
        assert refusal.value.reason == "unclear"

    @pytest.mark.parametrize(
        "text", ["车库 -2层 B002", "车库-2层/B002", "车库/-2层-B002", "幸福家园 车库 -2层/B002"]
    )
    def test_are_known_by_the_signs_around_the_dash(self, text: str) -> None:
        assert found(text, "车库/2层/B002") is None
        assert found(text, "车库/2层/B002", "车库/-2层/B002") == 1
        assert a_book().new_address(text).text == "车库/负2层/B002"

    @pytest.mark.parametrize("text", ["幸福家园-2层/A1", "幸福家园/-2层/A1", "幸福家园B2层A1"])
    def test_stay_basements_behind_the_community(self, text: str) -> None:
        assert found(text, "2层/A1") is None
        assert a_book().new_address(text).text == "负2层/A1"


class TestBareNumbers:
    @pytest.mark.parametrize(
        "text", ["3-1-402", "3/1/402", "３ 1 402室", "幸福家园3-1-402", "3栋1-402"]
    )
    def test_mean_the_house_that_has_them_part_by_part(self, text: str) -> None:
        assert found(text, "3号楼/1单元/402", "31号楼/1单元/402", "3号楼/14单元/02") == 0

    @pytest.mark.parametrize("text", ["3-1402", "31-402", "402", "3-402", "3-1-402-1"])
    def test_mean_no_house_with_other_parts(self, text: str) -> None:
        assert found(text, "3号楼/1单元/402") is None

    def test_are_never_guessed_between_two(self) -> None:
        book = a_book("3号楼/1单元/402", "3号楼/1层/402")

        assert [house.id for house in book.matches("3-1-402")] == ["0", "1"]

    def test_that_are_an_address_mean_that_house(self) -> None:
        assert found("1/15/15", "1号楼/15单元/15", "1/15/15") == 1
        assert found("幸福家园/1/15/15", "1号楼/15单元/15", "1/15/15") == 1
        assert found("1-15-15", "1/15/15") == 0
        assert found("1号楼/15单元/15", "1/15/15") is None

    def test_of_an_address(self) -> None:
        assert numbers_of("3号楼/负1层/402") == "3/负1/402"


def a_book(*addresses: str) -> AddressBook:
    houses = [
        House(HouseId(str(place)), CommunityId("c"), HouseAddress(text))
        for place, text in enumerate(addresses)
    ]
    return AddressBook("幸福家园", houses)


def found(text: str, *addresses: str) -> int | None:
    """Return which of the addresses a text means, None for no house or several."""
    house = a_book(*addresses).find(text)
    return int(house.id) if isinstance(house, House) else None
