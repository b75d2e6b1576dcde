"""The search box against the oracle, with texts that are rare and common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.houses.match import HOUSES_MAX
from billing_adapters.sql.houses.search_index import grams
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.paging import PageKey
from billing_domain.testing.contracts import Storage
from billing_domain.testing.contracts.world import World
from tests.integration.bills.bill_oracle import BillOracle

HOUSES = 2 * HOUSES_MAX + 50
PLACES = [
    "号楼",
    "2号楼",
    "1号楼/3",
    "号楼/301",
    "幸福家园/1",
    "园/2号楼/1",
    "家园",
    "园/",
    "翠湖",
]
NAMES = ["王", "王伟", "王伟芳", "伟", "李", "赵六"]
DIGITS = ["1", "13", "138", "1380", "13800000", "13800000007", "00007", "20260305", "0000012"]
NOTHING = ["%", "_", "王伟/", "號樓", "伟王", "139", "/999", "20270305"]
WORDS = [
    "王伟 2号楼",
    "1-301",
    "家园 王伟芳",
    "园2号楼",
    "2栋 13800000",
    "王 0000012",
    "2 3 4",
]

texts = st.text(st.sampled_from("王伟A/¦负(0123456789) 号楼%"), max_size=20)


class TestGrams:
    @given(text=texts, start=st.integers(0, 20), length=st.integers(0, 20))
    def test_of_a_part_are_among_those_of_the_whole(
        self, text: str, start: int, length: int
    ) -> None:
        """Else the index would miss houses that contain the part."""
        assert grams(text[start : start + length]) <= grams(text)

    def test_leave_out_what_nearly_every_phone_has(self) -> None:
        assert grams("13812") == {"1381", "3812"}

    def test_of_chinese_are_characters_and_pairs(self) -> None:
        assert grams("1号楼") == {"1号", "号楼", "号", "楼"}

    def test_of_marked_numbers_and_phones_are_their_beginnings_and_ends(self) -> None:
        assert grams("¦1103") >= {"¦1", "¦11", "¦110", "¦1103"}
        assert grams("(13812344613)") >= {"(138", "613)"}


class TestSearch:
    @pytest.mark.parametrize("texts", [PLACES + NAMES, DIGITS + NOTHING, WORDS])
    def test_finds_what_the_oracle_finds(
        self, storage: Storage, town: World, bill_queries: SqlBillQueries, texts: list[str]
    ) -> None:
        with bill_queries.snapshot(town.scope, BillFilter()) as (_, rows):
            numbers = [row.number for row in rows]
        oracle = BillOracle.reading(storage, town, numbers)
        for text in texts:
            wanted = BillFilter(text=text)
            expected = oracle.numbers(town.scope, wanted, count_max=len(numbers))

            assert pages(bill_queries, town, text) == expected, text
            assert bill_queries.totals(town.scope, wanted).count == len(expected), text
            some = bill_queries.numbers(town.scope, wanted, count_max=7)
            assert list(some) == expected[:7], text

    def test_of_a_common_text_that_only_old_bills_have(
        self, town: World, bill_queries: SqlBillQueries
    ) -> None:
        """Going through the newest bills is given up for looking the houses up."""
        expected = pages(bill_queries, town, "王伟")[:20]
        newest = town.add_house("别墅")
        for _ in range(3):
            town.add_bills([town.a_bill(newest) for _ in range(4_000)])

        page = bill_queries.page(town.scope, BillFilter(text="王伟"), key=None, rows=20)
        assert [row.number for row in page.rows] == expected


@pytest.fixture
def town(world: World) -> World:
    """650 houses of two communities in three buildings, a bill and a resident in each."""
    houses = [
        House(
            HouseId(world.new_id()),
            (world.garden if number % 2 else world.lakeside).id,
            HouseAddress.parse(f"{number % 3 + 1}号楼/{number}"),
        )
        for number in range(HOUSES)
    ]
    people = [
        Resident(
            id=ResidentId(world.new_id()),
            community_id=house.community_id,
            house_id=house.id,
            name="王伟" if number > 9 else "王伟芳",
            phone=f"138{number:08d}",
            relation=Relation.OWNER,
            moved_in_on=None,
        )
        for number, house in enumerate(houses)
        if number % 50
    ]
    with world.begin() as work:
        work.houses.add_all(houses)
        work.residents.add_all(people)
        work.bills.add_all([world.a_bill(house) for house in houses])
        work.commit()
    return world


def pages(queries: SqlBillQueries, town: World, text: str) -> list[BillNumber]:
    """Return what page after page shows, forwards and then backwards again."""
    found: list[BillNumber] = []
    key: PageKey | None = None
    while True:
        page = queries.page(town.scope, BillFilter(text=text), key=key, rows=100)
        found += [row.number for row in page.rows]
        if page.next_key is None:
            break
        key = PageKey(page.next_key)
    if len(found) > 100:
        before = PageKey(found[100], backwards=True)
        back = queries.page(town.scope, BillFilter(text=text), key=before, rows=100)
        assert [row.number for row in back.rows] == found[:100]
        assert (back.previous_key, back.next_key) == (None, found[99])
    return found
