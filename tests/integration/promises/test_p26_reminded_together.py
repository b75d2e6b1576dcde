"""P26: whoever reminds at once or again, a house gets one message; the answer names both dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from billing_adapters.sql.db.engine import Database
from billing_domain.model.reminders.reminder import Cooling, SendReminder, UnderWay
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.model.shanghai import SHANGHAI, shanghai_day
from billing_domain.ports.bills import BillFilter
from billing_domain.use_cases.reminders.remind_residents import Reminded
from tests.html_page import read_html
from tests.integration.promises.reminded import reminding
from tests.integration.promises.rivals import at_once
from tests.money_town import MoneyTown
from tests.website import Website

OPERATORS = 4
EVERYTHING = BillFilter()


@pytest.fixture
def reminded_town(sql_database: Database) -> MoneyTown:
    """Families who owe, on a database of this test's own, and their phones."""
    town = MoneyTown(sql_database)
    town.connect_wechat()
    return town


def remind(town: MoneyTown, operator: int = 0) -> Reminded:
    """Let somebody remind all houses."""
    actor = town.staff[operator % len(town.staff)]
    return town.application.remind_residents.by_filter(actor, EVERYTHING)


def messages_a_house(town: MoneyTown) -> dict[str, int]:
    """Return how many different reminders arrived for each house."""
    found: dict[str, set[str]] = {}
    for call in town.phones.arrived:
        found.setdefault(call.message.house, set()).add(call.reminder)
    return {house: len(reminders) for house, reminders in found.items()}


def let_wechat_rest(town: MoneyTown, days: int) -> None:
    """Choose the days between two reminders."""
    configure = town.application.configure_reminders
    version = configure.settings(town.staff[0]).version
    configure.change_channel(
        town.staff[0], version=version, channel=ReminderChannel.WECHAT, days=days, on=True
    )


class TestP26RemindedTogether:
    def test_p26_operators_at_the_same_moment_queue_one(self, reminded_town: MoneyTown) -> None:
        town = reminded_town
        answers = at_once(lambda operator: remind(town, operator), OPERATORS)
        town.run_worker()

        decided = [
            decision
            for each in answers
            if isinstance(each, Reminded)
            for decision in each.batch.decisions
        ]
        assert len(decided) == OPERATORS * len(town.houses), answers
        assert sum(isinstance(each, SendReminder) for each in decided) == len(town.houses)
        today = shanghai_day(town.clock.now())
        assert {each.since for each in decided if isinstance(each, UnderWay)} == {today}
        assert messages_a_house(town) == {house.address.text: 1 for house in town.houses}
        phones = [(call.address, call.message.house) for call in town.phones.calls]
        assert len(phones) == len(set(phones))

    def test_p26_overlapping_choices_queue_one(self, reminded_town: MoneyTown) -> None:
        """By number, by filter and by another bill of the same house, at the same moment."""
        town, numbers = reminded_town, [bill.number for bill in reminded_town.bills]
        use = town.application.remind_residents

        def choose(operator: int) -> object:
            if operator == 0:
                return use.by_filter(town.staff[0], EVERYTHING)
            return use.by_numbers(town.staff[1], numbers[operator : operator + 2])

        at_once(choose, OPERATORS)
        town.run_worker()

        assert set(messages_a_house(town).values()) == {1}

    def test_p26_workers_at_the_same_moment_send_one(self, reminded_town: MoneyTown) -> None:
        remind(reminded_town)

        outbox = reminded_town.application.run_outbox
        at_once(lambda worker: outbox.run_once(holder=f"worker-{worker}"), OPERATORS)

        assert len(reminded_town.phones.calls) == len(reminded_town.phones.arrived) == 5

    @pytest.mark.parametrize(
        ("sent_on", "days", "next_on"),
        [
            (date(2018, 1, 9), 3, date(2018, 1, 12)),
            (date(2026, 12, 31), 7, date(2027, 1, 7)),
            (date(2027, 2, 26), 3, date(2027, 3, 1)),
            (date(2028, 2, 26), 3, date(2028, 2, 29)),
            (date(2028, 2, 27), 3, date(2028, 3, 1)),
            (date(2026, 10, 31), 30, date(2026, 11, 30)),
            (date(2026, 11, 20), 1, date(2026, 11, 21)),
        ],
    )
    def test_p26_again_within_the_days_is_refused_until_midnight(
        self, reminded_town: MoneyTown, sent_on: date, days: int, next_on: date
    ) -> None:
        town = reminded_town
        let_wechat_rest(town, days)
        town.clock.stands_at = datetime(
            sent_on.year, sent_on.month, sent_on.day, 23, 59, 59, tzinfo=SHANGHAI
        )
        remind(town)
        town.run_worker()

        midnight = datetime(next_on.year, next_on.month, next_on.day, tzinfo=SHANGHAI)
        for moment in (town.clock.now(), midnight - timedelta(seconds=1)):
            town.clock.stands_at = moment
            answer = remind(town, 1).batch
            assert set(answer.decisions) == {
                Cooling(house.id, sent_on, next_on) for house in town.houses
            }
        town.run_worker()
        assert set(messages_a_house(town).values()) == {1}

        town.clock.stands_at = midnight
        assert len(remind(town, 1).batch.to_send) == len(town.houses)


class TestP26InTheBrowser:
    def test_p26_two_operators_send_one_message(self, site: Website) -> None:
        phones, number = reminding(site)
        browsers = [site.staff() for _ in range(2)]
        for browser in browsers:
            page = read_html(browser.get(f"/staff/bills/{number}/reminder").text)
            assert "1 位住户" in page.text, "it is offered to both"

        at_once(lambda who: browsers[who].post(f"/staff/bills/{number}/reminder"), 2)
        while site.application.run_outbox.run_once(holder="worker").claimed:
            pass

        assert len(phones.calls) == 1

    def test_p26_the_answer_names_both_dates(self, site: Website) -> None:
        phones, number = reminding(site)
        site.staff().post(f"/staff/bills/{number}/reminder")
        site.application.run_outbox.run_once(holder="worker")
        site.clock.advance(timedelta(days=2))

        page = read_html(site.staff().get(f"/staff/bills/{number}/reminder").text)

        words = "此房屋在2026年11月20日已推送过微信缴费通知，请于2026年11月23日后再催缴"
        assert words in page.text
        assert "催缴失败" in page.one("h2", id="dialog-title").text
        assert page.one(class_="dialog-foot").one("a").text == "知道了"
        assert not page.has("form", action=f"/staff/bills/{number}/reminder")
        assert len(phones.calls) == 1
