"""The contract of BillQueries: what the search box finds (rule 2.9, promise P42)."""

from datetime import date, timedelta

import attrs

from billing_domain.model.bills.bill import BillOrigin
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.ports.bills import BillFilter
from .storage import Storage, StorageContract
from .world import World

NUMBER = BillNumber("201810301522145940635")
OTHER_NUMBER = BillNumber("201810301522145940636")

A_DAY_LONG_GONE = date(2020, 1, 1)

FOUND = [
    # one and two Chinese characters, of a name and of an address
    *["王", "伟", "王伟", "园", "家园", "幸福", "单元", "号楼"],
    # parts of the address, with and without the community in front
    *["12号楼", "12号楼/3单元/1502", "幸福家园/12号楼", "园/1", "1502", "150", "3单元/15"],
    # every spelling that import takes, bare numbers part by part
    *["12栋3单元1502室", "十二幢-三单元-1502", "12号楼 3单元 1502", "幸福家园12栋", "１５０２室"],
    *["12-3-1502", "12/3/1502", "3-1502", "12-3", "幸福家园12-3-1502"],
    # several words
    *["王伟 1502", "1502 王伟", "王 伟", "幸福 王伟", "王伟 4613", "4613 20181030"],
    # a phone: whole, beginning, end, six digits, with blanks, dashes and a country
    *["13812344613", "138", "4613", "3812344", "138 1234 4613", "138-1234-4613"],
    *["+86 138 1234 4613", "8613812344613", "+8613812344613"],
    # the second resident: a name in Latin letters of full width, a phone with marks in it
    *["ＡＢＣ公司", "ABC", "abc", "ａｂｃ公司", "86-21-5555-0101", "21-55550101", "0101"],
    # the number: whole, beginning, six digits, end
    *[NUMBER, "20181030", "1522145940", "522145", "5940635", "40635", "635"],
    # the external number, literally: SQL patterns have no meaning
    *["LX_100%", "100%\\", "\\'", "'\"", '"', "_", "%", "lx_1", "ＬＸ＿１００％"],
    # surrounding blanks and unprintable characters are ignored
    *["  王伟 ", "\u3000王伟\u3000", "王\x00伟", "王\u200b伟", "\t4613"],
]
NOT_FOUND = [
    *["王芳", "伟王", "赵六", "13号楼", "幸福/家园", "王伟 1503", "王芳 1502", "1502 钱七", "/"],
    # a number of an address is found from its beginning, bare numbers by whole parts
    *["502", "2号楼", "2号楼/3", "2-3-1502", "12-3-150", "12-1502", "负12号楼"],
    # few digits inside a phone or number, or fewer than three
    *["1234", "8123", "8", "18", "52214", "9406", "46130", "139"],
    *["A%C", "A_C", "LX%", "LX-100", "%%", "__", "\\\\", "''", "OR 1=1"],
    # fields that the box does not search
    *["remark", "备注", "物业费", "1300"],
    # a moved-out resident, and a resident of another house
    *["钱七", "7777", "孙八"],
]


