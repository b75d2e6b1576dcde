"""Houses and residents, by page and by sheet: rule 3.14, promises P35 and P45."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
import pytest

from billing_domain.errors import (
    FieldError,
    HouseExistsError,
    HouseInUseError,
    ImportRefusedError,
    PermissionMissingError,
    StaleError,
    StorageBusyError,
    ThingNotFoundError,
)
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation, Resident
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.imports.resident_sheet import RESIDENT_HEADERS
from billing_domain.model.sheet import Cell
from billing_domain.ports.houses import HouseRow
from billing_domain.use_cases.houses.register_residents import ResidentData
from billing_domain.use_cases.imports.import_residents import ImportResidents, ResidentsImported
from tests.world import World

LANLAN = ResidentData(" 兰 兰 ", "１３８ 9842 4613", Relation.OWNER, date(2020, 1, 1))
ROWS: tuple[tuple[Cell, ...], ...] = (
    ("幸福家园/1号楼/1单元/101", "王建国", "13000000000", "业主", date(2010, 1, 10)),
    ("3幢-1单元-101", "杨思好", 14_000_007_919, "租客", "2024年1月5日"),
    ("3号楼/1单元/101", "赵宜君", "", "", ""),
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def resident(world: World) -> Resident:
    return world.register_residents.add_resident(
        world.admin, house_id=world.houses[0].id, data=LANLAN
    )


def house(world: World) -> HouseRow:
    return world.view_houses.house(world.admin, house_id=world.houses[0].id)


def overtake(world: World, change: str) -> None:
    """Let a colleague change what a sheet of ROWS is matched with."""
    register = world.register_residents
    if change == "taken":
        register.add_house(world.admin, community_id=world.community.id, address="3号楼/1单元/101")
    elif change == "renamed":
        register.change_house(world.admin, house_id=world.houses[0].id, address="8号楼/801")
    else:
        person = ResidentData("王建国", "13000000000", Relation.OWNER, None)
        register.add_resident(world.admin, house_id=world.houses[0].id, data=person)


@attrs.frozen
class _Overtaken(ImportResidents):
    """An import that somebody overtakes between its reading and its writing."""

    overtake: Callable[[], None] = attrs.field(kw_only=True)
    matched: list[int] = attrs.field(factory=list, kw_only=True)
    times: int = attrs.field(default=1, kw_only=True)

    @classmethod
    def of(
        cls, imports: ImportResidents, overtake: Callable[[], None], *, times: int = 1
    ) -> _Overtaken:
        parts = attrs.asdict(imports, recurse=False)
        return cls(**parts, overtake=overtake, times=times)

    def _import(self, *args: Any) -> Any:
        if len(self.matched) < self.times:
            self.overtake()
        self.matched.append(1)
        return super()._import(*args)


class TestHouse:
    def test_is_added_under_a_free_address(self, world: World) -> None:
        added = world.register_residents.add_house(
            world.admin, community_id=world.community.id, address=" 3号楼 / 101 "
        )

        assert added.address.text == "3号楼/101"
        assert world.actions("house", added.id) == [AuditAction.CREATED]

    @pytest.mark.parametrize(
        "spelling", ["1幢-1单元-101", "幸福家园1栋1单元101室", "1-1-101", "一号楼·一单元·101"]
    )
    def test_is_refused_when_another_spelling_is_there(self, world: World, spelling: str) -> None:
        with pytest.raises(HouseExistsError) as refusal:
            world.register_residents.add_house(
                world.admin, community_id=world.community.id, address=spelling
            )

        assert refusal.value.reason == "taken"
        assert refusal.value.existing == "1号楼/1单元/101"

    def test_is_stored_without_the_name_of_its_community(self, world: World) -> None:
        added = world.register_residents.add_house(
            world.admin, community_id=world.community.id, address="幸福家园3栋2单元1104室"
        )

        assert added.address.text == "3号楼/2单元/1104"

    def test_may_be_spelled_otherwise(self, world: World) -> None:
        changed = world.register_residents.change_house(
            world.admin, house_id=world.houses[0].id, address="1栋1单元101室"
        )

        assert changed.address.text == "1号楼/1单元/101"

    def test_keeps_its_bills_when_its_address_is_corrected(self, world: World) -> None:
        bill = world.add_bill()

        world.register_residents.change_house(
            world.admin, house_id=bill.house_id, address="1号楼/1单元/110"
        )

        row = world.view_bills.detail(world.admin, number=bill.number).row
        assert row.address == "1号楼/1单元/110"
        [entry] = world.history("house", bill.house_id)
        assert entry.before == {"address": "1号楼/1单元/101"}

    def test_is_removed_only_when_nothing_hangs_on_it(self, world: World) -> None:
        world.add_bill()

        with pytest.raises(HouseInUseError):
            world.register_residents.remove_house(world.admin, house_id=world.houses[0].id)
        world.register_residents.remove_house(world.admin, house_id=world.houses[1].id)

        assert world.view_houses.count(world.admin, community_id=world.community.id) == 2

    def test_is_not_there_for_another_company(self, world: World) -> None:
        register, rival, there = world.register_residents, world.rival_admin, world.houses[0].id
        for attempt in (
            lambda: register.add_house(rival, community_id=world.community.id, address="9"),
            lambda: register.change_house(rival, house_id=there, address="9"),
            lambda: register.remove_house(rival, house_id=there),
            lambda: register.add_resident(rival, house_id=there, data=LANLAN),
        ):
            with pytest.raises(ThingNotFoundError):
                attempt()


class TestResident:
    def test_is_kept_in_clean_form(self, world: World, resident: Resident) -> None:
        assert (resident.name, resident.phone) == ("兰 兰", "13898424613")
        assert [person.name for person in house(world).residents] == ["兰 兰"]

    def test_keeps_its_phone_out_of_the_log(self, world: World, resident: Resident) -> None:
        assert "13898424613" not in repr(world.history("resident", resident.id))

    def test_is_changed_by_the_one_who_saw_the_last_version(
        self, world: World, resident: Resident
    ) -> None:
        change = world.register_residents.change_resident
        data = ResidentData("蓝蓝", "", Relation.TENANT, None)
        change(world.admin, resident_id=resident.id, version=1, data=data)

        with pytest.raises(StaleError):
            change(world.admin, resident_id=resident.id, version=1, data=LANLAN)

        assert [person.name for person in house(world).residents] == ["蓝蓝"]

    def test_moves_out_on_a_day(self, world: World, resident: Resident) -> None:
        out = world.register_residents.move_out
        with pytest.raises(FieldError):
            out(world.admin, resident_id=resident.id, version=1, on=date(2019, 12, 31))

        out(world.admin, resident_id=resident.id, version=1, on=date(2026, 11, 20))

        page = world.view_houses.page(world.admin, community_id=world.community.id)
        assert page.rows[0].residents == ()
        assert [person.moved_out_on for person in house(world).residents] == [date(2026, 11, 20)]

    def test_shows_its_phone_to_a_form_and_says_so_in_the_log(
        self, world: World, resident: Resident
    ) -> None:
        clerk = world.actor(Role.FRONT_DESK)

        shown = world.register_residents.resident(clerk, resident_id=resident.id)

        assert shown.phone == "13898424613"
        assert world.actions("resident", resident.id)[-1] is AuditAction.PHONES_SHOWN

    def test_needs_the_right(self, world: World, resident: Resident) -> None:
        with pytest.raises(PermissionMissingError):
            world.register_residents.resident(world.actor(Role.FINANCE), resident_id=resident.id)


class TestSheet:
    def request(self, world: World, *rows: tuple[Cell, ...]) -> ImportRequest:
        return ImportRequest.of_rows(world.community.id, [RESIDENT_HEADERS, *rows])

    def test_adds_houses_and_residents(self, world: World) -> None:
        done = world.import_residents.import_sheet(world.admin, request=self.request(world, *ROWS))

        assert done == ResidentsImported(houses=1, residents=3)
        page = world.view_houses.page(world.admin, community_id=world.community.id, text="3号楼")
        [row] = page.rows
        assert [(person.name, person.relation) for person in row.residents] == [
            ("杨思好", Relation.TENANT),
            ("赵宜君", Relation.OWNER),
        ]

    def test_adds_vacant_houses(self, world: World) -> None:
        rows = (("9栋901室", "", "", "", ""), ("幸福家园1号楼1单元101", "", "", "", ""))
        done = world.import_residents.import_sheet(world.admin, request=self.request(world, *rows))

        assert (done.houses, done.residents) == (1, 0)
        page = world.view_houses.page(world.admin, community_id=world.community.id, text="901")
        assert [row.address for row in page.rows] == ["9号楼/901"]

    @pytest.mark.parametrize("change", ["taken", "renamed", "registered"])
    def test_is_matched_again_when_somebody_was_faster(self, world: World, change: str) -> None:
        """What the sheet was matched with is looked at again under the lock."""
        imports = _Overtaken.of(world.import_residents, lambda: overtake(world, change))

        done = imports.import_sheet(world.admin, request=self.request(world, *ROWS))

        assert imports.matched == [1, 1]
        assert done.houses == {"taken": 0, "renamed": 2, "registered": 1}[change]
        assert done.residents == {"taken": 3, "renamed": 3, "registered": 2}[change]

    def test_gives_up_when_others_change_the_community_all_the_time(self, world: World) -> None:
        numbers = itertools.count(50)

        def add() -> None:
            address = f"{next(numbers)}号楼/101"
            world.register_residents.add_house(
                world.admin, community_id=world.community.id, address=address
            )

        imports = _Overtaken.of(world.import_residents, add, times=99)
        with pytest.raises(StorageBusyError):
            imports.import_sheet(world.admin, request=self.request(world, *ROWS))

        assert not house(world).residents

    def test_adds_nothing_the_second_time(self, world: World) -> None:
        request, use_case = self.request(world, *ROWS), world.import_residents
        use_case.import_sheet(world.admin, request=request)

        again = use_case.import_sheet(world.admin, request=request)

        assert (again.houses, again.residents) == (0, 0)
        sheet = use_case.preview(world.admin, request=request).sheet
        assert {problem.code for problem in again.problems} == {"resident_registered"}
        assert {problem.code for problem in sheet.problems} == {"resident_registered"}
        assert not sheet.importable

    def test_adds_nothing_when_one_row_is_wrong(self, world: World) -> None:
        bad = self.request(world, *ROWS, ("3号楼/1单元/102", "张三", "電話", "房东", "昨天"))

        with pytest.raises(ImportRefusedError) as refusal:
            world.import_residents.import_sheet(world.admin, request=bad)

        assert refusal.value.errors == 3
        assert world.view_houses.count(world.admin, community_id=world.community.id) == 3

    def test_gives_back_the_users_rows_with_sentences(self, world: World) -> None:
        world.import_residents.error_workbook(
            world.admin,
            request=self.request(world, ("", "张三", "1", "", ""), ROWS[0], ROWS[0]),
            words=lambda problem: f"{problem.column} {problem.code}",
        )

        [(_, messages, header, header_row)] = world.writer.errors
        assert messages == {2: "房屋地址 field_invalid；电话 field_invalid"}
        assert (header, header_row) == ("错误说明", 1)

    def test_has_a_template_with_every_house(self, world: World) -> None:
        world.import_residents.template(world.admin, community_id=world.community.id)

        [template] = world.writer.templates
        assert [column.header for column in template.columns] == list(RESIDENT_HEADERS)
        assert template.choices == {"关系": ["业主", "家属", "租客"]}
        assert len(template.rows) == 3

    def test_needs_the_right(self, world: World) -> None:
        accountant, request = world.actor(Role.FINANCE), self.request(world, *ROWS)

        with pytest.raises(PermissionMissingError):
            world.import_residents.import_sheet(accountant, request=request)
