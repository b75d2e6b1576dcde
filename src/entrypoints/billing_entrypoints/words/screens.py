"""The Chinese sentences of the screens: why nothing is sent, what was done, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from billing_domain.model.reminders.reminder import Cooling, ReminderDecision, UnderWay
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.model.sheet import RowProblem
from billing_domain.ports.reminders.queries import ReminderOutcome, ReminderRow
from billing_domain.words.zh_nouns import FEE_TYPE_COUNT
from billing_entrypoints.words.labels import label

ORDER_FORM: Final = "{community}物业缴费{count}笔"
"""What a payer reads at the payment provider."""

OVERDUE: Final = "支付通道超过 2 小时没有给出结果"
SETTLED, RETURNED, NOT_SETTLED = "已入账", "已退回", "未入账，自动退款"
PAYING, UNPAID = "支付中", "未支付"
ALL_COMMUNITIES, OTHER_COMMUNITY = "全部小区", "其它小区"
YOU, SOMEBODY = "您", "其他同事"
HOW_TO_BIND: Final = (
    "请让住户用微信扫描小区的收款码，登记业主信息并通过审核；绑定微信后就能收到通知"
)
_NO_MESSAGE: Final[Mapping[ReminderOutcome, str]] = {
    ReminderOutcome.UNREACHABLE: "没有绑定微信的住户，收不到通知",
    ReminderOutcome.NOTHING_UNPAID: "没有待支付的缴费单，不需要催缴",
    ReminderOutcome.DROPPED: "发送前缴费单已支付、删除或作废，没有再发送",
}
_ADVICE: Final[Mapping[str, str]] = {
    "column_ignored": "无需处理",
    "fee_type_other": f"如需其它类型，请改成{FEE_TYPE_COUNT}种费用类型之一",
    "file_imported_before": "不是有意再次导入的话，请不要导入",
    "house_not_found": "请改成小区里已有的地址；新房屋请先在“房屋住户”添加",
    "period_order": "请改正开始时间或结束时间",
    "remark_too_long": "请删减备注",
    "resident_registered": "无需处理",
    "resident_repeated": "无需处理",
    "same_charge_before": "是重复收费的话，请删除该行后重新上传",
    "same_charge_in_file": "是重复的行的话，请删除其中一行后重新上传",
}


def advice(problem: RowProblem) -> str:
    """Return what to do about a problem of a sheet, where its sentence does not say it."""
    return _ADVICE.get(problem.code, "")


def no_message(row: ReminderRow) -> str:
    """Return why a house got no message, empty when there is or may be one."""
    if row.outcome is ReminderOutcome.COOLING and row.last_on and row.next_on:
        return cooling_words(row.channel, row.last_on, row.next_on, sure=row.sure)
    if row.outcome is ReminderOutcome.UNDER_WAY and row.last_on:
        return under_way_words(row.channel, row.last_on)
    return _NO_MESSAGE.get(row.outcome, "")


def decision_words(decision: ReminderDecision, channel: ReminderChannel) -> str:
    """Return why a house is not reminded, empty when it is."""
    if isinstance(decision, Cooling):
        return cooling_words(channel, decision.last_on, decision.next_on, sure=decision.sure)
    if isinstance(decision, UnderWay):
        return under_way_words(channel, decision.since)
    if decision.kind == ReminderOutcome.UNREACHABLE.value:
        return "此房屋没有绑定微信的住户，收不到缴费通知"
    if decision.kind == ReminderOutcome.NOTHING_UNPAID.value:
        return "此房屋没有待支付的缴费单，不需要催缴"
    return ""


def cooling_words(
    channel: ReminderChannel | None, last_on: date, next_on: date, *, sure: bool
) -> str:
    """Return the guide's sentence for a house that was reminded too lately (rules 4.2, P27).

    Without a channel it is the short form for a table of the command line.
    """
    subject, thing = ("此房屋在", f"{label(channel)}缴费通知") if channel else ("", "")
    pushed = "已推送过" if sure else "可能已推送过"
    return f"{subject}{long_day(last_on)}{pushed}{thing}，请于{long_day(next_on)}后再催缴"


def under_way_words(channel: ReminderChannel, since: date) -> str:
    """Return what stands against a second reminder while the first is being sent."""
    return f"此房屋{long_day(since)}的{label(channel)}缴费通知还在发送，不会重复发送"


def long_day(day: date) -> str:
    """Return a day as the guide writes it here, with leading zeros: `2018年01月09日`."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"
