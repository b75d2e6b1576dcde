"""How search texts are read and searched texts are folded (rule 2.9, promise P42)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import FieldError
from billing_domain.model.houses.house import AddressBook
from billing_domain.model.houses.house_folding import fold_address
from billing_domain.model.houses.search_text import (
    SEARCH_LENGTH_MAX,
    address_search_numbers,
    address_search_text,
    fold_phone,
    fold_search_text,
    read_search_text,
    search_words,
)
from billing_domain.testing.strategies import address_books, written_addresses
from tests.integration.bills.search_oracle import Place, in_house, words_of

PHONES = [
    "139 0013 9000",
    "139-0013-9000",
    "+8613900139000",
    "86 139 0013 9000",
    "１３９００１３９０００",
]


def texts(typed: str) -> list[str]:
    return [word.text for word in search_words(typed)]


class TestFolding:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            *[("ＡＢＣ公司", "abc公司"), ("\u3000王伟 ", "王伟"), ("阿 依·古丽", "阿依古丽")],
            *[("王\x00伟\n", "王伟"), ("王\u200b伟", "王伟"), ("100%_\\'", "100%_\\'")],
        ],
    )
    def test_takes_away_what_nobody_reads(self, text: str, folded: str) -> None:
        assert fold_search_text(text) == folded

    @given(st.text())
    def test_leaves_nothing_that_no_database_could_compare(self, text: str) -> None:
        folded = fold_search_text(text)

        assert folded.isprintable()
        assert folded.encode().decode() == folded

    @pytest.mark.parametrize("phone", [*PHONES, "0086-139-0013-9000"])
    def test_of_phones_keeps_the_digits_without_the_country(self, phone: str) -> None:
        assert fold_phone(phone) == "(13900139000)"

    def test_of_an_address_marks_where_its_numbers_begin(self) -> None:
        assert address_search_text("三栋1单元402室") == "/¦3号楼/¦1单元/¦402"
        assert address_search_text("地下车库/-2层/B002") == "/地下车库/¦负2层/B¦002"
        assert address_search_numbers("3号楼/1单元/402") == "/3/1/402/"


class TestWords:
    def test_are_parted_by_any_blank(self) -> None:
        assert texts(" 李女士\u30001103\t王\n伟 李女士") == ["李女士", "1103", "王", "伟"]

    @pytest.mark.parametrize("phone", PHONES)
    def test_of_a_phone_with_blanks_are_one(self, phone: str) -> None:
        (name, word) = search_words(f"王伟 {phone}")

        assert name.text == "王伟"
        assert word.phone == "13900139000"

    @given(st.text(max_size=SEARCH_LENGTH_MAX))
    def test_hold_every_character_that_is_seen(self, typed: str) -> None:
        assert set("".join(texts(typed))) == set(fold_search_text(typed.strip()))

    def test_are_those_of_64_characters(self) -> None:
        """A megabyte costs nothing."""
        assert texts(" " * 100 + "楼" * 1_000_000) == ["楼" * SEARCH_LENGTH_MAX]

    @pytest.mark.parametrize(
        ("typed", "numbers"),
        [("3-1-402", "/3/1/402/"), ("1/15/15", "/1/15/15/"), ("402", ""), ("3号楼/402", "")],
    )
    def test_of_bare_numbers_know_the_parts(self, typed: str, numbers: str) -> None:
        (word,) = search_words(typed)

        assert word.numbers == numbers
        assert word.phone in {"", "402"}

    @given(st.text("一二3号楼栋幢单元层室-/ B负402", min_size=1, max_size=20))
    def test_of_an_address_are_found_in_it(self, address: str) -> None:
        """Whatever the spelling, an address without blanks finds itself."""
        written = address.replace(" ", "")
        stored = address_search_text(written)

        assert all(
            any(each in stored for each in word.addresses)
            for word in search_words(written)
            if fold_address(written)
        )


class TestWhatImportMatches:
    @given(address_books(), st.data())
    def test_is_found(self, book: AddressBook, data: st.DataObject) -> None:
        """Rule 2.9: however an address is written, every word of it is found in the house."""
        name = book.full_address(book.houses[0]).partition("/")[0]
        written = data.draw(written_addresses(st.sampled_from(book.houses), name))
        place = Place(name, written.means.address.text, [])

        for word in words_of(str(written.cell)):
            assert in_house(place, word, whole_phones=False), word


class TestReadSearchText:
    @pytest.mark.parametrize("text", ["\x00", "\u200b", "·", "楼" * 65])
    def test_refuses_what_would_reach_more_than_it_asks_for(self, text: str) -> None:
        """Rule 2.4."""
        with pytest.raises(FieldError):
            read_search_text(text)

    @pytest.mark.parametrize("text", ["", " ", "王", "/"])
    def test_takes_anything_else(self, text: str) -> None:
        assert read_search_text(text) == text
