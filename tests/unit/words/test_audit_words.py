"""Audit entries in words, whatever they are about."""

from datetime import UTC, datetime

import attrs
import pytest

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import (
    AuditAction,
    AuditEntry,
    AuditFacts,
    AuditId,
    audit_entry,
    type_of_fact,
)
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_entrypoints.words.audit import audit_line, fact_changes

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
PLACE = CommunityId("c1")
NAMES = {"c1": "幸福家园", "c2": "滨江花园", "s1": "李敏（limin）"}


class TestAuditLine:
    @pytest.mark.parametrize("action", list(AuditAction))
    def test_has_a_word_for_every_action(self, action: AuditAction) -> None:
        line = audit_line(entry(action, ("bill", "1")), NAMES)

        assert line.what
        assert not line.what.isascii()

    @pytest.mark.parametrize(
        ("subject", "after", "shown", "address"),
        [
            (("bill", "2026"), {}, "2026", "/staff/bills/2026"),
            (("house", "h1"), {"address": "1号楼/101"}, "1号楼/101", "/staff/houses/h1"),
            (("house", "h1"), {}, "", "/staff/houses/h1"),
            (("community", "c2"), {}, "滨江花园", ""),
            (("staff", "s1"), {"disabled": True}, "李敏（limin）", ""),
            (("staff", "s2"), {"disabled": True}, "", ""),
            (("import_batch", "b1"), {"file_name": "十月.xlsx"}, "十月.xlsx", ""),
            (("import_profile", "p"), {"name": "我的"}, "我的", "/staff/import-profiles/p"),
            (("payment_order", "2026"), {}, "2026", "/staff/payment-orders/2026"),
            (("refund", "2026"), {}, "2026", ""),
            (("payment_account", "a"), {"name": "微信"}, "微信", ""),
            (("official_account", "c"), {"app_id": "wx1"}, "wx1", ""),
            (("reminder_run", "r"), {}, "", "/staff/reminder-runs/r"),
            (("registration", "r"), {"name": "王小明"}, "王小明", "/staff/registrations/r"),
        ],
    )
    def test_names_the_thing_and_leads_to_it(
        self,
        subject: tuple[str, str],
        after: dict[str, type_of_fact],
        shown: str,
        address: str,
    ) -> None:
        line = audit_line(entry(AuditAction.CHANGED, subject, after=after), NAMES)

        assert (line.subject, line.address) == (shown, address)
        assert line.community == "幸福家园"

    def test_leads_to_nothing_that_was_deleted(self) -> None:
        assert audit_line(entry(AuditAction.DELETED, ("bill", "2026")), NAMES).address == ""

    def test_says_nothing_of_the_account_that_signed_in(self) -> None:
        assert audit_line(entry(AuditAction.SIGNED_IN, ("staff", "s2")), NAMES).thing == ""

    def test_calls_what_happens_by_itself_the_system(self) -> None:
        made = attrs.evolve(entry(AuditAction.ORDER_PAID, ("bill", "1")), actor_name="system")

        assert audit_line(made, NAMES).who == "系统"


