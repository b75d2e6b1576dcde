"""What is wrong with a sheet, in Chinese: what was read, where, and what to do next.

One sentence for each problem of a row and each refusal of a file (rules 3.4 to 3.15).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from billing_domain.model.folding import UNSEEN
from billing_domain.model.period import chinese_day
from billing_domain.model.sheet import SheetRefusal
from billing_domain.words.zh_nouns import FEE_TYPE_COUNT

Facts = Mapping[str, Any]
ROWS_NAMED_MAX: Final = 10
QUOTED_MAX: Final = 200
"""So many characters of a text are quoted; a cell may hold ten thousand."""


def visible(facts: Facts) -> Facts:
    """Return facts whose texts are short enough to quote and name what nobody sees."""
    return {
        key: named_invisible(_quoted(fact)) if isinstance(fact, str) else fact
        for key, fact in facts.items()
    }


def _quoted(text: str) -> str:
    return text if len(text) <= QUOTED_MAX else f"{text[:QUOTED_MAX]}…"


def named_invisible(text: str) -> str:
    """Return a text with the name of each invisible character in its place: `101⟨零宽空格⟩`."""
    return UNSEEN.sub(lambda match: f"⟨{_character(match[0])}⟩", text)


def _character(character: str) -> str:
    return _INVISIBLE.get(character, f"U+{ord(character):04X}")


def _amount(facts: Facts) -> str:
    return _AMOUNT_REASONS[facts["reason"]].format(text=facts["text"])


def _date(facts: Facts) -> str:
    text = facts["text"]
    if facts["reason"] == "no_such_day":
        return f"日历上没有“{text}”这一天"
    if facts["reason"] == "year":
        first, last = facts["years"]
        return f"“{text}”的年份不在 {first} 年至 {last} 年之内"
    forms = "或".join(_DATE_FORMS[form] for form in facts["forms"] or ["CHINESE"])
    return f"日期“{text}”写法不对，请写成{forms}"


def _period_order(facts: Facts) -> str:
    first, last = chinese_day(facts["first_day"]), chinese_day(facts["last_day"])
    return f"结束时间（{last}）早于开始时间（{first}）"


def _sheet_refused(facts: Facts) -> str:
    where = f"工作表“{facts['sheet']}”" if facts["sheet"] else "文件"
    kind = _FILE_KINDS.get(facts["detail"], _NO_TABLE)
    text = _SHEET_REFUSALS[SheetRefusal(facts["reason"])]
    return text.format(**{**facts, "sheet": where, "kind": kind})


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


def _joined(texts: Iterable[str]) -> str:
    return "、".join(texts)


_INVISIBLE: Final = {
    "\u00ad": "软连字符",
    "\u200b": "零宽空格",
    "\u200c": "零宽非连字",
    "\u200d": "零宽连字",
    "\u200e": "左至右标记",
    "\u200f": "右至左标记",
    "\u2060": "零宽连接符",
    "\ufeff": "字节序标记",
    "\ufffd": "控制字符",
}
_AMOUNT_REASONS: Final = {
    "format": "金额“{text}”不是有效的数字，例如 1300 或 1,300.50",
    "two_numbers": "金额“{text}”里有空格或换行，像是两个金额，请只写一个金额，例如 1300.50",
    "percent": "金额“{text}”是百分比，请把单元格格式改成数值，写金额，例如 1300.50",
    "date": "金额单元格的格式是日期（{text}），请把单元格格式改成数值",
    "not_positive": "金额“{text}”四舍五入到分后必须大于 0",
    "too_large": "金额“{text}”不能超过 99,999,999.99 元",
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
    "total": "合计行",
    "note": "一句说明",
}
_VALUE_ADVICE: Final = {
    "number": "请写完整的地址，例如 1号楼/1单元/101；确实只有一个号码的房屋请在“房屋住户”里添加",
    "total": "请删去这一行",
    "note": "请删去这一行，或写上地址，例如 1号楼/1单元/101",
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
    SheetRefusal.FORMULA_WITHOUT_VALUE: (
        "单元格 {detail} 的公式没有计算结果，请用 Excel 或 WPS 打开并保存，或粘贴为数值后再上传"
    ),
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

SHEET_SENTENCES: Final[Mapping[str, str | Callable[[Facts], str]]] = {
    "amount_invalid": _amount,
    "date_invalid": _date,
    "period_order": _period_order,
    "remark_too_long": "备注最多 {length_max} 字，现在有 {length} 字",
    "sheet_refused": _sheet_refused,
    "too_many_rows": "单次最多导入{rows_max}条，当前文件{rows}条，请拆分后再导入",
    "import_refused": ("表格里有 {errors} 处错误，没有导入任何数据，请改正后再导入"),
    "import_unconfirmed": "有 {warnings} 处提醒需要确认后才能导入",
    "import_in_use": lambda f: (
        f"这次导入的缴费单已有 {f['paid']} 笔支付，不能整批撤回；未支付的可以在缴费记录里删除"
        if f["paid"]
        else "这次导入的缴费单都已删除，没有可撤回的"
    ),
    "formula_is_zero": ("公式的结果是 0，可能没有计算过，请用 Excel 或 WPS 打开并保存后再上传"),
    "amount_merged": ("金额在合并单元格里，不知道是一笔还是每行一笔，请取消合并后逐行填写"),
    "address_is_value": lambda f: (
        f"房屋地址“{f['text']}”是{_VALUE_KINDS[f['kind']]}，不是地址，"
        f"{_VALUE_ADVICE.get(f['kind'], '请把单元格格式改成文本后重新填写，例如 1号楼/1单元/101')}"
    ),
    "month_shown": ("单元格只显示“{text}”，实际是该月中的某一天，将按整月“{text}”导入，请核对"),
    "date_form_other": lambda f: f"“{f['text']}”按{chinese_day(f['day'])}读取",
    "totals_row": "“{text}”像是合计行，该行不导入",
    "rows_hidden": lambda f: f"{_rows(f['rows'])}是隐藏行（可能被筛选），不导入",
    "column_hidden": "列“{column}”是隐藏列，其中的内容不导入",
    "content_without_header": lambda f: (
        f"{f['column']} 列没有表头，{_rows(f['rows'])}的内容（“{f['text']}”）不导入；"
        "如果备注里有逗号，请把它写在引号里"
    ),
    "column_ignored": "列“{column}”不是模板里的列，已忽略",
    "same_charge_in_file": "与第 {other_row} 行的房屋、费用类型和时段相同",
    "same_charge_before": "该房屋已有相同费用类型、相同时段的缴费单",
    "house_not_found": _house_unknown,
    "house_ambiguous": lambda f: (
        f"不止一个房屋符合“{f['text']}”：{_joined(f['candidates'])}，请写完整地址"
    ),
    "fee_type_other": f"“{{text}}”不是{FEE_TYPE_COUNT}种费用类型之一，将按“其它”导入",
    "house_vacant": "没有填写住户，只新建这个房屋",
    "resident_registered": "该住户已登记在此房屋，不会重复添加",
    "resident_repeated": "与第 {other_row} 行是同一住户，不会重复添加",
}
