"""P35: ids of another community or company are 404 on every route, logged, and change nothing."""

from __future__ import annotations

import logging
from typing import Any, cast

import pytest

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Resident
from billing_domain.model.imports.upload import UploadKind
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.documents import FileFormat
from billing_domain.use_cases.imports.manage_import_profiles import ProfileContent
from tests.integration.promises.office import Office
from tests.integration.promises.reminded_office import dead_job, reminding
from tests.integration.web.test_reach import (
    COMPANY_WIDE,
    Victim,
    call,
    names_of,
    of_others,
    staff_routes,
)
from tests.sandbox_payments import SandboxPayments
from tests.website import Visitor


def uploaded(office: Office, kind: UploadKind, header: str) -> str:
    """Keep a sheet that waits for its confirmation and return its id."""
    kept = office.application.stage_uploads.add(
        office.admin,
        kind=kind,
        community_id=office.garden.id,
        profile_key="standard",
        file_name="sheet.csv",
        content=f"{header}\n1号楼/1单元/101,x,x,x,x,x".encode(),
    )
    return kept.id


def own_profile(office: Office) -> str:
    """Keep an edited copy of the standard template and return its key."""
    profiles = office.application.manage_import_profiles
    shipped = profiles.all(office.admin)[0]
    content = ProfileContent(
        name="自己的模板", columns=shipped.columns, date_forms=shipped.date_forms, fee_types={}
    )
    return profiles.copy(office.admin, key=shipped.key, content=content).key


def requested(office: Office) -> str:
    """Remind a family and return the request's id."""
    reminding(office)
    reminded = office.application.remind_residents.by_filter(office.admin, BillFilter())
    assert reminded.run is not None
    return reminded.run.id


@pytest.fixture
def victim(office: Office) -> Victim:
    """Whoever owns one thing of every kind, in 幸福家园."""
    batch = office.import_rows(("1号楼/1单元/101", "水费", "1", "2026年1月", "2026年1月", ""))
    resident: Resident = office.add_resident("陈思好", "13812344613")
    owner, browser = office.account(login_name="owner"), office.visitor()
    browser.sign_in("owner")
    browser.post(f"/owner/{office.garden.id}/visitors", {"resident_id": resident.id})
    export = office.application.export_bills.start(
        Actor.staff(owner), bill_filter=BillFilter(), file_format=FileFormat.CSV
    )
    payments = SandboxPayments.at(office.application, office.admin)
    order = payments.paid_by(resident.id, *office.water_bills(1, yuan=3))
    refund = office.application.refund_payments.propose(
        office.admin, order=order.number, reason="重复缴费"
    )
    ids = {
        "order_number": order.number,
        "refund_number": refund.number,
        "account_id": payments.account.id,
        "registration_id": payments.registered("1号楼/1单元/101", resident.phone).id,
        "number": office.water_bills(1, yuan=2)[0],
        "batch_id": batch.id,
        "upload_id": uploaded(
            office, UploadKind.BILLS, "房屋地址,费用类型,费用金额,开始时间,结束时间,备注"
        ),
        "resident_upload_id": uploaded(
            office, UploadKind.RESIDENTS, "房屋地址,姓名,电话,关系,入住日期"
        ),
        "key": own_profile(office),
        "export_id": export.id,
        "house_id": office.houses[0].id,
        "resident_id": resident.id,
        "community_id": office.garden.id,
        "staff_id": owner.id,
        "channel": "wechat",
        **dict.fromkeys(("token", "reminder_id", "visitor"), "x"),
        "run_id": requested(office),
        "job_id": dead_job(office).id,
    }
    return Victim(ids, browser, cast("Any", office))


def intruders(office: Office) -> list[tuple[Visitor, set[str]]]:
    """Two administrators who have no business here, each with what is shared with them."""
    return [
        (office.staff(Role.ADMINISTRATOR, admin=office.rival_admin), set()),
        (office.staff(Role.ADMINISTRATOR, communities=[office.riverside]), COMPANY_WIDE),
    ]


class TestP35ForeignIds:
    def test_p35_are_unknown_on_every_route(
        self, office: Office, victim: Victim, caplog: pytest.LogCaptureFixture
    ) -> None:
        both = intruders(office)
        forms = {path: victim.filled_form(path) for kind, path in staff_routes() if kind == "POST"}
        before = office.contents()
        for method, path in of_others():
            fields = forms[path] if method == "POST" else {}
            for intruder, shared in both:
                if names_of(path) & shared:
                    continue
                caplog.clear()
                with caplog.at_level(logging.WARNING):
                    assert call(intruder, method, victim.address(path), fields) == 404, path
                _, *refusals = caplog.text.split("out of reach")
                assert len(refusals) == 1, path
                assert any(each in refusals[0] for each in victim.named(path)), path
        assert office.contents() == before

    def test_p35_are_known_to_their_owner(self, victim: Victim) -> None:
        """The control: the addresses above are right."""
        for method, path in staff_routes():
            if method == "GET":
                assert call(victim.owner, "GET", victim.address(path), {}) != 404, path

    @pytest.mark.parametrize("query", ["", "?q=101", "?q=13812344613", "?state=pending"])
    def test_p35_lists_of_others_do_not_have_them(
        self, office: Office, victim: Victim, query: str
    ) -> None:
        number = victim.ids["number"]
        assert number in victim.owner.get(f"/staff/bills{query}").text
        for intruder, _ in intruders(office):
            assert number not in intruder.get(f"/staff/bills{query}").text
