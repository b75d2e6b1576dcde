"""Audit entries of every kind in words: what it was about, and before and after (rule 2.11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import attrs

from billing_domain.model.bills.bill import BillState, PaymentChannel
from billing_domain.model.company.audit import AuditAction, AuditEntry, type_of_fact
from billing_domain.model.company.community import CommunityStatus
from billing_domain.model.money import Money
from billing_domain.model.owners.registration import RegistrationState
from billing_domain.model.payments.order import OrderState
from billing_domain.model.payments.refund import RefundState
from billing_domain.model.reminders.settings import MessagePart, ReminderChannel
from billing_domain.words.zh_nouns import field_label, thing_label
from billing_entrypoints.providers import provider_label, setting_label
from billing_entrypoints.words.formats import moment_text
from billing_entrypoints.words.labels import label, reason_label, who_label

NOTHING: Final = "--"
_SETTING: Final = "settings."
Names = Mapping[str, str]
"""Names of communities and accounts by id, as far as the reader may know them."""

NO_NAMES: Names = {}
_LABELS: Final[Mapping[str, str]] = {
    "active": "使用状态",
    "amount_fen": field_label("amount"),
    "bills": thing_label("bill"),
    "buttons": "菜单",
    "communities": "可管理的小区",
    "corrected": "预览中改正的单元格",
    "cooling": "间隔未到",
    "disabled": "账号状态",
    "fee_types": "费用类型对应",
    "file_name": "文件",
    "houses": "新增房屋",
    "left_out": "预览中不导入的行",
    "links": "菜单链接",
    "nothing_unpaid": "没有待支付",
    "order": thing_label("payment_order"),
    "phones": "电话",
    "provider_number": "渠道单号",
    "queued": "发送",
    "receipted": "收据",
    "refund": thing_label("refund"),
    "reminder": "任务",
    "residents": "新增住户",
    "rows": "行数",
    "secret_changed": "密钥",
    "secrets_changed": "密钥",
    "sms_days": "短信催缴间隔天数",
    "sms_on": "短信催缴",
    "state": "状态",
    "status": "状态",
    "template_id": "消息模板",
    "template_parts": "模板字段",
    "template_texts": "模板固定文字",
    "text": "搜索条件",
    "total_fen": "合计",
    "unapplied_fen": "待退金额",
    "under_way": "上次未发完",
    "unreachable": "无人可通知",
    "wechat_days": "微信催缴间隔天数",
    "wechat_on": "微信催缴",
}
_PERSON_NAMES: Final = frozenset({"resident", "staff", "registration"})
_HIDDEN: Final = frozenset({"number", "house_id", "resident_id"})
"""Fields that repeat the subject or mean nothing to people."""

_STATES: Final = {
    "payment_order": OrderState,
    "refund": RefundState,
    "registration": RegistrationState,
}
_RUN: Final = "reminder_run"
_RUN_COUNTS: Final = frozenset({"queued", "cooling", "under_way", "unreachable", "nothing_unpaid"})
_DATE_FORMS: Final = {"CHINESE": "2019年12月5日", "HYPHENS": "2019-12-05", "SLASHES": "2019/12/5"}
_NAMING: Final = ("name", "address", "file_name", "app_id")
_NUMBERED: Final = frozenset({"bill", "payment_order", "refund"})
"""Things that people know by the number that is their id."""

_FOLDERS: Final[Mapping[str, str]] = {
    "bill": "bills",
    "house": "houses",
    "import_profile": "import-profiles",
    "payment_order": "payment-orders",
    "registration": "registrations",
    "reminder_run": "reminder-runs",
}


@attrs.frozen
class AuditLine:
    """One entry of the log as its page shows it; `address` is the thing's page, if it has one."""

    at: datetime
    who: str
    what: str
    thing: str
    subject: str
    address: str
    community: str
    reason: str
    changes: Sequence[tuple[str, str, str]]


def audit_line(entry: AuditEntry, names: Names) -> AuditLine:
    """Return an entry in words."""
    return AuditLine(
        at=entry.at,
        who=who_label(entry.actor_name),
        what=label(entry.action),
        thing="" if entry.action is AuditAction.SIGNED_IN else thing_label(entry.subject_kind),
        subject=_subject(entry, names),
        address=_address(entry),
        community=names.get(entry.community_id or "", ""),
        reason=reason_label(entry.reason),
        changes=fact_changes(entry, names),
    )


