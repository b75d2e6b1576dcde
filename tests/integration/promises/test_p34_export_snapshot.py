"""P34: an export shows one moment, however much is paid meanwhile; it can be stopped."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import attrs

from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_domain.model.bills.bill import BillState
from billing_domain.model.bills.export import ExportJob, ExportState
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.documents import ExportCell, FileFormat
from billing_domain.ports.paging import PageKey
from billing_domain.use_cases.houses.register_residents import ResidentData
from tests.integration.promises.office import Office

COUNT = 120


@attrs.frozen
class BusyWriter(DocumentSheetWriter):
    """Writes for real; once the moment is set, before the first row, somebody does something."""

    meanwhile: Callable[[], object]

    def table(
        self,
        path: Path,
        file_format: FileFormat,
        header: Sequence[str],
        rows: Iterable[Sequence[ExportCell]],
    ) -> None:
        """Write the rows, but first pause."""

        def paused() -> Iterator[Sequence[ExportCell]]:
            self.meanwhile()
            yield from rows

        DocumentSheetWriter.table(self, path, file_format, header, paused())


def export(office: Office, meanwhile: Callable[[ExportJob], object]) -> ExportJob:
    """Export everything as csv while something happens."""
    plain = office.application.export_bills
    job = plain.start(office.admin, bill_filter=BillFilter(), file_format=FileFormat.CSV)
    busy = attrs.evolve(plain, writer=BusyWriter(lambda: meanwhile(job)))
    return busy.run(
        office.admin, export_id=job.id, bill_filter=BillFilter(), file_format=FileFormat.CSV
    )


class TestP34ExportSnapshot:
    def test_p34_shows_one_moment(self, office: Office) -> None:
        numbers = office.water_bills(COUNT)
        resident = office.add_resident("陈思好", "13812344613")

        def change_much(_: ExportJob) -> None:
            office.pay(*numbers[:50])
            office.application.manage_bills.delete(office.admin, numbers=numbers[50:60])
            office.add_bills(("1号楼/1单元/102", "水费", "1", "2026年1月", "2026年1月", ""))
            office.application.register_residents.change_resident(
                office.admin,
                resident_id=resident.id,
                version=resident.version,
                data=ResidentData("别人", resident.phone, resident.relation, None),
            )

        job = export(office, change_much)

        path = office.application.export_bills.file(office.admin, export_id=job.id)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert job.state is ExportState.DONE
        assert {row["平台单号"].removeprefix("'") for row in rows} == {*numbers}
        assert {(row["状态"], row["住户"]) for row in rows} == {("待支付", "陈思好")}
        assert office.states().count("paid") == 50

    def test_p34_would_show_a_mixture_page_by_page(self, office: Office) -> None:
        """The control: the same payments between the pages of the list."""
        numbers, seen, key = office.water_bills(COUNT), set[BillState](), None
        while True:
            page = office.application.view_bills.page(
                office.admin, bill_filter=BillFilter(), key=key, rows=50
            )
            seen |= {row.state for row in page.rows}
            if key is None:
                office.pay(*numbers)
            if page.next_key is None:
                break
            key = PageKey(page.next_key)

        assert seen == {BillState.PENDING, BillState.PAID}

    def test_p34_can_be_stopped(self, office: Office) -> None:
        office.water_bills(600)
        for house in office.houses[1:]:
            office.add_bills(
                *[
                    (house.address.text, "水费", "1", month, month, "")
                    for number in range(600)
                    for month in [f"{2020 + number // 12}年{number % 12 + 1}月"]
                ]
            )
        exports = office.application.export_bills

        job = export(office, lambda job: exports.cancel(office.admin, export_id=job.id))

        assert job.state is ExportState.CANCELLED
        assert not exports.files.path(job.id).exists()

    def test_p34_is_written_down(self, office: Office) -> None:
        office.water_bills(20)

        job = export(office, lambda _: None)

        entries = [row for row in office.contents()["billing_audit_entries"] if job.id in row]
        assert len(entries) == 1
        assert "exported" in entries[0]
