"""Importing sheets in the browser: upload, preview, import, the question (rule 3)."""

import io
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import openpyxl
import pytest

from billing_domain.model.bills.bill import BatchId, PendingBill
from billing_domain.model.company.staff import Role
from billing_domain.model.imports.profile import NEWSEE
from billing_domain.ports.documents import FILE_BYTES_MAX
from tests.html_page import Element, read_html
from tests.website import Visitor, Website, htmx

HEADER = "房屋地址,费用类型,费用金额,开始时间,结束时间,备注"
GOOD = "1号楼/1单元/101,物业费,1300,2026年10月,2026年10月,"
ALSO_GOOD = "1号楼/1单元/102,水费,1.005,2026年10月,2026年10月,抄表"
BAD = "9号楼/9单元/901,物业费,一千三,2026年10月,2026年10月,"
BILLS, RESIDENTS = "/staff/imports", "/staff/resident-imports"
RESIDENT_HEADER = "房屋地址,姓名,电话,关系,入住日期"
both_kinds = pytest.mark.parametrize("path", [BILLS, RESIDENTS])


class TestUploadStep:
    def test_offers_communities_and_templates(self, site: Website, boss: Visitor) -> None:
        site.configure_companies.add_community(site.admin, name="滨江花园")

        page = boss.page("/staff/imports")

        options = [option.text for option in page.one("select", name="community").all("option")]
        assert options == ["请选择小区", "幸福家园", "滨江花园（未开通）"]
        tiles = [tile.text for tile in page.all("label", class_="tile")]
        assert tiles == ["标准缴费单模板", "新视窗缴费单模板未经厂商核对"]

    def test_has_the_only_community_chosen(self, site: Website, boss: Visitor) -> None:
        assert upload_form(boss.page("/staff/imports"))["community"] == site.community.id

    def test_remembers_the_community_chosen_last(self, site: Website, boss: Visitor) -> None:
        other = site.open_community(site.company.id, "滨江花园")
        assert upload_form(boss.page("/staff/imports"))["community"] == ""

        boss.page(f"/staff/bills?community={other.id}")

        assert upload_form(boss.page("/staff/imports"))["community"] == other.id

    @pytest.mark.parametrize(
        ("path", "role"),
        [(BILLS, Role.READ_ONLY), (RESIDENTS, Role.READ_ONLY), (RESIDENTS, Role.FINANCE)],
    )
    def test_is_refused_without_the_right(self, site: Website, path: str, role: Role) -> None:
        assert site.staff(role).get(path).status_code == 403


class TestTemplate:
    @both_kinds
    def test_has_a_row_for_each_house(self, site: Website, boss: Visitor, path: str) -> None:
        answer = boss.post(f"{path}/template", {"community": site.community.id})

        assert answer.status_code == 200
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        addresses = [cell.value for cell in sheet["A"]]
        assert addresses[-3:] == [
            f"幸福家园/{address}"
            for address in ("1号楼/1单元/101", "1号楼/1单元/102", "2号楼/1单元/101")
        ]

    def test_is_named_after_the_community(self, site: Website, boss: Visitor) -> None:
        answer = boss.post("/staff/imports/template", {"community": site.community.id})

        disposition = answer.headers["content-disposition"]
        assert disposition.startswith("attachment;")
        assert "filename*=UTF-8''%E5%B9%B8%E7%A6%8F%E5%AE%B6%E5%9B%AD_" in disposition
        assert answer.headers["cache-control"] == "no-store"

    @both_kinds
    def test_needs_a_community(self, boss: Visitor, path: str) -> None:
        answer = boss.post(f"{path}/template", {"community": ""})

        assert answer.status_code == 422
        assert read_html(answer.text).one(id="f-community-error").text == "请选择小区"


