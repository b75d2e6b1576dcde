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
from tests.website import Website

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


def export(site: Website, meanwhile: Callable[[ExportJob], object]) -> ExportJob:
    """Export everything as csv while something happens."""
    plain = site.application.export_bills
    job = plain.start(site.admin, bill_filter=BillFilter(), file_format=FileFormat.CSV)
    busy = attrs.evolve(plain, writer=BusyWriter(lambda: meanwhile(job)))
    return busy.run(
        site.admin, export_id=job.id, bill_filter=BillFilter(), file_format=FileFormat.CSV
    )


class TestP34ExportSnapshot:
    def test_p34_shows_one_moment(self, site: Website) -> None:
        numbers = site.water_bills(COUNT)
        resident = site.add_resident("陈思好", "13812344613")

        def change_much(_: ExportJob) -> None:
            site.settle(*numbers[:50])
            site.application.manage_bills.delete(site.admin, numbers=numbers[50:60])
            site.add_bills(("1号楼/1单元/102", "水费", "1", "2026年1月", "2026年1月", ""))
            site.application.register_residents.change_resident(
                site.admin,
                resident_id=resident.id,
                version=resident.version,
                data=ResidentData("别人", resident.phone, resident.relation, None),
            )

        job = export(site, change_much)

        path = site.application.export_bills.file(site.admin, export_id=job.id)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert job.state is ExportState.DONE
        assert {row["平台单号"].removeprefix("'") for row in rows} == {*numbers}
        assert {(row["状态"], row["住户"]) for row in rows} == {("待支付", "陈思好")}
        assert site.states().count("paid") == 50

    def test_p34_would_show_a_mixture_page_by_page(self, site: Website) -> None:
        """The control: the same payments between the pages of the list."""
        numbers, seen, key = site.water_bills(COUNT), set[BillState](), None
        while True:
            page = site.application.view_bills.page(
                site.admin, bill_filter=BillFilter(), key=key, rows=50
            )
            seen |= {row.state for row in page.rows}
            if key is None:
                site.settle(*numbers)
            if page.next_key is None:
                break
            key = PageKey(page.next_key)

        assert seen == {BillState.PENDING, BillState.PAID}

    def test_p34_can_be_stopped(self, site: Website) -> None:
        site.water_bills(600)
        for house in site.houses[1:]:
            site.add_bills(
                *[
                    (house.address.text, "水费", "1", month, month, "")
                    for number in range(600)
                    for month in [f"{2020 + number // 12}年{number % 12 + 1}月"]
                ]
            )
        exports = site.application.export_bills

        job = export(site, lambda job: exports.cancel(site.admin, export_id=job.id))

        assert job.state is ExportState.CANCELLED
        assert not exports.files.path(job.id).exists()

    def test_p34_is_written_down(self, site: Website) -> None:
        site.water_bills(20)

        job = export(site, lambda _: None)

        entries = [row for row in site.contents()["billing_audit_entries"] if job.id in row]
        assert len(entries) == 1
        assert "exported" in entries[0]
