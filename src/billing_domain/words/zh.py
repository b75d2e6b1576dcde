"""The Chinese sentence for each error code and each row problem.

Web, command line and embedders use the same sentences; `tests/unit/words` shows that no code is
missing. A text is a format string over the error's facts; more complex ones are functions of the
facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from billing_domain.errors import BatchRefusedError, BillingError
from billing_domain.model.bills.bill import BillAction
from billing_domain.model.bills.export import ExportState
from billing_domain.model.company.community import CommunityStatus
from billing_domain.model.company.staff import PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, Permission
from billing_domain.model.money import Money
from billing_domain.model.period import chinese_day
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.model.sheet import RowProblem
from billing_domain.words.zh_nouns import (
    BILL_ACTIONS,
    COMMUNITY_STATUSES,
    EXPORT_STATES,
    PERMISSIONS,
    UNREACHABLE,
    field_label,
    misconfigured_label,
    thing_label,
)
from billing_domain.words.zh_problems import SHEET_SENTENCES, visible

Facts = Mapping[str, Any]
REFUSALS_NAMED_MAX: Final = 20


def sentence(error: BillingError) -> str:
    """Return the Chinese sentence of an error; raise KeyError for an unknown code."""
    return _say(error.code, error.facts)


def problem_sentence(problem: RowProblem) -> str:
    """Return the sentence of a cell's problem; raise KeyError for an unknown code."""
    return _say(problem.code, problem.facts)


def has_sentence(code: str) -> bool:
    """Return whether an error or row problem code has a sentence."""
    return code in _SENTENCES


def batch_headline(error: BatchRefusedError) -> str:
    """Return the headline of a refused batch, without the single bills."""
    action = BILL_ACTIONS[BillAction(error.action)]
    return f"有 {len(error.refusals)} 笔不能{action}，本次没有改动任何缴费单"


def batch_reasons(error: BatchRefusedError) -> tuple[str, ...]:
    """Return the refused bills with their reasons, at most twenty."""
    named = [f"{each.number} {_REFUSALS[each.reason]}" for each in error.refusals]
    if len(named) > REFUSALS_NAMED_MAX:
        return (*named[:REFUSALS_NAMED_MAX], f"……以及另外 {len(named) - REFUSALS_NAMED_MAX} 笔")
    return tuple(named)


def _say(code: str, facts: Facts) -> str:
    words, shown = _SENTENCES[code], visible(facts)
    return words.format_map(shown) if isinstance(words, str) else words(shown)


def _field(facts: Facts) -> str:
    field, label = facts["field"], field_label(facts["field"])
    special = _FIELD_SPECIALS.get((field, facts["reason"]))
    if special:
        return special.format(value=facts["value"])
    if facts["reason"] == "required" and field in _CHOSEN:
        return f"请选择{label}"
    text = _FIELD_REASONS[facts["reason"]].format(label=label, value=facts["value"])
    return f"{text}，就是已有的房屋“{facts['existing']}”" if facts.get("existing") else text


def _filter_unreadable(facts: Facts) -> str:
    named = (f"{field_label(name)}“{text}”" for name, text in facts["criteria"])
    return f"筛选条件无法识别：{_joined(named)}。请改正或清除后再操作，本次没有改动任何内容"


def _permission(facts: Facts) -> str:
    return f"您的账号没有“{PERMISSIONS[Permission(facts['permission'])]}”权限，请联系管理员"


def _throttled(facts: Facts) -> str:
    seconds = int(facts["retry_after_seconds"])
    wait = f"{seconds} 秒" if seconds < 60 else f"{-(-seconds // 60)} 分钟"  # noqa: PLR2004
    return f"登录失败次数过多，请在 {wait}后再试"


def _not_found(facts: Facts) -> str:
    return f"找不到该{thing_label(facts['kind'])}，可能已被删除，或者您无权查看"


def _stale(facts: Facts) -> str:
    return f"该{thing_label(facts['kind'])}已被他人修改，请按最新内容重新确认"


def _action_refused(facts: Facts) -> str:
    action = BILL_ACTIONS[BillAction(facts["action"])]
    return f"缴费单 {facts['number']} {_REFUSALS[facts['reason']]}，不能{action}"


def _batch_refused(facts: Facts) -> str:
    error = BatchRefusedError(action=facts["action"], refusals=facts["refusals"])
    return f"{batch_headline(error)}：{'；'.join(batch_reasons(error))}"