class TestUpload:
    def test_leads_to_a_preview_and_imports_nothing(self, site: Website, boss: Visitor) -> None:
        before = site.stored_bills()

        answer = upload(site, boss, GOOD)

        assert answer.startswith("/staff/imports/uploads/")
        assert site.stored_bills() == before

    @both_kinds
    def test_needs_a_file_and_keeps_the_choices(
        self, site: Website, boss: Visitor, path: str
    ) -> None:
        fields = {"community": site.community.id, "profile": NEWSEE.key}

        answer = boss.post(f"{path}/uploads", fields)

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert page.one(id="f-file-error").text == "请选择文件"
        assert_kept(page, fields)

    @both_kinds
    @pytest.mark.parametrize(
        ("size", "status"), [(FILE_BYTES_MAX + 1, 422), (2 * FILE_BYTES_MAX, 413)]
    )
    def test_refuses_a_file_that_is_too_large_and_keeps_the_choices(
        self, site: Website, boss: Visitor, path: str, size: int, status: int
    ) -> None:
        """One that is much too large is not even read."""
        fields = {"community": site.community.id, "profile": NEWSEE.key}
        file = ("bills.csv", b"x" * size)

        answer = boss.post(f"{path}/uploads?{urlencode(fields)}", fields, files={"file": file})

        page = read_html(answer.text)
        assert answer.status_code == status
        assert "文件超过 5 MB，请拆分后再上传" in page.one(role="alert").text
        assert_kept(page, fields)

    def test_refuses_601_rows_with_the_sentence_of_the_guide(
        self, site: Website, boss: Visitor
    ) -> None:
        """Rule 3.5."""
        page = boss.page(upload(site, boss, *[GOOD] * 601))

        text = page.one(role="alert").text
        assert "单次最多导入600条，当前文件601条，请拆分后再导入" in text
        assert upload_form(page)["community"] == site.community.id

    @pytest.mark.parametrize(
        ("path", "content", "sentence"),
        [
            (BILLS, b"", "文件是空的"),
            (BILLS, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "文件"),
            (BILLS, "姓名,电话\n陈思好,138".encode(), "找不到表头"),
            (BILLS, f"{HEADER}\n1号楼/1单元/101,,,,,".encode(), "没有填写任何数据"),
            (RESIDENTS, b"a,b\n1,2", "找不到表头"),
        ],
    )
    def test_says_why_a_file_is_refused_whole(
        self, site: Website, boss: Visitor, path: str, content: bytes, sentence: str
    ) -> None:
        """Rule 3.4."""
        answer = send(site, boss, content, path=path)
        location = answer.headers.get("location")
        page = boss.page(location) if location else read_html(answer.text)

        assert sentence in page.one(role="alert").text


