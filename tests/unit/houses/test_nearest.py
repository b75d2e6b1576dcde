"""The nearest addresses, from an index and not by comparing with all (rule 3.9)."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.houses.house import HouseAddress, NoHouse
from billing_domain.model.houses.nearest import NearestAddresses
from billing_domain.testing.strategies import plain_house_addresses
from tests.unit.houses.test_house_folding import a_book

LARGE = [
    f"{building}号楼/{unit}单元/{floor}{door:02}"
    for building, unit, floor, door in itertools.product(
        range(1, 51), range(1, 5), range(1, 26), (1, 2)
    )
]


@pytest.fixture(scope="module")
def index() -> NearestAddresses:
    """A community of 10,000 houses."""
    return NearestAddresses(LARGE)


class TestNearest:
    @pytest.mark.parametrize(
        ("unknown", "near"),
        [
            ("30号楼/2单元/1203", {"30号楼/2单元/1201", "30号楼/2单元/1202"}),
            ("30号楼/5单元/1201", {"30号楼/1单元/1201", "30号楼/2单元/1201"}),
            ("30号/2单元/1201", {"30号楼/2单元/1201"}),
            ("30号楼/1201", {"30号楼/1单元/1201", "30号楼/2单元/1201"}),
            ("幸福花园/30号楼/2单元/1201", {"30号楼/2单元/1201"}),
            ("51号楼/2单元/1201", {"11号楼/2单元/1201"}),
        ],
    )
    def test_share_what_tells_most(
        self, index: NearestAddresses, unknown: str, near: set[str]
    ) -> None:
        assert near <= set(index.of(unknown, count=6))

    @given(st.lists(plain_house_addresses(), min_size=1, max_size=9), plain_house_addresses())
    def test_are_as_many_as_there_are(
        self, addresses: list[HouseAddress], unknown: HouseAddress
    ) -> None:
        keys = {address.key for address in addresses}
        found = NearestAddresses(keys).of(unknown.key, count=3)

        assert len(found) == len(set(found)) == min(3, len(keys))

    def test_of_an_address_that_is_there_begin_with_itself(self, index: NearestAddresses) -> None:
        assert index.of(LARGE[777], count=3)[0] == LARGE[777]

    def test_are_found_with_few_steps(self, index: NearestAddresses) -> None:
        """However many addresses share a feature, few of them are looked at."""
        for unknown in ("30号楼/2单元/1203", "1单元", "号楼", "2单元/101", "x"):
            assert len(index.shared_with(unknown)) <= 400

    @given(st.text("幸福家园3栋号楼1单元402室-/B地下·\u200b ", max_size=14))
    def test_differ_visibly_from_what_was_read(self, text: str) -> None:
        book = a_book("3号楼/1单元/402", "3号楼/负1层/402", "1/1/1", "4栋/402")
        found = book.find(text)

        if isinstance(found, NoHouse) and not found.ambiguous:
            assert text not in found.candidates
            assert not book.matches(text)
