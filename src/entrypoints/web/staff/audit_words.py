"""Audit entries of every kind in words: what it was about, and before and after (rule 2.11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import attrs

from billing_domain.model.audit import AuditAction, AuditEntry, type_of_fact
from billing_domain.model.bill import BillState, PaymentChannel
from billing_domain.model.community import CommunityStatus
from billing_domain.model.money import Money
from entrypoints.labels_zh import AUDIT_ACTIONS, COMMUNITY_STATUSES, field_label, thing_label
from entrypoints.web.templating import moment_text

NOTHING: Final = "--"
Names = Mapping[str, str]
"""Names of communities and accounts by id, as far as the reader may know them."""

_LABELS: Final[Mapping[str, str]] = {
    "amount_fen": field_label("amount"),
    "communities": "可管理的小区",
    "disabled": "账号状态",
    "fee_types": "费用类型对应",
    "file_name": "文件",
    "houses": "新增房屋",
    "phones": "电话",
    "residents": "新增住户",
    "rows": "行数",
    "state": "状态",
    "status": "状态",
    "text": "搜索条件",
    "total_fen": "合计",
}
_PERSON_NAMES: Final = frozenset({"resident", "staff"})
_HIDDEN: Final = frozenset({"number", "house_id"})
"""What the subject says already, or what means nothing to people."""

_DATE_FORMS: Final = {
    "CHINESE": "2019年12月5日",
    "HYPHENS": "2019-12-05",
    "SLASHES": "2019/12/5",
}
_NAMING: Final = ("name", "address", "file_name")


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
        who=entry.actor_name,
        what=AUDIT_ACTIONS[entry.action],
        thing="" if entry.action is AuditAction.SIGNED_IN else thing_label(entry.subject_kind),
        subject=_subject(entry, names),
        address=_address(entry),
        community=names.get(entry.community_id or "", ""),
        reason=entry.reason,
        changes=fact_changes(entry, names),
    )


def fact_changes(entry: AuditEntry, names: Names) -> Sequence[tuple[str, str, str]]:
    """Return (label, before, after) for every field that an entry keeps, in its order."""
    fields = [name for name in dict.fromkeys([*entry.before, *entry.after]) if name not in _HIDDEN]
    lines = [
        (
            _label(entry.subject_kind, field),
            _words(field, entry.before.get(field), names),
            _words(field, entry.after.get(field), names),
        )
        for field in fields
    ]
    return [line for line in lines if line[1:] != (NOTHING, NOTHING)]


def _subject(entry: AuditEntry, names: Names) -> str:
    if entry.subject_kind == "bill":
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
    folder = {"bill": "bills", "house": "houses", "import_profile": "import-profiles"}.get(
        entry.subject_kind
    )
    return f"/staff/{folder}/{entry.subject_id}" if folder else ""


def _label(kind: str, name: str) -> str:
    if name == "name" and kind in _PERSON_NAMES:
        return field_label("staff_name")
    return _LABELS.get(name) or field_label(name)


def _words(name: str, value: type_of_fact, names: Names) -> str:
    if value is None or value == "":
        return NOTHING
    if name.endswith("_fen"):
        return str(Money(int(value)))
    if name == "communities":
        return _community_names(str(value), names)
    word = _WORDS.get(name)
    return word(value) if word else str(value)


def _community_names(value: str, names: Names) -> str:
    if value == "*":
        return "全部小区"
    return "、".join(names.get(each, "其它小区") for each in value.split(","))


def _date_forms(value: type_of_fact) -> str:
    return "、".join(_DATE_FORMS.get(each, each) for each in str(value).split("、"))


_WORDS: Final[Mapping[str, Callable[[type_of_fact], str]]] = {
    "channel": lambda value: PaymentChannel(value).label,
    "date_forms": _date_forms,
    "disabled": lambda value: "停用" if value else "启用",
    "paid_at": lambda value: moment_text(datetime.fromisoformat(str(value))),
    "phones": lambda value: "完整" if value else "隐去中间几位",
    "state": lambda value: BillState(value).label,
    "status": lambda value: COMMUNITY_STATUSES[CommunityStatus(value)],
}
