"""后台任务: what the worker gave up, and trying it once more (rules 4.4, 5.6)."""

import pytest

from billing_domain.model.company.staff import Role
from billing_domain.model.jobs.outbox import JobKind, JobState, OutboxJob
from tests.website import Visitor, Website, htmx

PAGE = "/staff/outbox-jobs"
TROUBLES = "/staff/payment-troubles"


@pytest.fixture
def job(site: Website) -> OutboxJob:
    return site.add_job(dead="unexpected")


def stored(site: Website, job: OutboxJob) -> OutboxJob:
    with site.begin(read_only=True) as work:
        return work.outbox.get(site.admin.scope, job.id)


class TestList:
    def test_says_what_failed_and_what_to_do(self, boss: Visitor, job: OutboxJob) -> None:
        row = boss.page(PAGE).one("tbody").one("tr").text

        assert row.startswith("催缴 幸福家园 2026-11-20 12:00 12 次")
        assert "请联系技术人员查看日志后重试" in row
        assert job.subject not in row

    def test_names_a_refund_by_its_number(self, site: Website, boss: Visitor) -> None:
        job = site.add_job(JobKind.REFUND, dead="provider_unavailable")

        row = boss.page(PAGE).one("tbody").one("tr").text

        assert f"退款 {job.subject}" in row
        assert "确认恢复后重试" in row

    def test_says_when_there_is_nothing_to_do(self, boss: Visitor) -> None:
        assert "没有失败的后台任务" in boss.page(PAGE).text

    @pytest.mark.usefixtures("job")
    def test_is_counted_among_the_troubles(self, boss: Visitor) -> None:
        assert boss.page(TROUBLES).one("a", href=PAGE, class_="button").text == "后台任务1"

    @pytest.mark.usefixtures("job")
    def test_is_not_shown_to_others(self, site: Website) -> None:
        assert site.staff(Role.READ_ONLY).get(PAGE).status_code == 403
        assert "没有失败" in site.staff(admin=site.rival_admin).page(PAGE).text


class TestRetry:
    def test_lets_the_job_be_done_again(
        self, site: Website, boss: Visitor, job: OutboxJob
    ) -> None:
        form = boss.page(PAGE).one("tbody").one("form")

        answer = boss.post(form["action"], headers=htmx("dialog#dialog", PAGE))

        assert "已重新安排" in answer.text
        assert "jobs-changed" in answer.headers["hx-trigger"]
        assert stored(site, job).state is JobState.WAITING

    def test_leads_back_without_a_script(self, boss: Visitor, job: OutboxJob) -> None:
        answer = boss.post(f"{PAGE}/{job.id}/retry", headers={"Referer": f"http://x{PAGE}"})

        assert answer.headers["Location"] == PAGE

    def test_of_one_that_was_revived_is_refused(self, boss: Visitor, job: OutboxJob) -> None:
        boss.post(f"{PAGE}/{job.id}/retry")

        assert boss.post(f"{PAGE}/{job.id}/retry").status_code == 409

    @pytest.mark.parametrize(
        ("kind", "role"),
        [(JobKind.REMINDER, Role.FINANCE), (JobKind.REFUND, Role.FRONT_DESK)],
    )
    def test_is_a_matter_of_who_may_do_the_thing_itself(
        self, site: Website, kind: JobKind, role: Role
    ) -> None:
        job = site.add_job(kind, dead="unexpected")
        visitor = site.staff(role)

        assert not visitor.page(PAGE).one("tbody").has("form")
        assert visitor.post(f"{PAGE}/{job.id}/retry").status_code == 403
