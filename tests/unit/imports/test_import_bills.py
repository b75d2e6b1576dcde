"""Importing bills: rules 3.1, 3.2, 3.11, 3.12, promise P29."""

from __future__ import annotations

import attrs
import pytest

from billing_domain.errors import (
    FileImportedBeforeError,
    NumberTakenError,
    PermissionMissingError,
    StaleError,
    StorageBusyError,
    ThingNotFoundError,
)
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.profile import NEWSEE, ProfileKey
from billing_domain.model.money import Money
from billing_domain.model.sheet import Cell, Severity
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.use_cases.imports.import_bills import ImportBills
from tests.world import HEADER, World

GOOD: tuple[Cell, ...] = ("1号楼/1单元/101", "物业费", 1.005, "2026年01月", "2026年02月", "")
WATER: tuple[Cell, ...] = ("幸福家园/1栋1单元101", "水费", "86.40", "2026年01月", "2026年02月", "")
BAD: tuple[Cell, ...] = ("9号楼/9单元/901", "物业费", "一千三", "10/01/2026", "2026年03月", "")


@pytest.fixture
def world() -> World:
    return World()


def count(world: World) -> int:
    return world.view_bills.totals(world.admin, bill_filter=BillFilter()).count


class TestTemplate:
    def test_lists_every_house_with_its_address_filled_in(self, world: World) -> None:
        world.import_bills.template(world.admin, community_id=world.community.id)

        [template] = world.writer.templates
        assert [row[0] for row in template.rows] == [
            "幸福家园/1号楼/1单元/101",
            "幸福家园/1号楼/1单元/102",
            "幸福家园/2号楼/1单元/101",
        ]
        assert [column.header for column in template.columns] == list(HEADER)
        assert len(template.choices["费用类型"]) == 10
        assert template.notes == ("一句说明",)

    def test_is_itself_a_sheet_with_nothing_to_import(self, world: World) -> None:
        """Rules 3.2, 3.3: the example and unfilled rows are no data."""
        world.import_bills.template(world.admin, community_id=world.community.id)
        [template] = world.writer.templates
        assert template.example_row is not None
        filled = [*template.rows[0][:1], "电费", "12", "2026年1月", "2026年1月", ""]

        preview = world.import_bills.preview(
            world.admin, request=world.request(template.example_row, filled, *template.rows[1:])
        )

        assert preview.sheet.rows == 1
        assert preview.sheet.importable

    def test_is_not_given_for_another_companys_community(self, world: World) -> None:
        with pytest.raises(ThingNotFoundError):
            world.import_bills.template(world.admin, community_id=world.rival_community.id)


class TestOpenFile:
    def test_reads_the_table_and_remembers_the_content_by_its_hash(self, world: World) -> None:
        world.reader.rows = [HEADER, GOOD]

        request = world.import_bills.open_file(
            world.admin,
            community_id=world.community.id,
            file_name="111.xls",
            content=b"content",
            request_key="key",
            profile_key=NEWSEE.key,
        )

        assert request.table.rows == [HEADER, GOOD]
        assert request.file_hash.startswith("ed7002b439e9ac84")
        assert (request.request_key, request.profile_key) == ("key", NEWSEE.key)


class TestPreview:
    def test_warns_of_a_charge_that_exists(self, world: World) -> None:
        world.import_rows(GOOD)

        preview = world.import_bills.preview(world.admin, request=world.request(WATER, GOOD))

        [problem] = preview.sheet.problems
        assert (problem.row, problem.code) == (3, "same_charge_before")
        assert problem.severity is Severity.WARNING

    def test_warns_of_a_file_that_was_imported(self, world: World) -> None:
        batch = world.import_rows(GOOD)

        preview = world.import_bills.preview(world.admin, request=world.request(GOOD, key="again"))

        codes = [problem.code for problem in preview.problems]
        assert codes == ["file_imported_before", "same_charge_before"]
        assert preview.same_file == (batch,)

    def test_sees_a_house_that_came_after_an_earlier_look(self, world: World) -> None:
        """What a request remembers of its table never outlives what it was read against."""
        request = world.request(("9号楼/901", *GOOD[1:]))
        before = world.import_bills.preview(world.admin, request=request)
        world.add_houses(world.community, "9号楼/901")

        after = world.import_bills.preview(world.admin, request=request)

        assert (before.sheet.importable, after.sheet.importable) == (False, True)

    def test_takes_a_companys_own_profile(self, world: World) -> None:
        with pytest.raises(ThingNotFoundError):
            world.import_bills.preview(
                world.admin,
                request=attrs.evolve(world.request(GOOD), profile_key=ProfileKey("unknown")),
            )


