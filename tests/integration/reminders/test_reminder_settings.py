"""Days, channels and the message template of a company in the browser (rules 4.2, 9)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from billing_domain.model.reminders.settings import (
    MessagePart,
    ReminderChannel,
    ReminderSettings,
    ReminderTemplate,
)
from tests.html_page import Element, read_html
from tests.website import Visitor, Website

PATH = "/staff/reminder-settings"
WECHAT = f"{PATH}/channels/wechat"
SMS = f"{PATH}/channels/sms"
TEMPLATE = f"{PATH}/template"
KEPT = ReminderTemplate("T-1", {"thing2": MessagePart.HOUSE, "amount3": MessagePart.TOTAL})
Fields = dict[str, str | list[str]]


class TestPage:
    def test_begins_with_the_days_of_the_rule(self, boss: Visitor) -> None:
        page = boss.page(PATH)

        assert page.one(id="wechat-reminder_days")["value"] == "3"
        assert page.one(id="sms-reminder_days")["value"] == "30"
        assert "checked" in page.one("form", action=WECHAT).one("input", name="on").attributes
        assert "checked" not in page.one("form", action=SMS).one("input", name="on").attributes
        assert "不支持短信催缴" in page.one("form", action=SMS).text

    def test_says_what_is_missing_before_anybody_can_be_reminded(
        self, site: Website, boss: Visitor
    ) -> None:
        assert "还没有设置公众号" in boss.page(PATH).text

        official(site)
        assert "还没有消息模板" in boss.page(PATH).text

        keep(site)
        page = boss.page(PATH).text
        assert "还没有设置公众号" not in page
        assert "还没有消息模板" not in page


class TestChannels:
    def test_keeps_days_and_switch(self, site: Website, boss: Visitor) -> None:
        answer = boss.post(WECHAT, {"reminder_days": "7", "on": "yes", "version": "0"})

        assert answer.headers["location"] == PATH
        policy = settings(site).policy
        assert policy.days(ReminderChannel.WECHAT) == 7
        assert policy.cooling_days[ReminderChannel.SMS] == 30

        boss.post(WECHAT, {"reminder_days": "7", "version": "1"})
        assert settings(site).policy.channels == frozenset()

    def test_offers_sms_once_it_is_switched_on(self, site: Website, boss: Visitor) -> None:
        boss.post(SMS, {"reminder_days": "30", "on": "yes", "version": "0"})

        assert ReminderChannel.SMS in settings(site).policy.channels
        assert "不支持短信催缴" not in boss.page(PATH).text

    @pytest.mark.parametrize("days", ["0", "366", "", "三", "-1", "3.5", "9" * 40])
    def test_refuses_other_days_beside_their_field(
        self, site: Website, boss: Visitor, days: str
    ) -> None:
        answer = boss.post(WECHAT, {"reminder_days": days, "version": "0"})

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert page.one(id="wechat-reminder_days-error").text == "催缴间隔须为 1 至 365 天"
        assert page.one(id="wechat-reminder_days")["value"] == days
        assert "checked" not in page.one("form", action=WECHAT).one("input", name="on").attributes
        assert page.one(id="sms-reminder_days")["value"] == "30"
        assert settings(site).version == 0

    def test_replaces_what_somebody_else_saved_only_after_saying_so(
        self, site: Website, boss: Visitor
    ) -> None:
        """Rule 2.7."""
        boss.post(WECHAT, {"reminder_days": "5", "on": "yes", "version": "0"})

        answer = boss.post(WECHAT, {"reminder_days": "9", "on": "yes", "version": "0"})

        form = read_html(answer.text).one("form", action=WECHAT)
        assert answer.status_code == 409
        assert "已被他人修改" in form.one(role="alert").text
        assert settings(site).policy.days(ReminderChannel.WECHAT) == 5

        boss.post(WECHAT, sent(form))
        assert settings(site).policy.days(ReminderChannel.WECHAT) == 9

    def test_knows_no_other_channel(self, boss: Visitor) -> None:
        answer = boss.post(f"{PATH}/channels/fax", {"reminder_days": "3", "version": "0"})

        assert answer.status_code == 404


class TestTemplate:
    def test_is_kept_as_typed(self, site: Website, boss: Visitor) -> None:
        answer = boss.post(
            TEMPLATE,
            rows(("thing2", "house", ""), ("amount3", "total", ""), ("const5", "fixed", "缴费")),
        )

        assert answer.headers["location"] == PATH
        assert settings(site).template == ReminderTemplate(
            "T-1",
            {"thing2": MessagePart.HOUSE, "amount3": MessagePart.TOTAL},
            {"const5": "缴费"},
        )

    def test_takes_a_field_as_it_is_copied(self, site: Website, boss: Visitor) -> None:
        boss.post(TEMPLATE, rows(("{{thing2.DATA}}", "house", ""), ("", "", "")))

        kept = settings(site).template
        assert kept is not None
        assert kept.parts == {"thing2": MessagePart.HOUSE}

    def test_shows_what_an_owner_reads(self, site: Website, boss: Visitor) -> None:
        keep(site)

        card = boss.page(PATH).one(class_="message-card").text

        assert "thing2 1号楼/2单元/602" in card
        assert "amount3 ¥1,300.00" in card

    @pytest.mark.parametrize(
        ("wrong", "field", "sentence"),
        [
            ({"template_id": ""}, "template-template_id", "请填写模板 ID"),
            ({"template_id": "有空 格"}, "template-template_id", "格式不对"),
            ({"field_key": ["Thing 2"]}, "field_key-0", "只能写微信模板里的字段名"),
            ({"field_key": [""]}, "field_key-0", "请填写字段名"),
            ({"field_part": [""]}, "field_part-0", "请选择这个字段显示什么"),
            ({"field_part": ["fixed"]}, "field_text-0", "固定文字须为"),
            (
                {"field_part": ["fixed"], "field_text": ["长" * 33]},
                "field_text-0",
                "固定文字须为",
            ),
            (
                {
                    "field_key": ["thing2", "thing2"],
                    "field_part": ["house", "total"],
                    "field_text": ["", ""],
                },
                "field_key-1",
                "已被使用",
            ),
            (
                {"field_key": [], "field_part": [], "field_text": []},
                "template-template_field",
                "请至少填写一个模板字段",
            ),
        ],
    )
    def test_says_what_is_wrong_beside_its_field(
        self,
        site: Website,
        boss: Visitor,
        wrong: Mapping[str, str | list[str]],
        field: str,
        sentence: str,
    ) -> None:
        fields: Fields = {**rows(("thing2", "house", "")), **wrong}

        answer = boss.post(TEMPLATE, fields)

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert sentence in page.one(id=f"{field}-error").text
        assert page.one(id="template-template_id")["value"] == fields["template_id"]
        assert settings(site).version == 0

    def test_adds_rows_and_draws_without_saving(self, site: Website, boss: Visitor) -> None:
        fields = {**rows(("thing2", "community", "")), "more_rows": "yes"}

        page = read_html(boss.post(TEMPLATE, fields).text)

        keys = [box.get("value") for box in page.all("input", name="field_key")]
        assert keys == ["thing2", "", ""]
        assert "thing2 幸福家园" in page.one(class_="message-card").text
        assert settings(site).version == 0

    def test_replaces_what_somebody_else_saved_only_after_saying_so(
        self, site: Website, boss: Visitor
    ) -> None:
        keep(site)
        mine: Fields = {**rows(("thing9", "house", "")), "version": "0"}

        answer = boss.post(TEMPLATE, mine)

        form = read_html(answer.text).one("form", action=TEMPLATE)
        assert answer.status_code == 409
        assert "已被他人修改" in form.one(role="alert").text
        assert settings(site).template == KEPT

        boss.post(TEMPLATE, {**mine, "version": form.one("input", name="version")["value"]})
        kept = settings(site).template
        assert kept is not None
        assert list(kept.parts) == ["thing9"]


def rows(*typed: tuple[str, str, str]) -> Fields:
    return {
        "template_id": "T-1",
        "version": "0",
        "field_key": [key for key, _, _ in typed],
        "field_part": [part for _, part, _ in typed],
        "field_text": [text for _, _, text in typed],
    }


def sent(form: Element) -> dict[str, str]:
    return {name: value for name, value in form.fields().items() if name != "_csrf_token"}


def settings(site: Website) -> ReminderSettings:
    return site.application.configure_reminders.settings(site.admin)


def keep(site: Website) -> None:
    site.application.configure_reminders.change_template(site.admin, version=0, template=KEPT)


def official(site: Website) -> None:
    site.application.configure_payments.save_official_account(
        site.admin, app_id="wx0123456789abcdef", secret="hush", version=0
    )
