"""What a role may not do is refused on every address of staff, as page and as form (rule 9).

A route that is added later is walked without anybody thinking of it: read-only staff may not have
it, unless it is named here.
"""

from __future__ import annotations

import re

import pytest

from billing_domain.model.company.staff import Role
from tests.databases import ONE_KIND
from tests.html_page import read_html
from tests.integration.promises.victim import Victim, routes
from tests.website import Website

SETTINGS = (
    r"company|communities(?!/{community_id}/collection-code)|staff-accounts|payment-accounts"
    r"|import-profiles/{key}/.|official-|reminder-settings"
)
REFUSED = {
    Role.FRONT_DESK: rf"{SETTINGS}|audit|refunds|.*/reversal|.*/release",
    Role.FINANCE: rf"{SETTINGS}|.*/reminder$|.*/voiding|bills/.*/removal|bill-batches/removal"
    r"|bills/.*/phones|resident-imports|registrations|houses/({house_id}/.|new)",
    # Everybody sees bills, imports, houses and reminders, and changes the password.
    Role.READ_ONLY: r"(?!(bills(/{number})?|bill-totals|import-batches|deleted-bills"
    r"|houses(/{house_id})?|password|reminders|communities/{community_id}/collection-code.*"
    r"|reminder-runs/{run_id}(/result)?)$)",
}
ANY_PAGE = re.compile(r"/staff/import-profiles$|.*/{export_id}.*|.*/print$")
"""What depends on more than a right: on whose export it is, or which kind of sheet is meant."""

HISTORY = "/staff/audit"
"""It leads to whatever it tells of."""


class TestRights:
    @ONE_KIND
    @pytest.mark.parametrize("role", REFUSED, ids=lambda role: role.name)
    def test_are_asked_for_on_every_route_and_no_link_is_offered_without(
        self, site: Website, victim: Victim, role: Role
    ) -> None:
        forms, visitor = victim.filled_forms(), site.staff(role)
        offered: set[str] = set()
        posted: set[str | None] = set()
        for path in routes(site, "GET"):
            if path.startswith("/staff/") and not ANY_PAGE.match(path):
                answer = visitor.get(victim.address(path))
                assert (answer.status_code == 403) is self.refuses(role, path), path
                if "text/html" in answer.headers["content-type"] and path != HISTORY:
                    page = read_html(answer.text)
                    offered |= {link["href"] for link in page.all("a")}
                    posted |= {form["action"] for form in page.all("form") if form.has("button")}
                    posted |= {each.get("formaction") for each in page.all("button")}
        for address in offered:
            assert visitor.get(address).status_code != 403, address
        before = site.contents()
        for path, fields in forms.items():
            if path.startswith("/staff/") and self.refuses(role, path):
                assert victim.address(path) not in posted, path
                assert visitor.post(victim.address(path), fields).status_code == 403, path
        assert site.contents() == before

    def refuses(self, role: Role, path: str) -> bool:
        return re.match(f"/staff/({REFUSED[role]})", path) is not None