class TestImport:
    def test_brings_in_every_row(self, world: World) -> None:
        batch = world.import_rows(GOOD, WATER)

        assert (batch.rows, batch.total, batch.imported_by) == (2, Money(8_741), "王经理")
        rows = world.view_bills.page(world.admin, bill_filter=BillFilter(batch_id=batch.id)).rows
        assert {(row.fee_type.label, row.amount.fen) for row in rows} == {
            ("物业费", 101),
            ("水费", 8640),
        }
        assert {row.house_id for row in rows} == {world.houses[0].id}
        detail = world.view_bills.detail(world.admin, number=rows[0].number)
        assert [entry.action for entry in detail.history] == [AuditAction.IMPORTED]

    def test_takes_600_rows_whose_numbers_all_differ(self, world: World) -> None:
        rows = [(*GOOD[:2], 1 + index, *GOOD[3:]) for index in range(600)]
        request = world.request(*rows)

        world.import_bills.import_sheet(world.admin, request=request, confirm_warnings=True)

        assert count(world) == 600

    def test_refuses_the_same_file_unless_confirmed(self, world: World) -> None:
        world.import_rows(GOOD)
        again = world.request(GOOD, key="again")

        with pytest.raises(FileImportedBeforeError):
            world.import_bills.import_sheet(world.admin, request=again, confirm_warnings=True)
        batch = world.import_bills.import_sheet(
            world.admin, request=again, confirm_warnings=True, confirm_same_file=True
        )

        assert batch.repetition == 1
        assert count(world) == 2

    def test_needs_the_right(self, world: World) -> None:
        with pytest.raises(PermissionMissingError):
            world.import_bills.import_sheet(
                world.actor(Role.READ_ONLY), request=world.request(GOOD)
            )


class TestRace:
    """Somebody else commits between this import's look and its write."""

    def importer(
        self,
        world: World,
        rival: ImportBatch | None,
        failures: int = 1,
        *,
        before_the_lock: bool = False,
    ) -> ImportBills:
        left = [failures]

        def begin(*, read_only: bool = False) -> UnitOfWork:
            if not read_only and left[0]:
                left[0] -= 1
                if rival is not None:
                    with world.begin() as work:
                        work.import_batches.add(rival)
                        work.commit()
                    if before_the_lock:
                        return world.begin()
                    raise StaleError(kind="import_batch", id=rival.id)
                raise NumberTakenError
            return world.begin(read_only=read_only)

        return attrs.evolve(world.import_bills, begin=begin)

    def batch(self, world: World, key: str) -> ImportBatch:
        request = world.request(GOOD, key=key)
        return ImportBatch(
            id="b" * 32,  # type: ignore[arg-type]
            community_id=world.community.id,
            file_name="",
            file_hash=request.file_hash,
            repetition=0,
            request_key=key,
            profile_key=request.profile_key,
            rows=1,
            total=Money(101),
            imported_at=world.clock.now(),
            imported_by="x",
        )

    @pytest.mark.parametrize("before_the_lock", [True, False])
    def test_answers_with_the_batch_of_the_same_request(
        self, world: World, *, before_the_lock: bool
    ) -> None:
        rival = self.batch(world, "request")
        importer = self.importer(world, rival, before_the_lock=before_the_lock)

        done = importer.import_sheet(world.admin, request=world.request(GOOD))

        assert done == rival

    def test_refuses_the_same_file_under_another_request(self, world: World) -> None:
        rival = self.batch(world, "other")

        with pytest.raises(FileImportedBeforeError) as refusal:
            self.importer(world, rival).import_sheet(world.admin, request=world.request(GOOD))

        assert refusal.value.batch_id == rival.id
        assert count(world) == 0

    def test_draws_other_numbers_when_one_is_taken(self, world: World) -> None:
        self.importer(world, None, 4).import_sheet(world.admin, request=world.request(GOOD))

        assert count(world) == 1

    def test_gives_up_after_five_draws(self, world: World) -> None:
        with pytest.raises(StorageBusyError):
            self.importer(world, None, 5).import_sheet(world.admin, request=world.request(GOOD))


class TestErrorWorkbook:
    def test_has_the_users_rows_and_a_sentence_for_each_wrong_one(self, world: World) -> None:
        request = world.request(GOOD, BAD, GOOD)

        world.import_bills.error_workbook(
            world.admin, request=request, words=lambda problem: problem.code
        )

        [(table, messages, header, header_row)] = world.writer.errors
        assert table == request.table
        assert messages == {
            3: "house_not_found；amount_invalid；date_invalid",
            4: "same_charge_in_file",
        }
        assert (header, header_row) == ("错误说明", 1)

    def test_leaves_notes_out(self, world: World) -> None:
        other = (*GOOD[:1], "绿化费", *GOOD[2:])

        world.import_bills.error_workbook(
            world.admin, request=world.request(other, BAD), words=lambda problem: problem.code
        )

        assert set(world.writer.errors[0][1]) == {3}


class TestReminding:
    @pytest.mark.parametrize("answer", [True, False])
    def test_remembers_the_answer(self, world: World, answer: bool) -> None:  # noqa: FBT001
        batch = world.import_rows(GOOD)

        world.import_bills.answer_reminding(world.admin, batch_id=batch.id, remind_now=answer)

        stored = world.import_bills.batch(world.admin, batch_id=batch.id)
        assert stored == attrs.evolve(batch, remind_now=answer)

    def test_is_not_asked_of_another_company(self, world: World) -> None:
        batch = world.import_rows(GOOD)

        with pytest.raises(ThingNotFoundError):
            world.import_bills.answer_reminding(
                world.rival_admin, batch_id=batch.id, remind_now=True
            )
