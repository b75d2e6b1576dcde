"""P44: HTML in an address, a name or a remark is shown as text wherever it is shown."""

from __future__ import annotations

import pytest

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.houses.house import House
from tests.databases import ONE_KIND
from tests.html_page import read_html
from tests.website import Visitor, Website, htmx
from tests.workbooks import xlsx_of
from tests.world import HEADER

IMAGE = "\"'><img src=x onerror=evil()>"
SCRIPT = "<script>evil()</script>"
REMARK = (IMAGE + SCRIPT) * 8


@pytest.fixture
def house(site: Website) -> House:
    """A house whose address and resident are markup."""
    (house,) = site.add_houses(site.community, f"<b onclick=evil()>{IMAGE}号楼")
    site.add_resident("\"'><b onclick=evil()>", "13812344613", house)
    return house


@pytest.fixture
def bill(site: Website, house: House) -> BillNumber:
    (number,) = site.add_bills((house.address.text, "水费", "1", "2026年1月", "2026年1月", REMARK))
    return number


def assert_inert(text: str) -> None:
    """What was written is there, and none of it became an element or an attribute."""
    assert "evil()" in text.lower()  # letters of an address are capitals
    for element in read_html(text).inside():
        assert not {name for name in element.attributes if name.startswith("on")}
        assert "evil()" not in (element.get("src") or "").lower()
        assert element.tag != "script" or element.get("src")
        assert element.tag != "img" or element.get("src") != "x"


class TestP44InertHtml:
    @ONE_KIND
    def test_p44_on_every_page_that_shows_it(
        self, site: Website, boss: Visitor, house: House, bill: BillNumber
    ) -> None:
        community = site.community.id
        for path in (
            "/staff/bills",
            f"/staff/bills/{bill}",
            f"/staff/bills/{bill}/edit",
            f"/staff/bills/{bill}/settlement",
            f"/staff/bill-batches/removal?number={bill}",
            f"/staff/houses?community={community}",
            f"/staff/houses/{house.id}",
            f"/staff/houses/{house.id}/address",
            "/staff/audit",
        ):
            for headers in (None, htmx("dialog#dialog")):
                answer = boss.get(path, headers)
                assert "unsafe" not in answer.headers["content-security-policy"]
                assert answer.status_code == 200, path
                assert_inert(answer.text)

    @ONE_KIND
    def test_p44_in_what_was_typed_and_refused(self, site: Website, boss: Visitor) -> None:
        sheet = xlsx_of([HEADER, (IMAGE, SCRIPT, IMAGE + "evil()", SCRIPT, IMAGE, REMARK)])

        assert_inert(site.send(boss, sheet, f"{IMAGE.replace(chr(34), '')}.xlsx").text)
        assert_inert(boss.get(f"/staff/bills?q={IMAGE}evil()").text)

    def test_p44_would_be_seen_by_this_test(self) -> None:
        """The control: the same text written into a page as it is."""
        with pytest.raises(AssertionError):
            assert_inert(f"<p>{IMAGE.replace('src=x', 'src=x alt=1')}evil()</p>")
