"""The real application on a real database, with two companies and staff in browsers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import httpx
from sqlalchemy import Select, String, literal_column, select, type_coerce

from billing_adapters.fakes.system import FrozenClock, PlainPasswordHasher
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.tables import METADATA
from billing_adapters.sql.tables.bills import bills
from billing_adapters.system.ids import SystemIds
from billing_adapters.system.secret_cipher import new_secret_key
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community
from billing_domain.model.company.staff import Role, StaffAccount
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Relation, Resident
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.sheet import Cell
from billing_domain.ports.company import PasswordHasher
from billing_domain.use_cases.houses.register_residents import ResidentData
from billing_entrypoints.application import Application
from billing_entrypoints.bootstrap import build
from billing_entrypoints.settings import Deployment, Settings
from tests.databases import opened
from tests.website import HOST, PASSWORD, Server, Visitor
from tests.world import HEADER, NOON

Contents = dict[str, list[tuple[Any, ...]]]


def built(
    database: Database,
    folder: Path,
    clock: FrozenClock,
    hasher: PasswordHasher | None = None,
) -> Application:
    """Return the application as it is deployed, but with cheap passwords and a clock that stands.

    Hashing as it is deployed takes longer than the rest of a test; it has tests of its own.
    """
    settings = Settings(
        deployment=Deployment.DEVELOPMENT,
        database_url="",
        data_dir=folder,
        secret_key=new_secret_key(),
        host="127.0.0.1",
        port=8000,
        public_url=f"http://{HOST}",
        pool_size=4,
        trusted_proxies=(),
    )
    whole = build(settings, database, clock)
    cheap = hasher or PlainPasswordHasher()
    return attrs.evolve(
        whole,
        manage_staff=attrs.evolve(whole.manage_staff, hasher=cheap),
        sign_in=attrs.evolve(whole.sign_in, hasher=cheap),
    )


class Office:
    """安居物业 with 幸福家园 and 滨江花园, beside it 远洋物业 with 远洋花园."""

    def __init__(self, server: Server, database: Database, folder: Path) -> None:
        self.server, self.database, self.folder = server, database, folder
        self.clock = FrozenClock(NOON)
        self.ids = SystemIds()
        self.application = built(database, folder, self.clock)
        server.serve(self.application)
        configure = self.application.configure_companies
        self.admin = Actor.system(configure.create_company(name="安居物业").id, name="王经理")
        self.rival_admin = Actor.system(configure.create_company(name="远洋物业").id, name="别家")
        self.garden = self.open_community(self.admin, "幸福家园")
        self.riverside = self.open_community(self.admin, "滨江花园")
        self.foreign = self.open_community(self.rival_admin, "远洋花园")
        self.houses = [
            self.add_house(address)
            for address in ("1号楼/1单元/101", "1号楼/1单元/102", "2号楼/1单元/101")
        ]

    def open_community(self, admin: Actor, name: str) -> Community:
        """Add a community and open it."""
        configure = self.application.configure_companies
        added = configure.add_community(admin, name=name)
        return configure.open_community(admin, community_id=added.id).community

    def add_house(self, address: str) -> House:
        """Add a house to 幸福家园."""
        return self.application.register_residents.add_house(
            self.admin, community_id=self.garden.id, address=address
        )

    def add_resident(self, name: str, phone: str, house: House | None = None) -> Resident:
        """Let somebody live in a house, the first unless given."""
        return self.application.register_residents.add_resident(
            self.admin,
            house_id=(house or self.houses[0]).id,
            data=ResidentData(name, phone, Relation.OWNER, None),
        )

    def add_bills(self, *rows: Sequence[Cell]) -> list[BillNumber]:
        """Import rows and return the numbers of their bills by period."""
        batch = self.import_rows(*rows)
        found = (
            select(bills.c.number).where(bills.c.batch_id == batch.id).order_by(bills.c.first_day)
        )
        with self.database.reader.connect() as connection:
            return [BillNumber(number) for number in connection.execute(found).scalars()]

    def import_rows(self, *rows: Sequence[Cell]) -> ImportBatch:
        """Import rows under the standard header into 幸福家园."""
        made = ImportRequest.of_rows(self.garden.id, [HEADER, *rows])
        request = attrs.evolve(made, request_key=self.ids.new_id())
        return self.application.import_bills.import_sheet(
            self.admin, request=request, confirm_warnings=True, confirm_same_file=True
        )

    def water_bills(self, count: int, yuan: int = 10) -> list[BillNumber]:
        """Import bills of the first house for as many months."""
        months = [f"{2020 + index // 12}年{index % 12 + 1}月" for index in range(count)]
        return self.add_bills(
            *[("1号楼/1单元/101", "水费", yuan, month, month, "") for month in months]
        )

    def pay(self, *numbers: BillNumber) -> None:
        """Mark bills paid at the counter."""
        self.application.manage_bills.mark_paid(
            self.admin, numbers=numbers, channel=PaymentChannel.CASH
        )

    def bill(self, number: BillNumber) -> dict[str, Any] | None:
        """Return the row of a bill as the database holds it, None when there is none."""
        with self.database.reader.connect() as connection:
            row = connection.execute(select(bills).where(bills.c.number == number)).first()
        return dict(row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's documented name

    def states(self) -> list[str]:
        """Return the states of all bills by period, `deleted` for those gone from every screen."""
        found = select(type_coerce(bills.c.state, String)).order_by(bills.c.first_day)
        with self.database.reader.connect() as connection:
            return list(connection.execute(found).scalars())

    def amounts(self) -> list[int]:
        """Return the fen of all bills by period."""
        found = select(bills.c.amount_fen).order_by(bills.c.first_day)
        with self.database.reader.connect() as connection:
            return list(connection.execute(found).scalars())

    def contents(self) -> Contents:
        """Return every row of every table, but what a sign-in or a look itself leaves."""
        kept = [
            table
            for table in METADATA.sorted_tables
            if table.name not in {"billing_sessions", "billing_sign_in_failures"}
        ]
        # As it is stored, tombstones included.
        everything: Select[Any] = select(literal_column("*"))
        with self.database.reader.connect() as connection:
            return {
                table.name: sorted(
                    map(tuple, connection.execute(everything.select_from(table))), key=repr
                )
                for table in kept
            }

    def account(
        self,
        role: Role = Role.ADMINISTRATOR,
        *,
        login_name: str = "",
        communities: Sequence[Community] | None = None,
        admin: Actor | None = None,
    ) -> StaffAccount:
        """Keep an account with the usual password; by default at the first company."""
        return self.application.manage_staff.add(
            admin or self.admin,
            login_name=login_name or f"staff{self.ids.new_id()[-6:]}",
            name=role.value,
            password=PASSWORD,
            role=role,
            community_ids=None if communities is None else frozenset(c.id for c in communities),
        )

    def visitor(self) -> Visitor:
        """Return a browser that nobody has signed in with."""
        return visitor_of(self.server)

    def staff(self, role: Role = Role.ADMINISTRATOR, **fields: Any) -> Visitor:
        """Return a browser with a new account of a role signed in."""
        visitor, account = self.visitor(), self.account(role, **fields)
        assert visitor.sign_in(account.login_name).status_code == 303
        return visitor

    def send(self, visitor: Visitor, content: bytes, name: str = "bills.xlsx") -> httpx.Response:
        """Upload a file on the page for bills of 幸福家园 and return the page that follows."""
        fields = {"community": self.garden.id, "profile": "standard"}
        answer = visitor.post("/staff/imports/uploads", fields, files={"file": (name, content)})
        if answer.status_code != 303:
            return answer
        return visitor.get(answer.headers["location"])


def visitor_of(server: Server) -> Visitor:
    """Return a browser that nobody has signed in with."""
    scheme = "https" if server.https else "http"
    return Visitor(httpx.Client(transport=server, base_url=f"{scheme}://{HOST}"))


@contextmanager
def second_application(
    office: Office, url: str, server: Server, hasher: PasswordHasher | None = None
) -> Iterator[Visitor]:
    """Yield a browser at another process's application on the same database."""
    with opened(url) as database:
        server.serve(built(database, office.folder, office.clock, hasher))
        yield visitor_of(server)
