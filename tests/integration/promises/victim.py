"""Somebody who owns one thing of every kind, and every address that may name it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs
from litestar.routes import HTTPRoute

from billing_domain.model.company.actor import Actor
from billing_domain.model.imports.upload import UploadKind
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.documents import FileFormat
from billing_domain.use_cases.imports.manage_import_profiles import ProfileContent
from billing_entrypoints.web.callbacks.payments import PATH as CALLBACKS
from tests.html_page import read_html
from tests.integration.promises.reminded import dead_job, reminding
from tests.sandbox_payments import SandboxPayments
from tests.website import Visitor, Website

FILLED_IN: Mapping[str, Mapping[str, str]] = {
    "/staff/bills/{number}/settlement": {"channel": "cash"},
    "/staff/bills/{number}/settlement/reversal": {"version": "2", "reason": "x"},
    "/staff/bills/{number}/voiding": {"version": "1"},
    "/staff/houses/{house_id}/residents": {"resident_name": "某人", "relation": "owner"},
    "/staff/imports/batches/{batch_id}/reminding": {"remind_now": "yes"},
    "/staff/imports/uploads/{upload_id}/profile": {"profile": "standard"},
    "/staff/resident-imports/uploads/{upload_id}/profile": {"profile": "standard"},
    "/staff/registrations/{registration_id}/rejection": {"reason": "x"},
}
"""What a person would fill in where the form alone is not enough to be sent."""

OTHERWISE_NAMED = {
    "/staff/resident-imports/": ("{upload_id}", "{resident_upload_id}"),
    "/owner/orders/": ("{number}", "{order_number}"),
    "/staff/deleted-bills/": ("{number}", "{deleted_number}"),
}
"""Where an address has another thing's name for its own."""


@attrs.frozen
class Victim:
    """Owns one thing of each kind in 幸福家园; `ids` are by the names that addresses use.

    The browser is signed in as staff and as an owner. A new kind of id fails every walk until
    there is such a thing here.
    """

    site: Website
    ids: Mapping[str, str]
    owner: Visitor

    @classmethod
    def at(cls, site: Website) -> Victim:
        """Let somebody at a website own all that."""
        application, admin = site.application, site.admin
        batch = site.import_rows(("1号楼/1单元/101", "水费", "1", "2026年1月", "2026年1月", ""))
        resident = site.add_resident("陈思好", "13812344613")
        owner, browser = site.staff_account(login_name="owner"), site.visitor()
        browser.sign_in("owner")
        browser.post(f"/owner/{site.community.id}/visitors", {"resident_id": resident.id})
        export = application.export_bills.start(
            Actor.staff(owner), bill_filter=BillFilter(), file_format=FileFormat.CSV
        )
        payments = SandboxPayments.at(application, admin)
        order = payments.paid_by(resident.id, *site.water_bills(1, yuan=3))
        refund = application.refund_payments.propose(admin, order=order.number, reason="重复缴费")
        deleted = site.water_bills(1, yuan=4)[0]
        application.manage_bills.delete(admin, numbers=[deleted])
        ids = {
            "deleted_number": deleted,
            "order_number": order.number,
            "refund_number": refund.number,
            "account_id": payments.account.id,
            "registration_id": payments.registered("1号楼/1单元/101", resident.phone).id,
            "number": site.water_bills(1, yuan=2)[0],
            "batch_id": batch.id,
            "upload_id": _uploaded(
                site, UploadKind.BILLS, "房屋地址,费用类型,费用金额,开始时间,结束时间,备注"
            ),
            "resident_upload_id": _uploaded(
                site, UploadKind.RESIDENTS, "房屋地址,姓名,电话,关系,入住日期"
            ),
            "key": _own_profile(site),
            "export_id": export.id,
            "house_id": site.houses[0].id,
            "resident_id": resident.id,
            "community_id": site.community.id,
            "staff_id": owner.id,
            "channel": "wechat",
            "run_id": _requested(site),
            "job_id": dead_job(site).id,
            **dict.fromkeys(("token", "reminder_id", "visitor"), "x"),
        }
        return cls(site, ids, browser)

    def address(self, path: str) -> str:
        """Return the address of its own thing under a route."""
        for start, names in OTHERWISE_NAMED.items():
            if path.startswith(start):
                path = path.replace(*names)
        return path.format_map(self.ids)

    def named(self, path: str) -> set[str]:
        """Return the ids in that address."""
        return {*self.address(path).split("/")} & {*self.ids.values()}

    def filled_form(self, path: str) -> dict[str, str]:
        """Return what its owner would send there."""
        page = self.owner.get(self.address(path))
        fields: dict[str, str] = {}
        if page.status_code == 200 and "text/html" in page.headers["content-type"]:
            for form in read_html(page.text).all("form", action=self.address(path)):
                fields.update(form.fields())
        fields.pop("_csrf_token", None)
        return {**fields, **FILLED_IN.get(path, {})}

    def filled_forms(self) -> dict[str, dict[str, str]]:
        """Return what its owner would send to every route that takes a form."""
        return {path: self.filled_form(path) for path in routes(self.site, "POST")}


def routes(site: Website, method: str) -> list[str]:
    """Every address that answers to a method, but providers' callbacks, which are signed (P37)."""
    return [
        route.path_format
        for route in site.server.app.routes
        if isinstance(route, HTTPRoute)
        and method in route.methods
        and not route.path.startswith(("/static", CALLBACKS))
    ]


def names_of(path: str) -> set[str]:
    """Return the kinds of ids in a route, but those that everybody has of their own."""
    return {*re.findall(r"{(\w+)}", path)} - {"channel"}


def _uploaded(site: Website, kind: UploadKind, header: str) -> str:
    kept = site.application.stage_uploads.add(
        site.admin,
        kind=kind,
        community_id=site.community.id,
        profile_key="standard",
        file_name="sheet.csv",
        content=f"{header}\n1号楼/1单元/101,x,x,x,x,x".encode(),
    )
    return kept.id


def _own_profile(site: Website) -> str:
    profiles = site.application.manage_import_profiles
    shipped = profiles.all(site.admin)[0]
    content = ProfileContent(
        name="自己的模板", columns=shipped.columns, date_forms=shipped.date_forms, fee_types={}
    )
    return profiles.copy(site.admin, key=shipped.key, content=content).key


def _requested(site: Website) -> str:
    reminding(site)
    reminded = site.application.remind_residents.by_filter(site.admin, BillFilter())
    assert reminded.run is not None
    return reminded.run.id
