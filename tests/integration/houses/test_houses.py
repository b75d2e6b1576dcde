"""Houses in the browser: list, search, pages, add, correct, remove (rule 3.14)."""

import httpx
import pytest

from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation
from billing_domain.use_cases.houses.register_residents import ResidentData
from tests.html_page import Element, read_html
from tests.website import Visitor, Website, htmx

LIST = "/staff/houses"
PHONE = "13812344613"


class TestList:
    def test_shows_residents_and_what_is_due(self, site: Website, boss: Visitor) -> None:
        add_resident(site, "陈思好")
        add_resident(site, "李宜君")
        site.add_bill()

        rows = boss.page(LIST).one("tbody").all("tr")

        assert len(rows) == 3
        assert "1号楼/1单元/101" in rows[0].text
        assert "陈思好" in rows[0].one("summary").text
        assert "138****4613" in rows[0].text
        assert "1,300.00" in rows[0].text
        assert "1 笔" in rows[0].text
        assert PHONE not in boss.get(LIST).text

    @pytest.mark.parametrize("text", ["2号楼", "思好", "4613"])
    def test_finds_address_name_and_phone(self, site: Website, boss: Visitor, text: str) -> None:
        add_resident(site, "陈思好", house=2)

        rows = boss.page(f"{LIST}?q={text}").one("tbody").all("tr")

        assert [row.one("th").text for row in rows] == ["2号楼/1单元/101"]

    def test_says_when_nothing_was_found(self, boss: Visitor) -> None:
        page = boss.page(f"{LIST}?q=nowhere")

        assert page.one(class_="empty").one("h2").text == "没有符合条件的房屋"

    def test_pages_both_ways(self, site: Website, boss: Visitor) -> None:
        site.add_houses(site.community, *[f"3号楼/{number}" for number in range(1, 31)])
        page = boss.page(LIST)
        seen = addresses(page)
        while page_link(page, "下一页"):
            page = boss.page(page_link(page, "下一页"))
            seen += addresses(page)

        assert len(seen) == len(set(seen)) == 33
        assert seen[-2:] == ["3号楼/29", "3号楼/30"]
        assert addresses(boss.page(page_link(page, "上一页"))) == seen[:20]

    def test_asks_for_a_community_when_there_are_many(self, site: Website, boss: Visitor) -> None:
        other = site.open_community(site.company.id, "滨江花园")

        links = boss.page(LIST).one("main").all("a", class_="tile")

        assert [link.text for link in links] == ["幸福家园", "滨江花园"]
        assert boss.page(links[1]["href"]).one(class_="empty").has("a", class_="button-main")
        assert other.id in links[1]["href"]

    def test_offers_changes_only_to_who_may_make_them(self, site: Website) -> None:
        page = site.staff(Role.FINANCE).page(LIST)

        assert {link.text for link in page.one("tbody").all("a", href=house_path(site))} == {
            "1号楼/1单元/101",
            "查看 1号楼/1单元/101",
        }
        assert "添加房屋" not in page.text
        assert "删除" not in page.text

    def test_is_a_part_for_htmx(self, boss: Visitor) -> None:
        part = read_html(boss.get(f"{LIST}?q=101", htmx("div#houses", LIST)).text)

        assert part.one(id="houses")["hx-get"].endswith("q=101")
        assert not part.has("html")