def _batch_changed(facts: Facts) -> str:
    before, now = Money(facts["total_confirmed"]), Money(facts["total_found"])
    return (
        f"缴费单在确认期间有变化：确认时 {facts['count_confirmed']} 笔 {before}，"
        f"现在 {facts['count_found']} 笔 {now}，请重新确认"
    )


def _community_closed(facts: Facts) -> str:
    return f"该小区{COMMUNITY_STATUSES[CommunityStatus(facts['status'])]}缴费，请先开通"


def _community_status(facts: Facts) -> str:
    status = COMMUNITY_STATUSES[CommunityStatus(facts["status"])]
    if facts["status"] == facts["wanted"]:
        return f"该小区{status}，无需重复操作"
    return f"该小区{status}，不能改为{COMMUNITY_STATUSES[CommunityStatus(facts['wanted'])]}"


def _imported_before(facts: Facts) -> str:
    at: datetime = facts["imported_at"]
    return f"同一个文件已在 {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 导入过，请确认是否再次导入"


def _storage_unusable(facts: Facts) -> str:
    return f"{_STORAGE_REASONS[facts['reason']]}：{facts['detail']}"


def _unreachable(facts: Facts) -> str:
    return UNREACHABLE[facts["reason"]]


def _misconfigured(facts: Facts) -> str:
    return misconfigured_label(facts["reason"], facts["detail"])


def _joined(texts: Iterable[str]) -> str:
    return "、".join(texts)


_FIELD_REASONS: Final = {
    "required": "请填写{label}",
    "too_long": "{label}太长了",
    "too_short": "{label}太短了",
    "format": "{label}“{value}”格式不对",
    "taken": "{label}“{value}”已被使用",
    "unknown": "{label}“{value}”不在可选范围内",
    "wrong": "{label}不正确",
    "future": "{label}不能晚于现在",
    "fixed": "{label}不能修改",
    "twice": "{label}给了不止一个值",
    "unclear": "“{value}”里的“-”可能是分隔，也可能是负号：请用“/”分隔，地下楼层写成“负2层”",
    "no_address": "“{value}”不是房屋地址，请写成 1号楼/1单元/101 这样的地址",
}
_CHOSEN: Final = frozenset(
    {
        *("channel", "community", "community_id", "fee_type", "file", "format", "provider"),
        *("relation", "role", "type"),
    }
)
"""Fields that offer choices: they are not filled in."""

