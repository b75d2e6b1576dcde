"""Companies, communities and staff from the command line."""

import io
import re

import pytest

from tests.unit.conftest import Commands


class TestCompany:
    def test_is_created_and_listed(self, billing: Commands) -> None:
        assert billing("company", "list").out == "还没有物业公司\n"

        created = billing("company", "create", " 安居物业 ", "--json")

        assert created.status == 0
        assert created.data["name"] == "安居物业"
        assert re.fullmatch("[0-9a-f]{32}", created.data["id"])
        assert billing("company", "list", "--json").data == {"companies": [created.data]}
        shown = billing("company", "create", "远洋物业").out
        assert re.search("已建立物业公司“远洋物业”\n编号  [0-9a-f]{32}", shown)
        assert "远洋物业" in billing("company", "list").out

    def test_has_a_name_of_its_own(self, billing: Commands) -> None:
        billing("company", "create", "安居物业")

        again = billing("company", "create", "安居物业")

        assert again.status == 1
        assert again.out == ""
        assert again.err == "名称“安居物业”已被使用\n"

    def test_says_why_to_machines_too(self, billing: Commands) -> None:
        answer = billing("company", "create", "", "--json")

        assert answer.status == 1
        assert answer.err == ""
        assert answer.data == {"refused": {"code": "field_invalid", "message": "请填写名称"}}


class TestCommunity:
    def test_is_open_with_its_secret_shown_once(self, billing: Commands) -> None:
        billing("company", "create", "安居物业")

        created = billing("community", "create", "幸福家园", "--company", "安居物业", "--json")

        assert created.status == 0
        assert created.data["status"] == "open"
        assert re.fullmatch("[0-9A-Za-z]{16}", created.data["secret"])
        listed = billing("community", "list", "--json").data["communities"]
        assert [place["name"] for place in listed] == ["幸福家园"]
        assert "secret" not in listed[0]
        shown = billing("community", "create", "滨江花园", "--company", "安居物业").out
        assert "已建立并开通小区“滨江花园”（安居物业）" in shown
        assert re.search("授权密钥  [0-9A-Za-z]{16}（只显示这一次", shown)

    def test_may_stay_closed(self, billing: Commands) -> None:
        billing("company", "create", "安居物业")
        words = ("community", "create", "幸福家园", "--company", "安居物业", "--not-opened")

        created = billing(*words, "--json")

        assert created.data["status"] == "not_opened"
        assert created.data["secret"] is None
        sheet = billing.file("1号楼/1单元/101,物业费,1,2026年01月,2026年01月,")
        refused = billing("import", sheet, "--community", "幸福家园")
        assert refused.status == 1
        assert "未开通" in refused.err

    def test_and_its_company_are_found_by_id(self, settled: Commands) -> None:
        company = settled("company", "list", "--json").data["companies"][0]["id"]

        made = settled("community", "create", "滨江花园", "--company", company, "--json").data

        assert made["company_id"] == company
        assert settled("bills", "list", "--community", made["id"]).status == 0

    def test_needs_a_company_that_is_there(self, billing: Commands) -> None:
        billing("company", "create", "安居物业")

        answer = billing("community", "create", "幸福家园", "--company", "安居")

        assert answer.status == 1
        assert "没有名称或编号为“安居”的物业公司" in answer.err
        assert "安居物业" in answer.err

    def test_of_two_with_one_name_must_be_told_apart(self, settled: Commands) -> None:
        settled("company", "create", "远洋物业")
        settled("community", "create", "幸福家园", "--company", "远洋物业")
        listed = settled("community", "list", "--json").data["communities"]

        refused = settled("bills", "list", "--community", "幸福家园", "--json")

        assert refused.status == 1
        assert refused.data["refused"]["code"] == "ambiguous"
        for place in listed:
            assert place["id"] in refused.data["refused"]["message"]
        narrowed = ("--community", "幸福家园", "--company", "远洋物业")
        assert settled("bills", "list", *narrowed).status == 0

    def test_that_is_not_there_is_refused(self, settled: Commands) -> None:
        settled("company", "create", "远洋物业")

        unknown = settled("bills", "list", "--community", "幸福")
        elsewhere = settled("bills", "list", "--community", "幸福家园", "--company", "远洋物业")

        assert unknown.status == elsewhere.status == 1
        assert "没有名称或编号为“幸福”的小区。现有：幸福家园（安居物业）" in unknown.err
        assert "还没有任何小区" in elsewhere.err


class TestStaff:
    WORDS = ("staff", "create", "Wang", "--company", "安居物业", "--name", "王敏")

    def test_gets_a_password_that_is_shown_once(self, settled: Commands) -> None:
        created = settled(*self.WORDS, "--role", "管理员", "--json")

        assert created.status == 0
        assert created.data["login_name"] == "wang"
        assert created.data["community_ids"] is None
        signed_in = settled.application.sign_in.sign_in(
            login_name="wang", password=created.data["password"], address="::1"
        )
        assert signed_in.account.name == "王敏"

    def test_gets_the_password_of_standard_input(
        self, settled: Commands, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\nnext line\n"))

        created = settled(*self.WORDS, "--role", "财务", "--password-stdin", "--json")

        assert "password" not in created.data
        settled.application.sign_in.sign_in(
            login_name="wang", password="correct horse battery", address="::1"
        )

    def test_is_refused_a_short_password(
        self, settled: Commands, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))

        answer = settled(*self.WORDS, "--role", "财务", "--password-stdin")

        assert (answer.status, answer.err) == (1, "密码至少 10 位\n")

    def test_may_be_kept_to_some_communities(self, settled: Commands) -> None:
        settled("community", "create", "滨江一期", "--company", "安居物业")
        reach = ("--community", "幸福家园", "--community", "滨江一期")

        created = settled(*self.WORDS, "--role", "前台", *reach, "--json").data

        listed = settled("community", "list", "--json").data["communities"]
        assert created["community_ids"] == sorted(place["id"] for place in listed)

    def test_never_reaches_into_another_company(self, settled: Commands) -> None:
        settled("company", "create", "远洋物业")
        settled("community", "create", "远洋花园", "--company", "远洋物业")

        answer = settled(*self.WORDS, "--role", "前台", "--community", "远洋花园")

        assert answer.status == 1
        assert "没有名称或编号为“远洋花园”的小区" in answer.err

    def test_has_a_login_of_their_own(self, settled: Commands) -> None:
        settled(*self.WORDS, "--role", "只读")

        assert "登录账号“wang”已被使用" in settled(*self.WORDS, "--role", "只读").err
