"""权限管理: accounts added, changed, disabled, given a password (rule 9)."""

import pytest

from billing_domain.model.company.staff import Permission, Role, StaffAccount
from billing_domain.words.zh_nouns import PERMISSIONS
from tests.html_page import Element, read_html
from tests.website import Visitor, Website, htmx
from tests.world import PASSWORD

LIST = "/staff/staff-accounts"
NEW = {
    "staff_name": "李敏",
    "login_name": "limin",
    "password": "long enough password",
    "role": "front_desk",
    "reach": "all",
    "back": LIST,
}


@pytest.fixture
def clerk(site: Website) -> StaffAccount:
    return site.staff_account(Role.FRONT_DESK, login_name="clerk")


class TestList:
    def test_shows_role_reach_and_state(self, site: Website, boss: Visitor) -> None:
        site.staff_account(Role.FINANCE, login_name="cashier", communities=[site.community])

        rows = boss.page(LIST).one("tbody").all("tr")

        assert "cashier" in rows[-1].text
        assert "财务" in rows[-1].text
        assert "幸福家园" in rows[-1].text
        assert "使用中" in rows[-1].text
        assert "全部小区" in rows[0].text

    def test_offers_no_way_to_disable_oneself(self, boss: Visitor) -> None:
        row = boss.page(LIST).one("tbody").one("tr")

        assert [link.text for link in row.one(class_="actions").all("a")] == ["编辑", "修改密码"]

    def test_says_what_each_role_may_do(self, boss: Visitor) -> None:
        words = boss.page(LIST).one("dl", class_="facts").text

        assert "管理员 全部权限" in words
        for permission in Role.FINANCE.permissions:
            assert PERMISSIONS[permission] in words
        assert PERMISSIONS[Permission.MANAGE_STAFF] not in words


class TestAdding:
    def test_adds_an_account_that_can_sign_in(self, site: Website, boss: Visitor) -> None:
        answer = boss.post(LIST, NEW)

        assert answer.headers["location"] == LIST
        newcomer = site.visitor()
        assert newcomer.sign_in("limin", NEW["password"]).status_code == 303
        assert newcomer.get("/staff/bills").status_code == 200

    def test_limits_it_to_communities(self, site: Website, boss: Visitor) -> None:
        other = site.open_community(site.company.id, "滨江花园")

        boss.post(LIST, {**NEW, "reach": "some", "community": [other.id, site.community.id]})

        account = next(
            each for each in site.manage_staff.all(site.admin) if each.login_name == "limin"
        )
        assert account.community_ids == frozenset({other.id, site.community.id})

    @pytest.mark.parametrize(
        ("wrong", "field", "sentence"),
        [
            ({"staff_name": " "}, "staff_name", "请填写姓名"),
            ({"login_name": "clerk"}, "login_name", "登录账号“clerk”已被使用"),
            ({"login_name": "李敏"}, "login_name", "登录账号须为"),
            ({"password": "short"}, "password", "密码至少 10 位"),
            ({"role": ""}, "role", "请选择角色"),
            ({"role": "owner"}, "role", "不在可选范围内"),
            ({"reach": "some"}, "reach", "请至少选择一个小区"),
        ],
    )
    @pytest.mark.usefixtures("clerk")
    def test_shows_the_form_again_with_what_was_typed(
        self, site: Website, boss: Visitor, wrong: dict[str, str], field: str, sentence: str
    ) -> None:
        before = site.everything()

        answer = boss.post(LIST, {**NEW, **wrong})

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert sentence in page.one(id=f"f-{field}-error").text
        typed = page.one("form", class_="dialog-form").fields()
        assert typed["login_name"] == {**NEW, **wrong}["login_name"]
        assert typed["password"] == ""
        assert site.everything() == before