_FIELD_SPECIALS: Final = {
    ("login_name", "format"): "登录账号须为 3 至 40 位小写字母、数字或 . _ @ -，以字母或数字开头",
    ("numbers", "required"): "请至少选择一笔缴费单",
    ("old_password", "wrong"): "原密码不正确",
    ("password", "too_long"): f"密码最多 {PASSWORD_LENGTH_MAX} 位",
    ("password", "too_short"): f"密码至少 {PASSWORD_LENGTH_MIN} 位",
    ("phone", "twice"): "一个单元格里像是有两个电话，请只写一个，其余的写在另一行",
    ("phone", "format"): "“{value}”不是电话，电话只能有数字和 -，例如 13800001234",
    ("moved_out_on", "format"): "搬离日期不能早于入住日期",
    ("name", "format"): "名称里不能有“/”或不可见字符",
    ("relation", "unknown"): "“{value}”不是可选的关系，关系只能是 业主、家属 或 租客",
    ("community_id", "nothing"): "这个小区最近没有可以参照的缴费单，请下载标准模板填写",
    ("reason", "too_long"): "原因最多 200 字",
    ("request_key", "format"): "这个支付页面已失效，请返回待支付列表重新选择",
    ("reminder_days", "format"): "催缴间隔须为 1 至 365 天",
    ("template_field", "required"): "请至少填写一个模板字段",
    ("template_field", "too_long"): "模板字段最多 10 个",
    ("template_field", "format"): "模板字段只能写微信模板里的字段名，例如 thing2，并且不能重复",
    ("template_text", "format"): "固定文字须为 1 至 32 个字，不能有换行",
    ("menu_buttons", "too_long"): "菜单最多 3 个，每个菜单最多 5 个子菜单",
    ("menu_name", "too_long"): "菜单名称最多 4 个汉字或 8 个字母，子菜单最多 8 个汉字或 16 个字母",
    ("menu_url", "format"): "菜单链接须以 http:// 或 https:// 开头，最长 1024 字节",
}
_REFUSALS: Final = {
    "paid": "已支付",
    "voided": "已作废",
    "pending": "待支付",
    "imported": "是导入的缴费单",
    "pushed": "由第三方软件推送",
    "online": "已在线支付（需要退款）",
    "receipted": "已对账或已开收据",
    "refunding": "正在退款",
    "reserved": "正在支付中，支付通道暂时无法确认结果",
    "gone": "已被删除",
}
_STORAGE_REASONS: Final = {
    "url": "数据库地址无法识别",
    "driver": "没有安装这种数据库的驱动",
    "unreachable": "连接不上数据库",
    "demo": "数据库里有演示数据（沙盒支付账户或演示账号），不能用于生产，请换一个新的数据库",
    "encoding": "数据库的文字编码不是 UTF-8",
    "schema": "数据库的结构与程序版本不符，请先运行 billing migrate",
    "schema_newer": "数据库由另一个版本的程序建立，请升级程序",
    "schema_old": "数据库由正式版之前的程序建立，不能升级：请备份并导出数据，换一个新的数据库",
    "schema_taken": "数据库里已有同名的表，不是本程序建立的",
    "schema_missing": "数据库连接所指的模式（schema）不存在",
}
_CHANNELS_OFF: Final = {"wechat": "未开启微信催缴", "sms": "不支持短信催缴"}
_SENTENCES: Final[Mapping[str, str | Callable[[Facts], str]]] = {
    **SHEET_SENTENCES,
    "field_invalid": _field,
    "filter_unreadable": _filter_unreadable,
    "permission_missing": _permission,
    "sign_in_refused": "账号或密码不正确",
    "sign_in_throttled": _throttled,
    "not_found": _not_found,
    "stale": _stale,
    "number_taken": "系统繁忙，请再试一次",
    "bill_action_refused": _action_refused,
    "batch_refused": _batch_refused,
    "charge_exists": "该房屋已有相同费用类型、相同时段的缴费单，恢复后会有两笔，请确认后再恢复",
    "batch_too_large": "一次最多处理 {count_max} 笔缴费单，请缩小范围后再操作",
    "batch_changed": _batch_changed,
    "community_closed": _community_closed,
    "community_status": _community_status,
    "file_imported_before": _imported_before,
    "export_not_ready": lambda f: f"导出文件{EXPORT_STATES[ExportState(f['state'])]}，不能下载",
    "last_administrator": "公司至少要保留一个启用的管理员账号",
    "house_exists": _field,
    "house_in_use": "该房屋还有缴费单或住户，不能删除",
    "search_too_slow": "搜索超过 {seconds_max:g} 秒，请换更具体的关键词",
    "storage_busy": "系统正忙，刚才的操作没有生效，请再试一次",
    "commit_unknown": "网络中断，不确定刚才的操作是否生效，请刷新后查看结果再决定",
    "storage_unusable": _storage_unusable,
    "order_lines": ("一次最多合并支付 {lines_max} 笔不同的缴费单，现在有 {lines} 笔"),
    "refund_refused": "退款已进入下一步，或申请人不能审核自己的退款，请刷新后再试",
    "provider_unavailable": "支付通道暂时不可用，请稍后再试",
    "provider_refused": "支付通道拒绝了请求（{provider_code}），请检查支付配置",
    "notification_refused": "支付通知未通过校验",
    "statement_not_ready": lambda f: f"{chinese_day(f['day'])}的对账单还没有生成，请稍后再试",
    "bill_reserved": "缴费单 {number} 正在支付中，请先完成或取消那一笔支付",
    "order_undecided": "支付通道暂时无法确认这笔支付的结果，请稍后再试",
    "order_paid_meanwhile": "业主刚刚已在线支付，缴费单已更新为已支付，请刷新后查看",
    "no_payment_account": "物业还没有开通在线支付，请联系物业前台",
    "request_key_reused": "这个支付请求已经用于其它缴费单，请返回待支付列表重新选择",
    "registration_decided": "该登记申请已经处理过了，请刷新后查看",
    "glyph_missing": ("收据字体里没有“{character}”字（缴费单 {number} 的“{text}”），无法打印"),
    "reminder_channel_off": lambda f: _CHANNELS_OFF[f["channel"]],
    "recipient_unreachable": _unreachable,
    "too_many_houses": "一次最多给 {houses_max} 户催缴，请先按小区或楼栋筛选",
    "more_houses": (
        "核对后又多了要催缴的房屋：核对时 {count_confirmed} 户，现在 {count_found} 户。"
        "请关闭后重新核对"
    ),
    "messaging_misconfigured": _misconfigured,
}
