"""The Chinese words for states, kinds and actions, and the tones that repeat them in colour.

`label` and `tone` take a member of any enumeration; the templates have them as filters. An
enumeration that the domain itself words (fee types, bill states, payment channels) is not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from billing_domain.model.bills.bill import BillOrigin
from billing_domain.model.bills.export import ExportState
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import CommunityStatus
from billing_domain.model.jobs.outbox import LOST, JobKind
from billing_domain.model.owners.registration import RegistrationState
from billing_domain.model.payments.order import OrderState, PaymentMethod
from billing_domain.model.payments.received_message import Verdict
from billing_domain.model.payments.refund import RefundState
from billing_domain.model.reminders.queued_reminder import (
    CHANNEL_OFF,
    CLOSED,
    GAVE_UP,
    MOVED_OUT,
    TIMED_OUT,
    DeliveryState,
)
from billing_domain.model.reminders.settings import MessagePart, ReminderChannel
from billing_domain.model.sheet import Severity
from billing_domain.ports.payments.cashier import CashierAction, CashierState
from billing_domain.ports.payments.gateway import Outcome
from billing_domain.ports.reminders.queries import ReminderOutcome
from billing_domain.services.payments.settle_orders import UNAPPLIED
from billing_domain.use_cases.jobs.run_outbox import CRASHED
from billing_domain.words.zh_nouns import (
    BILL_ACTIONS,
    COMMUNITY_STATUSES,
    EXPORT_STATES,
    MISCONFIGURED,
    PERMISSIONS,
    UNREACHABLE,
    misconfigured_label,
)

_LABELS: Final[Mapping[Any, str]] = {
    **PERMISSIONS,
    **BILL_ACTIONS,
    **COMMUNITY_STATUSES,
    **EXPORT_STATES,
    AuditAction.IMPORTED: "导入",
    AuditAction.EDITED: "编辑",
    AuditAction.MARKED_PAID: "标记已支付",
    AuditAction.TAKEN_BACK: "撤销标记",
    AuditAction.DELETED: "删除",
    AuditAction.RESTORED: "恢复",
    AuditAction.WITHDRAWN: "整批撤回",
    AuditAction.VOIDED: "作废",
    AuditAction.CREATED: "新增",
    AuditAction.CHANGED: "修改",
    AuditAction.OPENED: "开通",
    AuditAction.STOPPED: "停用",
    AuditAction.SECRET_RESET: "重置授权密钥",
    AuditAction.MOVED_OUT: "登记搬离",
    AuditAction.PASSWORD_CHANGED: "修改密码",
    AuditAction.DISABLED: "停用账号",
    AuditAction.ENABLED: "启用账号",
    AuditAction.SIGNED_IN: "登录",
    AuditAction.EXPORTED: "导出",
    AuditAction.PHONES_SHOWN: "查看完整电话",
    AuditAction.ORDERED: "发起支付",
    AuditAction.PAID_ONLINE: "在线支付",
    AuditAction.ORDER_PAID: "支付单到账",
    AuditAction.ORDER_CLOSED: "关闭支付单",
    AuditAction.ORDER_RELEASED: "强制释放支付单",
    AuditAction.REFUND_PROPOSED: "申请退款",
    AuditAction.REFUND_APPROVED: "同意退款",
    AuditAction.REFUND_REJECTED: "驳回退款",
    AuditAction.REFUND_RETRIED: "重试退款",
    AuditAction.REFUND_SENT: "提交退款",
    AuditAction.REFUND_DONE: "退款到账",
    AuditAction.REFUND_FAILED: "退款失败",
    AuditAction.REFUNDED: "退款后恢复待支付",
    AuditAction.REMINDED: "催缴",
    AuditAction.RECEIPT_ISSUED: "开具收据",
    AuditAction.JOB_RETRIED: "重试后台任务",
    AuditAction.REGISTERED: "登记业主信息",
    AuditAction.BOUND: "绑定微信",
    AuditAction.UNBOUND: "解除微信绑定",
    AuditAction.REGISTRATION_APPROVED: "通过业主登记",
    AuditAction.REGISTRATION_REJECTED: "驳回业主登记",
    JobKind.REFUND: "退款",
    JobKind.REMINDER: "催缴",
    OrderState.CREATED: "已创建",
    OrderState.WAITING: "等待支付",
    OrderState.PAID: "已支付",
    OrderState.CLOSED: "已关闭",
    RefundState.PROPOSED: "待审核",
    RefundState.APPROVED: "已同意，待提交",
    RefundState.SENT: "退款中",
    RefundState.DONE: "已退款",
    RefundState.FAILED: "退款失败",
    RefundState.REJECTED: "已驳回",
    RegistrationState.WAITING: "待审核",
    RegistrationState.APPROVED: "已通过",
    RegistrationState.REJECTED: "已驳回",
    Verdict.RECEIVED: "已收到，未处理完",
    Verdict.BOOKED: "已入账",
    Verdict.REFUSED: "已拒绝",
    Verdict.FAILED: "处理失败",
    PaymentMethod.JSAPI: "微信内支付",
    PaymentMethod.NATIVE: "扫码支付",
    PaymentMethod.REDIRECT: "跳转收银台",
    Outcome.PAID: "已支付",
    Outcome.UNPAID: "未支付",
    Outcome.CLOSED: "已关闭",
    Outcome.UNKNOWN: "无法确认",
    ReminderChannel.WECHAT: "微信",
    ReminderChannel.SMS: "短信",
    ReminderOutcome.WAITING: "发送中",
    ReminderOutcome.DELIVERED: "已送达",
    ReminderOutcome.UNKNOWN: "可能已送达",
    ReminderOutcome.FAILED: "发送失败",
    ReminderOutcome.DROPPED: "无需发送",
    ReminderOutcome.COOLING: "间隔未到",
    ReminderOutcome.UNDER_WAY: "上次未发完",
    ReminderOutcome.UNREACHABLE: "无人可通知",
    ReminderOutcome.NOTHING_UNPAID: "没有待支付",
    DeliveryState.WAITING: "等待发送",
    DeliveryState.DELIVERED: "已送达",
    DeliveryState.UNREACHABLE: "收不到",
    DeliveryState.FAILED: "发送失败",
    DeliveryState.UNKNOWN: "可能已送达",
    MessagePart.COMMUNITY: "小区名称",
    MessagePart.HOUSE: "房屋地址",
    MessagePart.COUNT: "待缴笔数",
    MessagePart.TOTAL: "待缴金额",
    MessagePart.SENT_AT: "发送时间",
    CashierAction.PAY: "支付成功",
    CashierAction.PAY_SILENTLY: "支付但不通知",
    CashierAction.PAY_LATE: "关单后才付款",
    CashierAction.CANCEL: "取消支付",
    CashierState.WAITING: "待支付",
    CashierState.PAID: "已支付",
    CashierState.CLOSED: "已关闭",
    BillOrigin.IMPORTED: "员工导入",
    BillOrigin.PUSHED: "第三方软件推送",
    Severity.ERROR: "错误",
    Severity.WARNING: "提醒",
    Severity.NOTE: "提示",
}
_TONES: Final[Mapping[Enum, str]] = {
    OrderState.WAITING: "pending",
    OrderState.PAID: "paid",
    RefundState.PROPOSED: "pending",
    RefundState.APPROVED: "brand",
    RefundState.SENT: "brand",
    RefundState.DONE: "paid",
    RefundState.FAILED: "danger",
    Verdict.RECEIVED: "pending",
    Verdict.BOOKED: "paid",
    Verdict.REFUSED: "danger",
    Verdict.FAILED: "danger",
    CommunityStatus.OPEN: "paid",
    CommunityStatus.STOPPED: "danger",
    RegistrationState.WAITING: "pending",
    ExportState.WAITING: "brand",
    ExportState.RUNNING: "brand",
    ExportState.DONE: "paid",
    ExportState.FAILED: "danger",
    Severity.ERROR: "danger",
    Severity.WARNING: "pending",
    ReminderOutcome.WAITING: "brand",
    ReminderOutcome.DELIVERED: "paid",
    ReminderOutcome.UNKNOWN: "pending",
    ReminderOutcome.FAILED: "danger",
    ReminderOutcome.UNREACHABLE: "danger",
    DeliveryState.WAITING: "brand",
    DeliveryState.DELIVERED: "paid",
    DeliveryState.UNREACHABLE: "danger",
    DeliveryState.FAILED: "danger",
    DeliveryState.UNKNOWN: "pending",
}
"""The `tag-…` class of the style sheet; a member without one has no colour."""

NOTIFICATION_REASONS: Final[Mapping[str, str]] = {
    "signature": "签名不正确",
    "stale": "时间戳过期",
    "probe": "渠道的验签探测",
    "merchant": "商户号或 AppID 不是本账户的",
    "format": "内容无法识别或太大",
    "amount": "金额与支付单不一致",
    "order": "没有对应的支付单",
    "content": "与之前同一条通知的内容不一致",
}
"""Why a provider's message was refused; the codes are those of NotificationRefusedError."""

