"""What the domain's codes mean in Chinese: one sentence per error and per row problem.

Web and command line say the same words. `tests/unit/entrypoints` proves that no code is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from billing_domain.errors import BatchRefusedError, BillingError
from billing_domain.model.bills.bill import BillAction
from billing_domain.model.bills.export import ExportState
from billing_domain.model.company.community import CommunityStatus
from billing_domain.model.company.staff import PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, Permission
from billing_domain.model.folding import named_invisible
from billing_domain.model.money import Money
from billing_domain.model.period import chinese_day
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.model.sheet import RowProblem, SheetRefusal
from billing_entrypoints.labels_zh import (
    BILL_ACTIONS,
    COMMUNITY_STATUSES,
    EXPORT_STATES,
    PERMISSIONS,
    field_label,
    thing_label,
)
from billing_entrypoints.reminder_labels_zh import UNREACHABLE, misconfigured_label

Facts = Mapping[str, Any]
REFUSALS_NAMED_MAX: Final = 20
ROWS_NAMED_MAX: Final = 10


def sentence(error: BillingError) -> str:
    """Return what went wrong, for people; raise KeyError for a code that has no words."""
    return _SENTENCES[error.code](_shown(error.facts))


def problem_sentence(problem: RowProblem) -> str:
    """Return what is wrong with a cell of a sheet; raise KeyError for an unknown code."""
    return _SENTENCES[problem.code](_shown(problem.facts))


def has_sentence(code: str) -> bool:
    """Tell whether a code of an error or a row problem has words."""
    return code in _SENTENCES


def batch_headline(error: BatchRefusedError) -> str:
    """Return what became of a batch that was refused, without the single bills."""
    action = BILL_ACTIONS[BillAction(error.action)]
    return f"有 {len(error.refusals)} 笔不能{action}，本次没有改动任何缴费单"


def batch_reasons(error: BatchRefusedError) -> tuple[str, ...]:
    """Return each refused bill with its reason, the first twenty of them."""
    named = [f"{each.number} {_REFUSALS[each.reason]}" for each in error.refusals]
    if len(named) > REFUSALS_NAMED_MAX:
        return (*named[:REFUSALS_NAMED_MAX], f"……以及另外 {len(named) - REFUSALS_NAMED_MAX} 笔")
    return tuple(named)


def _shown(facts: Facts) -> Facts:
    """Return facts whose texts name the characters that nobody sees."""
    return {
        key: named_invisible(fact) if isinstance(fact, str) else fact
        for key, fact in facts.items()
    }


def _amount(facts: Facts) -> str:
    return _AMOUNT_REASONS[facts["reason"]].format(text=facts["text"])


def _date(facts: Facts) -> str:
    text = facts["text"]
    if facts["reason"] == "no_such_day":
        return f"日历上没有“{text}”这一天"
    if facts["reason"] == "year":
        return f"“{text}”的年份不在允许的范围内（缴费时段为 2000 年至 2099 年）"
    forms = "或".join(_DATE_FORMS[form] for form in facts["forms"] or _DATE_FORMS)
    return f"日期“{text}”写法不对，请写成{forms}"


def _period_order(facts: Facts) -> str:
    first, last = chinese_day(facts["first_day"]), chinese_day(facts["last_day"])
    return f"结束时间（{last}）早于开始时间（{first}）"


def _field(facts: Facts) -> str:
    field, label = facts["field"], field_label(facts["field"])
    special = _FIELD_SPECIALS.get((field, facts["reason"]))
    return special or _FIELD_REASONS[facts["reason"]].format(label=label, value=facts["value"])


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


def _sheet_refused(facts: Facts) -> str:
    where = f"工作表“{facts['sheet']}”" if facts["sheet"] else "文件"
    kind = _FILE_KINDS.get(facts["detail"], _NO_TABLE)
    return _SHEET_REFUSALS[SheetRefusal(facts["reason"])].format(
        **facts
        | {
            "sheet": where,
            "kind": kind,
        }
    )


def _too_many_rows(facts: Facts) -> str:
    return f"单次最多导入{facts['rows_max']}条，当前文件{facts['rows']}条，请拆分后再导入"


def _imported_before(facts: Facts) -> str:
    at: datetime = facts["imported_at"]
    return f"同一个文件已在 {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 导入过，请确认是否再次导入"


def _house_unknown(facts: Facts) -> str:
    near = _joined(facts["candidates"])
    text = f"小区里没有房屋“{facts['text']}”"
    return f"{text}，相近的有：{near}" if near else text


def _rows(numbers: Sequence[int]) -> str:
    """Return row numbers with runs put together: `第 3、5-9 行`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    named = ["-".join(map(str, run)) for run in runs[:ROWS_NAMED_MAX]]
    more = f"等 {len(numbers)} " if len(runs) > ROWS_NAMED_MAX else " "
    return f"第 {_joined(named)}{more}行"


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
}
_FIELD_SPECIALS: Final = {
    ("login_name", "format"): "登录账号须为 3 至 40 位小写字母、数字或 . _ @ -，以字母或数字开头",
    ("numbers", "required"): "请至少选择一笔缴费单",
    ("old_password", "wrong"): "原密码不正确",
    ("password", "too_long"): f"密码最多 {PASSWORD_LENGTH_MAX} 位",
    ("password", "too_short"): f"密码至少 {PASSWORD_LENGTH_MIN} 位",
    ("phone", "format"): "电话只能有数字和 -，例如 13800001234 或 0755-12345678",
    ("moved_out_on", "format"): "搬离日期不能早于入住日期",
    ("name", "format"): "名称里不能有“/”或不可见字符",
    ("relation", "unknown"): "关系只能是 业主、家属 或 租客",
    ("channel", "required"): "请选择支付渠道",
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
_AMOUNT_REASONS: Final = {
    "format": "金额“{text}”不是有效的数字，例如 1300 或 1,300.50",
    "two_numbers": "金额“{text}”里有空格或换行，像是两个金额，请只写一个金额，例如 1300.50",
    "percent": "金额“{text}”是百分比，请把单元格格式改成数值，写金额，例如 1300.50",
    "date": "金额单元格的格式是日期（{text}），请把单元格格式改成数值",
    "not_positive": "金额“{text}”四舍五入到分后必须大于 0",
    "too_large": "金额“{text}”超过 99,999,999.99 元",
}
_DATE_FORMS: Final = {
    "CHINESE": "“2019年01月”或“2019年12月5日”",
    "HYPHENS": "“2019-12-05”",
    "SLASHES": "“2019/12/5”",
}
_VALUE_KINDS: Final = {
    "date": "一个日期",
    "time": "一个时间",
    "number": "一个数字",
    "truth": "“是”或“否”",
    "error": "一个公式错误",
}
_SAVE_AS: Final = "请用 Excel 或 WPS 打开，另存为 xlsx 后再上传"
_NO_TABLE: Final = "这不是表格文件，请上传 csv、xls 或 xlsx"
_FILE_KINDS: Final = {
    "mhtml": f"这是单个文件网页（mht）格式，{_SAVE_AS}",
    "html": f"这个网页文件里没有表格；如果内容在其它文件里，{_SAVE_AS}",
    "ods": f"这是 OpenDocument 表格（ods），{_SAVE_AS}",
    "xlsb": f"这是二进制工作簿（xlsb），{_SAVE_AS}",
    "numbers": "这是 Numbers 表格，请用 Numbers 打开，导出为 Excel（xlsx）后再上传",
    "old_xls": f"这是 1993 年以前的 Excel 格式，{_SAVE_AS}",
    "word": "这是 Word 文档，不是表格文件；请把表格复制到 Excel 或 WPS，存为 xlsx 后再上传",
    "rtf": "这是文字文档，不是表格文件；请把表格复制到 Excel 或 WPS，存为 xlsx 后再上传",
    "pdf": "这是 PDF，不是表格文件；请上传 csv、xls 或 xlsx",
    "picture": "这是图片，不是表格文件；请上传 csv、xls 或 xlsx",
    "slides": "这是演示文稿，不是表格文件；请上传 csv、xls 或 xlsx",
    "archive": "这是压缩包，不是表格文件；请解压后上传里面的 csv、xls 或 xlsx",
    "database": "这是数据库文件，不是表格文件；请导出为 xlsx 后再上传",
}
_SHEET_REFUSALS: Final = {
    SheetRefusal.EMPTY: "{sheet}是空的",
    SheetRefusal.TOO_LARGE: "文件超过 5 MB，请拆分后再上传",
    SheetRefusal.UNPACKS_TOO_LARGE: "文件解开后太大，请删去多余的工作表、图片和空行后再上传",
    SheetRefusal.TOO_WIDE: "单元格 {detail} 在太远的列，请删去多余的列后再上传",
    SheetRefusal.TOO_LONG: "单元格 {detail} 在太远的行，请删去多余的行后再上传",
    SheetRefusal.ENCRYPTED: (
        "工作簿受密码保护，请用 Excel 或 WPS 打开，去掉密码和保护，另存为 xlsx 后再上传"
    ),
    SheetRefusal.DAMAGED: "文件已损坏，请重新保存后再上传",
    SheetRefusal.NOT_A_SPREADSHEET: "{kind}",
    SheetRefusal.QUOTE_UNCLOSED: "第 {detail} 行的引号没有结束，请补上或删去后再上传",
    SheetRefusal.UNKNOWN_ENCODING: "无法识别文件的文字编码，请另存为 UTF-8 编码的 csv 或 xlsx",
    SheetRefusal.TOO_SLOW: "文件读取超时，请删去多余内容后再上传",
    SheetRefusal.HEADER_NOT_FOUND: (
        "{sheet}的前 20 行里找不到表头（第 {row} 行读到的是“{read}”）。请使用下载的模板，"
        "把要导入的表放在第一个工作表；读到的是乱码时请另存为 xlsx 或 UTF-8 编码的 csv"
    ),
    SheetRefusal.COLUMN_MISSING: (
        "{sheet}缺少列：{detail}（第 {row} 行的表头是“{read}”），请补上或使用下载的模板"
    ),
    SheetRefusal.COLUMN_TWICE: "列“{detail}”重复了（{read} 列），请只保留一列，删去其余的",
    SheetRefusal.COLUMN_HIDDEN: "列“{detail}”被隐藏了，请取消隐藏后再上传",
    SheetRefusal.OTHER_TEMPLATE: "{sheet}像是{detail}，不是所选的模板，请换一个模板再上传",
    SheetRefusal.EXAMPLE_CHANGED: (
        "第 {row} 行是示例行（一栋一单元101），其中的“{detail}”被改过，请还原或删除该行"
    ),
    SheetRefusal.NO_ROWS: "{sheet}里没有填写任何数据",
    SheetRefusal.ROWS_HIDDEN: "{sheet}里填写的行都是隐藏行（可能被筛选），请取消隐藏后再上传",
}

_STORAGE_REASONS: Final = {
    "url": "数据库地址无法识别",
    "driver": "没有安装这种数据库的驱动",
    "unreachable": "连接不上数据库",
    "demo": "数据库里有演示数据（沙盒支付账户或演示账号），不能用于生产，请换一个新的数据库",
    "encoding": "数据库的文字编码不是 UTF-8",
    "schema": "数据库的结构与程序版本不符，请先运行 billing migrate",
}
_CHANNELS_OFF: Final = {"wechat": "未开启微信催缴", "sms": "不支持短信催缴"}
_SENTENCES: Final[Mapping[str, Callable[[Facts], str]]] = {
    "amount_invalid": _amount,
    "date_invalid": _date,
    "period_order": _period_order,
    "remark_too_long": lambda f: f"备注最多 {f['length_max']} 字，现在有 {f['length']} 字",
    "field_invalid": _field,
    "filter_unreadable": _filter_unreadable,
    "permission_missing": _permission,
    "sign_in_refused": lambda _: "账号或密码不正确",
    "sign_in_throttled": _throttled,
    "not_found": _not_found,
    "stale": _stale,
    "number_taken": lambda _: "系统繁忙，请再试一次",
    "bill_action_refused": _action_refused,
    "batch_refused": _batch_refused,
    "batch_too_large": lambda f: f"一次最多处理 {f['count_max']} 笔缴费单，请缩小范围后再操作",
    "batch_changed": _batch_changed,
    "community_closed": _community_closed,
    "community_status": _community_status,
    "sheet_refused": _sheet_refused,
    "too_many_rows": _too_many_rows,
    "import_refused": lambda f: (
        f"表格里有 {f['errors']} 处错误，没有导入任何数据，请改正后重新上传"
    ),
    "import_unconfirmed": lambda f: f"有 {f['warnings']} 处提醒需要确认后才能导入",
    "file_imported_before": _imported_before,
    "export_not_ready": lambda f: f"导出文件{EXPORT_STATES[ExportState(f['state'])]}，不能下载",
    "last_administrator": lambda _: "公司至少要保留一个启用的管理员账号",
    "house_in_use": lambda _: "该房屋还有缴费单或住户，不能删除",
    "search_too_slow": lambda f: f"搜索超过 {f['seconds_max']:g} 秒，请换更具体的关键词",
    "storage_busy": lambda _: "系统正忙，刚才的操作没有生效，请再试一次",
    "commit_unknown": lambda _: "网络中断，不确定刚才的操作是否生效，请刷新后查看结果再决定",
    "storage_unusable": _storage_unusable,
    "order_lines": lambda f: (
        f"一次最多合并支付 {f['lines_max']} 笔不同的缴费单，现在有 {f['lines']} 笔"
    ),
    "refund_refused": lambda _: "退款已进入下一步，或申请人不能审核自己的退款，请刷新后再试",
    "provider_unavailable": lambda _: "支付通道暂时不可用，请稍后再试",
    "provider_refused": lambda f: f"支付通道拒绝了请求（{f['provider_code']}），请检查支付配置",
    "notification_refused": lambda _: "支付通知未通过校验",
    "statement_not_ready": lambda f: f"{chinese_day(f['day'])}的对账单还没有生成，请稍后再试",
    "bill_reserved": lambda f: f"缴费单 {f['number']} 正在支付中，请先完成或取消那一笔支付",
    "order_undecided": lambda _: "支付通道暂时无法确认这笔支付的结果，请稍后再试",
    "order_paid_meanwhile": lambda _: "业主刚刚已在线支付，缴费单已更新为已支付，请刷新后查看",
    "no_payment_account": lambda _: "物业还没有开通在线支付，请联系物业前台",
    "request_key_reused": lambda _: "这个支付请求已经用于其它缴费单，请返回待支付列表重新选择",
    "registration_decided": lambda _: "该登记申请已经处理过了，请刷新后查看",
    "glyph_missing": lambda f: (
        f"收据字体里没有“{f['character']}”字（缴费单 {f['number']} 的“{f['text']}”），无法打印"
    ),
    "reminder_channel_off": lambda f: _CHANNELS_OFF[f["channel"]],
    "recipient_unreachable": _unreachable,
    "too_many_houses": lambda f: f"一次最多给 {f['houses_max']} 户催缴，请先按小区或楼栋筛选",
    "more_houses": lambda f: (
        f"核对后又多了要催缴的房屋：核对时 {f['count_confirmed']} 户，现在 {f['count_found']} 户。"
        "请关闭后重新核对"
    ),
    "messaging_misconfigured": _misconfigured,
    "formula_without_value": lambda _: (
        "公式没有计算结果，请用 Excel 或 WPS 打开并保存，或粘贴为数值后再上传"
    ),
    "formula_is_zero": lambda _: (
        "公式的结果是 0，可能没有计算过，请用 Excel 或 WPS 打开并保存后再上传"
    ),
    "amount_merged": lambda _: (
        "金额在合并单元格里，不知道是一笔还是每行一笔，请取消合并后逐行填写"
    ),
    "address_is_value": lambda f: (
        f"房屋地址“{f['text']}”是{_VALUE_KINDS[f['kind']]}，不是地址，"
        "请把单元格格式改成文本后重新填写，例如 1号楼/1单元/101"
    ),
    "month_shown": lambda f: (
        f"单元格只显示“{f['text']}”，实际是该月中的某一天，将按整月“{f['text']}”导入，请核对"
    ),
    "date_form_other": lambda f: f"“{f['text']}”按{chinese_day(f['day'])}读取",
    "totals_row": lambda f: f"“{f['text']}”像是合计行，该行不导入",
    "rows_hidden": lambda f: f"{_rows(f['rows'])}是隐藏行（可能被筛选），不导入",
    "column_hidden": lambda f: f"列“{f['column']}”是隐藏列，其中的内容不导入",
    "content_without_header": lambda f: (
        f"{f['column']} 列没有表头，{_rows(f['rows'])}的内容（“{f['text']}”）不导入；"
        "如果备注里有逗号，请把它写在引号里"
    ),
    "column_ignored": lambda f: f"列“{f['column']}”不是模板里的列，已忽略",
    "same_charge_in_file": lambda f: f"与第 {f['other_row']} 行的房屋、费用类型和时段相同",
    "same_charge_before": lambda _: "该房屋已有相同费用类型、相同时段的缴费单",
    "house_not_found": _house_unknown,
    "house_ambiguous": lambda f: (
        f"不止一个房屋符合“{f['text']}”：{_joined(f['candidates'])}，请写完整地址"
    ),
    "fee_type_other": lambda f: f"“{f['text']}”不是十种费用类型之一，将按“其它”导入",
    "resident_registered": lambda _: "该住户已登记在此房屋，不会重复添加",
    "resident_repeated": lambda f: f"与第 {f['other_row']} 行是同一住户，不会重复添加",
}