class TestPreview:
    def test_counts_and_adds_up(self, site: Website, boss: Visitor) -> None:
        page = boss.page(upload(site, boss, GOOD, ALSO_GOOD))

        assert stats(page) == {
            "数据行": "2",
            "可导入": "2",
            "可导入合计": "¥1,301.01",
            "错误": "0",
            "提醒": "0",
            "提示": "0",
        }
        rows = page.all("table")[-1].one("tbody").all("tr")
        assert "1号楼/1单元/102" in rows[1].text
        assert "1.01" in rows[1].text
        assert "抄表" in rows[1].text
        assert page.has("button", class_="button-main")

    def test_names_row_column_and_what_to_do(self, site: Website, boss: Visitor) -> None:
        """Rule 3.11: every problem of every row at once."""
        path = upload(site, boss, GOOD, BAD)
        page = boss.page(path)

        wrong, good = [row.text for row in page.one(id="problems").one("tbody").all("tr")]
        assert wrong.startswith("第 3 行")
        assert "错误 房屋地址：小区里没有房屋" in wrong
        assert "新房屋请先在“房屋住户”添加" in wrong
        assert "费用金额：金额“一千三”不是有效的数字" in wrong
        assert good.startswith("第 2 行")
        assert not page.has("form", action=f"{path}/batch")

    def test_shows_one_severity(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, GOOD.replace("物业费", "宽带费"), BAD)

        page = boss.page(f"{path}?show=note")

        lines = [row.text for row in page.one(id="problems").one("tbody").all("tr")]
        assert len(lines) == 1
        assert "将按“其它”导入" in lines[0]
        chosen = page.one(id="problems").one("a", aria_current="true")
        assert chosen.text == "提示 1"

    def test_warns_of_what_was_charged_before(self, site: Website, boss: Visitor) -> None:
        """Rule 3.12."""
        boss.post(f"{upload(site, boss, GOOD)}/batch")

        page = boss.page(upload(site, boss, GOOD, ALSO_GOOD))

        assert stats(page)["提醒"] == "1"
        assert "该房屋已有相同费用类型、相同时段的缴费单" in page.one(id="problems").text
        assert page.one("input", name="confirm_warnings").get("required") is not None

    def test_says_that_the_community_is_not_open(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, GOOD)
        site.configure_companies.stop_community(site.admin, community_id=site.community.id)

        page = boss.page(path)

        assert "该小区已停用缴费，请先开通" in page.text
        assert not page.has("form", action=f"{path}/batch")

    def test_is_not_found_when_it_was_forgotten(self, boss: Visitor) -> None:
        answer = boss.get("/staff/imports/uploads/00000000000000000000000000000000")

        assert answer.status_code == 404
        assert "找不到该上传的文件" in answer.text

    def test_does_not_take_a_sheet_of_residents(self, site: Website, boss: Visitor) -> None:
        sheet = f"{RESIDENT_HEADER}\n1号楼/1单元/101,甲,,,".encode()
        answer = send(site, boss, sheet, path=RESIDENTS)
        upload_id = answer.headers["location"].rpartition("/")[2]

        assert boss.get(f"/staff/imports/uploads/{upload_id}").status_code == 404


class TestImport:
    def test_imports_every_row_and_asks_about_reminding(
        self, site: Website, boss: Visitor
    ) -> None:
        answer = boss.post(f"{upload(site, boss, GOOD, ALSO_GOOD)}/batch")

        assert len(bills(site)) == 2
        page = boss.page(answer.headers["location"])
        assert "已导入 2 条，合计 ¥1,301.01" in page.text
        assert "导入成功，立即给刚导入的记录住户发催缴通知？" in page.text
        assert [button.text for button in page.one("main").all("button")] == ["稍后催缴", "确定"]

    def test_imports_once_however_often_it_is_sent(self, site: Website, boss: Visitor) -> None:
        """Rule 3.12: a double click, a retry."""
        path = upload(site, boss, GOOD)

        places = {boss.post(f"{path}/batch").headers["location"] for _ in range(3)}

        assert len(bills(site)) == 1
        assert len(places) == 1

    def test_leads_from_the_preview_to_what_it_became(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, GOOD)
        done = boss.post(f"{path}/batch").headers["location"]

        assert boss.get(path).headers["location"] == done

    def test_imports_nothing_when_a_row_is_wrong(self, site: Website, boss: Visitor) -> None:
        answer = boss.post(f"{upload(site, boss, GOOD, BAD)}/batch")

        assert answer.status_code == 422
        assert "没有导入任何数据" in read_html(answer.text).one(role="alert").text
        assert not bills(site)

    def test_imports_warnings_only_when_they_are_confirmed(
        self, site: Website, boss: Visitor
    ) -> None:
        path = upload(site, boss, GOOD, GOOD)

        refused = boss.post(f"{path}/batch")
        assert refused.status_code == 422
        assert "有 1 处提醒需要确认后才能导入" in refused.text
        assert not bills(site)

        assert boss.post(f"{path}/batch", {"confirm_warnings": "yes"}).status_code == 303
        assert len(bills(site)) == 2

    def test_imports_nothing_into_a_closed_community(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, GOOD)
        site.configure_companies.stop_community(site.admin, community_id=site.community.id)

        assert boss.post(f"{path}/batch").status_code == 422
        assert not bills(site)


