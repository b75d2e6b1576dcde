"""A small world in memory for use-case tests: two companies, houses, staff of every role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from adapters.memory.database import MemoryDatabase
from adapters.memory.system import CountedIds, FrozenClock, PlainPasswordHasher, PlainSecretCipher
from billing_domain.model.actor import Actor
from billing_domain.model.audit import AuditAction, AuditEntry
from billing_domain.model.bill import PendingBill
from billing_domain.model.bill_number import BillNumber, bill_number
from billing_domain.model.community import Community, CommunityStatus, Company, CompanyId
from billing_domain.model.fee_type import FeeType
from billing_domain.model.house import House, HouseAddress, HouseId
from billing_domain.model.import_batch import ImportBatch
from billing_domain.model.import_request import ImportRequest
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod, PeriodEdge, parse_day
from billing_domain.model.sheet import Cell, SheetTable
from billing_domain.model.staff import Role
from billing_domain.ports.documents import (
    ExportCell,
    FileFormat,
    SheetReader,
    SheetTemplate,
    SheetWriter,
)
from billing_domain.use_cases.configure_companies import ConfigureCompanies
from billing_domain.use_cases.import_bills import ImportBills
from billing_domain.use_cases.import_residents import ImportResidents
from billing_domain.use_cases.manage_bills import ManageBills
from billing_domain.use_cases.manage_import_profiles import ManageImportProfiles
from billing_domain.use_cases.manage_staff import ManageStaff
from billing_domain.use_cases.register_residents import RegisterResidents
from billing_domain.use_cases.sign_in import SignIn
from billing_domain.use_cases.stage_uploads import StageUploads
from billing_domain.use_cases.view_bills import ViewBills
from billing_domain.use_cases.view_company import ViewCompany
from billing_domain.use_cases.view_houses import ViewHouses

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""Twelve o'clock in Shanghai."""

HEADER: tuple[Cell, ...] = ("房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注")


class RowsReader(SheetReader):
    """Reads the rows it was given, whatever the content: for tests of what comes after."""

    def __init__(self) -> None:
        self.rows: Sequence[Sequence[Cell]] = ()

    def read(self, content: bytes) -> SheetTable:  # noqa: ARG002 - the port's signature
        """Return the rows that the test put here."""
        return SheetTable(self.rows)


class PlainWriter(SheetWriter):
    """Writes text instead of workbooks, so that a test can read what was asked for."""

    def __init__(self) -> None:
        self.templates: list[SheetTemplate] = []
        self.errors: list[tuple[SheetTable, Mapping[int, str], str, int]] = []

    def template(self, template: SheetTemplate) -> bytes:
        """Keep the template and return its title."""
        self.templates.append(template)
        return template.title.encode()

    def with_errors(
        self, table: SheetTable, messages: Mapping[int, str], *, header: str, header_row: int
    ) -> bytes:
        """Keep the messages and return the header."""
        self.errors.append((table, messages, header, header_row))
        return header.encode()

    def table(
        self,
        path: Path,
        file_format: FileFormat,
        header: Sequence[str],
        rows: Iterable[Sequence[ExportCell]],
    ) -> None:
        """Write one line of text per row, fields between bars."""
        lines = ["|".join(map(str, line)) for line in ([file_format.value], header, *rows)]
        path.write_text("\n".join(lines), encoding="utf-8")


class World:
    """Two companies in memory; the first has the community 幸福家园 with three houses."""

    def __init__(self) -> None:
        self.clock = FrozenClock(NOON)
        self.ids = CountedIds()
        self.database = MemoryDatabase(self.clock)
        self.begin = self.database.begin
        self.hasher = PlainPasswordHasher()
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

    def _build_use_cases(self) -> None:
        parts = (self.begin, self.clock, self.ids)
        self.manage_bills = ManageBills(*parts)
        self.register_residents = RegisterResidents(*parts)
        self.stage_uploads = StageUploads(*parts)
        self.manage_import_profiles = ManageImportProfiles(*parts)
        self.manage_staff = ManageStaff(self.begin, self.hasher, self.clock, self.ids)
        self.sign_in = SignIn(self.begin, self.hasher, self.clock, self.ids)
        self.configure_companies = ConfigureCompanies(
            self.begin, PlainSecretCipher(), self.clock, self.ids
        )
        self.view_bills = ViewBills(
            self.database.bill_queries, self.database.audit_queries, *parts
        )
        self.view_company = ViewCompany(
            self.begin, self.database.audit_queries, self.database.bill_queries
        )
        self.view_houses = ViewHouses(self.database.house_queries)
        sheets = (self.begin, self.reader, self.writer, self.clock, self.ids)
        self.import_bills = ImportBills(*sheets, template_notes=("一句说明",))
        self.import_residents = ImportResidents(*sheets)

    def actor(self, role: Role, communities: Sequence[Community] | None = None) -> Actor:
        """Return a new staff member of the first company with a role and a reach."""
        account = self.manage_staff.add(
            self.admin,
            login_name=f"staff{self.ids.new_id()[-6:]}",
            name=role.value,
            password="correct horse battery",
            role=role,
            community_ids=(
                None if communities is None else frozenset(place.id for place in communities)
            ),
        )
        return Actor.staff(account)

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

    def add_bill(self, house: House | None = None, **fields: object) -> PendingBill:
        """Keep a pending bill; its fields are those of a plain one unless given."""
        place = house or self.houses[0]
        now = self.clock.now()
        made: dict[str, object] = {
            "number": bill_number(now, self.ids.bill_serials(1)[0]),
            "community_id": place.community_id,
            "house_id": place.id,
            "fee_type": FeeType.PROPERTY,
            "amount": Money(130_000),
            "period": period("2026年10月", "2026年10月"),
            "imported_at": now,
        }
        bill = PendingBill(**{**made, **fields})  # type: ignore[arg-type]
        with self.begin() as work:
            work.bills.add_all([bill])
            work.commit()
        return bill

    def stored(self, number: BillNumber) -> object:
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
        return self.import_bills.import_bills(self.admin, request=self.request(*rows))

    def history(self, kind: str, subject_id: str) -> Sequence[AuditEntry]:
        """Return the audit entries about one thing, newest first."""
        return self.database.audit_queries.of_subject(self.admin.scope, kind, subject_id)

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
