"""One request to remind: its progress, its houses, and what failed tried again (rule 4.3)."""

import pytest

from billing_domain.errors import (
    MessagingMisconfiguredError,
    ProviderUnavailableError,
    RecipientUnreachableError,
)
from billing_domain.model.company.staff import Role
from billing_domain.model.reminders.queued_reminder import RunId
from tests.html_page import Element
from tests.website import Visitor, Website, htmx

WRONG_SECRET = MessagingMisconfiguredError(reason="secret", detail="40001")
REFUSED = RecipientUnreachableError(reason="refused")


@pytest.fixture
def reminding(reminding: Website) -> Website:
    """Three houses owe: two are reached, in the third nobody is."""
    reminding.add_owner(reminding.houses[1], name="李雷", openid="openid-2")
    for house in reminding.houses:
        reminding.add_bill(house)
    return reminding


@pytest.fixture
def run(reminding: Website) -> RunId:
    return reminding.requested()


def path_of(run: RunId) -> str:
    return f"/staff/reminder-runs/{run}"


def figures(page: Element) -> dict[str, str]:
    found = page.one("dl", class_="stats")
    facts = zip(found.all("dt"), found.all("dd"), strict=True)
    return {term.text: fact.text for term, fact in facts}


def addresses(page: Element) -> list[str]:
    return [row.all("a")[0].text for row in page.one("tbody").all("tr")]


class TestProgress:
    def test_asks_again_while_messages_wait(self, boss: Visitor, run: RunId) -> None:
        page = boss.page(path_of(run))

        region = page.one(id="reminder-run")
        assert (region["hx-get"], region["hx-trigger"]) == (path_of(run), "every 2s")
        bar = page.one("progress", class_="progress-wide")
        assert (bar["value"], bar["max"]) == ("0", "2")
        assert "可以离开或关闭此页面" in page.text
        assert page.one("section", **{"aria-label": "进度"}).one("noscript").one("a")["href"] == (
            path_of(run)
        )

    def test_stops_asking_when_all_is_known(
        self, boss: Visitor, reminding: Website, run: RunId
    ) -> None:
        reminding.run_worker()

        part = boss.part(path_of(run), target="div#reminder-run")

        assert part.one(id="reminder-run").get("hx-get") is None
        assert not part.has("progress", class_="progress-wide")
        assert figures(part) == {"已送达": "2 户", "无人可通知": "1 户"}

    def test_goes_on_with_the_same_outcome_and_page(self, boss: Visitor, run: RunId) -> None:
        page = boss.page(f"{path_of(run)}?outcome=unreachable")

        assert page.one(id="reminder-run")["hx-get"] == f"{path_of(run)}?outcome=unreachable"
        assert addresses(page) == ["2号楼/1单元/101"]

    def test_says_by_whom_and_over_what(self, site: Website, boss: Visitor, run: RunId) -> None:
        text = boss.page(path_of(run)).text

        assert f"2026-11-20 12:00 · {site.admin.name} · 微信 · 共 3 户" in text

    def test_pages_through_many_houses(
        self, site: Website, boss: Visitor, reminding: Website
    ) -> None:
        more = site.add_houses(site.community, *(f"3号楼/{number}" for number in range(30)))
        for house in more:
            site.add_bill(house)
        run = reminding.requested()

        first = boss.page(path_of(run))
        link = next(each for each in first.all("a") if each.text == "下一页")
        second = boss.page(link["href"])

        shown = addresses(first) + addresses(second)
        assert len(shown) == len(set(shown)) == 33


class TestFailures:
    def test_are_told_with_what_to_do(self, boss: Visitor, reminding: Website, run: RunId) -> None:
        reminding.run_worker(RecipientUnreachableError(reason="not_following"), WRONG_SECRET)

        page = boss.page(path_of(run))

        assert figures(page) == {"发送失败": "2 户", "无人可通知": "1 户"}
        assert "请让住户先关注公众号" in page.text
        assert "请在公众号设置里重新填写（40001）" in page.text
        assert "失败不计入催缴间隔，可以重试" in page.text

    def test_say_that_the_system_tries_again_by_itself(
        self, boss: Visitor, reminding: Website, run: RunId
    ) -> None:
        reminding.run_worker(ProviderUnavailableError(detail="down"))

        page = boss.page(path_of(run))

        assert "微信接口暂时没有响应，系统会自动再试" in page.text
        assert page.one(id="reminder-run").has("progress", class_="progress-wide")

    def test_are_tried_again_as_a_request_of_their_own(
        self, boss: Visitor, reminding: Website, run: RunId
    ) -> None:
        """Rule 4.4."""
        reminding.run_worker(REFUSED)
        page = boss.page(path_of(run))
        form = page.one("form", action=f"{path_of(run)}/retry")
        assert form.one("button").text == "重试失败的 1 户"

        answer = boss.post(form["action"])
        again = boss.page(answer.headers["Location"])
        reminding.run_worker()

        assert answer.headers["Location"] != path_of(run)
        assert len(addresses(again)) == 1
        assert sorted(reminding.reached) == ["openid-1", "openid-2"]

    def test_need_not_wait_for_the_last_house_to_be_tried_again(
        self, boss: Visitor, reminding: Website, run: RunId
    ) -> None:
        """One message may wait for a day."""
        reminding.run_worker(REFUSED, ProviderUnavailableError(detail="-1"))
        page = boss.page(path_of(run))
        assert page.one(id="reminder-run").has("progress", class_="progress-wide")

        form = page.one("form", action=f"{path_of(run)}/retry")
        answer = boss.post(form["action"])

        assert len(addresses(boss.page(answer.headers["Location"]))) == 1

    def test_are_not_tried_twice_by_two_clicks(
        self, boss: Visitor, reminding: Website, run: RunId
    ) -> None:
        reminding.run_worker(REFUSED)

        first = boss.post(f"{path_of(run)}/retry")
        second = boss.post(f"{path_of(run)}/retry")
        reminding.run_worker()

        assert second.headers["Location"] == first.headers["Location"]
        assert len(reminding.reached) == 2

    def test_leave_nothing_to_try_when_all_arrived(
        self, boss: Visitor, reminding: Website, run: RunId
    ) -> None:
        reminding.run_worker()

        assert not boss.page(path_of(run)).has("form", action=f"{path_of(run)}/retry")
        answer = boss.post(f"{path_of(run)}/retry")

        assert "没有需要重试的房屋" in boss.page(answer.headers["Location"]).one(id="toasts").text

    def test_are_tried_again_only_by_who_may_remind(
        self, site: Website, reminding: Website, run: RunId
    ) -> None:
        reminding.run_worker(REFUSED, REFUSED)
        reader = site.staff(Role.READ_ONLY)

        page = reader.page(path_of(run))
        assert "2 户发送失败" in page.text
        assert not page.has("form", action=f"{path_of(run)}/retry")
        assert reader.post(f"{path_of(run)}/retry").status_code == 403


class TestResult:
    def test_of_one_house_says_why_nobody_was_told(
        self, site: Website, boss: Visitor, reminding: Website
    ) -> None:
        run = reminding.requested(site.houses[0])
        reminding.run_worker(RecipientUnreachableError(reason="refused"))

        answer = boss.get(f"{path_of(run)}/result", htmx("div#reminder-result"))

        assert "催缴失败" in answer.text
        assert "住户拒收了公众号的通知" in answer.text
