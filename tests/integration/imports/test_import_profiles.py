"""Import templates in the browser: look, copy, change, delete (rule 3.13)."""

from collections.abc import Mapping, Sequence

import pytest

from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.staff import Role
from billing_domain.model.imports.profile import NEWSEE, STANDARD, Column, ImportProfile
from billing_domain.model.period import DateForm
from billing_domain.use_cases.imports.manage_import_profiles import ProfileContent
from tests.html_page import Element, read_html
from tests.website import Visitor, Website

LIST = "/staff/import-profiles"
Fields = dict[str, str | list[str]]


class TestList:
    def test_marks_the_template_that_nobody_confirmed(self, boss: Visitor) -> None:
        rows = [row.text for row in boss.page(LIST).one("tbody").all("tr")]

        assert "未经厂商核对" not in rows[0]
        assert "新视窗缴费单模板 系统自带 未经厂商核对" in rows[1]

    def test_lets_nobody_change_what_ships(self, boss: Visitor) -> None:
        for profile in (STANDARD, NEWSEE):
            for action in ("edit", "removal"):
                assert boss.get(f"{LIST}/{profile.key}/{action}").status_code == 404
                assert boss.post(f"{LIST}/{profile.key}/{action}").status_code == 404

    def test_is_read_only_for_who_may_only_import(self, site: Website) -> None:
        visitor = site.staff(Role.FRONT_DESK)

        page = visitor.page(LIST)

        assert [link.text for link in page.one("tbody").all("a")][:2] == [
            "标准缴费单模板",
            "查看 标准缴费单模板",
        ]
        assert "复制" not in page.one("tbody").text
        assert visitor.get(f"{LIST}/newsee").status_code == 200
        assert visitor.get(f"{LIST}/newsee/copy").status_code == 403
        assert visitor.post(f"{LIST}/newsee/copy").status_code == 403


class TestLooking:
    def test_shows_header_names_dates_and_fee_names(self, boss: Visitor) -> None:
        text = boss.page(f"{LIST}/newsee").one("main").text

        assert "房屋地址 房产简称、房号" in text
        assert "2019-12-05" in text
        assert "物业管理费 → 物业费" in text


class TestCopying:
    def test_keeps_an_edited_copy_that_imports(self, site: Website, boss: Visitor) -> None:
        fields = form_fields(boss, f"{LIST}/newsee/copy")
        fields["name"] = "我的模板"
        fields["columns.house"] = "住址，门牌, 房号"
        fields["columns.customer"] = ""
        fields["date_forms"] = ["slashes"]
        fields["fee_name"] = [*fields["fee_name"], "宽带费"]
        fields["fee_type"] = [*fields["fee_type"], "rent"]

        answer = boss.post(f"{LIST}/newsee/copy", fields)

        (copy,) = own(site)
        assert answer.headers["location"] == f"{LIST}/{copy.key}"
        assert copy.name == "我的模板"
        assert copy.columns[Column.HOUSE] == ("住址", "门牌", "房号")
        assert Column.CUSTOMER not in copy.columns
        assert copy.date_forms == (DateForm.SLASHES,)
        assert copy.fee_types["宽带费"] is FeeType.RENT
        assert copy.fee_types["物业管理费"] is FeeType.PROPERTY
        assert "我的模板本公司模板" in boss.page("/staff/imports").text

    def test_keeps_the_example_row_of_the_standard_template(
        self, site: Website, boss: Visitor
    ) -> None:
        boss.post(f"{LIST}/standard/copy", form_fields(boss, f"{LIST}/standard/copy"))

        (copy,) = own(site)
        assert copy.name == "标准缴费单模板（副本）"
        assert copy.example_row == STANDARD.example_row
        assert list(copy.columns) == list(STANDARD.columns)

    @pytest.mark.parametrize(
        ("wrong", "field", "sentence"),
        [
            ({"name": ""}, "name", "请填写名称"),
            ({"columns.amount": " ，"}, "columns.amount", "请填写费用金额列"),
            ({"columns.amount": "备注"}, "columns.remark", "已被使用"),
            ({"date_forms": []}, "date_forms", "请填写日期写法"),
            ({"fee_name": ["宽带费"], "fee_type": [""]}, "fee_type", "请选择费用类型"),
        ],
    )
    def test_shows_the_form_again_with_what_was_typed(
        self,
        site: Website,
        boss: Visitor,
        wrong: Mapping[str, str | list[str]],
        field: str,
        sentence: str,
    ) -> None:
        fields = {**form_fields(boss, f"{LIST}/newsee/copy"), **wrong, "columns.first_day": "起始"}

        answer = boss.post(f"{LIST}/newsee/copy", fields)

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert sentence in page.one(id=f"f-{field}-error").text
        assert page.one("input", name="columns.first_day")["value"] == "起始"
        assert not own(site)

    def test_adds_rows_without_saving(self, site: Website, boss: Visitor) -> None:
        fields = form_fields(boss, f"{LIST}/standard/copy")
        fields.update(fee_name=["宽带费", ""], fee_type=["other", ""], more_rows="yes")

        page = read_html(boss.post(f"{LIST}/standard/copy", fields).text)

        values = [box.get("value") for box in page.all("input", name="fee_name")]
        assert values == ["宽带费", "", "", ""]
        assert not own(site)


