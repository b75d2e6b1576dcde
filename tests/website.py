"""The web application over a world, and visitors who use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import attrs
import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from litestar import Litestar
from sqlalchemy import Select, String, literal_column, select, type_coerce

from billing_adapters.fakes.system import FrozenClock, PlainPasswordHasher
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.tables import METADATA
from billing_adapters.sql.tables.bills import bills
from billing_adapters.system.secret_cipher import new_secret_key
from billing_domain.model.bills.bill import PaymentChannel, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Relation, Resident
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.sheet import Cell
from billing_domain.ports.company import PasswordHasher
from billing_domain.use_cases.houses.register_residents import ResidentData
from billing_entrypoints.application import Application, wire
from billing_entrypoints.bootstrap import build
from billing_entrypoints.settings import load_settings
from billing_entrypoints.web.app import create_app
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.export_runner import ExportRunner
from billing_entrypoints.web.options import WebOptions
from tests.html_page import Element, read_html
from tests.real_documents import real_documents
from tests.world import CHOICES, PASSWORD, World

SECRET = "a secret of the tests, long enough"
HOST = "website.test"


class Server(httpx.BaseTransport):
    """One application in an event loop of its own; making it takes longer than a test does.

    Each test hangs its own world into it, so that no test sees another's.
    """

    def __init__(self, portal: BlockingPortal, app: Litestar, *, https: bool) -> None:
        self.app = app
        self.https = https
        self._portal = portal
        self._asgi = httpx.ASGITransport(cast("Any", app), client=("192.0.2.7", 50_000))

    def serve(self, application: Application) -> None:
        """Answer the following requests with these use cases."""
        web: WebContext = self.app.state.web
        web.exports.close()
        exports = ExportRunner(application.export_bills)
        self.app.state.web = attrs.evolve(web, application=application, exports=exports)

    def visitor(self) -> Visitor:
        """Return a browser that nobody has signed in with."""
        scheme = "https" if self.https else "http"
        return Visitor(httpx.Client(transport=self, base_url=f"{scheme}://{HOST}"))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a synchronous client."""
        return self._portal.call(self._answer, request)

    def hang_up(self, path: str) -> int:
        """Begin to send a form and go away; return the status of the answer nobody reads."""
        return self._portal.call(self._hang_up, path)

    async def _hang_up(self, path: str) -> int:
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            statuses.append(message.get("status", 0))

        headers = [(b"content-type", b"application/x-www-form-urlencoded")]
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": headers,
            "http_version": "1.1",
            "scheme": "http",
        }
        await cast("Any", self.app)(scope, receive, send)
        return statuses[0]

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        sent = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        answer = await self._asgi.handle_async_request(sent)
        return httpx.Response(
            answer.status_code, headers=answer.headers, content=await answer.aread()
        )


@contextmanager
def running_server(*, https: bool = False) -> Iterator[Server]:
    """Make an application without a world and let its event loop run."""
    world = World()
    app = create_app(
        application_of(world, Path()), WebOptions(secret=SECRET, https=https, threads=4)
    )
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.lifespan()),
    ):
        yield Server(portal, app, https=https)


def application_of(world: World, folder: Path) -> Application:
    """Return the use cases of a world; documents are read and written for real."""
    return wire(attrs.evolve(world.ports(), **real_documents(folder)), CHOICES)


def deployed(
    database: Database, folder: Path, clock: FrozenClock, hasher: PasswordHasher | None = None
) -> Application:
    """Return the application as it is deployed, but with cheap passwords and a clock that stands.

    Hashing as it is deployed takes longer than the rest of a test; it has tests of its own.
    """
    settings = load_settings(
        {
            "BILLING_DATA_DIR": str(folder),
            "BILLING_PUBLIC_URL": f"http://{HOST}",
            "BILLING_SECRET_KEY": new_secret_key(),
        }
    )
    whole, cheap = build(settings, database, clock), hasher or PlainPasswordHasher()
    return attrs.evolve(
        whole,
        manage_staff=attrs.evolve(whole.manage_staff, hasher=cheap),
        sign_in=attrs.evolve(whole.sign_in, hasher=cheap),
    )


