"""The Chinese words about reminders: what became of each, and why a message did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from billing_domain.model.jobs.outbox import LOST
from billing_domain.model.reminders.queued_reminder import (
    CHANNEL_OFF,
    CLOSED,
    GAVE_UP,
    MOVED_OUT,
    TIMED_OUT,
    DeliveryState,
)
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.reminders.queries import ReminderOutcome
from billing_domain.use_cases.jobs.run_outbox import CRASHED

CHANNELS: Final[Mapping[ReminderChannel, str]] = {
    ReminderChannel.WECHAT: "微信",
    ReminderChannel.SMS: "短信",
}

OUTCOMES: Final[Mapping[ReminderOutcome, str]] = {
    ReminderOutcome.WAITING: "发送中",
    ReminderOutcome.DELIVERED: "已送达",
    ReminderOutcome.UNKNOWN: "可能已送达",
    ReminderOutcome.FAILED: "发送失败",
    ReminderOutcome.DROPPED: "无需发送",
    ReminderOutcome.COOLING: "间隔未到",
    ReminderOutcome.UNDER_WAY: "上次未发完",
    ReminderOutcome.UNREACHABLE: "无人可通知",
    ReminderOutcome.NOTHING_UNPAID: "没有待支付",
}

DELIVERIES: Final[Mapping[DeliveryState, str]] = {
    DeliveryState.WAITING: "等待发送",
    DeliveryState.DELIVERED: "已送达",
    DeliveryState.UNREACHABLE: "收不到",
    DeliveryState.FAILED: "发送失败",
    DeliveryState.UNKNOWN: "可能已送达",
}

UNREACHABLE: Final[Mapping[str, str]] = {
    "not_following": "住户没有关注公众号，收不到通知，请让住户先关注公众号",
    "refused": "住户拒收了公众号的通知，请改用其它方式联系",
    "unknown_openid": "住户绑定的微信不属于本公众号，请让住户重新登记",
}
"""Why one person is not reached; the codes are those of RecipientUnreachableError."""

MISCONFIGURED: Final[Mapping[str, str]] = {
    "no_account": "还没有设置公众号，请管理员在“支付账户”里填写公众号的 AppID 和 AppSecret",
    "no_template": "还没有设置催缴的消息模板，请管理员在催缴设置里填写模板 ID 和字段",
    "no_sms": "本系统没有接入短信服务，请在催缴设置里关闭短信催缴",
    "secret": "公众号的 AppSecret 不正确，请在公众号设置里重新填写（{detail}）",
    "app_id": "公众号的 AppID 不正确，请在公众号设置里重新填写（{detail}）",
    "address": "服务器的 IP 不在公众号的白名单里，请在微信公众平台添加（{detail}）",
    "template": "消息模板不存在，请核对催缴设置里的模板 ID（{detail}）",
    "field": "消息模板的字段不符合微信的要求，请核对催缴设置里的模板字段（{detail}）",
    "permission": "公众号没有这项接口权限，请在微信公众平台开通（{detail}）",
    "limited": "公众号被微信限制使用，请登录微信公众平台查看原因（{detail}）",
    "menu": "微信不接受这个菜单，请检查菜单名称和链接（{detail}）",
    "secrets_unreadable": "公众号的密钥无法解密，请重新填写 AppSecret",
    "other": "微信拒绝了请求，请检查公众号设置（{detail}）",
}
"""What keeps every message from leaving; the codes are those of MessagingMisconfiguredError."""

_ENDED: Final[Mapping[str, str]] = {
    TIMED_OUT: "发送后没有收到结果，可能已经送达；为免重复打扰，按已推送计算催缴间隔",
    GAVE_UP: "微信接口超过 24 小时没有恢复，已停止发送，可以重试",
    MOVED_OUT: "住户已搬离或解除了微信绑定，已停止发送",
    CHANNEL_OFF: "这种催缴方式已在催缴设置里关闭，已停止发送，启用后可以重试",
    CLOSED: "小区已停用缴费，已停止发送，开通后可以重试",
    "provider_unavailable": "微信接口暂时没有响应，系统会自动再试",
}
_JOB_ENDS: Final[Mapping[str, str]] = {
    LOST: "处理它的程序多次中途退出，请联系技术人员查看日志后重试",
    CRASHED: "程序出错，请联系技术人员查看日志后重试",
    "provider_unavailable": "支付通道或微信接口多次没有响应，确认恢复后重试",
    "provider_refused": "支付通道拒绝了请求，请检查支付账户的配置后重试",
    "stale": "同时被别处处理，可以直接重试",
    "storage_busy": "数据库繁忙，可以直接重试",
    "not_found": "要处理的内容已不存在，不需要再处理",
    "messaging_misconfigured": "公众号的设置有误，改正后重试",
}


def misconfigured_label(reason: str, detail: str) -> str:
    """Return what keeps every message from leaving; raise KeyError for an unknown reason."""
    words = MISCONFIGURED[reason]
    # The provider does not always say a word of its own.
    return words.format(detail=detail) if detail else words.replace("（{detail}）", "")


def undelivered_label(said: str) -> str:
    """Return why a message did not arrive, from a delivery's `said`; empty for nothing said."""
    reason, _, detail = said.partition(":")
    if reason in MISCONFIGURED:
        return misconfigured_label(reason, detail)
    known = _ENDED.get(said) or UNREACHABLE.get(said)
    return known or (f"发送时出错（{said}）" if said else "")


def job_end_label(said: str) -> str:
    """Return why a background job was given up, with what to do."""
    return _JOB_ENDS.get(said, f"处理时出错（{said}），请检查后重试")


def long_day(day: date) -> str:
    """Return a day as the guide writes it here, with leading zeros: `2018年01月09日`."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"


def pushed_label(*, sure: bool) -> str:
    """Return that a reminder was sent before, or that it may have been (P27)."""
    return "已推送过" if sure else "可能已推送过"
