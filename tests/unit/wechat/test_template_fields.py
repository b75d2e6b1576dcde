"""Fields of templates say what their types allow, or the setting is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.wechat.template_fields import template_data
from billing_domain.errors import MessagingMisconfiguredError
from billing_domain.model.money import Money
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.ports.reminders.messaging import ReminderMessage
from billing_domain.testing import strategies

SENT_AT = datetime(2026, 12, 31, 16, 5, tzinfo=UTC)
COMMUNITY, HOUSE, COUNT, TOTAL, AT = MessagePart


def message(**fields: Any) -> ReminderMessage:
    known: dict[str, Any] = {
        "community": "幸福家园",
        "house": "幸福家园/1号楼/101",
        "count": 12,
        "total": Money(1_300_05),
        "link": "https://fee.example/bills",
        "client_msg_id": "a",
    }
    return ReminderMessage(**{**known, **fields})


def said(key: str, part: MessagePart, **fields: Any) -> str:
    template = ReminderTemplate("template-1", {key: part})
    return template_data(template, message(**fields), sent_at=SENT_AT)[key]["value"]


def refused(key: str, template: ReminderTemplate) -> bool:
    with pytest.raises(MessagingMisconfiguredError) as wrong:
        template_data(template, message(), sent_at=SENT_AT)
    return (wrong.value.reason, wrong.value.detail) == ("field", key)


class TestAField:
    @pytest.mark.parametrize(
        ("key", "part", "value"),
        [
            ("thing1", COMMUNITY, "幸福家园"),
            ("name1", COMMUNITY, "幸福家园"),
            ("thing2", HOUSE, "幸福家园/1号楼/101"),
            ("thing3", COUNT, "12笔"),
            ("number3", COUNT, "12"),
            ("character_string3", COUNT, "12"),
            ("thing4", TOTAL, "¥1,300.05"),
            ("amount4", TOTAL, "¥1300.05"),
            ("number4", TOTAL, "1300.05"),
            ("character_string4", TOTAL, "1300.05"),
            ("thing5", AT, "2027年1月1日 00:05"),
            ("time5", AT, "2027年1月1日 00:05"),
            ("date5", AT, "2027年1月1日 00:05"),
            ("character_string5", AT, "2027-01-01 00:05"),
        ],
    )
    def test_says_a_part_in_the_way_that_its_type_allows(
        self, key: str, part: MessagePart, value: str
    ) -> None:
        assert said(key, part) == value

    def test_cuts_a_long_community_behind(self) -> None:
        assert said("thing1", COMMUNITY, community="园" * 21) == "园" * 19 + "…"
        assert said("thing1", COMMUNITY, community="园" * 20) == "园" * 20

    def test_cuts_a_long_house_in_front(self) -> None:
        assert said("thing1", HOUSE, house="园" * 17 + "/101") == "…" + "园" * 15 + "/101"

    def test_says_the_largest_bill_as_an_amount(self) -> None:
        assert said("amount1", TOTAL, total=Money(99_999_999_99)) == "¥99999999.99"

    @pytest.mark.parametrize(
        ("key", "part"),
        [
            ("number1", HOUSE),
            ("character_string1", HOUSE),
            ("amount1", COUNT),
            ("time1", TOTAL),
            ("phrase1", TOTAL),
            ("keyword1", HOUSE),
            ("first", HOUSE),
            ("thing", HOUSE),
            ("thing1; drop", HOUSE),
        ],
    )
    def test_that_can_not_say_its_part_is_a_wrong_setting(
        self, key: str, part: MessagePart
    ) -> None:
        assert refused(key, ReminderTemplate("template-1", {key: part}))

    @pytest.mark.parametrize(
        ("key", "text"),
        [
            ("const1", "物业费"),
            ("phrase1", "待支付"),
            ("letter1", "ABC"),
            ("symbol1", "!?"),
            ("phone_number1", "0755-12345678"),
            ("car_number1", "粤B12345"),
            ("name1", "Property Service"),
        ],
    )
    def test_may_always_say_the_same(self, key: str, text: str) -> None:
        template = ReminderTemplate("template-1", {}, {key: text})

        assert template_data(template, message(), sent_at=SENT_AT) == {key: {"value": text}}

    @pytest.mark.parametrize(
        ("key", "text"),
        [
            ("const1", "费" * 21),
            ("phrase1", "待支付账单啊"),
            ("phrase1", "paid"),
            ("letter1", "A1"),
            ("symbol1", "!?!?!?"),
            ("phone_number1", "1" * 18),
            ("car_number1", "粤B123456789"),
            ("name1", "王" * 11),
            ("thing1", ""),
            ("thing1", "a\nb"),
        ],
    )
    def test_is_checked_when_it_always_says_the_same(self, key: str, text: str) -> None:
        assert refused(key, ReminderTemplate("template-1", {}, {key: text}))


class TestAnyReminder:
    @given(
        community=strategies.place_names(),
        house=strategies.house_addresses().map(lambda address: address.text),
        total=strategies.moneys(),
        count=st.integers(1, 5_000),
    )
    def test_fits_the_usual_template(
        self, community: str, house: str, total: Money, count: int
    ) -> None:
        template = ReminderTemplate(
            "template-1",
            {"thing1": COMMUNITY, "thing2": HOUSE, "number3": COUNT, "amount4": TOTAL},
        )
        whole = message(community=community, house=house, total=total, count=count)

        data = template_data(template, whole, sent_at=SENT_AT)

        assert all(1 <= len(data[key]["value"]) <= 20 for key in ("thing1", "thing2"))
        assert data["number3"]["value"] == str(count)
        assert Money.parse(data["amount4"]["value"]) == total
