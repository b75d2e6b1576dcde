"""缴费设置: communities opened, stopped, renamed; the secret shown once (rule 9)."""

import re

import pytest

from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
)
from tests.html_page import Element, read_html
from tests.website import Visitor, Website, htmx

LIST = "/staff/communities"


class TestList:
    def test_shows_id_and_status_of_each(self, site: Website, boss: Visitor) -> None:
        site.configure_companies.add_community(site.admin, name="滨江花园")
        site.configure_companies.stop_community(site.admin, community_id=site.community.id)

        rows = boss.page(LIST).one("tbody").all("tr")

        assert [row.one(class_="tag").text for row in rows] == ["已停用", "未开通"]
        assert site.community.id in rows[0].text
        assert rows[0].has("button", data_copy=site.community.id)
        assert actions(rows[1]) == ["开通", "改名"]

    def test_offers_what_the_status_allows(self, boss: Visitor) -> None:
        row = boss.page(LIST).one("tbody").one("tr")

        assert actions(row) == ["收款码", "重置授权密钥", "停用", "改名"]


class TestAdding:
    def test_adds_one_that_is_not_open(self, site: Website, boss: Visitor) -> None:
        answer = boss.post(LIST, {"name": " 滨江花园 "})

        assert answer.headers["location"] == LIST
        added = site.view_company.communities(site.admin)[-1]
        assert (added.name, added.status) == ("滨江花园", CommunityStatus.NOT_OPENED)

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("", "请填写名称"),
            ("幸福家园", "名称“幸福家园”已被使用"),
            ("a/b", "名称里不能有“/”或不可见字符"),
        ],
    )
    def test_shows_the_form_again_with_what_is_wrong(
        self, boss: Visitor, name: str, sentence: str
    ) -> None:
        answer = boss.post(LIST, {"name": name})

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert page.one(class_="field-error").text == sentence
        assert page.one("form", action=LIST).fields()["name"] == name


class TestOpening:
    def test_shows_the_secret_this_one_time(self, site: Website, boss: Visitor) -> None:
        added = site.configure_companies.add_community(site.admin, name="滨江花园")
        fields = dialog_fields(boss, f"{LIST}/{added.id}/opening")

        answer = boss.post(f"{LIST}/{added.id}/opening", fields)

        secret = read_html(answer.text).one(data_secret="").text
        assert re.fullmatch("[0-9A-Za-z]{16}", secret)
        assert answer.headers["cache-control"] == "no-store"
        for path in (LIST, f"{LIST}/{added.id}/opening", f"{LIST}/{added.id}/secret"):
            assert secret not in boss.get(path).text

    def test_keeps_the_secret_of_a_community_that_had_one(
        self, site: Website, boss: Visitor
    ) -> None:
        place = opened(site)
        site.configure_companies.stop_community(site.admin, community_id=place)

        answer = boss.post(f"{LIST}/{place}/opening", {"version": "3", "back": LIST})

        assert answer.headers["location"] == LIST
        assert "授权密钥不变" in boss.page(LIST).one(id="toasts").text

    def test_is_refused_for_an_open_one(self, site: Website, boss: Visitor) -> None:
        answer = boss.post(f"{LIST}/{site.community.id}/opening", {"version": "1"})

        assert answer.status_code == 422
        assert "无需重复操作" in answer.text


class TestStopping:
    def test_closes_the_dialog_and_refreshes_the_list(self, site: Website, boss: Visitor) -> None:
        path = f"{LIST}/{site.community.id}/stopping"

        answer = boss.post(path, {"version": "1"}, headers=htmx("dialog#dialog", LIST))

        assert answer.headers["hx-trigger"] == "dialog-close, communities-changed"
        assert stored(site).status is CommunityStatus.STOPPED
        assert (
            boss.page(LIST).one(id="communities")["hx-trigger"].startswith("communities-changed")
        )


class TestSecretReset:
    def test_shows_another_secret(self, site: Website, boss: Visitor) -> None:
        path = f"{LIST}/{opened(site)}/secret"
        fields = dialog_fields(boss, path)

        first = boss.post(path, fields)
        second = boss.post(path, dialog_fields(boss, path))

        assert read_html(first.text).one(data_secret="").text != (
            read_html(second.text).one(data_secret="").text
        )
        assert first.headers["cache-control"] == "no-store"

    def test_makes_no_further_one_when_the_answer_is_loaded_again(
        self, site: Website, boss: Visitor
    ) -> None:
        place = opened(site)
        path = f"{LIST}/{place}/secret"
        fields = dialog_fields(boss, path)
        boss.post(path, fields)
        before = site.everything()

        answer = boss.post(path, fields)

        assert answer.status_code == 409
        assert site.everything() == before

    def test_lets_the_list_behind_the_dialog_refresh(self, site: Website, boss: Visitor) -> None:
        path = f"{LIST}/{opened(site)}/secret"

        answer = boss.post(path, dialog_fields(boss, path), headers=htmx("dialog#dialog", LIST))

        assert answer.headers["hx-trigger"] == "communities-changed"
        assert read_html(answer.text).has(data_keep="")


class TestRenaming:
    def test_refuses_what_somebody_else_changed(self, site: Website, boss: Visitor) -> None:
        """Rule 2.7."""
        path = f"{LIST}/{site.community.id}/name"
        fields = dialog_fields(boss, path)
        site.configure_companies.stop_community(site.admin, community_id=site.community.id)

        assert boss.post(path, {**fields, "name": "幸福新家园"}).status_code == 409
        assert stored(site).name == "幸福家园"


class TestCompany:
    def test_shows_and_changes_the_name(self, site: Website, boss: Visitor) -> None:
        assert boss.page("/staff/company").one("input", name="name")["value"] == "安居物业"

        boss.post("/staff/company", {"name": "新安居物业"})

        assert boss.page("/staff/company").one("input", name="name")["value"] == "新安居物业"
        assert site.view_company.company(site.admin).name == "新安居物业"

    def test_refuses_the_name_of_another(self, boss: Visitor) -> None:
        answer = boss.post("/staff/company", {"name": "远洋物业"})

        assert answer.status_code == 422
        assert "已被使用" in read_html(answer.text).one(class_="field-error").text


def dialog_fields(visitor: Visitor, path: str) -> dict[str, str]:
    """Return what the dialog would send without anything being changed."""
    fields = visitor.page(path).one("form", class_="dialog-form").fields()
    return {name: value for name, value in fields.items() if name != "_csrf_token"}


def opened(site: Website) -> CommunityId:
    """Return a community that was opened through the front door, with a secret."""
    added = site.configure_companies.add_community(site.admin, name="滨江花园")
    site.configure_companies.open_community(site.admin, community_id=added.id)
    return added.id


def stored(site: Website) -> Community:
    return site.view_company.community(site.admin, community_id=site.community.id)


def actions(row: Element) -> list[str]:
    return [link.text for link in row.one(class_="actions").all("a")]
