"""A small world for tests: two companies, houses, staff of every role, in migrated SQLite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import attrs
from sqlalchemy import Row, Table, select

from billing_adapters.fakes.messaging import FakeMessages, FakeSms
from billing_adapters.fakes.payment_provider import FAKE, FakeGateways, FakeProvider
from billing_adapters.fakes.system import (
    CountedIds,
    FrozenClock,
    PlainPasswordHasher,
)
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.reminders.rows import reminder_of
from billing_adapters.sql.tables import METADATA
from billing_adapters.sql.tables.jobs import outbox_jobs
from billing_adapters.sql.tables.reminders import reminder_deliveries, reminders
from billing_domain.errors import BillingError
from billing_domain.model.bills.bill import Bill, PaymentChannel, PendingBill
from billing_domain.model.bills.bill_number import BillNumber, bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditEntry
from billing_domain.model.company.community import Community, CommunityStatus, Company, CompanyId
from billing_domain.model.company.staff import Role, StaffAccount
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.jobs.outbox import JobId, JobKind, JobState, OutboxJob
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.ledger import discrepancies
from billing_domain.model.payments.order import AccountId, OrderNumber, PaymentOrder
from billing_domain.model.payments.refund import Refund
from billing_domain.model.period import BillingPeriod, PeriodEdge, parse_day
from billing_domain.model.reminders.queued_reminder import QueuedReminder, RunId
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.model.sheet import Cell
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.payments.gateway import Acknowledgement
from billing_domain.use_cases.jobs.run_outbox import BATCH_MAX, OutboxReport
from billing_domain.use_cases.reminders.remind_residents import Reminded
from billing_entrypoints.application import Choices, Ports, wire
from tests.databases import sqlite_pool, storage_of
from tests.plain_ports import NoFiles, PlainReceipts, PlainWriter, RowsReader, ports_of

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""Twelve o'clock in Shanghai."""

CHOICES = Choices(public_url="https://fee.example.com", demo=True, bill_notes=("一句说明",))
USUAL = Money(130_000)
PASSWORD = "correct horse battery"
TEMPLATE = ReminderTemplate(
    "template-1",
    {
        "thing2": MessagePart.HOUSE,
        "number5": MessagePart.COUNT,
        "amount3": MessagePart.TOTAL,
        "time4": MessagePart.SENT_AT,
    },
    {"const6": "物业费"},
)
HEADER: tuple[Cell, ...] = ("房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注")