SYSTEM: Final = "system"
"""The name of what happens by itself, and of commands."""

_REFUND_REASONS: Final = {UNAPPLIED: "到账的钱没有对应的缴费单，自动退回"}
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
PART_EXAMPLES: Final[Mapping[MessagePart, str]] = {
    MessagePart.COMMUNITY: "幸福家园",
    MessagePart.HOUSE: "1号楼/2单元/602",
    MessagePart.COUNT: "2笔",
    MessagePart.TOTAL: "¥1,300.00",
    MessagePart.SENT_AT: "2026年11月20日 10:15",
}
"""What an owner could read there."""
FIELD_KINDS: Final = (
    ("thing", "小区名称、房屋地址（超过 20 字时截短）"),
    ("character_string、number", "待缴笔数"),
    ("amount", "待缴金额"),
    ("time、date", "发送时间"),
)
"""Which kinds of WeChat's template fields take which parts."""


def label(value: Enum) -> str:
    """Return the word for a member; raise AttributeError for one without."""
    return _LABELS.get(value) or str(value.label)  # type: ignore[attr-defined]


def tone(value: Enum) -> str:
    """Return the colour that repeats a member's word, empty for none."""
    return _TONES.get(value, "")


def reason_label(reason: str) -> str:
    """Return a refund's reason; a reason written by a person stays unchanged."""
    return _REFUND_REASONS.get(reason, reason)


def who_label(name: str) -> str:
    """Return the actor's name, 系统 for automatic acts."""
    return "系统" if name == SYSTEM else name


def notification_label(reason: str) -> str:
    """Return why a provider's message was refused, `--` for one that was not."""
    return NOTIFICATION_REASONS.get(reason, f"处理时出错（{reason}）") if reason else "--"


def undelivered_label(reason: str) -> str:
    """Return why a message did not arrive, from a delivery's failure reason; may be empty."""
    kind, _, detail = reason.partition(":")
    if kind in MISCONFIGURED:
        return misconfigured_label(kind, detail)
    known = _ENDED.get(reason) or UNREACHABLE.get(reason)
    return known or (f"发送时出错（{reason}）" if reason else "")


def job_end_label(reason: str) -> str:
    """Return why a background job was given up, with what to do."""
    return _JOB_ENDS.get(reason, f"处理时出错（{reason}），请检查后重试")