class TestChanging:
    def test_changes_role_and_reach_and_ends_the_sessions(
        self, site: Website, boss: Visitor, clerk: StaffAccount
    ) -> None:
        """Promise P40."""
        visitor = site.visitor()
        visitor.sign_in("clerk")
        path = f"{LIST}/{clerk.id}/edit"
        fields = dialog_fields(boss, path)
        assert (fields["role"], fields["reach"]) == ("front_desk", "all")

        limited = {"role": "read_only", "reach": "some", "community": site.community.id}
        boss.post(path, {**fields, **limited})

        changed = stored(site, clerk)
        assert changed.role is Role.READ_ONLY
        assert changed.community_ids == frozenset({site.community.id})
        assert visitor.get("/staff/bills").status_code == 303

    def test_keeps_the_last_administrator(self, boss: Visitor) -> None:
        path, fields = own_edit(boss)

        answer = boss.post(path, {**fields, "role": "read_only"})

        assert answer.status_code == 422
        error = read_html(answer.text).one(id="f-role-error").text
        assert error == "公司至少要保留一个启用的管理员账号"
        assert boss.get(LIST).status_code == 200

    def test_warns_that_one_has_to_sign_in_again(self, boss: Visitor) -> None:
        path, _ = own_edit(boss)

        assert "保存后需要重新登录" in boss.page(path).one(class_="notice").text

    def test_loses_nothing_that_somebody_else_saved(
        self, site: Website, boss: Visitor, clerk: StaffAccount
    ) -> None:
        """Rule 2.7: said first, replaced only when it is sent again."""
        path = f"{LIST}/{clerk.id}/edit"
        fields = dialog_fields(boss, path)
        site.manage_staff.change(
            site.admin,
            staff_id=clerk.id,
            version=clerk.version,
            name="别名",
            role=Role.FINANCE,
            community_ids=None,
        )

        answer = boss.post(path, {**fields, "staff_name": "李敏"})

        page = read_html(answer.text)
        assert answer.status_code == 409
        assert "现在的角色是财务" in page.one(role="alert").text
        assert stored(site, clerk).name == "别名"

        again = page.one("form", class_="dialog-form").fields()
        again.pop("_csrf_token")
        boss.post(path, again)
        assert stored(site, clerk).name == "李敏"


class TestPassword:
    def test_replaces_the_old_one(self, site: Website, boss: Visitor, clerk: StaffAccount) -> None:
        path = f"{LIST}/{clerk.id}/password"

        boss.post(path, {**dialog_fields(boss, path), "password": "quite another one"})

        assert site.visitor().sign_in("clerk", PASSWORD).status_code == 403
        assert site.visitor().sign_in("clerk", "quite another one").status_code == 303

    def test_is_refused_when_too_short(self, boss: Visitor, clerk: StaffAccount) -> None:
        answer = boss.post(f"{LIST}/{clerk.id}/password", {"version": "1", "password": "short"})

        assert answer.status_code == 422
        assert read_html(answer.text).one(class_="field-error").text == "密码至少 10 位"


class TestDisabling:
    def test_signs_the_account_out_for_good(
        self, site: Website, boss: Visitor, clerk: StaffAccount
    ) -> None:
        visitor = site.visitor()
        visitor.sign_in("clerk")
        path = f"{LIST}/{clerk.id}/disabling"

        answer = boss.post(path, dialog_fields(boss, path), headers=htmx("dialog#dialog", LIST))

        assert answer.headers["hx-trigger"] == "dialog-close, staff-accounts-changed"
        assert visitor.get("/staff/bills").status_code == 303
        assert site.visitor().sign_in("clerk").status_code == 403
        assert "已停用" in boss.page(LIST).one("tbody").text

    def test_can_be_taken_back(self, site: Website, boss: Visitor, clerk: StaffAccount) -> None:
        path = f"{LIST}/{clerk.id}/disabling"
        boss.post(path, dialog_fields(boss, path))

        boss.post(path, dialog_fields(boss, path))

        assert site.visitor().sign_in("clerk").status_code == 303

    def test_never_hits_oneself(self, site: Website, boss: Visitor) -> None:
        site.staff_account(Role.ADMINISTRATOR)  # so that one more administrator would be left
        path = own_edit(boss)[0].replace("/edit", "/disabling")

        answer = boss.post(path, dialog_fields(boss, path))

        assert answer.status_code == 422
        assert "不能停用自己的账号" in read_html(answer.text).one(role="alert").text
        assert boss.get(LIST).status_code == 200


def own_edit(visitor: Visitor) -> tuple[str, dict[str, str]]:
    """Return address and fields of the form for the visitor's own account."""
    for row in visitor.page(LIST).one("tbody").all("tr"):
        if row.has(class_="tag-brand"):
            path = edit_link(row)
            return path, dialog_fields(visitor, path)
    raise AssertionError("the own account is not in the list")


def edit_link(row: Element) -> str:
    return next(link["href"] for link in row.all("a") if link.text == "编辑")


def dialog_fields(visitor: Visitor, path: str) -> dict[str, str]:
    """Return what the dialog would send without anything being changed."""
    fields = visitor.page(path).one("form", class_="dialog-form").fields()
    return {name: value for name, value in fields.items() if name != "_csrf_token"}


def stored(site: Website, account: StaffAccount) -> StaffAccount:
    return site.manage_staff.get(site.admin, staff_id=account.id)