class TestChanging:
    def test_saves(self, site: Website, boss: Visitor) -> None:
        profile = add(site)
        path = f"{LIST}/{profile.key}/edit"

        boss.post(path, {**form_fields(boss, path), "columns.remark": "说明"})

        assert own(site)[0].columns[Column.REMARK] == ("说明",)

    def test_loses_nothing_that_somebody_else_saved(self, site: Website, boss: Visitor) -> None:
        """Rule 2.7: said first, replaced only when it is sent again."""
        profile = add(site)
        path = f"{LIST}/{profile.key}/edit"
        fields = form_fields(boss, path)
        site.manage_import_profiles.change(
            site.admin, key=profile.key, version=1, content=content(profile, name="别人改的")
        )

        answer = boss.post(path, {**fields, "name": "我改的"})

        assert answer.status_code == 409
        page = read_html(answer.text)
        assert "该导入模板已被他人修改" in page.one(role="alert").text
        assert own(site)[0].name == "别人改的"

        boss.post(path, fields_of(page, path))
        assert own(site)[0].name == "我改的"


class TestDeleting:
    def test_asks_and_deletes(self, site: Website, boss: Visitor) -> None:
        profile = add(site)
        assert profile.name in boss.page(f"{LIST}/{profile.key}/removal").text

        answer = boss.post(f"{LIST}/{profile.key}/removal")

        assert answer.headers["location"] == LIST
        assert not own(site)


def add(site: Website) -> ImportProfile:
    return site.manage_import_profiles.copy(
        site.admin, key=NEWSEE.key, content=content(NEWSEE, name="我的模板")
    )


def content(profile: ImportProfile, *, name: str) -> ProfileContent:
    return ProfileContent(name, profile.columns, profile.date_forms, profile.fee_types)


def own(site: Website) -> Sequence[ImportProfile]:
    profiles = site.manage_import_profiles.all(site.admin)
    return [profile for profile in profiles if profile.company_id is not None]


def form_fields(visitor: Visitor, path: str) -> Fields:
    return fields_of(visitor.page(path), path)


def fields_of(page: Element, action: str) -> Fields:
    """Return what the form would send, fields that stand there many times as lists."""
    form = page.one("form", action=action)
    fields: Fields = dict(form.fields())
    for name in ("_csrf_token", "more_rows"):
        fields.pop(name, None)
    boxes = form.all("input", name="date_forms")
    fields["date_forms"] = [box["value"] for box in boxes if box.get("checked") is not None]
    fields["fee_name"] = [box["value"] for box in form.all("input", name="fee_name")]
    fields["fee_type"] = [
        (select.all("option", selected="") or select.all("option"))[0]["value"]
        for select in form.all("select", name="fee_type")
    ]
    return fields
