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

from billing_domain.model.bills.bill import PaymentChannel, PendingBill
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community
from billing_domain.model.company.staff import Role, StaffAccount
from billing_entrypoints.application import Application, wire
from billing_entrypoints.web.app import create_app
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.export_runner import ExportRunner
from billing_entrypoints.web.options import WebOptions
from tests.html_page import Element, read_html
from tests.real_documents import real_documents
from tests.world import CHOICES, World

PASSWORD = "correct horse battery"
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


class Website(World):
    """A world behind the web application, whose staff have accounts."""

    def __init__(self, server: Server, folder: Path) -> None:
        super().__init__()
        self.server = server
        self.application = application_of(self, folder)
        server.serve(self.application)

    def account(
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

    def pay(self, bill: PendingBill, channel: PaymentChannel = PaymentChannel.CASH) -> PendingBill:
        """Mark a bill paid at the counter and return it as it was."""
        self.manage_bills.mark_paid(self.admin, numbers=[bill.number], channel=channel)
        return bill

    def visitor(self) -> Visitor:
        """Return a browser that nobody has signed in with."""
        scheme = "https" if self.server.https else "http"
        return Visitor(httpx.Client(transport=self.server, base_url=f"{scheme}://{HOST}"))

    def staff(self, role: Role = Role.ADMINISTRATOR, **fields: Any) -> Visitor:
        """Return a browser with a new account of a role signed in."""
        visitor, account = self.visitor(), self.account(role, **fields)
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
