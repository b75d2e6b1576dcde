"""The texts of sheets: titles, headers, and the notes of the templates (rules 3.2, 3.14)."""

from __future__ import annotations

from typing import Final

from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.resident import Relation
from billing_domain.model.imports.bill_sheet import ROWS_MAX
from billing_domain.model.imports.profile import STANDARD
from billing_domain.model.imports.resident_sheet import RESIDENT_ROWS_MAX

BILLS: Final = "缴费单"
RESIDENTS: Final = "住户"
NOTES_TITLE: Final = "使用说明"
BILL_GROUPS: Final = ("保留字段", *["必填字段"] * 4, "选填字段")
"""The group headers above the columns of the bill template."""

EXPORT_HEADER: Final = (
    "平台单号",
    "物业系统单号",
    "导入时间",
    "住户",
    "电话",
    "住址",
    "费用类型",
    "费用金额",
    "开始时间",
    "结束时间",
    "状态",
    "支付渠道",
    "支付时间",
    "支付人姓名",
    "凭证号",
    "备注",
)

_EXAMPLE_ADDRESS: Final = (STANDARD.example_row or ("",))[0]
_FEE_TYPES: Final = "，".join(fee_type.label for fee_type in FeeType)
_RELATIONS: Final = "、".join(relation.value for relation in Relation)

_EXAMPLE: Final = (
    f"1.第一行房屋地址值为“{_EXAMPLE_ADDRESS}” 数据不是真实数据。供参考各列输入数据格式，"
    "此行信息不会导入。修改此行信息导入会出错。"
)
_TYPES: Final = (
    f"2.费用类型仅支持写入（{_FEE_TYPES}）这{len(FeeType)}种，每一条记录都可以写不同类型。"
    f"如输入这{len(FeeType)}种以外的类型，将按{FeeType.OTHER.label}类型导入。"
)
_DATES: Final = "3.费用开始时间和费用结束时间格式支持两种，2019年01月或2019年12月5日。"
_AMOUNTS: Final = "4.费用金额支持到小数点后2位，超过的位数四舍五入。"
_EMPTY_ROWS: Final = (
    "5.只填了房屋地址的行不会导入，不必删除；同一房屋有多项费用时请增加行。"
    f"单次最多导入{ROWS_MAX}条。"
)

BILL_TEMPLATE_NOTES: Final = (_EXAMPLE, _TYPES, _DATES, _AMOUNTS, _EMPTY_ROWS)
"""The guide's four rules in its own words, and our rule about empty rows."""

RESIDENT_TEMPLATE_NOTES: Final = (
    "1.房屋地址不存在时会新建房屋，只填地址的行也会；地址前可以带小区名称，也可以不带。",
    "2.姓名必填；电话可以不填。",
    f"3.关系支持{_RELATIONS}，不填按{Relation.OWNER.value}导入。",
    "4.入住日期格式支持2019年12月5日、2019-12-05、2019/12/05，不知道时可以不填。",
    f"5.已登记的住户（房屋、姓名、电话都相同）不会重复导入。单次最多导入{RESIDENT_ROWS_MAX}条。",
)
