"""Import profiles: templates as data (rules 3.4, 3.13)."""

from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import FieldError, SheetRefusedError
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.imports.header import HEADER_ROWS_MAX, FoundHeader, find_header
from billing_domain.model.imports.profile import (
    NEWSEE,
    OPTIONAL_COLUMNS,
    SHIPPED_PROFILES,
    STANDARD,
    Column,
    ImportProfile,
    checked_profile,
)
from billing_domain.model.period import DateForm
from billing_domain.model.sheet import Cell, SheetTable
from billing_domain.testing.strategies import import_profiles

OPTIONAL = [column for column in Column if column in OPTIONAL_COLUMNS]
REQUIRED = [column for column in Column if column not in OPTIONAL_COLUMNS]
HEADER = ["房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注"]
PLACES = dict(zip(STANDARD.columns, range(6), strict=True))


class TestFindHeader:
    @given(st.permutations(HEADER), st.integers(0, HEADER_ROWS_MAX - 1))
    def test_takes_any_order_of_columns_within_the_first_20_rows(
        self, header: list[str], above: int
    ) -> None:
        found = find_header(
            SheetTable([*[["保留字段"]] * above, header, ["x"]]), STANDARD.template
        )

        assert found.row == above
        assert {column: header[place] for column, place in found.places.items()} == {
            column: names[0] for column, names in STANDARD.columns.items()
        }

    def test_looks_no_further(self) -> None:
        assert refusal(*[[]] * HEADER_ROWS_MAX, HEADER) == ("header_not_found", "")

    @pytest.mark.parametrize(
        "spelling", ["房屋地址*", " 房屋 地址 ", "房屋地址 **", "\u3000房屋地址\n", "房屋地址＊"]
    )
    def test_ignores_blanks_width_and_stars(self, spelling: str) -> None:
        found = find_header(SheetTable([[spelling, *HEADER[1:]]]), STANDARD.template)

        assert found.places == PLACES
        assert found.names[Column.HOUSE] == spelling.strip()

    def test_names_further_columns(self) -> None:
        found = find_header(SheetTable([["楼层", *HEADER, None, "", 7]]), STANDARD.template)

        assert found == FoundHeader(
            row=0,
            places={column: place + 1 for column, place in PLACES.items()},
            names=dict(zip(PLACES, HEADER, strict=True)),
            ignored=("楼层", "7"),
        )

    @pytest.mark.parametrize("rows", [[], [[]], [["房屋地址"]], [["单位", "金额"], [1, 2]]])
    def test_refuses_a_sheet_without_one(self, rows: list[list[Cell]]) -> None:
        """One name alone may stand anywhere."""
        assert refusal(*rows) == ("header_not_found", "")

    def test_names_the_columns_that_are_missing(self) -> None:
        assert refusal(["备注", "房屋地址", "开始时间"]) == (
            "column_missing",
            "费用类型、费用金额、结束时间",
        )

    def test_takes_the_row_that_names_most(self) -> None:
        assert (
            find_header(SheetTable([["房屋地址", "备注"], HEADER, HEADER]), STANDARD.template).row
            == 1
        )

    def test_refuses_a_column_that_stands_twice(self) -> None:
        assert refusal([*HEADER, "费用 金额"]) == ("column_twice", "费用金额、费用 金额")

    def test_lets_any_other_row_repeat_a_word(self) -> None:
        rows = [["备注", "备注"], HEADER, ["备注", "备注", "备注", "备注"]]

        assert find_header(SheetTable(rows), STANDARD.template).row == 1

    @pytest.mark.parametrize("missing", OPTIONAL)
    def test_needs_no_optional_column(self, missing: Column) -> None:
        header = [NEWSEE.header(column) for column in NEWSEE.columns if column is not missing]

        assert missing not in find_header(SheetTable([header]), NEWSEE.template).places

    @given(import_profiles(), st.data())
    def test_knows_every_alias_of_a_profile(
        self, profile: ImportProfile, data: st.DataObject
    ) -> None:
        header = [data.draw(st.sampled_from(names)) for names in profile.columns.values()]
        found = find_header(SheetTable([header]), profile.template)

        assert found.places == {column: place for place, column in enumerate(profile.columns)}
        assert found.ignored == ()

    def test_never_takes_an_empty_cell_for_an_empty_alias(self) -> None:
        careless = attrs.evolve(STANDARD, columns={**STANDARD.columns, Column.CUSTOMER: ("",)})

        assert (
            Column.CUSTOMER
            not in find_header(SheetTable([["", *HEADER]]), careless.template).places
        )


