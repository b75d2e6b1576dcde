"""Previewing rows with nothing stored anywhere."""

from datetime import date

import pytest

from billing_domain.errors import FieldError
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import HouseId
from billing_domain.model.imports.profile import NEWSEE
from billing_domain.model.imports.row_preview import preview_rows
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod

HEADER = ["房屋地址", "费用类型", "费用金额", "开始时间", "结束时间"]


class TestPreviewRows:
    def test_reads_rows_against_a_list_of_addresses(self) -> None:
        sheet = preview_rows(
            [
                HEADER,
                ["幸福家园/1栋101", "水费", 1.005, "2026年1月", "2026年2月"],
                ["查无此房", "水费"],
            ],
            community_name="幸福家园",
            addresses=["1号楼/101", "1号楼/102"],
        )

        (draft,) = sheet.drafts
        assert (draft.house.id, draft.fee_type, draft.amount) == (
            HouseId("0"),
            FeeType.WATER,
            Money(101),
        )
        assert draft.period == BillingPeriod(date(2026, 1, 1), date(2026, 2, 28))
        assert {problem.row for problem in sheet.problems} == {3}

    def test_takes_another_profile(self) -> None:
        header = ["房号", "收费项目", "应收金额", "计费周期开始", "计费周期结束"]
        sheet = preview_rows(
            [header, ["101", "停车费", 5, "2026-1-1", "2026/1/31"]],
            community_name="",
            addresses=["101"],
            profile=NEWSEE,
        )

        assert sheet.drafts[0].fee_type is FeeType.PARKING

    def test_refuses_an_unusable_address(self) -> None:
        with pytest.raises(FieldError):
            preview_rows([HEADER], community_name="幸福家园", addresses=["/"])
