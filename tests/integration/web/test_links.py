"""Every link that a role is offered leads somewhere, and no page shows a whole phone."""

import re
from datetime import date
from urllib.parse import urlsplit

import pytest

from billing_domain.model.bills.bill import BillOrigin
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation
from billing_domain.use_cases.houses.register_residents import ResidentData
from tests.html_page import read_html
from tests.website import Visitor, Website, htmx

PHONE = "13812344613"
PAGES_MAX = 400
SHOWN = re.compile(r"/staff/houses/[^/]+/residents/[^/]+/edit")
"""The form of a resident shows the whole phone; the look is recorded."""


@pytest.fixture
def filled(site: Website) -> Website:
    """Something of everything that a page may link to."""
    site.open_community(site.company.id, "滨江花园")
    for relation in (Relation.OWNER, Relation.TENANT):
        site.register_residents.add_resident(
            site.admin,
            house_id=site.houses[0].id,
            data=ResidentData(f"陈{relation.value}", PHONE, relation, date(2020, 1, 1)),
        )
    site.import_rows(["1号楼/1单元/101", "水费", "1", "2026年10月", "2026年10月", ""])
    site.add_bill(origin=BillOrigin.PUSHED, external_number="WY-1")
    site.pay(site.add_bill())
    for _ in range(25):
        site.add_bill()
    return site


class TestEveryLink:
    @pytest.mark.parametrize("role", list(Role))
    def test_leads_somewhere(self, filled: Website, role: Role) -> None:
        """P45 on the way: phones are masked on every page."""
        visitor = filled.staff(role)
        seen = {kind_of("/staff/bills")}
        queue = ["/staff/bills"]
        while queue:
            address = queue.pop()
            answer = visitor.get(address)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
            assert PHONE not in answer.text or SHOWN.fullmatch(address), address
            found = {
                link for link in links_of(answer.text) if kind_of(link) not in map(kind_of, seen)
            }
            seen |= found
            queue += sorted(found)
            assert len(seen) < PAGES_MAX

        assert len(seen) > 10

    def test_in_a_dialog_leads_somewhere_too(self, filled: Website, boss: Visitor) -> None:
        bill = filled.add_bill()

        part = boss.get(f"/staff/bills/{bill.number}", htmx("dialog#dialog"))

        for link in links_of(part.text):
            assert boss.get(link).status_code == 200


def links_of(text: str) -> set[str]:
    found = set()
    for element in read_html(text).inside():
        if element.get("formaction"):
            continue  # it sends a selection along
        for name in ("href", "hx-get"):
            address = element.get(name) or ""
            if address.startswith("/staff/"):
                found.add(address)
    return found


def kind_of(address: str) -> str:
    """One page of each kind is enough: ids and the values of filters are alike."""
    parts = urlsplit(address)
    path = re.sub(r"[0-9a-f]{21,32}", "*", parts.path)
    return f"{path}?{re.sub(r'=[^&]*', '', parts.query)}"