class TestErrorWorkbook:
    @pytest.mark.parametrize(
        ("path", "rows", "wrong"),
        [
            (BILLS, (HEADER, GOOD, BAD), "小区里没有房屋"),
            (BILLS, (HEADER, GOOD, BAD), "不是有效的数字"),
            (
                RESIDENTS,
                (RESIDENT_HEADER, "1号楼/102,甲,,,", "1号楼/102,乙,x,房东,"),
                "关系只能是",
            ),
        ],
    )
    def test_has_the_own_rows_and_what_is_wrong_with_them(
        self, site: Website, boss: Visitor, path: str, rows: Sequence[str], wrong: str
    ) -> None:
        preview = send(site, boss, "\n".join(rows).encode(), path=path).headers["location"]

        answer = boss.get(f"{preview}/errors")

        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        told = [row[-1] for row in sheet.iter_rows(values_only=True)]
        assert told[:2] == ["错误说明", None]
        assert wrong in str(told[2])
        assert "%E9%94%99%E8%AF%AF%E8%AF%B4%E6%98%8E" in answer.headers["content-disposition"]

    def test_can_be_uploaded_again(self, site: Website, boss: Visitor) -> None:
        answer = boss.get(f"{upload(site, boss, GOOD, BAD)}/errors")

        again = send(site, boss, answer.content, name="mended.xlsx")

        assert stats(boss.page(again.headers["location"]))["错误"] == "2"


class TestReminding:
    """Rule 3.1: nothing is sent to owners unless 确定 is pressed."""

    def test_is_asked_in_the_words_of_the_guide(
        self, site: Website, boss: Visitor, reminding: Website
    ) -> None:
        page = boss.page(imported(site, boss))

        assert "导入成功，立即给刚导入的记录住户发催缴通知？" in page.text
        buttons = page.one("form", class_="page-actions").all("button")
        assert [button.text for button in buttons] == ["稍后催缴", "确定"]
        assert "将给 1 户的 1 位住户发送微信缴费通知" in page.text
        assert reminding.reached == []

    def test_at_once_sends_and_shows_the_progress(
        self, site: Website, boss: Visitor, reminding: Website
    ) -> None:
        done = imported(site, boss)

        answer = boss.post(f"{done}/reminding", {"remind_now": "yes"})
        reminding.run_worker()

        assert answer.headers["location"].startswith("/staff/reminder-runs/")
        assert "共 1 户" in boss.page(answer.headers["location"]).text
        assert reminding.reached == ["openid-1"]
        assert remembered(site, done) is True
        assert "已记录：导入后立即催缴" in boss.page(done).text

    def test_names_only_houses_of_this_import(
        self, site: Website, boss: Visitor, reminding: Website
    ) -> None:
        reminding.add_owner(site.houses[2], name="李雷", openid="openid-2")
        site.add_bill(site.houses[2])

        boss.post(f"{imported(site, boss)}/reminding", {"remind_now": "yes"})
        reminding.run_worker()

        assert reminding.reached == ["openid-1"]

    def test_later_sends_nothing_and_shows_the_imported_bills(
        self, site: Website, boss: Visitor, reminding: Website
    ) -> None:
        done = imported(site, boss)

        answer = boss.post(f"{done}/reminding", {"remind_now": "no"})
        reminding.run_worker()

        query = parse_qs(urlsplit(answer.headers["location"]).query)
        assert query == {"community": [site.community.id], "batch": [done.rpartition("/")[2]]}
        assert "已记录" in boss.page(answer.headers["location"]).one(id="toasts").text
        assert reminding.reached == []
        assert remembered(site, done) is False
        assert "已记录：稍后催缴" in boss.page(done).text

    @pytest.mark.parametrize(("first", "told"), [("yes", 1), ("no", 0)])
    def test_is_answered_once(
        self, site: Website, boss: Visitor, reminding: Website, first: str, told: int
    ) -> None:
        done = imported(site, boss)
        boss.post(f"{done}/reminding", {"remind_now": first})

        answer = boss.post(f"{done}/reminding", {"remind_now": "yes"})
        reminding.run_worker()

        assert "没有重复发送" in boss.page(answer.headers["location"]).one(id="toasts").text
        assert len(reminding.reached) == told
        assert remembered(site, done) is (first == "yes")

    def test_says_before_and_after_why_no_message_can_leave(
        self, site: Website, boss: Visitor
    ) -> None:
        done = imported(site, boss)
        assert "现在发不出通知：还没有设置公众号" in boss.page(done).text

        answer = boss.post(f"{done}/reminding", {"remind_now": "yes"})

        assert answer.status_code == 422
        assert "还没有设置公众号" in answer.text
        assert remembered(site, done) is None

    def test_says_when_every_bill_is_paid_by_now(
        self, site: Website, boss: Visitor, reminding: Website
    ) -> None:
        done = imported(site, boss)
        for bill in bills(site):
            site.pay(bill)

        answer = boss.post(f"{done}/reminding", {"remind_now": "yes"})
        reminding.run_worker()

        assert "都已不是待支付" in boss.page(answer.headers["location"]).one(id="toasts").text
        assert reminding.reached == []

    def test_is_not_asked_of_who_may_not_remind(
        self, site: Website, boss: Visitor, reminding: Website
    ) -> None:
        done = imported(site, boss)
        cashier = site.staff(Role.FINANCE)

        page = cashier.page(done)

        assert "您的账号没有催缴权限" in page.text
        assert not page.has("form", action=f"{done}/reminding")
        assert cashier.post(f"{done}/reminding", {"remind_now": "yes"}).status_code == 403
        reminding.run_worker()
        assert reminding.reached == []
        assert remembered(site, done) is None

    def test_is_not_a_matter_of_other_companies(self, site: Website, boss: Visitor) -> None:
        done = boss.post(f"{upload(site, boss, GOOD)}/batch").headers["location"]
        rival = site.staff(Role.ADMINISTRATOR, admin=site.rival_admin)

        assert rival.post(f"{done}/reminding", {"remind_now": "yes"}).status_code == 404


