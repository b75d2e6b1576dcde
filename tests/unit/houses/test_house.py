"""Houses, and finding the one that a written address means (rule 3.9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import FieldError
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import (
    ADDRESS_LENGTH_MAX,
    AddressBook,
    House,
    HouseAddress,
    HouseId,
    NoHouse,
    natural_sort_key,
)
from billing_domain.model.houses.house_folding import fold_address
from billing_domain.testing.strategies import (
    Written,
    address_books,
    house_addresses,
    unknown_addresses,
    written_addresses,
)


class TestHouseAddress:
    @pytest.mark.parametrize(
        ("text", "stored"),
        [
            ("1号楼/1层/101", "1号楼/1层/101"),
            (" 1号楼 / 1层/ 101 ", "1号楼/1层/101"),
            ("三栋-1单元 402室", "3号楼/1单元/402"),
            ("b座１０１", "B座/101"),
            ("/1号楼//101/", "1号楼/101"),
            ("别墅", "别墅"),
            ("e\u0301", "é"),
        ],
    )
    def test_is_stored_in_one_spelling(self, text: str, stored: str) -> None:
        assert HouseAddress.parse(text).text == stored

    @given(house_addresses())
    def test_is_parsed_from_itself(self, address: HouseAddress) -> None:
        assert HouseAddress.parse(address.text) == address
        assert "/".join(address.parts) == address.text
        assert address.building == address.parts[0]
        assert address.text == address.key

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            *[("", "required"), (" / ", "required"), ("1号楼\n101", "format")],
            *[("1\x00", "format"), ("楼" * (ADDRESS_LENGTH_MAX + 1), "too_long")],
        ],
    )
    def test_refuses_what_can_not_be_one(self, text: str, reason: str) -> None:
        with pytest.raises(FieldError) as error:
            HouseAddress.parse(text)

        assert (error.value.field, error.value.reason) == ("address", reason)

    def test_takes_the_longest(self) -> None:
        assert len(HouseAddress.parse("楼" * ADDRESS_LENGTH_MAX).text) == ADDRESS_LENGTH_MAX


class TestSortKey:
    @given(st.lists(st.integers(1, 9_999), min_size=3, max_size=3), st.data())
    def test_sorts_numbers_by_size(self, numbers: list[int], data: st.DataObject) -> None:
        others = data.draw(st.lists(st.integers(1, 9_999), min_size=3, max_size=3))

        assert (key_of(numbers) < key_of(others)) is (numbers < others)

    @pytest.mark.parametrize("text", ["１２号楼", "12号楼"])
    def test_is_the_same_in_any_width(self, text: str) -> None:
        assert natural_sort_key(text) == "00000012号楼"


class TestFind:
    @given(address_books(), st.data())
    def test_knows_every_spelling_of_a_house(self, book: AddressBook, data: st.DataObject) -> None:
        name = book.full_address(book.houses[0]).partition("/")[0]
        written: Written[House] = data.draw(written_addresses(st.sampled_from(book.houses), name))

        assert book.find(str(written.cell)) == written.means

    @given(address_books(), unknown_addresses())
    def test_never_guesses_an_unknown_one(self, book: AddressBook, cell: object) -> None:
        found = book.find(str(cell))

        assert isinstance(found, NoHouse)
        assert not found.ambiguous
        assert len(found.candidates) == min(3, len(book))

    @pytest.mark.parametrize(
        "text",
        [
            *[
                "1号楼/1单元/101",
                "1栋1单元101",
                "1幢-1单元-101",
                "一栋一单元101",
                "１号楼１单元１０１",
            ],
            *[
                "幸福家园/1号楼/1单元/101",
                "幸福家园1号楼1单元101",
                "幸福家园 - 1 号楼 / 1 单元 / 101",
            ],
            *["1栋楼/1单元/101", "1号楼—1单元—101", "1号楼、1单元、101", "  1号楼/1单元/101/ "],
            "1号楼1单元/101",
        ],
    )
    def test_folds_width_blanks_separators_and_buildings(self, text: str) -> None:
        assert found(text, "1号楼/1单元/101", "11号楼/1单元/101", "1号楼/11单元/101") == 0

    @pytest.mark.parametrize(
        ("text", "address"),
        [
            *[("十二栋101", "12号楼/101"), ("二十栋101", "20号楼/101")],
            *[("一百零五号楼101", "105号楼/101"), ("二〇栋101", "20号楼/101")],
            *[("两栋101", "2号楼/101"), ("百栋101", "100号楼/101"), ("12 101", "12/101")],
            *[("三期十栋二楼201", "3期/10号楼/2楼/201"), ("东区一栋", "东区/1栋")],
        ],
    )
    def test_folds_numerals_before_a_unit(self, text: str, address: str) -> None:
        assert found(text, address) == 0

    @pytest.mark.parametrize("text", ["B座101", "Ｂ座１０１", "b座/101", "B 座-101"])
    def test_folds_letters(self, text: str) -> None:
        assert found(text, "A座/101", "B座/101") == 1

    @pytest.mark.parametrize(
        ("text", "other"),
        [
            *[("1号楼/11", "11号楼/1"), ("1/101", "1101"), ("1-1-101", "11-101")],
            *[("1 101", "1101"), ("东1栋", "西1栋"), ("1号楼101", "1号楼102")],
        ],
    )
    def test_keeps_houses_apart(self, text: str, other: str) -> None:
        assert found(text, other) is None

    def test_takes_the_address_as_stored_before_any_folding(self) -> None:
        assert found("1栋/101", "1号楼/101", "1栋/101") == 1
        assert found("幸福家园/1栋/101", "1号楼/101", "1栋/101") == 1

    def test_never_guesses_between_two(self) -> None:
        book = a_book("1号楼/101", "1栋/101")

        assert book.find("1幢-101") == NoHouse(
            ("幸福家园/1号楼/101", "幸福家园/1栋/101"), ambiguous=True
        )

    def test_never_guesses_whether_the_community_stands_in_front(self) -> None:
        """A building may be called like its community."""
        assert found("幸福家园-101", "幸福家园/101", "101") is None
        assert found("幸福家园/101", "幸福家园/101", "101") == 0

    def test_names_the_nearest_first(self) -> None:
        book = a_book(*(f"{number}号楼/1单元/101" for number in range(1, 30)), "7号楼/1单元/102")
        answer = book.find("7号楼/1单元/103")

        assert isinstance(answer, NoHouse)
        assert len(answer.candidates) == 3
        assert set(answer.candidates[:2]) == {
            "幸福家园/7号楼/1单元/101",
            "幸福家园/7号楼/1单元/102",
        }

    def test_names_nobody_in_an_empty_community(self) -> None:
        assert a_book().find("1号楼") == NoHouse((), ambiguous=False)

    @pytest.mark.parametrize("name", ["", "幸福家园"])
    def test_finds_nothing_in_nothing(self, name: str) -> None:
        assert AddressBook(name, []).find("") == NoHouse((), ambiguous=False)


class TestAddressBook:
    def test_holds_its_houses_in_order(self) -> None:
        book = a_book("2号楼", "1号楼")

        assert len(book) == 2
        assert [house.address.text for house in book.houses] == ["2号楼", "1号楼"]

    @pytest.mark.parametrize(
        ("text", "stored"),
        [
            ("幸福家园/1号楼/101", "1号楼/101"),
            (" 幸福 家园 / 1号楼/101 ", "1号楼/101"),
            ("1号楼/101", "1号楼/101"),
            ("幸福家园3栋2单元1104室", "3号楼/2单元/1104"),
            ("幸福家园东区一栋", "东区/1号楼"),
            ("幸福家园101", "101"),
            ("幸福家园·别墅3", "别墅3"),
            ("幸福家园里/101", "幸福家园里/101"),
            ("别家/1号楼", "别家/1号楼"),
        ],
    )
    def test_spells_a_new_address_without_the_community(self, text: str, stored: str) -> None:
        assert a_book().new_address(text).text == stored

    @pytest.mark.parametrize(
        "text",
        ["幸福家园", "幸福家园/", "2026-03-02", "3月2日", "合计", "小计：3户", "注：已核对"],
    )
    def test_makes_no_house_of_what_is_no_address(self, text: str) -> None:
        with pytest.raises(FieldError) as refusal:
            a_book().new_address(text)

        assert refusal.value.reason == "no_address"


class TestFoldAddress:
    @given(house_addresses())
    def test_is_stable(self, address: HouseAddress) -> None:
        assert fold_address(address.key) == address.key


def a_book(*addresses: str) -> AddressBook:
    houses = [
        House(HouseId(str(place)), CommunityId("c"), HouseAddress(text))
        for place, text in enumerate(addresses)
    ]
    return AddressBook("幸福家园", houses)


def found(text: str, *addresses: str) -> int | None:
    """Return which of the addresses a text means, None for no house."""
    house = a_book(*addresses).find(text)
    return int(house.id) if isinstance(house, House) else None


def key_of(numbers: list[int]) -> str:
    return HouseAddress("{}号楼/{}单元/{}".format(*numbers)).sort_key
