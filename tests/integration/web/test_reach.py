"""Promise P35, by generation: no route shows or changes anything out of reach.

Every route with an id in its address is called with an id that belongs to somebody else: by a
stranger of another company, and by a colleague who may see another community only. A route that
is added later is walked without anybody thinking of it; one with a new kind of id fails here
until `victim` owns such a thing.
"""

import logging
import re
from collections.abc import Mapping

import attrs
import pytest

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.documents import FileFormat
from billing_domain.use_cases.houses.register_residents import ResidentData
from billing_domain.use_cases.imports.manage_import_profiles import ProfileContent
from billing_domain.use_cases.imports.stage_uploads import UploadKind
from billing_entrypoints.web.staff.routes import STAFF_HANDLERS
from tests.html_page import read_html
from tests.online_payments import OnlinePayments
from tests.reminding import Reminding
from tests.website import Visitor, Website

COMPANY_WIDE = {"staff_id", "key", "account_id"}
"""Kinds of ids that every community's staff shares: a colleague is no stranger to them."""

OF_ONES_OWN = {"channel"}
"""Parts of an address that every company has of its own: nobody's but the visitor's are meant."""

FILLED_IN: Mapping[str, Mapping[str, str]] = {
    "/staff/bills/{number}/settlement": {"channel": "cash"},
    "/staff/bills/{number}/settlement/reversal": {"version": "2", "reason": "x"},
    "/staff/bills/{number}/voiding": {"version": "1"},
    "/staff/houses/{house_id}/residents": {"resident_name": "某人", "relation": "owner"},
    "/staff/imports/batches/{batch_id}/reminding": {"remind_now": "yes"},
    "/staff/registrations/{registration_id}/rejection": {"reason": "x"},
}
"""What a person would fill in where the form alone is not enough to be sent."""


@attrs.frozen
class Victim:
    """Owns one thing of each kind; `ids` are by the names that addresses use."""

    ids: Mapping[str, str]
    owner: Visitor
    site: Website

    def address(self, path: str) -> str:
        """Return the address of its own thing under a route."""
        if path.startswith("/staff/resident-imports/"):
            path = path.replace("{upload_id}", self.ids["resident_upload_id"])
        return path.format_map(self.ids)

    def filled_form(self, path: str) -> dict[str, str]:
        """Return what its owner would send there."""
        page = self.owner.get(self.address(path))
        fields: dict[str, str] = {}
        if page.status_code == 200 and "text/html" in page.headers["content-type"]:
            for form in read_html(page.text).all("form", action=self.address(path)):
                fields.update(form.fields())
        fields.pop("_csrf_token", None)
        return {**fields, **FILLED_IN.get(path, {})}


@pytest.fixture
def victim(site: Website) -> Victim:
    owner = site.account(Role.ADMINISTRATOR, login_name="owner")
    batch = site.import_rows(["1号楼/1单元/101", "水费", "1", "2026年10月", "2026年10月", ""])
    uploads = {kind: add_upload(site, kind) for kind in UploadKind}
    shipped = site.manage_import_profiles.get(site.admin, key=batch.profile_key)
    profile = site.manage_import_profiles.copy(
        site.admin,
        key=shipped.key,
        content=ProfileContent(
            name="自己的模板",
            columns=shipped.columns,
            date_forms=shipped.date_forms,
            fee_types={},
        ),
    )
    somebody = ResidentData("陈思好", "13812344613", Relation.OWNER, None)
    resident = site.register_residents.add_resident(
        site.admin, house_id=site.houses[0].id, data=somebody
    )
    payments = OnlinePayments.at(site)
    order = payments.paid()
    reminding = Reminding.at(site)
    browser = site.visitor()
    browser.sign_in("owner")
    export = site.application.export_bills.start(
        Actor.staff(owner), bill_filter=BillFilter(), file_format=FileFormat.CSV
    )
    return Victim(
        {
            "number": site.add_bill().number,
            "batch_id": batch.id,
            "upload_id": uploads[UploadKind.BILLS],
            "resident_upload_id": uploads[UploadKind.RESIDENTS],
            "key": profile.key,
            "export_id": export.id,
            "house_id": site.houses[0].id,
            "resident_id": resident.id,
            "community_id": site.community.id,
            "staff_id": owner.id,
            "order_number": order.number,
            "refund_number": payments.proposed(order).number,
            "account_id": payments.account.id,
            "registration_id": payments.registered().id,
            "channel": "wechat",
            "run_id": reminding.requested(),
            "job_id": reminding.dead_job().id,
        },
        browser,
        site,
    )


def add_upload(site: Website, kind: UploadKind) -> str:
    headers = {
        UploadKind.BILLS: "房屋地址,费用类型,费用金额,开始时间,结束时间,备注",
        UploadKind.RESIDENTS: "房屋地址,姓名,电话,关系,入住日期",
    }
    upload = site.stage_uploads.add(
        site.admin,
        kind=kind,
        community_id=site.community.id,
        profile_key="standard",
        file_name="sheet.csv",
        content=f"{headers[kind]}\n1号楼/1单元/101,x,x,x,x,x".encode(),
    )
    return upload.id