class TestHouse:
    def test_shows_who_lives_and_lived_there(self, site: Website, boss: Visitor) -> None:
        add_resident(site, "陈思好")
        gone = add_resident(site, "李宜君")
        path = f"{house_path(site)}/residents/{gone}/moving-out"
        boss.post(path, {"version": "1", "moved_out_on": "2026-11-20"})

        page = boss.page(house_path(site))

        present, past = page.all("table")
        assert "陈思好" in present.text
        assert "李宜君" not in present.text
        assert "李宜君" in past.text
        assert "2026-11-20" in past.text

    def test_links_to_its_bills(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        site.add_bill(site.houses[1])
        house = site.houses[0]

        link = f"/staff/bills?community={site.community.id}&house={house.id}"
        assert boss.page(house_path(site)).has("a", href=link)
        rows = boss.page(link).one("tbody").all("tr")
        assert [row["id"] for row in rows] == [f"bill-{bill.number}"]


class TestAdding:
    def test_adds_a_house(self, site: Website, boss: Visitor) -> None:
        answer = add(site, boss, "9号楼/901")

        assert answer.headers["location"] == LIST
        assert "9号楼/901" in boss.page(LIST).one("tbody").text

    @pytest.mark.parametrize(
        ("address", "sentence"),
        [
            ("", "请填写房屋地址"),
            ("2026-03-02", "“2026-03-02”不是房屋地址，请写成 1号楼/1单元/101 这样的地址"),
            *(
                (
                    spelling,
                    f"房屋地址“{spelling}”已被使用，就是已有的房屋“1号楼/1单元/101”",
                )
                for spelling in ("1栋-1单元-101", "幸福家园1幢1单元101室", "1-1-101")
            ),
        ],
    )
    def test_shows_the_form_again_with_what_is_wrong(
        self, site: Website, boss: Visitor, address: str, sentence: str
    ) -> None:
        answer = add(site, boss, address)

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert page.one(class_="field-error").text == sentence
        assert page.one("form", action=LIST).fields()["address"] == address

    @pytest.mark.parametrize("role", [Role.FINANCE, Role.READ_ONLY])
    def test_is_refused_without_the_right(self, site: Website, role: Role) -> None:
        visitor = site.staff(role)

        assert add(site, visitor, "9号楼/901").status_code == 403
        form = f"{LIST}/new?community={site.community.id}"
        assert visitor.get(form).status_code == 403


class TestCorrecting:
    def test_keeps_bills_and_residents(self, site: Website, boss: Visitor) -> None:
        add_resident(site, "陈思好")
        site.add_bill()

        boss.post(f"{house_path(site)}/address", {"address": "1号楼/1单元/1001"})

        page = boss.page(house_path(site))
        assert page.one("h1").text == "1号楼/1单元/1001"
        assert "陈思好" in page.text
        assert "待支付 1 笔" in page.text

    def test_shows_the_form_again_with_what_is_wrong(self, site: Website, boss: Visitor) -> None:
        answer = boss.post(f"{house_path(site)}/address", {"address": "1号楼/1单元/102"})

        assert answer.status_code == 422
        assert "已被使用" in read_html(answer.text).one(class_="field-error").text


class TestRemoving:
    def test_removes_an_empty_house_and_leaves_its_page(
        self, site: Website, boss: Visitor
    ) -> None:
        path = house_path(site)

        answer = boss.post(f"{path}/removal", {"back": path})

        assert answer.headers["location"] == f"{LIST}?community={site.community.id}"
        assert boss.get(path).status_code == 404

    def test_stays_in_the_list(self, site: Website, boss: Visitor) -> None:
        back = f"{LIST}?community={site.community.id}&q=101"

        answer = boss.post(f"{house_path(site)}/removal", {"back": back})

        assert answer.headers["location"] == back

    def test_refuses_a_house_with_bills(self, site: Website, boss: Visitor) -> None:
        site.add_bill()

        answer = boss.post(f"{house_path(site)}/removal", {"back": LIST})

        assert answer.status_code == 422
        text = read_html(answer.text).one(role="alert").text
        assert text == "该房屋还有缴费单或住户，不能删除"
        assert boss.get(house_path(site)).status_code == 200


def addresses(page: Element) -> list[str]:
    return [row.one("th").text for row in page.one("tbody").all("tr")]


def add(site: Website, visitor: Visitor, address: str) -> httpx.Response:
    fields = {"community": site.community.id, "address": address, "back": LIST}
    return visitor.post(LIST, fields)


def add_resident(site: Website, name: str, *, house: int = 0) -> str:
    data = ResidentData(name, PHONE, Relation.OWNER, None)
    return site.register_residents.add_resident(
        site.admin, house_id=site.houses[house].id, data=data
    ).id


def house_path(site: Website) -> str:
    return f"{LIST}/{site.houses[0].id}"


def page_link(page: Element, label: str) -> str:
    links = [link for link in page.one("nav", class_="pager").all("a") if link.text == label]
    return links[0]["href"] if links else ""
