"""Jobs of the outbox."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.jobs.outbox import FAILURES_MAX, JobId, JobKind, JobState, OutboxJob
from billing_domain.testing.strategies.places import community_ids, company_ids
from billing_domain.testing.strategies.texts import ids, lines, moments


@cache
def outbox_jobs() -> st.SearchStrategy[OutboxJob]:
    """Jobs in any state, held or not."""
    return st.builds(
        OutboxJob,
        id=ids().map(JobId),
        company_id=company_ids(),
        community_id=community_ids(),
        kind=st.sampled_from(JobKind),
        subject=ids(),
        created_at=moments(),
        due_at=moments(),
        attempts=st.integers(0, 100),
        failures=st.integers(0, FAILURES_MAX - 1),
        lease_holder=lines(20),
        lease_until=st.none() | moments(),
        state=st.sampled_from(JobState),
        failure_reason=lines(20),
        ended_at=st.none() | moments(),
    )
