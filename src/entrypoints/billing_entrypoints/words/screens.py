"""The Chinese sentences of the screens: why nothing is sent, what was done, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import attrs

from billing_domain.model.reminders.reminder import Cooling, ReminderDecision, UnderWay
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.model.sheet import RowProblem
from billing_domain.ports.reminders.queries import ReminderOutcome, ReminderRow
from billing_domain.words.zh import problem_sentence
from billing_domain.words.zh_nouns import FEE_TYPE_COUNT
from billing_entrypoints.words.labels import label

ORDER_FORM: Final = "{community}物业缴费{count}笔"
"""What a payer reads at the payment provider."""

PAYMENT_ACCOUNT_SAVED: Final = "已保存支付账户“{name}”"
PAYMENT_ACCOUNT_USED: Final = "物业缴费已改用“{name}”"
PAYMENT_ACCOUNT_WORKS: Final = "“{name}”配置可用"
PAYMENT_ACCOUNT_FAILS: Final = "“{name}”测试未通过：{reason}"
SETTING_MALFORMED: Final = "{label}格式不对"

# What stands in tables and forms.
OVERDUE: Final = "支付通道超过 2 小时没有给出结果"
SETTLED, RETURNED, NOT_SETTLED = "已入账", "已退回", "未入账，自动退款"
PAYING, UNPAID = "支付中", "未支付"
ALL_COMMUNITIES, OTHER_COMMUNITY = "全部小区", "其它小区"
YOU, SOMEBODY = "您", "其他同事"

# The frame of the pages.
BILLING, HOUSING, SETTINGS = "收费", "房产", "设置"
MENU: Final[Mapping[str, str]] = {
    "/staff/bills": "缴费记录",
    "/staff/reminders": "催缴记录",
    "/staff/imports": "导入缴费单",
    "/staff/import-batches": "导入记录",
    "/staff/deleted-bills": "回收站",
    "/staff/exports": "导出文件",
    "/staff/payment-orders": "支付单",
    "/staff/payment-troubles": "异常",
    "/staff/outbox-jobs": "后台任务",
    "/staff/houses": "房屋住户",
    "/staff/registrations": "业主登记",
    "/staff/communities": "缴费设置",
    "/staff/payment-accounts": "支付账户",
    "/staff/reminder-settings": "催缴设置",
    "/staff/official-menu": "菜单配置",
    "/staff/import-profiles": "导入模板",
    "/staff/staff-accounts": "权限管理",
    "/staff/audit": "操作日志",
}
"""The entries of the navigation by address."""

LOGGED: Final = {"residents": "住户导入", "import_batch": "缴费单导入", "export": "导出"}
"""Kinds that the audit log calls by what was done."""

CRITERIA: Final[Mapping[str, str]] = {
    "community": "小区",
    "building": "楼栋",
    "house": "房屋",
    "paid_by": "支付渠道",
    "reminded": "催缴",
    "batch": "导入批次",
    "imported_from": "导入时间",
    "paid_from": "支付时间",
    "period_from": "缴费时段",
    "amount_min": "金额",
}
"""The criteria of the bill list by field; a range by its first."""
REMINDED: Final = {"yes": "已催缴", "no": "未催缴"}

# Bills.
EXPORT_CANCELLED: Final = "已取消导出"
EXPORT_OVER: Final = "导出已经结束"
SEARCHED: Final = "搜索"
BILL_SAVED: Final = "缴费单已保存"
BILL_VOIDED: Final = "缴费单已作废"
BILL_DELETED: Final = "缴费单已删除，30 天内可在回收站恢复"
BILL_ADDED: Final = "已新增缴费单，金额 {total}"
SINGLE_BILL: Final = "新增一笔"
BILL_RESTORED: Final = "已恢复缴费单 {number}"
IMPORT_WITHDRAWN: Final = "已撤回“{file}”，{count} 笔缴费单 30 天内可在回收站恢复"
RECEIPTS_FILE: Final = "收据.pdf"
RECEIPT_FILE: Final = "收据{number}.pdf"
BILL_PAID: Final = "已标记为已支付，{channel} {total}"
PAYMENT_TAKEN_BACK: Final = "已撤销，缴费单恢复为待支付"
BILLS_PAID: Final = "已标记 {count} 笔为已支付，合计 {total}"
BILLS_DELETED: Final = "已删除 {count} 笔缴费单，合计 {total}，30 天内可在回收站恢复"
GIVEN_HOUSE: Final = "指定房屋"
BILL_ORDERS: Final = {
    "": "按导入时间",
    "address": "按住址",
    "-address": "按住址（倒序）",
    "-amount": "金额从高到低",
    "amount": "金额从低到高",
    "-period": "时段从新到旧",
    "period": "时段从旧到新",
}
MORE_HOUSES: Final = "{named} 等 {count} 套"
GIVEN_BATCH: Final = "指定批次"
RANGE: Final = "{low} 至 {high}"
OPEN_END: Final = "不限"

# Jobs and reminders.
JOB_RETRIED: Final = "已重新安排：{kind}，马上会再试"
REMIND_LATER: Final = "已记录：稍后催缴，没有给住户发送通知"
ANSWERED_BEFORE: Final = "这次导入已经选择过是否催缴，没有重复发送"
NOTHING_TO_REMIND: Final = "导入的缴费单都已不是待支付，没有发送通知"
WECHAT_SILENT: Final = "微信暂时没有回应，请稍后再试"
MENU_SENT: Final = "已同步菜单，微信里最晚 24 小时后看到"
MENU_DELETED: Final = "已删除菜单，微信里最晚 24 小时后消失"
OWN_PAGE: Final = "待缴费：{community}"
SUB_SLOT: Final = "菜单 {number} 的子菜单 {below}"
SLOT: Final = "菜单 {number}"
OFFICIAL_ACCOUNT_SAVED: Final = "已保存公众号 {app_id}"
CHANNEL_ON: Final = "{channel}催缴已开启，间隔 {days} 天"
CHANNEL_OFF: Final = "{channel}催缴已关闭"
MESSAGE_SAVED: Final = "已保存消息模板"
NOTHING_TO_RETRY: Final = "没有需要重试的房屋"
SENT_BEFORE: Final = "催缴通知已经在发送，没有重复发送"
FIXED_TEXT: Final = "固定文字"
PART_MISSING: Final = "请选择这个字段显示什么"
KEY_MISSING: Final = "请填写字段名，例如 thing2"

# Registrations.
REGISTRATION_APPROVED: Final = "已通过 {name} 的登记，可以在微信里缴费了"
REGISTRATION_REJECTED: Final = "已驳回 {name} 的登记"

# The company, its staff and communities.
SIGN_IN_RESET: Final = "已重设 {login} 的密码，该账号需要重新登录"
SIGN_IN_CHANGED: Final = "密码已修改，其他设备上的登录已退出"
PASSWORDS_DIFFER: Final = "两次输入的新密码不一样"
ACCOUNT_ADDED: Final = "已添加账号 {login}"
ACCOUNT_SAVED: Final = "已保存账号 {login}，该账号需要重新登录"
OWN_ACCOUNT: Final = "不能停用自己的账号"
ACCOUNT_DISABLED: Final = "已停用账号 {login}"
ACCOUNT_ENABLED: Final = "已启用账号 {login}"
CODE_FILE: Final = "{community}收款码.png"
ALL_RIGHTS: Final = "全部权限"
NO_COMMUNITY: Final = "请至少选择一个小区"
COMPANY_RENAMED: Final = "公司名称已改为“{name}”"
COMMUNITY_ADDED: Final = "已添加小区“{name}”，开通后才能导入缴费单"
COMMUNITY_RENAMED: Final = "已改名为“{name}”"
COMMUNITY_STOPPED: Final = "“{name}”已停用"
COMMUNITY_OPENED: Final = "“{name}”已开通，授权密钥不变"

# Imports.
RESIDENT_TEMPLATE_FILE: Final = "{community}_住户模板.xlsx"
ERRORS_FILE: Final = "{file}_错误说明.xlsx"
RESIDENTS_KNOWN: Final = "表格里的住户都已登记，没有新增内容"
RESIDENTS_IMPORTED: Final = "导入成功，新增 {houses} 个房屋、{residents} 位住户"
BILL_TEMPLATE_FILE: Final = "{community}_缴费单模板.xlsx"
MENDS_SAVED: Final = "已保存修改，并重新检查了整份表格"
NEW_HOUSE: Final = "{address}（新房屋）"
COPY_NAME: Final = "{name}（副本）"
PROFILE_DELETED: Final = "已删除模板“{name}”"
PROFILE_SAVED: Final = "已保存模板“{name}”"
CHINESE_DATES: Final = "2019年01月、2019年12月5日"

# Refunds and orders.
REFUND_PROPOSED: Final = "已申请退款 {amount}，须由另一人审核"
REFUND_DECIDED: Final = "退款 {amount}：{state}"
REFUND_REASON_LONG: Final = "退款原因最多 {length} 字"
ORDER_ASKED: Final = "查询完成：{answer}"
ORDER_RELEASED: Final = "支付单{answer}"
ORDER_SAID: Final = "{state}（渠道说法：{provider_state}）"

# Houses and residents.
RESIDENT_ADDED: Final = "已添加住户 {name}"
RESIDENT_SAVED: Final = "已保存住户 {name}"
RESIDENT_LEFT: Final = "已登记 {name} 于 {day} 搬离"
RESIDENT_UNBOUND: Final = "已解除 {name} 的微信绑定"
HOUSE_ADDED: Final = "已添加房屋 {address}"
HOUSE_RENAMED: Final = "住址已改为 {address}"
HOUSE_DELETED: Final = "已删除房屋 {address}"

# Pages of owners.
NO_OFFICIAL_ACCOUNT: Final = "物业还没有配置公众号，请联系物业前台缴费。"
OPEN_IN_WECHAT: Final = "请在微信中打开：用微信扫描小区的收款码。"
SIGNED_OUT_TEXT: Final = "已退出。再次缴费时请扫描小区的收款码。"
SIGNED_OUT: Final = "已退出"
SIGN_IN_FAILED_TEXT: Final = "微信登录没有完成，请重试。"
SIGN_IN_FAILED: Final = "登录失败"
PAY_APART: Final = "不同小区的缴费单请分开支付"
CHOOSE_BILLS: Final = "请先选择要支付的缴费单"
TOO_MANY_BILLS: Final = "一次最多合并支付 {count} 笔"
MESSAGE_MOMENT: Final = "{at:%Y年%m月%d日 %H:%M}"

# Pages about errors.
TITLES: Final = {
    400: "请求有误",
    403: "没有权限",
    404: "页面不存在",
    405: "不支持的操作",
    409: "内容已有变化",
    413: "内容太大",
    422: "无法完成",
    429: "操作太频繁",
    500: "系统出错了",
    503: "系统暂时不可用",
}
HTTP_TEXTS: Final = {
    400: "浏览器发来的内容不完整或无法识别，请返回后再试。",
    403: "页面停留太久或来源不明，请返回并刷新页面后再试。",
    404: "这个地址没有页面，可能已被移动或删除。",
    405: "这个地址不能这样访问，请返回后再试。",
    413: "发送的内容超过了允许的大小。",
    429: "操作太频繁，请稍后再试。",
}
UNEXPECTED: Final = "刚才的操作没有完成。请稍后再试，如仍有问题请把下面的编号告诉管理员。"

SCAN: Final = "请扫描小区的收款码进入"
OWNER_UNEXPECTED: Final = "刚才的操作没有完成，请稍后再试。编号 {id}"
OWNER_NOTHING: Final = "找不到要看的内容"
SIGN_IN_FIRST: Final = "请先登录"
OWNER_ERRORS: Final = {
    "provider_refused": "暂时无法发起支付，请稍后再试或联系物业前台",
    "order_paid_meanwhile": "所选的缴费单里有刚刚支付成功的，请刷新后查看",
    "bill_reserved": "所选的缴费单正在由家人支付，请稍后再看",
    "order_undecided": "上一笔支付的结果还在确认，请稍后再试",
    "community_closed": "该小区暂未开通线上缴费，请联系物业前台",
    "glyph_missing": "这张收据暂时无法生成，请联系物业前台",
}
"""Sentences that replace those for staff, by error code."""
OWNER_NOT_FOUND: Final = {
    "bill": "找不到该缴费单",
    "payment_order": "找不到这笔支付",
    "community": "找不到该小区，请重新扫描收款码",
    "reminder": "找不到这条催缴通知，请扫描小区的收款码查看缴费单",
}

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
    "house_not_found": "请改成小区里已有的地址；新房屋请先在“房屋住户”添加",
    "period_order": "请改正开始时间或结束时间",
    "remark_too_long": "请删减备注",
    "rows_hidden": "要导入这些行，请取消隐藏后重新上传",
    "resident_registered": "无需处理",
    "resident_repeated": "无需处理",
    "same_charge_before": "是重复收费的话，请勾选“不导入”",
    "same_charge_in_file": "是重复的行的话，请勾选“不导入”",
}


def workbook_line(problem: RowProblem) -> str:
    """Return a problem's sentence for the column 错误说明, which names the column meant."""
    told = problem_sentence(problem)
    return f"{problem.column}：{told}" if problem.column else told


def problem_line(problem: RowProblem) -> str:
    """Return a problem's sentence beside its cell, where the nearest houses are buttons."""
    if problem.code != "house_not_found":
        return problem_sentence(problem)
    return problem_sentence(attrs.evolve(problem, facts={**problem.facts, "candidates": ()}))


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
    """Return why no second reminder is sent while the first is under way."""
    return f"此房屋{long_day(since)}的{label(channel)}缴费通知还在发送，不会重复发送"


def long_day(day: date) -> str:
    """Return a day as the guide writes it here, with leading zeros: `2018年01月09日`."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"