class BillSearchContract(StorageContract):
    """The search box finds any part of a number, phone, name or address, in any width and case."""

    def test_finds_a_part_and_nothing_else(self, storage: Storage, world: World) -> None:
        furnish(world)
        texts = [*FOUND, *NOT_FOUND]
        assert [text for text in texts if NUMBER in found(storage, world.scope, text)] == FOUND

    def test_houses_come_before_a_few_digits_of_a_number(
        self, storage: Storage, world: World
    ) -> None:
        """Else a batch on a room would reach the bills of strangers."""
        furnish(world)
        assert NUMBER in found(storage, world.scope, "0635")
        room = world.add_bill(world.add_house("1号楼/0635")).number
        assert found(storage, world.scope, "0635") == [room]
        assert NUMBER in found(storage, world.scope, "940635")

    def test_phones_are_found_whole_or_by_shown_digits_without_the_right(
        self, storage: Storage, world: World
    ) -> None:
        """The list shows them as 138****4613."""
        furnish(world)
        scope = attrs.evolve(world.scope, whole_phones=False)
        for text in ("13812344613", "138", "4613", "613", "138 1234 4613", "王伟 4613"):
            assert NUMBER in found(storage, scope, text), text
        for text in ("1381", "13812344", "44613", "2344613", "381234", "21555501"):
            assert found(storage, scope, text) == [], text

    def test_nothing_to_look_for_finds_everything(self, storage: Storage, world: World) -> None:
        furnish(world)
        for text in ("", " ", "\u3000", "\x00", "\n\t"):
            assert found(storage, world.scope, text) == [OTHER_NUMBER, NUMBER]

    def test_follows_an_address_that_changed(self, storage: Storage, world: World) -> None:
        furnish(world)
        with world.change() as work:
            house = work.houses.of_community(world.garden.id)[0]
            renamed = world.a_house("13号楼/1单元/77")
            work.houses.save(type(house)(house.id, house.community_id, renamed.address))
        assert NUMBER in found(storage, world.scope, "13号楼")
        assert NUMBER not in found(storage, world.scope, "1502")

    def test_follows_a_resident_who_changed(self, storage: Storage, world: World) -> None:
        furnish(world)
        with world.change() as work:
            house = work.houses.of_community(world.garden.id)[0]
            person = work.residents.of_house(house.id)[0]
            work.residents.save(
                person.change(
                    name="周九", phone="13900000009", relation=person.relation, moved_in_on=None
                )
            )

        assert NUMBER in found(storage, world.scope, "周九")
        assert NUMBER in found(storage, world.scope, "0009")
        assert NUMBER not in found(storage, world.scope, "王伟")
        assert NUMBER not in found(storage, world.scope, "4613")

    def test_follows_a_resident_who_moves_out(self, storage: Storage, world: World) -> None:
        """From the day of moving out, the resident is not found."""
        house = world.add_house("1号楼/101")
        number = world.add_bill(house).number
        world.add_resident(house, "今天", moved_out_on=storage.today)
        world.add_resident(house, "明天", moved_out_on=storage.today + timedelta(days=1))
        assert found(storage, world.scope, "今天") == []
        assert found(storage, world.scope, "明天") == [number]

    def test_follows_a_community_that_was_renamed(self, storage: Storage, world: World) -> None:
        furnish(world)
        world.work.communities.save(world.garden.rename("云顶"))
        assert found(storage, world.scope, "云顶/12") == [NUMBER]
        assert found(storage, world.scope, "幸福") == []

    def test_forgets_a_removed_bill(self, storage: Storage, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        world.remove_bills(bill)
        assert found(storage, world.scope, bill.number) == []

    def test_stays_within_the_scope(self, storage: Storage, world: World) -> None:
        furnish(world)
        assert found(storage, world.lakeside_scope, "王") == []
        assert found(storage, world.rival_scope, NUMBER) == []


def furnish(world: World) -> None:
    """Add two houses of the garden with a bill each, their present and past residents."""
    house = world.add_house("12号楼/3单元/1502")
    world.add_resident(house, "王伟", phone="13812344613")
    world.add_resident(house, "ＡＢＣ公司", phone="+86-21-5555-0101")
    past = world.a_resident(house, "钱七", phone="13677777777")
    other = world.add_house("东区")
    with world.change() as work:
        work.residents.add_all([past])
        work.residents.save(past.move_out(A_DAY_LONG_GONE))
        work.residents.add_all([world.a_resident(other, "孙八")])
    world.add_bill(
        house,
        number=NUMBER,
        origin=BillOrigin.PUSHED,
        external_number="LX_100%\\'\"",
        remark="remark 备注",
    )
    world.add_bill(other, number=OTHER_NUMBER)


def found(storage: Storage, scope: Scope, text: str) -> list[BillNumber]:
    """Return the numbers that a text finds, newest first, by every query."""
    wanted = BillFilter(text=text)
    page = storage.bill_queries.page(scope, wanted, key=None, rows=100)
    numbers = [row.number for row in page.rows]
    assert list(storage.bill_queries.numbers(scope, wanted, count_max=100)) == numbers
    assert storage.bill_queries.totals(scope, wanted).count == len(numbers)
    return numbers