def fact_changes(entry: AuditEntry, names: Names = NO_NAMES) -> Sequence[tuple[str, str, str]]:
    """Return (label, before, after) for every field that an entry keeps, in its order."""
    fields = [name for name in dict.fromkeys([*entry.before, *entry.after]) if name not in _HIDDEN]
    lines = [
        (
            _label(entry.subject_kind, field),
            _words(entry.subject_kind, field, entry.before.get(field), names),
            _words(entry.subject_kind, field, entry.after.get(field), names),
        )
        for field in fields
    ]
    return [line for line in lines if line[1:] != (NOTHING, NOTHING)]


def _subject(entry: AuditEntry, names: Names) -> str:
    if entry.subject_kind in _NUMBERED:
        return entry.subject_id
    if entry.subject_id in names:
        return names[entry.subject_id]
    for name in _NAMING:
        known = entry.after.get(name) or entry.before.get(name)
        if known:
            return str(known)
    return ""


def _address(entry: AuditEntry) -> str:
    if entry.action is AuditAction.DELETED:
        return ""
    folder = _FOLDERS.get(entry.subject_kind)
    return f"/staff/{folder}/{entry.subject_id}" if folder else ""


def _label(kind: str, name: str) -> str:
    if name == "name" and kind in _PERSON_NAMES:
        return field_label("staff_name")
    if name == "channel" and kind == _RUN:
        return "催缴方式"
    if name == "address" and kind == "bill":
        return "住址"
    if name.startswith(_SETTING):
        return setting_label(name.removeprefix(_SETTING))
    return _LABELS.get(name) or field_label(name)


def _words(kind: str, name: str, value: type_of_fact, names: Names) -> str:
    if value is None or value == "" or (name == "unapplied_fen" and not value):
        return NOTHING
    if name == "state":
        return _state(kind, value)
    if name.endswith("_fen"):
        return str(Money(int(value)))
    if name == "communities":
        return _community_names(str(value), names)
    if kind == _RUN:
        return _run_words(name, value)
    word = _WORDS.get(name)
    return word(value) if word else str(value)


def _run_words(name: str, value: type_of_fact) -> str:
    if name == "channel":
        return label(ReminderChannel(value))
    return f"{value} 户" if name in _RUN_COUNTS else str(value)


def _community_names(value: str, names: Names) -> str:
    if value == "*":
        return "全部小区"
    return "、".join(names.get(each, "其它小区") for each in value.split(","))


def _state(kind: str, value: type_of_fact) -> str:
    return label(_STATES.get(kind, BillState)(value))


def _date_forms(value: type_of_fact) -> str:
    return "、".join(_DATE_FORMS.get(each, each) for each in str(value).split("、"))


def _template_parts(value: type_of_fact) -> str:
    pairs = [each.partition("=") for each in str(value).split()]
    return "、".join(f"{key} {label(MessagePart(part))}" for key, _, part in pairs)


_WORDS: Final[Mapping[str, Callable[[type_of_fact], str]]] = {
    **dict.fromkeys(
        ("active", "sms_on", "wechat_on"), lambda value: "启用" if value else "未启用"
    ),
    **dict.fromkeys(("bills", "buttons", "links"), lambda value: "、".join(str(value).split())),
    **dict.fromkeys(
        ("secret_changed", "secrets_changed"), lambda value: "已更换" if value else NOTHING
    ),
    "channel": lambda value: PaymentChannel(value).label,
    "date_forms": _date_forms,
    "disabled": lambda value: "停用" if value else "启用",
    "paid_at": lambda value: moment_text(datetime.fromisoformat(str(value))),
    "phones": lambda value: "完整" if value else "隐去中间几位",
    "provider": lambda value: provider_label(str(value)),
    "receipted": lambda value: "已开具" if value else "未开具",
    "reminder": lambda _: thing_label("reminder"),
    "status": lambda value: label(CommunityStatus(value)),
    "template_parts": _template_parts,
}
