"""The contract of OutboxRepository (rules 4.4, 5.6)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from billing_domain.errors import StaleError, ThingNotFoundError
from billing_domain.model.company.community import Community
from billing_domain.model.jobs.outbox import JobId, JobKind, OutboxJob
from billing_domain.ports.unit_of_work import UnitOfWork
from .paging import walk
from .storage import StorageContract
from .world import NOON, World, refused

LEASE = timedelta(minutes=5)
LATER = NOON + timedelta(minutes=1)
OVER = NOON + LEASE


class OutboxRepositoryContract(StorageContract):
    """Jobs, stored once, claimed by one holder at a time, ended only by their holder."""

    def test_returns_every_fact_of_a_new_job(self, world: World) -> None:
        job = add(world)
        assert world.work.outbox.get(world.scope, job.id) == job

    def test_returns_every_fact_of_an_ended_job(self, world: World) -> None:
        add(world)
        [claimed] = claim(world)
        dead = save(world, claimed.dead(LATER, failure_reason="not_found 没有 😀"))
        assert world.work.outbox.get(world.scope, dead.id) == dead

    def test_finds_nothing_outside_the_scope(self, world: World) -> None:
        job = add(world)
        world.hides(world.work.outbox.get, job.id, kind="outbox_job")
        assert world.work.outbox.get(world.garden_scope, job.id) == job

    def test_takes_a_waiting_subject_for_the_same_job(self, world: World) -> None:
        first = add(world, subject="R1")
        again = add(world, subject="R1", due_at=LATER)
        other = add(world, subject="R1", kind=JobKind.REMINDER, due_at=LATER)
        with pytest.raises(ThingNotFoundError):
            world.work.outbox.get(world.scope, again.id)
        assert ids_of(claim(world, LATER)) == [first.id, other.id]

    def test_keeps_a_subject_again_that_has_ended(self, world: World) -> None:
        add(world, subject="R1")
        [claimed] = claim(world)
        save(world, claimed.done(NOON))
        again = add(world, subject="R1")
        assert ids_of(claim(world)) == [again.id]

    def test_gives_the_longest_due_first(self, world: World) -> None:
        young = add(world, due_at=NOON)
        old = add(world, due_at=NOON - timedelta(days=1))
        foreign = add(world, community=world.foreign, due_at=NOON - timedelta(hours=1))
        add(world, due_at=LATER)
        assert ids_of(claim(world, count_max=2)) == [old.id, foreign.id]
        assert ids_of(claim(world)) == [young.id]

    def test_gives_only_the_kinds_that_are_asked_for(self, world: World) -> None:
        add(world, kind=JobKind.REMINDER)
        refund = add(world, kind=JobKind.REFUND)
        assert ids_of(claim(world, kinds=[JobKind.REFUND])) == [refund.id]

    def test_gives_a_job_to_one_until_its_lease_ends(self, world: World) -> None:
        job = add(world)
        [first] = claim(world, holder="first")
        assert first == job.claimed(NOON, "first", LEASE)
        assert claim(world, OVER - timedelta(microseconds=1)) == []
        assert claim(world, OVER, holder="second") == [first.claimed(OVER, "second", LEASE)]

    def test_leaves_a_claim_that_is_not_committed(self, world: World) -> None:
        job = add(world)
        with world.begin() as work:
            assert ids_of(claim_in(work, NOON, [JobKind.REFUND], "died", 9)) == [job.id]
        assert ids_of(claim(world)) == [job.id]

    def test_gives_a_failed_job_again_when_it_is_due(self, world: World) -> None:
        add(world)
        [claimed] = claim(world)
        failed = save(world, claimed.failed(NOON, failure_reason="provider_unavailable", chance=1))
        assert claim(world, failed.due_at - timedelta(microseconds=1)) == []
        assert claim(world, failed.due_at) == [failed.claimed(failed.due_at, "worker", LEASE)]

    def test_never_gives_what_has_ended(self, world: World) -> None:
        for end in (OutboxJob.done, a_dead_one):
            add(world)
            [claimed] = claim(world)
            save(world, end(claimed, NOON))
        assert claim(world, NOON + timedelta(days=999)) == []

    def test_refuses_the_end_of_a_lost_lease(self, world: World) -> None:
        add(world)
        [lost] = claim(world)
        [second] = claim(world, OVER)
        with refused(StaleError, kind="outbox_job", id=lost.id):
            save(world, lost.done(OVER))
        assert world.work.outbox.get(world.scope, lost.id) == second

    def test_refuses_the_word_of_somebody_else(self, world: World) -> None:
        add(world)
        [claimed] = claim(world)
        with pytest.raises(StaleError):
            save(world, attrs.evolve(claimed, lease_holder="liar").done(NOON))

    def test_refuses_a_second_end(self, world: World) -> None:
        add(world)
        [claimed] = claim(world)
        save(world, claimed.failed(NOON, failure_reason="x", chance=0))
        with pytest.raises(StaleError):
            save(world, claimed.done(NOON))

    def test_takes_the_end_of_a_lease_that_nobody_else_took(self, world: World) -> None:
        add(world)
        [claimed] = claim(world)
        save(world, claimed.done(OVER))
        assert claim(world, OVER) == []

    def test_lists_the_dead_last_dead_first(self, world: World) -> None:
        dead = [make_dead(world, add(world), NOON + timedelta(minutes=each)) for each in (1, 3, 2)]
        make_dead(world, add(world, community=world.foreign), NOON)
        add(world)
        first, third, second = dead
        for rows in (1, 2, 9):
            everywhere, garden, lakeside = (
                walk(lambda key: world.work.outbox.dead(scope, key=key, rows=rows), rows)  # noqa: B023
                for scope in (world.scope, world.garden_scope, world.lakeside_scope)
            )
            assert everywhere == garden == [third, second, first]
            assert lakeside == []

    def test_gives_a_revived_job_again(self, world: World) -> None:
        dead = make_dead(world, add(world), NOON)
        world.work.outbox.revive(dead.revived(LATER))
        assert claim(world, LATER) == [dead.revived(LATER).claimed(LATER, "worker", LEASE)]

    def test_revives_once(self, world: World) -> None:
        dead = make_dead(world, add(world), NOON)
        world.work.outbox.revive(dead.revived(NOON))
        with refused(StaleError, kind="outbox_job", id=dead.id):
            world.work.outbox.revive(dead.revived(NOON))

    def test_revives_nothing_that_waits_under_another_id(self, world: World) -> None:
        dead = make_dead(world, add(world, subject="R1"), NOON)
        again = add(world, subject="R1")
        with pytest.raises(StaleError):
            world.work.outbox.revive(dead.revived(NOON))
        assert ids_of(claim(world)) == [again.id]


def a_job(world: World, community: Community | None = None, **fields: Any) -> OutboxJob:
    """Return a job due at noon, not stored yet."""
    place = community or world.garden
    number = world.new_id()
    known: dict[str, Any] = {
        "kind": JobKind.REFUND,
        "subject": f"R{number}",
        "due_at": NOON,
        **fields,
    }
    return OutboxJob(
        id=JobId(number),
        company_id=place.company_id,
        community_id=place.id,
        created_at=NOON,
        **known,
    )


def add(world: World, community: Community | None = None, **fields: Any) -> OutboxJob:
    """Add a job, unless it waits already."""
    job = a_job(world, community, **fields)
    world.work.outbox.add_all([job])
    return job


def claim(
    world: World,
    now: datetime = NOON,
    *,
    kinds: Collection[JobKind] = tuple(JobKind),
    holder: str = "worker",
    count_max: int = 9,
) -> list[OutboxJob]:
    """Claim jobs and commit."""
    with world.change() as work:
        taken = claim_in(work, now, kinds, holder, count_max)
    return list(taken)


def claim_in(
    work: UnitOfWork, now: datetime, kinds: Collection[JobKind], holder: str, count_max: int
) -> Sequence[OutboxJob]:
    """Claim jobs in an open unit of work."""
    return work.outbox.claim(now, kinds=kinds, holder=holder, lease=LEASE, count_max=count_max)


def save(world: World, job: OutboxJob) -> OutboxJob:
    """Store the result of a claim."""
    world.work.outbox.save(job)
    return job


def make_dead(world: World, job: OutboxJob, at: datetime) -> OutboxJob:
    """Store the only waiting job as dead."""
    [claimed] = claim(world)
    assert claimed.id == job.id
    return save(world, a_dead_one(claimed, at))


def a_dead_one(job: OutboxJob, at: datetime) -> OutboxJob:
    """Add a dead job and return it."""
    return job.dead(at, failure_reason="not_found")


def ids_of(jobs: Sequence[OutboxJob]) -> list[JobId]:
    """Return the ids of jobs in their order."""
    return [job.id for job in jobs]
