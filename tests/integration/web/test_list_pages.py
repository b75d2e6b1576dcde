"""Every list page: names what it can't read, keeps to its reach, and pages both ways."""

import sys
from collections.abc import Sequence
from typing import Any

import httpx

from billing_domain.model.company.actor import Actor
from billing_domain.model.houses.resident import Relation
from billing_domain.model.owners.owner import Owner
from billing_domain.model.owners.registration import RegistrationForm
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.documents import FileFormat
from billing_domain.words.zh_nouns import field_label
from billing_entrypoints.web.staff import routes
from billing_entrypoints.web.staff.list_page import ListPage
from billing_entrypoints.words import screens
from tests.html_page import Element, read_html
from tests.website import Visitor, Website

ROWS = 41
UNREADABLE = "\u200b"


def list_pages() -> dict[str, ListPage[Any]]:
    """Return the list pages of all modules of staff pages, by their addresses."""
    package = routes.__package__ or ""
    modules = [module for name, module in sys.modules.items() if name.startswith(package)]
    found = [thing for module in modules for thing in vars(module).values()]
    return {each.path: each for each in found if isinstance(each, ListPage)}


PAGES = list_pages()
FIELDS = [(path, name) for path, each in PAGES.items() for name in each.names]
READABLE = {"house", "building", "batch", "community"}
"""Compared as they are: any text can be read."""


def test_are_all_found() -> None:
    assert {path.rpartition("/")[2] for path in PAGES} == {
        "audit",
        "bills",
        "deleted-bills",
        "exports",
        "houses",
        "import-batches",
        "outbox-jobs",
        "payment-orders",
        "registrations",
        "reminders",
    }


def test_has_a_word_for_every_chip() -> None:
    for path, page in PAGES.items():
        assert {each.names[0] for each in page.criteria if each.chip} <= set(screens.CRITERIA), (
            path
        )


def test_names_what_it_can_not_read(boss: Visitor) -> None:
    for path, name in FIELDS:
        if name not in READABLE:
            answer = boss.client.get(path, params={name: UNREADABLE})
            assert names(problems(answer), name), (path, name)


def test_names_what_is_given_twice(site: Website, boss: Visitor) -> None:
    other = site.open_community(site.company.id, "滨江花园")
    twice: dict[str, Sequence[str]] = {
        "community": [other.id, site.community.id],
        "house": [house.id for house in site.houses[:2]],
    }
    for path, name in FIELDS:
        answer = boss.client.get(path, params={name: twice.get(name, ["a", "b"])})
        assert names(problems(answer), name), (path, name)


def test_knows_no_community_out_of_reach(site: Website, boss: Visitor) -> None:
    """P35; parts have no frame that would refuse."""
    for path, page in PAGES.items():
        foreign = f"{path}?community={site.rival_community.id}"
        assert boss.get(foreign).status_code == 404, path
        if "community" in page.names:
            boss.part(foreign, status=404)


def test_walk_their_rows_once_there_and_back(site: Website, boss: Visitor) -> None:
    fill(site)
    for path in PAGES:
        there, last = walk(boss, path, "下一页")
        back, _ = walk(boss, last, "上一页")

        assert len({row for page in there for row in page}) == sum(map(len, there)) >= ROWS, path
        assert back[::-1] == there, path


def fill(site: Website) -> None:
    """Keep more than two pages of everything that is listed."""
    site.with_payments(bills=0)
    site.connect_wechat()
    for house in site.add_houses(site.community, *(f"3号楼/{each}" for each in range(ROWS))):
        site.add_bill(house)
    site.remind()
    boss = Actor.staff(site.manage_staff.all(site.admin)[-1])
    for number in range(ROWS):
        site.manage_bills.delete(site.admin, numbers=[site.add_bill().number])
        month = f"20{10 + number // 12}年{number % 12 + 1}月"
        row = ("1号楼/1单元/101", "水费", f"{number + 1}", month, month, "")
        site.import_bills.import_sheet(site.admin, request=site.request(row, key=f"{number}"))
        site.check_out()
        site.add_job(dead="unexpected")
        site.application.export_bills.start(
            boss, bill_filter=BillFilter(text=f"{number}"), file_format=FileFormat.CSV
        )
        form = RegistrationForm.of(
            name=f"业主{number}", phone="13912345678", house_text="1号楼", relation=Relation.OWNER
        )
        site.application.register_owners.submit(
            Owner(f"openid-{number}", site.company.id, ()),
            community_id=site.community.id,
            form=form,
        )


def walk(boss: Visitor, path: str, link: str) -> tuple[list[list[str]], str]:
    """Follow a link from page to page; return their rows and the last address."""
    pages = []
    while True:
        page = boss.page(path)
        pages.append([repr(row) for row in page.one("tbody").all("tr")])
        onward = [each for each in page.one("nav", class_="pager").all("a") if each.text == link]
        if not onward:
            return pages, path
        path = onward[0]["href"]


def problems(answer: httpx.Response) -> list[Element]:
    assert answer.status_code == 200
    notice = read_html(answer.text).one(class_="notice-danger")
    assert "筛选条件没有生效" in notice.text
    return notice.all("li")


def names(found: list[Element], name: str) -> bool:
    """Tell whether the only problem is about a field."""
    (problem,) = found
    label = "金额" if name.startswith("amount") else field_label(name)
    return label in problem.text
