"""`billing worker` and `billing outbox` (rules 4.4, 5.6)."""

from __future__ import annotations

import os
import signal
import threading
import time

from billing_domain.model.company.actor import Scope
from billing_domain.model.jobs.outbox import JobId, JobKind, OutboxJob
from tests.unit.conftest import Commands


def a_job_of_nothing(billing: Commands) -> OutboxJob:
    """Keep a job about a refund that does not exist, so that it dies at once."""
    company = billing.application.configure_companies.companies()[0]
    with billing.application.run_outbox.begin() as work:
        community = work.communities.all(Scope(company.id))[0]
        now = billing.clock.now()
        job = OutboxJob(
            id=JobId("e" * 32),
            company_id=company.id,
            community_id=community.id,
            kind=JobKind.REFUND,
            subject="20261120120000000000000001",
            created_at=now,
            due_at=now,
        )
        work.outbox.add_all([job])
        work.commit()
    return job


class TestWorkingOnce:
    def test_says_that_there_was_nothing(self, settled: Commands) -> None:
        answer = settled("worker", "--once")

        assert answer.status == 0
        assert "完成 0 个" in answer.out

    def test_names_what_needs_a_person(self, settled: Commands) -> None:
        job = a_job_of_nothing(settled)

        answer = settled("worker", "--once", "--json")

        assert answer.status == 1
        assert answer.data["dead"] == [{"id": job.id, "subject": job.subject, "said": "not_found"}]

    def test_says_to_people_why(self, settled: Commands) -> None:
        job = a_job_of_nothing(settled)

        said = settled("worker", "--once").out

        assert f"需要人工处理：{job.id} {job.subject}（要处理的内容已不存在" in said


def _stop_when_working(before: object) -> None:
    """Send this process SIGTERM once it no longer ends from it."""
    while signal.getsignal(signal.SIGTERM) is before:
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)


class TestWorkingOn:
    def test_ends_when_it_is_told_to(self, settled: Commands) -> None:
        before = signal.getsignal(signal.SIGTERM)
        threading.Thread(target=_stop_when_working, args=(before,)).start()

        answer = settled("worker")

        assert answer.status == 0
        assert answer.out.endswith("已停止\n")
        assert signal.getsignal(signal.SIGTERM) is before


class TestTheDead:
    def test_are_listed_with_their_reasons(self, settled: Commands) -> None:
        assert "没有失败的任务" in settled("outbox", "list").out
        job = a_job_of_nothing(settled)
        settled("worker", "--once")

        listed = settled("outbox", "list").out
        [told] = settled("outbox", "list", "--json").data["jobs"]

        assert all(word in listed for word in (job.id, "安居物业", "退款", job.subject))
        assert "要处理的内容已不存在" in listed
        assert (told["id"], told["said"], told["attempts"]) == (job.id, "not_found", 1)

    def test_are_tried_again(self, settled: Commands) -> None:
        job = a_job_of_nothing(settled)
        settled("worker", "--once")

        assert settled("outbox", "retry", job.id).status == 0
        assert settled("worker", "--once", "--json").data["dead"][0]["id"] == job.id

    def test_must_be_dead(self, settled: Commands) -> None:
        job = a_job_of_nothing(settled)

        assert "已被他人修改" in settled("outbox", "retry", job.id).err
        assert "找不到该后台任务" in settled("outbox", "retry", "0" * 32).err
