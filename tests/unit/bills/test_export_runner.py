"""Exports beside the requests: written, cancelled with the process, told when dead."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from billing_adapters.system.file_store import LocalFileStore
from billing_domain.model.bills.export import ExportJob, ExportState
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Role
from billing_domain.model.sheet import SheetTable
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.documents import ExportCell, FileFormat, SheetTemplate, SheetWriter
from billing_domain.use_cases.bills.export_bills import ExportBills
from billing_entrypoints.web.export_runner import STALLED_AFTER, ExportRunner
from tests.world import World


class HeldWriter(SheetWriter):
    """Writes a table only when the test lets it, so that the test decides what comes first."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.released = threading.Event()

    def table(
        self,
        path: Path,
        file_format: FileFormat,
        header: Sequence[str],
        rows: Iterable[Sequence[ExportCell]],
    ) -> None:
        """Wait for the test, then write how many rows there are."""
        assert (file_format, header[0]) == (FileFormat.CSV, "平台单号")
        self.started.set()
        assert self.released.wait(20)
        path.write_text(str(len(list(rows))))

    def template(self, template: SheetTemplate) -> bytes:
        """No test asks for it."""
        raise AssertionError(template)

    def with_errors(
        self, table: SheetTable, messages: Mapping[int, str], *, header: str, header_row: int
    ) -> bytes:
        """No test asks for it."""
        raise AssertionError(table, messages, header, header_row)


Submit = Callable[[], ExportJob]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def writer() -> HeldWriter:
    return HeldWriter()


@pytest.fixture
def actor(world: World) -> Actor:
    return world.actor(Role.FINANCE)


@pytest.fixture
def exports(world: World, writer: HeldWriter, tmp_path: Path) -> ExportBills:
    files = LocalFileStore(tmp_path)
    return ExportBills(
        world.storage.bill_queries, world.begin, writer, files, world.clock, world.ids
    )


@pytest.fixture
def runner(exports: ExportBills, writer: HeldWriter) -> Iterator[ExportRunner]:
    runner = ExportRunner(exports, workers=1)
    yield runner
    writer.released.set()
    runner.close()


@pytest.fixture
def submit(exports: ExportBills, runner: ExportRunner, actor: Actor) -> Submit:
    def start() -> ExportJob:
        chosen = BillFilter()
        job = exports.start(actor, bill_filter=chosen, file_format=FileFormat.CSV)
        runner.submit(actor, job, bill_filter=chosen, file_format=FileFormat.CSV)
        return job

    return start


class TestExportRunner:
    def test_writes_while_the_request_goes_on(
        self, exports: ExportBills, writer: HeldWriter, actor: Actor, submit: Submit
    ) -> None:
        job = submit()

        assert writer.started.wait(20)
        assert exports.job(actor, export_id=job.id).state is ExportState.RUNNING

    def test_cancels_with_the_process_what_runs_and_what_waits(
        self,
        exports: ExportBills,
        runner: ExportRunner,
        writer: HeldWriter,
        submit: Submit,
        actor: Actor,
    ) -> None:
        running = submit()
        assert writer.started.wait(20)
        waiting = submit()

        closing = threading.Thread(target=runner.close)
        closing.start()
        while not exports.job(actor, export_id=waiting.id).state.over:
            threading.Event().wait(0.01)
        writer.released.set()
        closing.join(20)

        states = [exports.job(actor, export_id=job.id).state for job in (running, waiting)]
        assert states == [ExportState.CANCELLED, ExportState.CANCELLED]
        assert not exports.files.path(running.id).exists()

    def test_takes_a_long_one_of_its_own_for_alive(
        self, world: World, runner: ExportRunner, writer: HeldWriter, submit: Submit
    ) -> None:
        job = submit()
        assert writer.started.wait(20)

        later = world.clock.now() + STALLED_AFTER + timedelta(hours=1)

        assert runner.shown_state(job, now=later) is ExportState.WAITING