class TestShippedProfiles:
    def test_have_the_guide_s_columns(self) -> None:
        assert [names[0] for names in STANDARD.columns.values()] == HEADER
        assert STANDARD.verified
        assert [STANDARD.header(column) for column in STANDARD.columns] == HEADER

    def test_say_that_nobody_confirmed_newsee(self) -> None:
        assert not NEWSEE.verified
        assert NEWSEE.example_row is None

    @pytest.mark.parametrize(
        ("name", "fee_type"),
        [
            *[
                ("物业管理费", FeeType.PROPERTY),
                ("停车费", FeeType.PARKING),
                ("物业费", FeeType.PROPERTY),
            ],
            *[("其他", FeeType.OTHER), (" 违约 金 ", FeeType.LATE_FEE), ("车辆费", None)],
        ],
    )
    def test_map_newsee_s_fee_names(self, name: str, fee_type: FeeType | None) -> None:
        assert NEWSEE.fee_type(name) is fee_type

    def test_know_the_ten_alone_in_the_standard_one(self) -> None:
        assert STANDARD.fee_type("停车费") is None
        assert [STANDARD.fee_type(each.label) for each in FeeType] == list(FeeType)

    @pytest.mark.parametrize("profile", SHIPPED_PROFILES, ids=lambda profile: profile.key)
    def test_are_usable(self, profile: ImportProfile) -> None:
        assert checked_profile(profile) == profile


class TestCheckedProfile:
    @given(import_profiles())
    def test_takes_a_usable_one(self, profile: ImportProfile) -> None:
        assert checked_profile(profile) == profile

    def test_cleans_the_name(self) -> None:
        assert checked_profile(attrs.evolve(STANDARD, name=" 自家 ")).name == "自家"

    @pytest.mark.parametrize("names", [(), ("",), (" ", "*")])
    @pytest.mark.parametrize("column", REQUIRED)
    def test_needs_a_header_for_every_required_column(
        self, column: Column, names: Sequence[str]
    ) -> None:
        assert reason_of(columns={**STANDARD.columns, column: names}) == (
            f"columns.{column.value}",
            "required",
        )

    @pytest.mark.parametrize("column", OPTIONAL)
    def test_needs_none_for_an_optional_one(self, column: Column) -> None:
        bare = attrs.evolve(STANDARD, columns={**STANDARD.columns, column: ()})

        assert checked_profile(bare) == bare

    @pytest.mark.parametrize("twin", ["房屋地址", " 房屋 地址* "])
    def test_lets_no_header_mean_two_columns(self, twin: str) -> None:
        assert reason_of(columns={**STANDARD.columns, Column.REMARK: ("备注", twin)}) == (
            "columns.remark",
            "taken",
        )

    def test_lets_a_column_repeat_its_own_header(self) -> None:
        doubled = {**STANDARD.columns, Column.REMARK: ("备注", "备注*")}

        assert checked_profile(attrs.evolve(STANDARD, columns=doubled)).columns == doubled

    def test_needs_a_form_of_dates(self) -> None:
        assert reason_of(date_forms=()) == ("date_forms", "required")
        slashes = attrs.evolve(STANDARD, date_forms=(DateForm.SLASHES,))
        assert checked_profile(slashes) == slashes

    def test_needs_a_name(self) -> None:
        assert reason_of(name=" ") == ("name", "required")


def refusal(*rows: Sequence[Cell]) -> tuple[str, str]:
    with pytest.raises(SheetRefusedError) as error:
        find_header(SheetTable(rows), STANDARD.template)
    return error.value.reason, error.value.detail


def reason_of(**changes: object) -> tuple[str, str]:
    with pytest.raises(FieldError) as error:
        checked_profile(attrs.evolve(STANDARD, **changes))  # type: ignore[arg-type]
    return error.value.field, error.value.reason
