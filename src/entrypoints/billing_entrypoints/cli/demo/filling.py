"""Bringing the demo data in through the use cases, as staff would, with a clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from billing_domain.model.bills.bill import BillState
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community, CommunityStatus, Company
from billing_domain.model.imports.profile import STANDARD
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.imports.resident_sheet import RESIDENT_HEADERS
from billing_domain.model.payments.order import ProviderKey
from billing_domain.model.period import chinese_day
from billing_domain.ports.bills import BillFilter, BillRow
from billing_domain.ports.paging import PAGE_ROWS_MAX
from billing_domain.ports.system import Clock
from billing_domain.use_cases.payments.configure_payments import AccountForm
from billing_entrypoints.application import Application
from billing_entrypoints.cli.demo.content import (
    COMPANIES,
    MONTHS,
    PASSWORD,
    DemoBill,
    DemoCommunity,
    DemoCompany,
    DemoMonth,
    months,
    resident_rows,
)
from billing_entrypoints.cli.demo.payments import DemoPayments
from billing_entrypoints.cli.demo.reminders import DemoReminders

SANDBOX: Final = ProviderKey("sandbox")
PAYMENTS_BEGIN: Final = timedelta(days=4)
REMINDED_BEFORE: Final = timedelta(days=1)
_HEADER = tuple(STANDARD.header(column) for column in STANDARD.columns)


class DemoClock(Clock):
    """A clock that is set to when the demo staff did things."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        """Return the moment that was set, in UTC."""
        return self.at.astimezone(UTC)


@attrs.frozen
class DemoFilling:
    """Fills an application whose clock is the given one; every step can be repeated."""

    application: Application
    clock: DemoClock
    now: datetime

    def is_done(self) -> bool:
        """Tell whether a whole filling was done before: the very last account is there."""
        last = COMPANIES[-1]
        wanted = last.sign_ins[-1].login_name
        accounts = [
            account.login_name
            for company in self.application.configure_companies.companies()
            if company.name == last.name
            for account in self.application.manage_staff.all(Actor.system(company.id))
        ]
        return wanted in accounts

    def billed(self) -> Sequence[Community]:
        """Return the open communities of the demo's companies, whose owners have bills."""
        names = {demo.name for demo in COMPANIES}
        return [
            community
            for company in self.application.configure_companies.companies()
            if company.name in names
            for community in self._open(Actor.system(company.id))
        ]

    def fill(self) -> None:
        """Bring in what is not there yet; the accounts come last."""
        companies = [(self._company(demo), demo) for demo in COMPANIES]
        for company, demo in companies:
            self._fill_company(Actor.system(company.id, name=demo.sign_ins[0].name), demo)
        for company, demo in companies:
            self.clock.at = self.now - PAYMENTS_BEGIN
            actor = Actor.system(company.id)
            self._merchant_account(actor)
            self._payments(actor)
            self._reminders(Actor.system(company.id, name=demo.sign_ins[0].name))
        self.clock.at = self.now
        for company, demo in companies:
            self._sign_ins(Actor.system(company.id), demo)

    def _company(self, demo: DemoCompany) -> Company:
        self.clock.at = self.now - timedelta(days=31 * MONTHS + 40)
        configure = self.application.configure_companies
        for company in configure.companies():
            if company.name == demo.name:
                return company
        return configure.create_company(name=demo.name)

    def _fill_company(self, actor: Actor, demo: DemoCompany) -> None:
        self.clock.at = self.now - timedelta(days=31 * MONTHS + 30)
        community = self._community(actor, demo.community.name, CommunityStatus.OPEN)
        if demo.not_opened is not None:
            self._community(actor, demo.not_opened, CommunityStatus.NOT_OPENED)
        if demo.stopped is not None:
            self._community(actor, demo.stopped, CommunityStatus.STOPPED)
        self._residents(actor, community, demo.community)
        for month in months(demo.community, self.now):
            self._month(actor, community, month)

    def _community(self, actor: Actor, name: str, status: CommunityStatus) -> Community:
        configure = self.application.configure_companies
        known = {each.name: each for each in self.application.view_company.communities(actor)}
        community = known.get(name) or configure.add_community(actor, name=name)
        if status is CommunityStatus.NOT_OPENED or community.status is status:
            return community
        if community.status is CommunityStatus.NOT_OPENED:
            opened = configure.open_community(actor, community_id=community.id)
            community = opened.community
        if status is CommunityStatus.STOPPED:
            return configure.stop_community(actor, community_id=community.id)
        return community

    def _residents(self, actor: Actor, community: Community, demo: DemoCommunity) -> None:
        request = ImportRequest.of_rows(community.id, [RESIDENT_HEADERS, *resident_rows(demo)])
        self.application.import_residents.import_sheet(actor, request=request)

    def _month(self, actor: Actor, community: Community, month: DemoMonth) -> None:
        self.clock.at = month.imported_at
        use_case = self.application.import_bills
        rows = [_HEADER, *(_cells(bill) for bill in month.bills)]
        request = ImportRequest.of_rows(community.id, rows, file_name=month.file_name)
        batch = use_case.import_sheet(
            actor, request=request, confirm_warnings=True, confirm_same_file=True
        )
        if batch.remind_now is None:
            use_case.answer_reminding(actor, batch_id=batch.id, remind_now=False)
        bill_filter = BillFilter(community_id=community.id, batch_id=batch.id)
        self._pay(actor, month.bills, self._rows(actor, bill_filter))

    def _rows(self, actor: Actor, bill_filter: BillFilter) -> Sequence[BillRow]:
        view = self.application.view_bills
        return view.page(actor, bill_filter=bill_filter, rows=PAGE_ROWS_MAX).rows

    def _pay(self, actor: Actor, bills: Sequence[DemoBill], rows: Sequence[BillRow]) -> None:
        by_charge = {(row.address, row.fee_type, row.period): row for row in rows}
        for bill in bills:
            row = by_charge.get((bill.address, bill.fee_type, bill.period))
            if bill.paid_at is None or row is None or row.state is not BillState.PENDING:
                continue
            self.clock.at = bill.paid_at
            self.application.manage_bills.mark_paid(
                actor,
                numbers=[row.number],
                channel=bill.channel,
                payer_name=row.residents[0].name if row.residents else "",
                voucher_number=f"PZ{row.number[2:8]}{row.number[-4:]}"
                if bill.with_voucher
                else "",
            )

    def _merchant_account(self, actor: Actor) -> None:
        """Let owners pay at the sandbox's cashier."""
        configure = self.application.configure_payments
        if SANDBOX in configure.providers() and not configure.accounts(actor):
            configure.save_account(actor, form=AccountForm(SANDBOX, "沙箱收款", {}, {}))

    def _payments(self, actor: Actor) -> None:
        """Let owners of the open communities pay in the last days."""

        def pass_time(duration: timedelta) -> None:
            self.clock.at = min(self.clock.at + duration, self.now)

        for community in self._open(actor):
            DemoPayments(self.application, actor, community).fill(pass_time)

    def _reminders(self, actor: Actor) -> None:
        """Let the company remind, and some houses be reminded yesterday."""
        self.clock.at = self.now - REMINDED_BEFORE
        reminders = DemoReminders(self.application, actor)
        reminders.set_up()
        for community in self._open(actor):
            reminders.put_menu(community)
            reminders.remind(community)

    def _open(self, actor: Actor) -> Sequence[Community]:
        return [
            community
            for community in self.application.view_company.communities(actor)
            if community.status is CommunityStatus.OPEN
        ]

    def _sign_ins(self, actor: Actor, demo: DemoCompany) -> None:
        manage, view = self.application.manage_staff, self.application.view_company
        known = {account.login_name for account in manage.all(actor)}
        ids = {community.name: community.id for community in view.communities(actor)}
        for sign_in in demo.sign_ins:
            if sign_in.login_name in known:
                continue
            reach = sign_in.communities
            manage.add(
                actor,
                login_name=sign_in.login_name,
                name=sign_in.name,
                password=PASSWORD,
                role=sign_in.role,
                community_ids=None if reach is None else frozenset(ids[name] for name in reach),
            )


def _cells(bill: DemoBill) -> tuple[str, ...]:
    return (
        bill.address,
        bill.fee_type.label,
        str(bill.yuan),
        chinese_day(bill.period.first_day),
        chinese_day(bill.period.last_day),
        bill.remark,
    )
