"""Exporting bills: rule 2.10, promises P33, P34 and P45."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import attrs
import pytest

from billing_adapters.sql.unit_of_work import SqlUnitOfWork
from billing_domain.errors import (
    ExportNotReadyError,
    PermissionMissingError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.export import ExportJob, ExportState
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.documents import ExportCell, FileFormat, FileStore
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.use_cases.bills.export_bills import ExportBills
from billing_domain.use_cases.houses.register_residents import ResidentData
from tests.plain_ports import PlainWriter
from tests.world import World

EVERYTHING = BillFilter()


class FolderStore(FileStore):
    """Keeps files in a folder of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """Return the place of a file."""
        return self.folder / name

    def remove(self, name: str) -> None:
        """Remove a file if there is one."""
        self.path(name).unlink(missing_ok=True)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def exports(world: World, tmp_path: Path) -> ExportBills:
    return ExportBills(
        world.storage.bill_queries,
        world.begin,
        world.writer,
        FolderStore(tmp_path),
        world.clock,
        world.ids,
    )


def start(world: World, exports: ExportBills) -> ExportJob:
    return exports.start(world.admin, bill_filter=EVERYTHING, file_format=FileFormat.CSV)


def run(world: World, exports: ExportBills, job: ExportJob) -> ExportJob:
    return exports.run(
        world.admin, export_id=job.id, bill_filter=EVERYTHING, file_format=FileFormat.CSV
    )


class TestRun:
    @pytest.mark.parametrize(
        ("role", "phone"), [(Role.FRONT_DESK, "13898424613"), (Role.FINANCE, "138****4613")]
    )
    def test_masks_phones_unless_the_role_may_see_them(
        self, world: World, exports: ExportBills, role: Role, phone: str
    ) -> None:
        data = ResidentData("兰兰", "13898424613", Relation.OWNER, date(2020, 1, 1))
        world.register_residents.add_resident(world.admin, house_id=world.houses[0].id, data=data)
        world.add_bill()
        actor = world.actor(role)
        job = exports.start(actor, bill_filter=EVERYTHING, file_format=FileFormat.CSV)

        exports.run(actor, export_id=job.id, bill_filter=EVERYTHING, file_format=FileFormat.CSV)

        text = exports.file(actor, export_id=job.id).read_text("utf-8")
        assert f"|兰兰|{phone}|" in text
        [entry] = [
            found
            for found in world.storage.audit_queries.page(
                world.admin.scope, key=None, rows=50, subject_kind="export"
            ).rows
            if found.action is AuditAction.EXPORTED
        ]
        assert entry.after["phones"] is (role is Role.FRONT_DESK)

    def test_reports_its_progress_and_stops_when_cancelled(
        self, world: World, exports: ExportBills
    ) -> None:
        for _ in range(2_001):
            world.add_bill()
        job = start(world, exports)
        seen: list[int] = []

        class CancellingWriter(PlainWriter):
            def table(
                self,
                path: Path,
                file_format: FileFormat,
                header: Sequence[str],
                rows: Iterable[Sequence[ExportCell]],
            ) -> None:
                def watched() -> Iterable[Sequence[ExportCell]]:
                    for index, row in enumerate(rows):
                        if index == 1_500:
                            now = exports.job(world.admin, export_id=job.id)
                            seen.append(now.rows_written)
                            exports.cancel(world.admin, export_id=job.id)
                        yield row

                super().table(path, file_format, header, watched())

        ended = run(world, attrs.evolve(exports, writer=CancellingWriter()), job)

        assert seen == [1_000]
        assert ended.state is ExportState.CANCELLED
        with pytest.raises(ExportNotReadyError):
            exports.file(world.admin, export_id=job.id)

    def test_is_failed_when_writing_fails(self, world: World, exports: ExportBills) -> None:
        world.add_bill()
        job = start(world, exports)

        class FullDisk(PlainWriter):
            def table(self, *_: object, **__: object) -> None:
                raise OSError("no space left")

        with pytest.raises(OSError, match="no space"):
            run(world, attrs.evolve(exports, writer=FullDisk()), job)

        assert exports.job(world.admin, export_id=job.id).state is ExportState.FAILED

    def test_does_not_start_after_being_cancelled(
        self, world: World, exports: ExportBills
    ) -> None:
        job = start(world, exports)
        exports.cancel(world.admin, export_id=job.id)

        assert run(world, exports, job).state is ExportState.CANCELLED

    def test_stays_done_when_cancelled_too_late(self, world: World, exports: ExportBills) -> None:
        job = start(world, exports)
        run(world, exports, job)

        assert exports.cancel(world.admin, export_id=job.id).state is ExportState.DONE

    def test_cancels_even_while_progress_is_being_saved(
        self, world: World, exports: ExportBills
    ) -> None:
        job = start(world, exports)
        raced: list[bool] = []

        def begin(*, read_only: bool = False) -> UnitOfWork:
            work = world.begin(read_only=read_only)
            if raced or read_only:
                return work
            raced.append(True)
            with world.begin() as rival:
                rival.exports.save(job.advance(rows_written=1, rows_total=9))
                rival.commit()
            return _Late(world, job)

        attrs.evolve(exports, begin=begin).cancel(world.admin, export_id=job.id)

        assert exports.job(world.admin, export_id=job.id).state is ExportState.CANCELLED


class _Late(SqlUnitOfWork):
    """A unit of work whose first save of an export comes too late."""

    def __init__(self, world: World, job: ExportJob) -> None:
        super().__init__(world.database, world.clock, world.ids)
        self.job = job

    @property
    def exports(self) -> _LateExports:  # type: ignore[override]
        return _LateExports(self.job)


class _LateExports:
    def __init__(self, job: ExportJob) -> None:
        self.job = job

    def get(self, *_: object) -> ExportJob:
        return self.job

    def save(self, job: ExportJob) -> None:
        raise StaleError(kind="export", id=job.id)


class TestJobs:
    def test_are_a_staff_members_own(self, world: World, exports: ExportBills) -> None:
        job = start(world, exports)
        colleague = world.actor(Role.FINANCE)

        assert exports.jobs(colleague).rows == ()
        assert list(exports.jobs(world.admin).rows) == [job]
        with pytest.raises(ThingNotFoundError):
            exports.file(colleague, export_id=job.id)
        with pytest.raises(ThingNotFoundError):
            exports.cancel(colleague, export_id=job.id)

    def test_are_forgotten_with_their_files_after_a_day(
        self, world: World, exports: ExportBills
    ) -> None:
        old = start(world, exports)
        run(world, exports, old)
        path = exports.file(world.admin, export_id=old.id)
        world.clock.advance(timedelta(days=1, seconds=1))

        new = start(world, exports)

        assert list(exports.jobs(world.admin).rows) == [new]
        assert not path.exists()

    def test_need_the_right(self, world: World, exports: ExportBills) -> None:
        with pytest.raises(PermissionMissingError):
            exports.start(
                world.actor(Role.READ_ONLY), bill_filter=EVERYTHING, file_format=FileFormat.CSV
            )
