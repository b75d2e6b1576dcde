"""Jobs of the outbox."""

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.jobs.outbox import FAILURES_MAX, JobState, OutboxJob
from billing_domain.testing.strategies.texts import built, ids, lines, moments


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