class TestFactChanges:
    @pytest.mark.parametrize(
        ("field", "before", "after", "words"),
        [
            ("amount_fen", 130_000, 1, ("费用金额", "¥1,300.00", "¥0.01")),
            ("state", "pending", "paid", ("状态", "待支付", "已支付")),
            ("status", "not_opened", "open", ("状态", "未开通", "已开通")),
            ("channel", None, "cash", ("支付渠道", "--", "现金支付")),
            ("disabled", False, True, ("账号状态", "启用", "停用")),
            ("communities", "*", "c1,c9", ("可管理的小区", "全部小区", "幸福家园、其它小区")),
            ("paid_at", None, "2026-11-20T04:00:00+00:00", ("支付时间", "--", "2026-11-20 12:00")),
            ("phones", None, True, ("电话", "--", "完整")),
            ("date_forms", "CHINESE", "SLASHES", ("日期写法", "2019年12月5日", "2019/12/5")),
            ("rows", None, 600, ("行数", "--", "600")),
            ("active", False, True, ("使用状态", "未启用", "启用")),
            ("bills", None, "1 2", ("缴费单", "--", "1、2")),
            ("provider", None, "wechat_v3", ("支付渠道", "--", "微信支付 v3")),
            ("receipted", False, True, ("收据", "未开具", "已开具")),
            ("secrets_changed", None, True, ("密钥", "--", "已更换")),
            ("settings.mchid", "1", "2", ("商户号", "1", "2")),
            ("unapplied_fen", 0, 1, ("待退金额", "--", "¥0.01")),
            ("wechat_on", False, True, ("微信催缴", "未启用", "启用")),
            (
                "template_parts",
                "thing1=house",
                "number2=count thing1=house",
                ("模板字段", "thing1 房屋地址", "number2 待缴笔数、thing1 房屋地址"),
            ),
            ("links", None, "https://a/ https://b/", ("菜单链接", "--", "https://a/、https://b/")),
            ("reminder", None, "c0ffee", ("任务", "--", "催缴通知")),
        ],
    )
    def test_are_in_words(
        self,
        field: str,
        before: type_of_fact,
        after: type_of_fact,
        words: tuple[str, str, str],
    ) -> None:
        made = entry(
            AuditAction.CHANGED, ("bill", "1"), before={field: before}, after={field: after}
        )

        assert list(fact_changes(made, NAMES)) == [words]

    @pytest.mark.parametrize(
        ("kind", "state", "words"),
        [
            ("bill", "pending", "待支付"),
            ("payment_order", "waiting", "等待支付"),
            ("refund", "sent", "退款中"),
            ("registration", "rejected", "已驳回"),
        ],
    )
    def test_word_a_state_as_its_own_kind_does(self, kind: str, state: str, words: str) -> None:
        made = entry(AuditAction.CHANGED, (kind, "1"), after={"state": state})

        assert list(fact_changes(made, NAMES)) == [("状态", "--", words)]

    def test_count_the_houses_of_a_request_to_remind(self) -> None:
        facts: dict[str, type_of_fact] = {"channel": "wechat", "queued": 2, "cooling": 1}
        made = entry(AuditAction.REMINDED, ("reminder_run", "1"), after=facts)

        assert list(fact_changes(made, NAMES)) == [
            ("催缴方式", "--", "微信"),
            ("发送", "--", "2 户"),
            ("间隔未到", "--", "1 户"),
        ]

    def test_call_the_name_of_a_person_by_its_own_word(self) -> None:
        for kind, word in (("staff", "姓名"), ("resident", "姓名"), ("company", "名称")):
            made = entry(AuditAction.CREATED, (kind, "1"), after={"name": "x"})
            assert list(fact_changes(made, NAMES)) == [(word, "--", "x")]

    def test_leave_out_what_the_subject_says_and_what_is_empty(self) -> None:
        facts: dict[str, type_of_fact] = {"number": "2026", "house_id": "h1", "remark": ""}
        made = entry(AuditAction.DELETED, ("bill", "2026"), before=facts)

        assert not fact_changes(made, NAMES)


def entry(
    action: AuditAction,
    subject: tuple[str, str],
    *,
    before: dict[str, type_of_fact] | None = None,
    after: dict[str, type_of_fact] | None = None,
) -> AuditEntry:
    actor = Actor.system(CompanyId("company"), name="王经理")
    sides = (_facts(subject, before), _facts(subject, after or ({} if before is None else None)))
    return audit_entry(AuditId("1"), NOON, actor, action, sides, addresses={})


def _facts(subject: tuple[str, str], fields: dict[str, type_of_fact] | None) -> AuditFacts | None:
    return None if fields is None else AuditFacts(*subject, fields, PLACE)
