"""Jobs of the outbox: rules 4.4, 5.6."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import StaleError
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.jobs.outbox import (
    BACKOFF_FIRST,
    BACKOFF_MAX,
    FAILURES_MAX,
    LOST,
    JobId,
    JobKind,
    JobState,
    OutboxJob,
    backoff,
)

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
JOB = OutboxJob(
    id=JobId("1" * 32),
    company_id=CompanyId("2" * 32),
    community_id=CommunityId("3" * 32),
    kind=JobKind.REFUND,
    subject="20261120",
    created_at=NOW,
    due_at=NOW,
)
chances = st.floats(0, 1)


class TestBackoff:
    @given(chances, st.integers(1, FAILURES_MAX * 2))
    def test_never_shrinks(self, chance: float, failures: int) -> None:
        assert backoff(failures, chance) <= backoff(failures + 1, chance)

    @given(chances, st.integers(1, 6))
    def test_doubles_as_long_as_it_is_short(self, chance: float, failures: int) -> None:
        doubled = backoff(failures, chance) * 2

        assert abs(backoff(failures + 1, chance) - doubled) <= timedelta(microseconds=2)

    @given(chances, st.integers(1, 10**6))
    def test_is_bounded_on_both_sides(self, chance: float, failures: int) -> None:
        assert BACKOFF_FIRST / 2 <= backoff(failures, chance) <= BACKOFF_MAX

    def test_scatters_what_failed_together(self) -> None:
        assert (backoff(3, 0), backoff(3, 1)) == (timedelta(seconds=30), timedelta(seconds=60))


class TestClaiming:
    def test_is_free_from_the_moment_it_is_due(self) -> None:
        assert JOB.free(NOW)
        assert not JOB.free(NOW - timedelta(microseconds=1))

    def test_holds_it_until_the_lease_ends(self) -> None:
        held = JOB.claimed(NOW, "worker", LEASE)

        assert (held.lease_holder, held.attempts, held.failures) == ("worker", 1, 0)
        assert not held.free(NOW + LEASE - timedelta(microseconds=1))
        assert held.free(NOW + LEASE)

    def test_counts_a_holder_who_never_came_back_as_a_failure(self) -> None:
        again = JOB.claimed(NOW, "dead", LEASE).claimed(NOW + LEASE, "worker", LEASE)

        assert (again.attempts, again.failures, again.failure_reason) == (2, 1, LOST)

    def test_ends_after_so_many_lost_holders(self) -> None:
        job = JOB
        for _ in range(FAILURES_MAX + 1):
            assert not job.exhausted
            job = job.claimed(NOW, "dead", LEASE)
        assert job.exhausted


class TestEnds:
    @given(st.lists(chances, min_size=FAILURES_MAX, max_size=FAILURES_MAX))
    def test_comes_after_so_many_failures(self, drawn: list[float]) -> None:
        job, now = JOB, NOW
        for chance in drawn:
            assert job.state is JobState.WAITING
            job = job.claimed(now, "worker", LEASE).failed(now, failure_reason="x", chance=chance)
            assert job.due_at > now or job.state is JobState.DEAD
            now = job.due_at

        assert (job.state, job.failure_reason, job.failures) == (JobState.DEAD, "x", FAILURES_MAX)
        assert now - NOW >= timedelta(hours=1), "an hour's outage kills no job"
        assert job.ended_at is not None
        assert not job.free(NOW + timedelta(days=999))

    def test_is_done(self) -> None:
        done = JOB.claimed(NOW, "worker", LEASE).done(NOW)

        assert (done.state, done.ended_at, done.lease_until) == (JobState.DONE, NOW, None)
        assert not done.free(NOW + LEASE)

    def test_is_dead_with_its_reason(self) -> None:
        dead = JOB.claimed(NOW, "worker", LEASE).dead(NOW, failure_reason="not_found")

        assert (dead.state, dead.failure_reason, dead.ended_at) == (
            JobState.DEAD,
            "not_found",
            NOW,
        )


class TestPostponing:
    @given(st.integers(1, 10**6))
    def test_is_no_failure(self, seconds: int) -> None:
        until = NOW + timedelta(seconds=seconds)
        later = JOB.claimed(NOW, "worker", LEASE).postponed(until)

        assert (later.due_at, later.failures) == (until, 0)
        assert later.claimed(until, "worker", LEASE).failures == 0

    def test_never_goes_back(self) -> None:
        assert JOB.postponed(NOW - LEASE).due_at == NOW


class TestReviving:
    def test_begins_anew(self) -> None:
        dead = JOB.claimed(NOW, "worker", LEASE).dead(NOW, failure_reason="x")
        revived = dead.revived(NOW + LEASE)

        assert revived.free(NOW + LEASE)
        assert (revived.failures, revived.failure_reason, revived.ended_at) == (0, "", None)
        assert revived.attempts == 1, "an older claim never passes for a newer one"

    @pytest.mark.parametrize("job", [JOB, JOB.done(NOW)])
    def test_is_only_for_the_dead(self, job: OutboxJob) -> None:
        with pytest.raises(StaleError) as refused:
            job.revived(NOW)

        assert refused.value.facts == {"kind": "outbox_job", "id": JOB.id}