@attrs.frozen
class Intruders:
    """Two administrators who have no business with the victim's things."""

    stranger: Visitor
    colleague: Visitor

    def of(self, path: str) -> list[Visitor]:
        """Return those to whom the things of a route are out of reach."""
        if names_of(path) & COMPANY_WIDE:
            return [self.stranger]
        return [self.stranger, self.colleague]


@pytest.fixture
def intruders(site: Website) -> Intruders:
    other = site.open_community(site.company.id, "滨江花园")
    return Intruders(
        stranger=site.staff(Role.ADMINISTRATOR, admin=site.rival_admin),
        colleague=site.staff(Role.ADMINISTRATOR, communities=[other]),
    )


def staff_routes() -> list[tuple[str, str]]:
    """Every method and address below /staff that names a thing."""
    found = {
        (method, re.sub(r"{(\w+):\w+}", r"{\1}", f"/staff{path}"))
        for handler in STAFF_HANDLERS
        for path in handler.paths
        for method in handler.http_methods
    }
    return sorted((method, path) for method, path in found if "{" in path)


def of_others() -> list[tuple[str, str]]:
    """Every route below /staff that may name a thing of somebody else."""
    return [route for route in staff_routes() if names_of(route[1]) - OF_ONES_OWN]


def names_of(path: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", path))


class TestEveryRouteThatNamesAThing:
    @pytest.mark.parametrize("route", of_others())
    def test_hides_it_from_strangers(
        self,
        victim: Victim,
        intruders: Intruders,
        caplog: pytest.LogCaptureFixture,
        route: tuple[str, str],
    ) -> None:
        method, path = route
        fields = victim.filled_form(path) if method == "POST" else {}
        before = victim.site.everything()
        for intruder in intruders.of(path):
            with caplog.at_level(logging.WARNING):
                assert call(intruder, method, victim.address(path), fields) == 404
        assert victim.site.everything() == before
        assert caplog.text.count("out of reach") == len(intruders.of(path))

    @pytest.mark.parametrize(("method", "path"), staff_routes())
    def test_hides_it_from_everybody_without_a_session(
        self, site: Website, victim: Victim, method: str, path: str
    ) -> None:
        fields = victim.filled_form(path) if method == "POST" else {}
        before = site.everything()

        assert call(site.visitor(), method, victim.address(path), fields) == 303
        assert site.everything() == before

    @pytest.mark.parametrize(
        ("method", "path"), [route for route in staff_routes() if route[0] == "GET"]
    )
    def test_exists_for_its_owner(self, victim: Victim, method: str, path: str) -> None:
        """The 404 above is the stranger's, not a wrong address's."""
        assert call(victim.owner, method, victim.address(path), {}) != 404


class TestEveryForm:
    @pytest.mark.parametrize("path", [path for method, path in staff_routes() if method == "POST"])
    def test_refuses_fields_that_its_page_does_not_have(
        self, site: Website, victim: Victim, path: str
    ) -> None:
        """P41: nobody slips in a status, an amount or a community."""
        fields = victim.filled_form(path)
        before = site.everything()

        answer = call(victim.owner, "POST", victim.address(path), {**fields, "is_admin": "1"})

        assert answer == 400
        assert site.everything() == before


def call(visitor: Visitor, method: str, address: str, fields: Mapping[str, str]) -> int:
    answer = visitor.get(address) if method == "GET" else visitor.post(address, fields)
    return answer.status_code


class TestEveryFormThatNamesAThing:
    """The same for ids that stand in a query or in a form instead of the path."""

    @pytest.mark.parametrize(
        "address",
        [
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
        ],
    )
    def test_hides_it_when_asked(self, victim: Victim, intruders: Intruders, address: str) -> None:
        for intruder in intruders.of(""):
            assert intruder.get(address.format_map(victim.ids)).status_code == 404

    @pytest.mark.parametrize(
        ("path", "fields"),
        [
            (
                "/staff/bill-batches/settlement",
                {"number": "{number}", "count": "1", "total_fen": "130000", "channel": "cash"},
            ),
            (
                "/staff/bill-batches/removal",
                {"number": "{number}", "count": "1", "total_fen": "130000"},
            ),
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
        ],
    )
    def test_hides_it_when_sent(
        self, victim: Victim, intruders: Intruders, path: str, fields: Mapping[str, str]
    ) -> None:
        filled = {name: value.format_map(victim.ids) for name, value in fields.items()}
        before = victim.site.everything()
        for intruder in intruders.of(""):
            assert intruder.post(path, filled).status_code == 404
        assert victim.site.everything() == before