class Website(World):
    """A world behind the web application, whose staff have accounts.

    The outside world is played by fakes; when `as_deployed`, by what the demo has in its place.
    """

    def __init__(
        self,
        server: Server,
        folder: Path,
        database: Database | None = None,
        *,
        as_deployed: bool = False,
    ) -> None:
        super().__init__(database)
        self.server, self.folder = server, folder
        self.application = (
            deployed(self.database, folder, self.clock)
            if as_deployed
            else application_of(self, folder)
        )
        server.serve(self.application)

    def pay(self, bill: PendingBill, channel: PaymentChannel = PaymentChannel.CASH) -> PendingBill:
        """Mark a bill paid at the counter and return it as it was."""
        self.settle(bill.number, channel=channel)
        return bill

    def settle(self, *numbers: BillNumber, channel: PaymentChannel = PaymentChannel.CASH) -> None:
        """Mark bills paid at the counter."""
        self.manage_bills.mark_paid(self.admin, numbers=numbers, channel=channel)

    def add_resident(self, name: str, phone: str, house: House | None = None) -> Resident:
        """Let somebody live in a house, the first unless given."""
        return self.register_residents.add_resident(
            self.admin,
            house_id=(house or self.houses[0]).id,
            data=ResidentData(name, phone, Relation.OWNER, None),
        )

    def import_rows(self, *rows: Sequence[Cell]) -> ImportBatch:
        """Import rows into the first community, whatever they warn of."""
        return self.import_bills.import_sheet(
            self.admin,
            request=self.request(*rows, key=self.ids.new_id()),
            confirm_warnings=True,
            confirm_same_file=True,
        )

    def add_bills(self, *rows: Sequence[Cell]) -> list[BillNumber]:
        """Import rows and return the numbers of their bills by period."""
        batch = self.import_rows(*rows)
        found = select(bills.c.number).where(bills.c.batch_id == batch.id)
        with self.database.reader.connect() as connection:
            numbers = connection.execute(found.order_by(bills.c.first_day)).scalars()
            return [BillNumber(number) for number in numbers]

    def water_bills(self, count: int, yuan: int = 10) -> list[BillNumber]:
        """Import bills of the first house for as many months."""
        months = [f"{2020 + index // 12}年{index % 12 + 1}月" for index in range(count)]
        return self.add_bills(
            *[("1号楼/1单元/101", "水费", yuan, month, month, "") for month in months]
        )

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

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row as it is stored, but what a sign-in or a look itself leaves."""
        skipped = {"billing_sessions", "billing_sign_in_failures"}
        everything: Select[Any] = select(literal_column("*"))  # tombstones included
        with self.database.reader.connect() as connection:
            return {
                table.name: sorted(
                    map(tuple, connection.execute(everything.select_from(table))), key=repr
                )
                for table in METADATA.sorted_tables
                if table.name not in skipped
            }

    def send(self, visitor: Visitor, content: bytes, name: str = "bills.xlsx") -> httpx.Response:
        """Upload a file on the page for bills and return the page that follows."""
        fields = {"community": self.community.id, "profile": "standard"}
        answer = visitor.post("/staff/imports/uploads", fields, files={"file": (name, content)})
        if answer.status_code != 303:
            return answer
        return visitor.get(answer.headers["location"])

    def visitor(self) -> Visitor:
        """Return a browser that nobody has signed in with."""
        return self.server.visitor()

    def staff(self, role: Role = Role.ADMINISTRATOR, **fields: Any) -> Visitor:
        """Return a browser with a new account of a role signed in."""
        visitor, account = self.visitor(), self.staff_account(role, **fields)
        assert visitor.sign_in(account.login_name).status_code == 303
        return visitor


@attrs.frozen
class Visitor:
    """A browser: keeps cookies, sends the form token, does not follow redirects."""

    client: httpx.Client

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Ask for a page."""
        return self.client.get(path, headers=headers)

    def page(self, path: str, *, status: int = 200) -> Element:
        """Ask for a page and read it."""
        response = self.get(path)
        assert response.status_code == status, response.text
        return read_html(response.text)

    def part(self, path: str, *, target: str = "div#bills", status: int = 200) -> Element:
        """Ask for a part of a page as htmx does, and read it."""
        response = self.get(path, htmx(target))
        assert response.status_code == status, response.text
        return read_html(response.text)

    def post(
        self,
        path: str,
        fields: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, Any] | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a form with the token of the browser, or with the given one."""
        if token is None:
            token = self.token()
        return self.client.post(
            path, data={"_csrf_token": token, **(fields or {})}, files=files, headers=headers
        )

    def sign_in(self, login_name: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        """Send the sign-in form."""
        return self.post("/sign-in", {"login_name": login_name, "password": password, **fields})

    def token(self) -> str:
        """Return the form token that the browser's cookie holds, fetching one if need be."""
        names = [name for name in self.client.cookies if name.endswith("csrf")]
        if not names:
            self.get("/sign-in")
            return self.token()
        return str(self.client.cookies[names[0]])


def htmx(target: str = "div#bills", page: str = "/staff/bills") -> dict[str, str]:
    """Return the headers of a request by htmx."""
    return {
        "HX-Request": "true",
        "HX-Request-Type": "partial",
        "HX-Target": target,
        "HX-Current-URL": f"http://{HOST}{page}",
    }
