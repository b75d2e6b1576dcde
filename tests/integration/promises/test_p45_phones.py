"""P45: whole phone numbers are seen by who may, on demand, and it is written down."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Role
from billing_entrypoints.web.logs import MaskingFormatter
from tests.databases import ONE_KIND
from tests.integration.bills.test_exports import export
from tests.integration.cli.conftest import Processes
from tests.integration.promises.victim import Victim, routes
from tests.website import Visitor, Website

PHONE, MASKED = "13812344613", "138****4613"
EDITING = "/staff/houses/{house_id}/residents/{resident_id}/edit"
"""The one page that has to hold the number, to be corrected; looking at it is written down."""


def shown(site: Website) -> int:
    """Return how often phones were shown, by the audit log."""
    rows = site.contents()["billing_audit_entries"]
    return sum("phones_shown" in map(str, row) for row in rows)


class TestP45Phones:
    @ONE_KIND
    @pytest.mark.parametrize("role", [Role.READ_ONLY, Role.FINANCE, Role.ADMINISTRATOR])
    def test_p45_are_masked_on_every_page(self, site: Website, victim: Victim, role: Role) -> None:
        visitor, masked = site.staff(role), 0
        for path in routes(site, "GET"):
            text = visitor.get(victim.address(path)).text
            masked += MASKED in text
            assert PHONE not in text or (path == EDITING and role is Role.ADMINISTRATOR), path
        assert masked > 1

    @pytest.mark.parametrize(("role", "seen"), [(Role.READ_ONLY, 0), (Role.ADMINISTRATOR, 1)])
    def test_p45_are_revealed_by_permission_and_written_down(
        self, site: Website, role: Role, seen: int
    ) -> None:
        site.add_resident("陈思好", PHONE)
        number: BillNumber = site.water_bills(1)[0]

        answer = site.staff(role).post(f"/staff/bills/{number}/phones")

        assert (PHONE in answer.text) == bool(seen)
        assert shown(site) == seen

    @pytest.mark.parametrize(("role", "phone"), [(Role.FINANCE, MASKED), (Role.FRONT_DESK, PHONE)])
    def test_p45_are_masked_in_exports_without_the_right(
        self, site: Website, role: Role, phone: str
    ) -> None:
        site.add_resident("陈思好", PHONE)
        site.water_bills(1)
        visitor: Visitor = site.staff(role)

        text = visitor.get(f"{export(visitor, format='csv')}/file").content.decode("utf-8-sig")

        assert phone in text
        assert (PHONE in text) == (phone == PHONE)

    @ONE_KIND
    def test_p45_are_in_no_log(
        self, site: Website, victim: Victim, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            for path in routes(site, "GET"):
                victim.owner.get(victim.address(path))
            victim.owner.get(f"/staff/bills?q={PHONE}")
            victim.owner.get(f"/staff/bills/{PHONE}")
            victim.owner.post(f"/staff/bills/{victim.ids['number']}/phones")

        own = [each for each in caplog.records if each.name.startswith("billing")]
        plain = "\n".join(each.getMessage() for each in own)
        lines = [MaskingFormatter().format(each) for each in own]
        assert PHONE in plain, "the control: an address with a phone was logged"
        assert not [line for line in lines if PHONE in line]

    def test_p45_are_in_no_output_of_a_command(
        self, site: Website, sql_url: str, tmp_path: Path
    ) -> None:
        site.add_resident("陈思好", PHONE)
        site.water_bills(1)
        billing = Processes(sql_url, tmp_path)
        for words in (["--query", PHONE], ["--json"], []):
            answer = billing("bills", "list", "--community", "幸福家园", *words)
            assert answer.status == 0, answer.err
            assert "陈思好" in answer.out
            assert MASKED in answer.out or "--json" not in words
            assert PHONE not in answer.out
