"""Records of imports, exports, changes and jobs."""

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.bills.export import ExportId, ExportJob, ExportState
from billing_domain.model.company.audit import AuditAction, AuditEntry, AuditId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.profile import SHIPPED_PROFILES
from billing_domain.model.imports.upload import Upload
from billing_domain.model.jobs.outbox import FAILURES_MAX, JobState, OutboxJob
from billing_domain.model.money import FEN_MAX
from .charges import moneys
from .people import actors, staff_ids
from .places import community_ids, company_ids
from .texts import built, hashes, ids, lines, moments, person_names


@cache
def outbox_jobs() -> st.SearchStrategy[OutboxJob]:
    """Jobs in any state, held or not."""
    return built(
        OutboxJob,
        subject=ids(),
        attempts=st.integers(0, 100),
        failures=st.integers(0, FAILURES_MAX - 1),
        lease_holder=lines(20),
        lease_until=st.none() | moments(),
        state=st.sampled_from(JobState),
        failure_reason=lines(20),
        ended_at=st.none() | moments(),
    )


FACTS = st.one_of(st.none(), st.booleans(), st.integers(-FEN_MAX, FEN_MAX), st.just(""), lines(20))


file_names = cache(
    lambda: st.builds("{}.{}".format, lines(40), st.sampled_from(["xls", "xlsx", "csv"]))
)


@cache
def import_batches() -> st.SearchStrategy[ImportBatch]:
    """Imports, with and without an answer about reminding."""
    return built(
        ImportBatch,
        file_name=file_names(),
        file_hash=hashes(),
        repetition=st.integers(1, 9),
        request_key=ids(),
        profile_key=st.sampled_from([profile.key for profile in SHIPPED_PROFILES]),
        rows=st.integers(1, 600),
        total=moneys(600 * FEN_MAX),
        imported_by=person_names(),
        remind_now=st.none() | st.booleans(),
    )


@cache
@st.composite
def export_jobs(draw: st.DrawFn) -> ExportJob:
    """Exports in every state, with `rows_written` at most `rows_total`."""
    rows_total = draw(st.integers(0, 1_000_000))
    return ExportJob(
        id=ExportId(draw(ids())),
        company_id=draw(company_ids()),
        staff_id=draw(staff_ids()),
        file_name=draw(file_names()),
        state=draw(st.sampled_from(ExportState)),
        rows_total=rows_total,
        rows_written=draw(st.integers(0, rows_total)),
        created_at=draw(moments()),
        version=draw(st.integers(1, 99)),
    )


@cache
def uploads() -> st.SearchStrategy[Upload]:
    """Uploaded files that wait for confirmation."""
    return built(
        Upload,
        id=ids(),
        staff_id=staff_ids(),
        kind=st.sampled_from(["bills", "residents"]),
        profile_key=st.sampled_from([profile.key for profile in SHIPPED_PROFILES]),
        file_name=file_names(),
        content=st.binary(max_size=64),
        version=st.integers(1, 9),
    )


@cache
@st.composite
def audit_entries(draw: st.DrawFn) -> AuditEntry:
    """Entries about anything by anybody."""
    actor = draw(actors())
    sides = st.dictionaries(lines(12), FACTS, max_size=4)
    return AuditEntry(
        id=AuditId(draw(ids())),
        at=draw(moments()),
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name,
        company_id=actor.company_id,
        community_id=draw(st.none() | community_ids()),
        action=draw(st.sampled_from(AuditAction)),
        subject_kind=draw(st.sampled_from(["bill", "house", "resident", "community", "staff"])),
        subject_id=draw(ids()),
        before=draw(sides),
        after=draw(sides),
        reason=draw(st.just("") | lines(40)),
    )
