"""Import templates as data: which header means what, and how values are written (rule 3.13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, NewType

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CompanyId, clean_name
from billing_domain.model.folding import fold_label
from billing_domain.model.imports.header import Template, fold_header
from billing_domain.model.period import DateForm

ProfileKey = NewType("ProfileKey", str)
"""`standard`, `newsee`, or 32 hex digits for a company's own copy."""


class Column(Enum):
    """What a column of a bill sheet says."""

    HOUSE = "house"
    FEE_TYPE = "fee_type"
    AMOUNT = "amount"
    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    REMARK = "remark"
    CUSTOMER = "customer"

    __hash__ = object.__hash__  # members are single; Enum's own hash is slow in every cell


OPTIONAL_COLUMNS: Final = frozenset({Column.REMARK, Column.CUSTOMER})


@attrs.frozen
class ImportProfile:
    """How one kind of sheet is read.

    `columns` gives each column's accepted header names, the first being the one shown.
    `fee_types` maps further names to fee types; names outside it and outside the ten become
    其它 (rule 3.6). `example_row` is the example of the template, recognised by its first cell,
    and None where the template has none. `company_id` is None for the two that ship.
    `verified` is False for a template whose real columns nobody has confirmed.
    """

    key: ProfileKey
    name: str
    columns: Mapping[Column, Sequence[str]]
    date_forms: Sequence[DateForm]
    fee_types: Mapping[str, FeeType]
    example_row: Sequence[str] | None = None
    company_id: CompanyId | None = None
    verified: bool = True
    version: int = 1

    @property
    def template(self) -> Template[Column]:
        """The columns as a header is found by them."""
        return Template(self.name, self.columns, OPTIONAL_COLUMNS)

    def header(self, column: Column) -> str:
        """Return the name under which problems of a column are reported by default."""
        return self.columns[column][0]

    def fee_type(self, text: str) -> FeeType | None:
        """Return the fee type that a name means here, or None for a name outside the list."""
        known = FeeType.find(text)
        return known or self.fee_types.get(fold_label(text))


@audit_facts.register
def _profile_facts(profile: ImportProfile) -> AuditFacts:
    fee_types = (f"{name}={fee.label}" for name, fee in profile.fee_types.items())
    fields = {
        "name": profile.name,
        **{column.value: "、".join(names) for column, names in profile.columns.items()},
        "date_forms": "、".join(form.name for form in profile.date_forms),
        "fee_types": "、".join(fee_types),
    }
    return AuditFacts("import_profile", profile.key, fields)


STANDARD: Final = ImportProfile(
    key=ProfileKey("standard"),
    name="标准缴费单模板",
    columns={
        Column.HOUSE: ("房屋地址",),
        Column.FEE_TYPE: ("费用类型",),
        Column.AMOUNT: ("费用金额",),
        Column.FIRST_DAY: ("开始时间",),
        Column.LAST_DAY: ("结束时间",),
        Column.REMARK: ("备注",),
    },
    date_forms=(DateForm.CHINESE,),
    fee_types={},
    example_row=(
        "一栋一单元101",
        "物业费",
        "1300",
        "2018年01月02日",
        "2018年12月01日",
        "缴费备注说明(最多500字)",
    ),
)

NEWSEE: Final = ImportProfile(
    key=ProfileKey("newsee"),
    name="新视窗缴费单模板",
    columns={
        Column.HOUSE: ("房产简称", "房号"),
        Column.FEE_TYPE: ("收费科目", "收费项目"),
        Column.AMOUNT: ("本期应收", "应收金额"),
        Column.FIRST_DAY: ("计费周期开始",),
        Column.LAST_DAY: ("计费周期结束",),
        Column.CUSTOMER: ("客户名称",),
        Column.REMARK: ("备注",),
    },
    date_forms=(DateForm.CHINESE, DateForm.HYPHENS, DateForm.SLASHES),
    fee_types={
        "物业管理费": FeeType.PROPERTY,
        "物业服务费": FeeType.PROPERTY,
        "生活水费": FeeType.WATER,
        "自来水费": FeeType.WATER,
        "生活电费": FeeType.ELECTRICITY,
        "停车费": FeeType.PARKING,
        "车位管理费": FeeType.PARKING,
        "租赁费": FeeType.RENT,
        "公摊费": FeeType.SHARED,
        "公摊水电费": FeeType.SHARED,
        "违约金": FeeType.LATE_FEE,
        "电梯运行费": FeeType.ELEVATOR,
        "其他": FeeType.OTHER,
    },
    verified=False,
)

SHIPPED_PROFILES: Final = (STANDARD, NEWSEE)
SHIPPED_BY_KEY: Final = {profile.key: profile for profile in SHIPPED_PROFILES}


def checked_profile(profile: ImportProfile) -> ImportProfile:
    """Return a company's profile if it can be used; raise FieldError naming what is wrong.

    Every required column needs a header name, and no header name may mean two columns.
    """
    seen: dict[str, Column] = {}
    for column in Column:
        aliases = [alias for alias in profile.columns.get(column, ()) if fold_header(alias)]
        if not aliases and column not in OPTIONAL_COLUMNS:
            raise FieldError(field=f"columns.{column.value}", reason="required")
        for alias in aliases:
            if seen.setdefault(fold_header(alias), column) is not column:
                raise FieldError(field=f"columns.{column.value}", reason="taken", value=alias)
    if not profile.date_forms:
        raise FieldError(field="date_forms", reason="required")
    return attrs.evolve(profile, name=clean_name(profile.name))
