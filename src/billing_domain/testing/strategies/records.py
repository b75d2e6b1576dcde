"""Exports and uploaded files."""

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.bills.export import ExportJob
from billing_domain.model.imports.upload import Upload
from .built import built


@cache
@st.composite
def export_jobs(draw: st.DrawFn) -> ExportJob:
    """Exports in every state, with `rows_written` at most `rows_total`."""
    rows_total = draw(st.integers(0, 1_000_000))
    written = st.integers(0, rows_total)
    return draw(built(ExportJob, rows_total=st.just(rows_total), rows_written=written))


uploads = cache(lambda: built(Upload, kind=st.sampled_from(["bills", "residents"])))
"""Uploaded files that wait for confirmation."""
