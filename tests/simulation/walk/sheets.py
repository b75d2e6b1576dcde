"""Spreadsheets made on the fly, as staff would upload them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl

BILL_HEADER = ("房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注")
GOOD_BILL = ("1号楼/1单元/101", "物业费", "88.80", "2031年01月01日", "2031年01月31日", "走查")
BAD_BILLS = (
    ("", "物业费", "10", "2031年01月01日", "2031年01月31日", ""),
    ("9号楼/9单元/999", "物业费", "10", "2031年01月01日", "2031年01月31日", ""),
    ("1号楼/1单元/101", "什么费", "10", "2031年01月01日", "2031年01月31日", ""),
    ("1号楼/1单元/101", "水费", "十元", "2031年01月01日", "2031年01月31日", ""),
    ("1号楼/1单元/101", "水费", "-3", "2031年01月01日", "2031年01月31日", ""),
    ("1号楼/1单元/101", "水费", "1.234", "2031年01月01日", "2031年01月31日", ""),
    ("1号楼/1单元/101", "水费", "12", "明天", "2031年01月31日", ""),
    ("1号楼/1单元/101", "水费", "12", "2031年02月01日", "2031年01月31日", ""),
    ("1号楼/1单元/101", "水费", "12", "2031年01月01日", "2031年01月31日", "长" * 501),
)
RESIDENT_HEADER = ("房屋地址", "姓名", "电话", "关系", "入住日期")
GOOD_RESIDENT = ("1号楼/1单元/101", "走查人", "13900001111", "家属", "2020-01-01")
BAD_RESIDENTS = (
    ("", "甲", "13900001112", "业主", "2020-01-01"),
    ("1号楼/1单元/102", "", "13900001113", "业主", "2020-01-01"),
    ("1号楼/1单元/102", "乙", "123", "业主", "2020-01-01"),
    ("1号楼/1单元/102", "丙", "13900001114", "邻居", "2020-01-01"),
    ("1号楼/1单元/102", "丁", "13900001115", "业主", "某天"),
)
Rows = Sequence[Sequence[str]]


def csv_of(header: Sequence[str], rows: Rows) -> bytes:
    """Return a sheet as csv in UTF-8."""
    return "".join(",".join(row) + "\r\n" for row in (header, *rows)).encode("utf-8-sig")


def xlsx_of(header: Sequence[str], rows: Rows) -> bytes:
    """Return a sheet as xlsx."""
    book = openpyxl.Workbook()
    sheet = book.active
    if sheet is None:
        raise ValueError("a new workbook has a sheet")
    for row in (header, *rows):
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
