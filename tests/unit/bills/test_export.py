"""Exports that take a while (rule 2.10)."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.bills.export import ExportJob, ExportState
from billing_domain.testing.strategies import export_jobs

OVER = {ExportState.DONE, ExportState.FAILED, ExportState.CANCELLED}


class TestExportJob:
    @given(export_jobs(), st.integers(0, 99), st.integers(100, 999))
    def test_advances(self, job: ExportJob, written: int, total: int) -> None:
        assert job.advance(rows_written=written, rows_total=total) == attrs.evolve(
            job,
            state=ExportState.RUNNING,
            rows_written=written,
            rows_total=total,
            version=job.version + 1,
        )

    @given(export_jobs(), st.sampled_from(sorted(OVER, key=lambda state: state.value)))
    def test_ends_once(self, job: ExportJob, state: ExportState) -> None:
        """A cancelled export does not become done by its last row."""
        ended = job.end(state)

        assert ended.state.over
        assert ended.end(ExportState.FAILED) is ended
        if job.state in OVER:
            assert ended is job
        else:
            assert ended == attrs.evolve(job, state=state, version=job.version + 1)
