"""P35: ids of another community or company are 404 on every route, logged, and change nothing.

Every route with an id in its address is called with an id that belongs to somebody else: by a
stranger of another company, and by a colleague who may see another community only. A route that
is added later is walked without anybody thinking of it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

import pytest

from billing_domain.model.company.staff import Role
from tests.integration.promises.victim import Victim, names_of, routes
from tests.website import Visitor, Website

COMPANY_WIDE = {"staff_id", "key", "account_id"}
"""Kinds of ids that every community's staff shares: a colleague is no stranger to them."""

ASKED = [
    "/staff/bills?community={community_id}",
    "/staff/bill-batches/settlement?number={number}",
    "/staff/bill-batches/removal?number={number}",
    "/staff/bill-batches/reminder?number={number}",
    "/staff/bill-batches/reminder?whole=1&community={community_id}",
    "/staff/reminders?house={house_id}",
    "/staff/reminders?community={community_id}",
    "/staff/houses?community={community_id}",
    "/staff/exports/new?community={community_id}",
    "/staff/payment-orders?community={community_id}",
    "/staff/refunds/new?order={order_number}",
]
SENT: list[tuple[str, Mapping[str, str]]] = [
    (
        "/staff/bill-batches/settlement",
        {"number": "{number}", "count": "1", "total_fen": "200", "channel": "cash"},
    ),
    ("/staff/bill-batches/removal", {"number": "{number}", "count": "1", "total_fen": "200"}),
    ("/staff/bill-batches/reminder", {"number": "{number}"}),
    ("/staff/bill-batches/reminder", {"whole": "1", "community": "{community_id}"}),
    ("/staff/houses", {"community": "{community_id}", "address": "9号楼/901"}),
    ("/staff/refunds", {"order": "{order_number}", "bill": "{number}", "reason": "x"}),
    ("/staff/refunds", {"order": "{order_number}"}),
    ("/staff/receipts", {"number": "{number}"}),
    ("/staff/exports", {"community": "{community_id}", "format": "csv"}),
    ("/staff/imports/template", {"community": "{community_id}", "profile": "standard"}),
    (
        "/staff/staff-accounts",
        {
            "login_name": "intruder",
            "staff_name": "某人",
            "password": "correct horse battery",
            "role": "front_desk",
            "reach": "some",
            "community": "{community_id}",
        },
    ),
]


def intruders(site: Website) -> list[tuple[Visitor, set[str]]]:
    """Two administrators who have no business here, each with what is shared with them."""
    riverside = site.open_community(site.company.id, "滨江花园")
    return [
        (site.staff(Role.ADMINISTRATOR, admin=site.rival_admin), set()),
        (site.staff(Role.ADMINISTRATOR, communities=[riverside]), COMPANY_WIDE),
    ]


def staff_routes(site: Website) -> list[tuple[str, str]]:
    """Every method and address below /staff."""
    return [
        (method, path)
        for method in ("GET", "POST")
        for path in routes(site, method)
        if path.startswith("/staff")
    ]


def call(visitor: Visitor, method: str, address: str, fields: Mapping[str, str]) -> int:
    """Return the status of the answer to a look, or to a form."""
    answer = visitor.get(address) if method == "GET" else visitor.post(address, fields)
    return answer.status_code


class TestP35ForeignIds:
    def test_p35_are_unknown_on_every_route(
        self, site: Website, victim: Victim, caplog: pytest.LogCaptureFixture
    ) -> None:
        both, forms = intruders(site), victim.filled_forms()
        before = site.contents()
        for method, path in staff_routes(site):
            fields = forms[path] if method == "POST" else {}
            for intruder, shared in both:
                if not names_of(path) - shared:
                    continue
                caplog.clear()
                with caplog.at_level(logging.WARNING):
                    assert call(intruder, method, victim.address(path), fields) == 404, path
                _, *refusals = caplog.text.split("out of reach")
                assert len(refusals) == 1, path
                assert any(each in refusals[0] for each in victim.named(path)), path
        assert site.contents() == before

    def test_p35_are_unknown_in_every_query_and_form(self, site: Website, victim: Victim) -> None:
        both = intruders(site)
        before = site.contents()
        for intruder, _ in both:
            for address in ASKED:
                assert intruder.get(address.format_map(victim.ids)).status_code == 404, address
            for path, fields in SENT:
                filled = {name: value.format_map(victim.ids) for name, value in fields.items()}
                assert intruder.post(path, filled).status_code == 404, path
        assert site.contents() == before

    def test_p35_are_nothing_without_a_session(self, site: Website, victim: Victim) -> None:
        nobody, forms = site.visitor(), victim.filled_forms()
        before = site.contents()
        for method, path in staff_routes(site):
            assert call(nobody, method, victim.address(path), forms.get(path, {})) == 303, path
        assert site.contents() == before

    def test_p35_are_known_to_their_owner(self, site: Website, victim: Victim) -> None:
        """The control: the addresses above are right."""
        for method, path in staff_routes(site):
            if method == "GET" and names_of(path):
                assert call(victim.owner, "GET", victim.address(path), {}) != 404, path

    def test_p35_lists_of_others_do_not_have_them(self, site: Website, victim: Victim) -> None:
        number, both = victim.ids["number"], intruders(site)
        for query in ("", "?q=101", "?q=13812344613", "?state=pending"):
            assert number in victim.owner.get(f"/staff/bills{query}").text
            for intruder, _ in both:
                assert number not in intruder.get(f"/staff/bills{query}").text
