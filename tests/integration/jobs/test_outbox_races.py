"""Many claimers at the same moment: each job is given to one of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from billing_domain.model.jobs.outbox import JobId, JobKind
from billing_domain.testing.contracts.outbox import LEASE, a_job, ids_of
from billing_domain.testing.contracts.world import NOON, World
from tests.integration.sql.races import race

CLAIMERS, JOBS, BATCH = 8, 200, 7


class TestManyClaimers:
    def test_are_given_each_job_once(self, world: World) -> None:
        jobs = kept(world)

        assert Counter(claimed_by_all(world, LEASE)) == Counter(jobs)

    def test_are_given_jobs_twice_without_leases(self, world: World) -> None:
        """The control: leases that are over at once protect nothing, and this test sees it."""
        kept(world)

        assert max(Counter(claimed_by_all(world, timedelta(0))).values()) > 1


def kept(world: World) -> Sequence[JobId]:
    """Keep the jobs, in one transaction."""
    jobs = [a_job(world) for _ in range(JOBS)]
    with world.begin() as work:
        work.outbox.add_all(jobs)
        work.commit()
    return ids_of(jobs)


def claimed_by_all(world: World, lease: timedelta) -> list[JobId]:
    """Let all claim until each was given nothing, or as often as one alone would have to."""
    given: list[JobId] = []
    lock = threading.Lock()

    def claimer(number: int) -> None:
        for _ in range(JOBS // BATCH + 1):
            with world.begin() as work:
                taken = work.outbox.claim(
                    NOON,
                    kinds=list(JobKind),
                    holder=f"claimer {number}",
                    lease=lease,
                    count_max=BATCH,
                )
                work.commit()
            if not taken:
                return
            with lock:
                given.extend(ids_of(taken))

    assert list(race(claimer, writers=CLAIMERS)) == [None] * CLAIMERS
    return given