class TestWithHtmx:
    def test_a_severity_is_a_part_of_the_page(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, BAD)

        part = read_html(boss.get(f"{path}?severity=error", htmx("section#problems", path)).text)

        assert part.has(id="problems")
        assert not part.has("html")


def upload(site: Website, visitor: Visitor, *rows: str) -> str:
    """Upload rows under the standard header and return the preview's address."""
    answer = send(site, visitor, "\n".join([HEADER, *rows]).encode())
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def send(
    site: Website,
    visitor: Visitor,
    content: bytes,
    *,
    profile: str = "standard",
    name: str = "bills.csv",
    path: str = BILLS,
) -> httpx.Response:
    fields = {"community": site.community.id, "profile": profile}
    return visitor.post(f"{path}/uploads", fields, files={"file": (name, content)})


def bills(site: Website) -> Sequence[PendingBill]:
    return [each for each in site.stored_bills() if isinstance(each, PendingBill)]


def upload_form(page: Element) -> dict[str, str]:
    return page.one("form", enctype="multipart/form-data").fields()


def assert_kept(page: Element, choices: Mapping[str, str]) -> None:
    """Assert that a form still has what was chosen, as far as its kind of sheet asks for it."""
    shown = upload_form(page)
    assert shown["community"] == choices["community"]
    assert shown.get("profile", choices["profile"]) == choices["profile"]


def stats(page: Element) -> dict[str, str]:
    cells = page.one("dl", class_="stats").all("div")
    return {cell.one("dt").text: cell.one("dd").text for cell in cells}


def imported(site: Website, boss: Visitor) -> str:
    """Import one good row and return the page of the import."""
    return str(boss.post(f"{upload(site, boss, GOOD)}/batch").headers["location"])


def remembered(site: Website, done: str) -> bool | None:
    batch_id = BatchId(done.rpartition("/")[2])
    return site.application.import_bills.batch(site.admin, batch_id=batch_id).remind_now