class World:
    """Two companies in an empty, migrated database, by default SQLite of their own.

    The first has the community 幸福家园 with three houses.
    """

    merchant: PaymentAccount
    payer: Owner
    bills: list[PendingBill]

    def __init__(self, database: Database | None = None, clock: FrozenClock | None = None) -> None:
        self.clock = clock or FrozenClock(NOON)
        self.ids = CountedIds()
        self.database = database or sqlite_pool().take()
        self.storage = storage_of(self.database, self.clock, self.ids)
        self.begin = self.storage.begin
        self.hasher = PlainPasswordHasher()
        self.provider = FakeProvider(self.clock)
        self.messages = FakeMessages()
        self.receipts = PlainReceipts()
        self.files = NoFiles()
        self.reader = RowsReader()
        self.writer = PlainWriter()
        self.company = self._company("安居物业")
        self.rival = self._company("远洋物业")
        self.admin = Actor.system(self.company.id, name="王经理")
        self.rival_admin = Actor.system(self.rival.id, name="别家")
        self.community = self.open_community(self.company.id, "幸福家园")
        self.rival_community = self.open_community(self.rival.id, "远洋花园")
        addresses = ("1号楼/1单元/101", "1号楼/1单元/102", "2号楼/1单元/101")
        self.houses = self.add_houses(self.community, *addresses)
        self.rival_houses = self.add_houses(self.rival_community, "1号楼/1单元/101")
        self._build_use_cases()

    def ports(self) -> Ports:
        """Return one adapter for every port, each of this world."""
        return ports_of(
            self.storage,
            self.clock,
            gateways=FakeGateways(self.provider),
            messages=self.messages,
            sms=FakeSms(self.messages),
            hasher=self.hasher,
            reader=self.reader,
            writer=self.writer,
            receipts=self.receipts,
            files=self.files,
            ids=self.ids,
        )

    def _build_use_cases(self) -> None:
        self.application = wire(self.ports(), CHOICES)
        self.manage_bills = self.application.manage_bills
        self.register_residents = self.application.register_residents
        self.stage_uploads = self.application.stage_uploads
        self.manage_import_profiles = self.application.manage_import_profiles
        self.manage_staff = self.application.manage_staff
        self.sign_in = self.application.sign_in
        self.configure_companies = self.application.configure_companies
        self.view_bills = self.application.view_bills
        self.view_company = self.application.view_company
        self.view_houses = self.application.view_houses
        self.import_bills = self.application.import_bills
        self.import_residents = self.application.import_residents
        self.collect = self.application.collect_payments
        self.janitor = self.application.settle_open_payments
        self.refunding = self.application.refund_payments

    def staff_account(
        self,
        role: Role = Role.ADMINISTRATOR,
        *,
        login_name: str = "",
        communities: Sequence[Community] | None = None,
        admin: Actor | None = None,
    ) -> StaffAccount:
        """Keep an account with the usual password; by default at the first company."""
        return self.manage_staff.add(
            admin or self.admin,
            login_name=login_name or f"staff{self.ids.new_id()[-6:]}",
            name=role.value,
            password=PASSWORD,
            role=role,
            community_ids=None if communities is None else frozenset(c.id for c in communities),
        )

    def actor(self, role: Role, communities: Sequence[Community] | None = None) -> Actor:
        """Return a new staff member of the first company with a role and a reach."""
        return Actor.staff(self.staff_account(role, communities=communities))

    def open_community(self, company_id: CompanyId, name: str) -> Community:
        """Keep an open community."""
        community = Community(
            id=self.ids.new_id(),  # type: ignore[arg-type]
            company_id=company_id,
            name=name,
            status=CommunityStatus.OPEN,
            created_at=self.clock.now(),
        )
        with self.begin() as work:
            work.communities.add(community)
            work.commit()
        return community

    def add_houses(self, community: Community, *addresses: str) -> tuple[House, ...]:
        """Keep houses of a community."""
        houses = tuple(
            House(HouseId(self.ids.new_id()), community.id, HouseAddress.parse(address))
            for address in addresses
        )
        with self.begin() as work:
            work.houses.add_all(houses)
            work.commit()
        return houses

    def add_bill(
        self, house: House | None = None, amount: Money = USUAL, **fields: object
    ) -> PendingBill:
        """Keep a pending bill; its fields are those of a plain one unless given."""
        place = house or self.houses[0]
        now = self.clock.now()
        made: dict[str, object] = {
            "number": bill_number(now, self.ids.bill_serials(1)[0]),
            "community_id": place.community_id,
            "house_id": place.id,
            "fee_type": FeeType.PROPERTY,
            "amount": amount,
            "period": period("2026年10月", "2026年10月"),
            "imported_at": now,
        }
        bill = PendingBill(**{**made, **fields})  # type: ignore[arg-type]
        with self.begin() as work:
            work.bills.add_all([bill])
            work.commit()
        return bill

    def open_account(self, company: Company | None = None) -> PaymentAccount:
        """Keep the merchant account that a company's owners pay to."""
        account = PaymentAccount(
            AccountId(self.ids.new_id()),
            (company or self.company).id,
            FAKE,
            "物业收款",
            {"mchid": "1900000001"},
            {"api_key": "sealed"},
            active=True,
        )
        with self.begin() as work:
            work.payment_accounts.add(account)
            work.commit()
        return account

    def add_owner(
        self,
        *houses: House,
        openid: str | None = "openid-1",
        name: str = "王小明",
        phone: str = "13800001234",
        **fields: object,
    ) -> Owner:
        """Keep an owner who lives in houses, by default in the first."""
        made = [
            Resident(
                ResidentId(self.ids.new_id()),
                house.community_id,
                house.id,
                name,
                phone,
                Relation.OWNER,
                **{"moved_in_on": None, "openid": openid, **fields},  # type: ignore[arg-type]
            )
            for house in houses or self.houses[:1]
        ]
        with self.begin() as work:
            work.residents.add_all(made)
            work.commit()
        return Owner(openid or "", self.company.id, tuple(made))

    def connect_wechat(self, app_id: str = "wx1", app_key: str = "made-up") -> None:
        """Give the first company an official account with a template."""
        self.application.configure_payments.save_official_account(
            self.admin, app_id=app_id, secret=app_key, version=0
        )
        self.application.configure_reminders.change_template(
            self.admin, version=0, template=TEMPLATE
        )

    def remind(self, house: House | None = None, **how: Any) -> Reminded:
        """Remind a house, by default all of the company."""
        wanted = BillFilter(house_id=house.id if house else None)
        return self.application.remind_residents.by_filter(self.admin, wanted, **how)

    def requested(self, house: House | None = None) -> RunId:
        """Remind a house, by default all of the company; return the request."""
        run = self.remind(house).run
        assert run is not None
        return run.id

    def run_worker(
        self, *failures: BillingError | None, count_max: int = BATCH_MAX
    ) -> OutboxReport:
        """Do one round of the outbox; the next messages fail as given."""
        self.messages.failures.extend(failures)
        return self.application.run_outbox.run_once(holder="worker", count_max=count_max)

    @property
    def reached(self) -> list[str]:
        """The openids and phones that got a message, in order."""
        return [each.address for each in self.messages.taken]

    def reminders(self) -> list[QueuedReminder]:
        """Return all reminders of the first company as they are stored now, oldest first."""
        rows = [row for row in self.rows_of(reminders) if row.company_id == self.company.id]
        deliveries: dict[str, list[Row[Any]]] = {}
        for row in self.rows_of(reminder_deliveries):
            deliveries.setdefault(row.reminder_id, []).append(row)
        return [
            reminder_of(row, sorted(deliveries[row.id], key=lambda each: each.position))
            for row in sorted(rows, key=lambda each: (each.queued_at, each.id))
            if row.id in deliveries  # a refusal has none
        ]

    def jobs(self, *states: JobState) -> Sequence[Row[Any]]:
        """Return the outbox jobs in these states."""
        return [job for job in self.rows_of(outbox_jobs) if job.state in states]

    def add_job(
        self, kind: JobKind = JobKind.REMINDER, subject: str = "", *, dead: str = ""
    ) -> OutboxJob:
        """Keep a job of the first community that is due now, or was given up for a reason."""
        now, number = self.clock.now(), self.ids.new_id()
        job = OutboxJob(
            id=JobId(number),
            company_id=self.company.id,
            community_id=self.community.id,
            kind=kind,
            subject=subject or f"R{number}",
            created_at=now,
            due_at=now,
        )
        if dead:
            job = attrs.evolve(job, attempts=12).dead(now, failure_reason=dead)
        with self.begin() as work:
            work.outbox.add_all([job])
            work.commit()
        return job

    def with_payments(self, bills: int = 3) -> Self:
        """Open the merchant account; keep its first payer and bills of the payer's house."""
        self.merchant = self.open_account()
        self.payer = self.add_owner()
        self.bills = [self.add_bill() for _ in range(bills)]
        return self

    @property
    def numbers(self) -> list[BillNumber]:
        """The numbers of `bills`."""
        return [bill.number for bill in self.bills]

    def check_out(
        self, *numbers: BillNumber, owner: Owner | None = None, key: str = ""
    ) -> PaymentOrder:
        """Let an owner, by default the payer, check out bills: all of `bills`, or a new one."""
        return self.collect.check_out(
            owner or self.payer,
            numbers=numbers or self.numbers or [self.add_bill().number],
            request_key=key or f"key-{self.ids.new_id()}",
        )

    def take(
        self, message: tuple[Mapping[str, str], bytes], account: AccountId | None = None
    ) -> Acknowledgement:
        """Let a provider's message arrive, by default at the first company's account."""
        headers, body = message
        return self.application.take_notifications.take(
            account_id=account or self.merchant.id, headers=headers, body=body
        )

    def paid(self, *numbers: BillNumber) -> PaymentOrder:
        """Return an order that was paid, by the provider's message."""
        order = self.check_out(*numbers)
        assert self.take(self.provider.pay(order.number)).status == 200
        return self.order(order.number)

    def propose(
        self, order: PaymentOrder, *bills: BillNumber, actor: Actor | None = None
    ) -> Refund:
        """Propose a refund, of everything unless bills are named."""
        return self.refunding.propose(
            actor or self.actor(Role.FINANCE), order=order.number, bills=bills, reason="重复缴费"
        )

    def refund(self, order: PaymentOrder, *bills: BillNumber) -> Refund:
        """Propose and approve a refund, of everything unless bills are named."""
        proposed = self.propose(order, *bills)
        return self.refunding.approve(self.admin, number=proposed.number)

    def states(self) -> Sequence[str]:
        """Return the states of `bills` as they are stored now."""
        return [self.stored(number).state.value for number in self.numbers]

    def held(self) -> dict[BillNumber, OrderNumber]:
        """Return which orders hold `bills`."""
        with self.begin(read_only=True) as work:
            return dict(work.orders.holding(self.numbers))

    def mark_paid(self, *numbers: BillNumber, **fields: str) -> None:
        """Mark bills paid in cash at the counter, by default all of `bills`."""
        self.manage_bills.mark_paid(
            self.admin,
            numbers=numbers or self.numbers,
            channel=PaymentChannel.CASH,
            **fields,  # type: ignore[arg-type]
        )

    def wait(self, **duration: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**duration))

    def order(self, number: OrderNumber) -> PaymentOrder:
        """Return an order as it is stored now."""
        with self.begin(read_only=True) as work:
            return work.orders.get(self.admin.scope, number)

    def refunds(self, order: OrderNumber) -> Sequence[Refund]:
        """Return an order's refunds as they are stored now."""
        with self.begin(read_only=True) as work:
            return work.refunds.of_order(order)

    def check_books(self) -> None:
        """Assert that money and bills agree, and with what the provider took (rule 10, P19)."""
        with self.begin(read_only=True) as work:
            books = work.orders.books(self.admin.scope)
        assert discrepancies(books) == []

    def stored(self, number: BillNumber) -> Bill:
        """Return the bill as it is stored now."""
        with self.begin(read_only=True) as work:
            return work.bills.get(self.admin.scope, number)

    def request(self, *rows: Sequence[Cell], key: str = "request") -> ImportRequest:
        """Return the request to import rows into the first community."""
        made = ImportRequest.of_rows(self.community.id, [HEADER, *rows])
        return ImportRequest(
            made.community_id, "bills.xlsx", made.table, made.file_hash, key, made.profile_key
        )

    def import_rows(self, *rows: Sequence[Cell]) -> ImportBatch:
        """Import rows into the first community."""
        return self.import_bills.import_sheet(self.admin, request=self.request(*rows))

    def stored_bills(self) -> Sequence[Bill]:
        """Return all bills of the first company as they are stored now, oldest first."""
        numbers = self.storage.bill_queries.numbers(
            self.admin.scope, BillFilter(), count_max=100_000
        )
        with self.begin(read_only=True) as work:
            return work.bills.get_many(self.admin.scope, sorted(numbers))

    def stored_resident(self, resident_id: ResidentId) -> Resident:
        """Return a resident as they are stored now."""
        with self.begin(read_only=True) as work:
            return work.residents.get(self.admin.scope, resident_id)

    def residents(self) -> Sequence[Resident]:
        """Return everybody who lives or lived in the first community, house by house."""
        with self.begin(read_only=True) as work:
            houses = work.houses.of_community(self.community.id)
            return [who for house in houses for who in work.residents.of_house(house.id)]

    def rows_of(self, table: Table) -> Sequence[Row[Any]]:
        """Return the rows of a table, for what no port tells; the oldest come first."""
        with self.database.reader.connect() as connection:
            return connection.execute(select(table)).all()

    def everything(self) -> Mapping[str, Sequence[Row[Any]]]:
        """Return all that is stored, to see that nothing has changed."""
        return {name: self.rows_of(table) for name, table in METADATA.tables.items()}

    def audit_entries(self) -> Sequence[AuditEntry]:
        """Return the first company's audit log, oldest first."""
        log = self.storage.audit_queries.page(self.admin.scope, key=None, rows=10_000)
        return log.rows[::-1]

    def history(self, kind: str, subject_id: str) -> Sequence[AuditEntry]:
        """Return the audit entries about one thing, newest first."""
        return self.storage.audit_queries.of_subject(self.admin.scope, kind, subject_id)

    def actions(self, kind: str, subject_id: str) -> list[AuditAction]:
        """Return what was done to one thing, oldest first."""
        return [entry.action for entry in reversed(self.history(kind, subject_id))]

    def _company(self, name: str) -> Company:
        company = Company(CompanyId(self.ids.new_id()), name, self.clock.now())
        with self.begin() as work:
            work.companies.add(company)
            work.commit()
        return company


def period(first: str, last: str) -> BillingPeriod:
    """Return the period between two texts as people write them."""
    return BillingPeriod(
        parse_day(first, edge=PeriodEdge.START), parse_day(last, edge=PeriodEdge.END)
    )
