"""A real browser in front of the real application on SQLite, filled with the demo's data."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from litestar import Litestar
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from billing_adapters.fakes.system import FrozenClock
from billing_domain.model.bills.bill import BillState, PaymentChannel
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Resident
from billing_domain.ports.bills import BillFilter
from billing_entrypoints.application import Application
from billing_entrypoints.bootstrap import migrate_database, open_application
from billing_entrypoints.cli.demo.content import COMPANIES, PASSWORD
from billing_entrypoints.cli.demo.filling import DemoClock, DemoFilling
from billing_entrypoints.settings import Settings, load_settings
from billing_entrypoints.web.app import create_app
from billing_entrypoints.web.asgi import web_options
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.export_runner import ExportRunner

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Two frames later the new colours are on their way; then their transitions end.
SETTLED = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  const moving = document.getAnimations().filter(
    (each) => each.effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(moving.map((each) => each.finished));
}"""
WIDTHS = (1280, 390)
# By night the colours are others; nothing else is.
AXE_RULES: Mapping[Literal["light", "dark"], Sequence[str]] = {
    "light": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
    "dark": ["color-contrast", "link-in-text-block"],
}
# A refusal is an answer, not a mishap of the page; browsers log it as one all the same.
REFUSED = ("status of 403", "status of 404", "status of 409", "status of 413", "status of 422")

Axed = Callable[[Page], None]

expect.set_options(timeout=15_000)  # a slow machine is no fault of the page


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's browser; where there is none, say so instead of passing."""
    named = os.environ.get("BILLING_BROWSER")
    found = [path for name in ([named] if named else PROGRAMS) if (path := shutil.which(name))]
    if not found:
        pytest.exit("no browser: install chromium, or name its program in BILLING_BROWSER", 1)
    return {**browser_type_launch_args, "executable_path": found[0], "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Every page is a Chinese desktop in Shanghai unless a test says otherwise."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 800},
    }


@pytest.fixture(autouse=True)
def no_printer(context: BrowserContext) -> None:
    """Count the calls of `print` instead: a page that prints itself can't be printed by a test."""
    context.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; }")


@attrs.frozen
class DemoDatabase:
    """A filled database file to copy, and the settings it was made with."""

    template: Path
    settings: Settings

    @contextmanager
    def copy(
        self, folder: Path, clock: FrozenClock, *, public_url: str = ""
    ) -> Iterator[Application]:
        """Open the application on a copy of its own, the sandbox's books included."""
        for kept in self.template.parent.glob("*.sqlite3"):
            shutil.copy(kept, folder)
        file = folder / self.template.name
        settings = attrs.evolve(
            self.settings,
            data_dir=folder,
            database_url=f"sqlite:///{file.as_posix()}",
            public_url=public_url or self.settings.public_url,
        )
        with open_application(settings, clock=clock) as application:
            yield application


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> DemoDatabase:
    """The demo's two companies, brought in once."""
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "billing.sqlite3"
    settings = load_settings(
        {
            "BILLING_DATA_DIR": str(folder),
            "BILLING_DATABASE_URL": f"sqlite:///{file.as_posix()}",
            "BILLING_PUBLIC_URL": "http://localhost:8000",
        }
    )
    migrate_database(settings)
    clock = DemoClock(NOW)
    with open_application(settings, clock=clock) as application:
        DemoFilling(application, clock, NOW).fill()
    return DemoDatabase(file, settings)


@attrs.frozen
class RunningServer:
    """The application behind an address; each test hangs its own database into it."""

    url: str
    app: Litestar

    def serve(self, application: Application) -> None:
        """Answer the following requests with these use cases."""
        web: WebContext = self.app.state.web
        web.exports.close()
        exports = ExportRunner(application.export_bills)
        self.app.state.web = attrs.evolve(web, application=application, exports=exports)


@pytest.fixture(scope="session")
def running_server(
    demo_database: DemoDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server in a thread, on a port that the system chooses."""
    with ExitStack() as opened:
        application = opened.enter_context(
            demo_database.copy(tmp_path_factory.mktemp("server"), FrozenClock(NOW))
        )
        app = create_app(application, web_options(demo_database.settings))
        listening = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield RunningServer(f"http://127.0.0.1:{listening.getsockname()[1]}", app)
        server.should_exit = True
        thread.join()


@attrs.frozen
class Site:
    """The application of one test: its address, its use cases, its clock."""

    url: str
    application: Application
    clock: FrozenClock

    def pay_newest(self) -> None:
        """Mark the newest bill paid, so that a list begins with a paid and pending ones."""
        company = self.application.configure_companies.companies()[0]
        actor = Actor.system(company.id)
        pending = BillFilter(states=frozenset({BillState.PENDING}))
        newest = self.application.view_bills.page(actor, bill_filter=pending, rows=1).rows[0]
        self.application.manage_bills.mark_paid(
            actor, numbers=[newest.number], channel=PaymentChannel.CASH
        )

    def community(self) -> Community:
        """Return the billed community of the demo's first company, whose owners can pay."""
        return DemoFilling(self.application, DemoClock(NOW), NOW).billed()[0]

    def resident(self, fits: Callable[[Resident, int], bool]) -> tuple[Resident, str]:
        """Return a resident there who fits with so many unpaid bills, and a session of theirs."""
        signing, here = self.application.sign_in_owners, self.community().id
        for resident in signing.demo_residents(community_id=here):
            token = signing.sign_in_demo(community_id=here, resident_id=resident.id)
            owner = signing.authenticate(token)
            assert owner is not None
            if fits(resident, len(self.application.view_owner_bills.pending(owner))):
                return resident, token
        pytest.fail("no such resident in the demo")

    def sign_in(self, context: BrowserContext, role: Role) -> None:
        """Give a browser the session of the demo account of a role."""
        account = next(each for each in COMPANIES[0].sign_ins if each.role is role)
        opened = self.application.sign_in.sign_in(
            login_name=account.login_name, password=PASSWORD, address="127.0.0.1"
        )
        context.add_cookies([{"name": "staff", "value": opened.token, "url": self.url}])


@pytest.fixture
def site(
    running_server: RunningServer, demo_database: DemoDatabase, tmp_path: Path
) -> Iterator[Site]:
    """The demo as it was, for this test alone."""
    clock = FrozenClock(NOW)
    with demo_database.copy(tmp_path, clock) as application:
        running_server.serve(application)
        yield Site(running_server.url, application, clock)


@pytest.fixture
def public_site(
    running_server: RunningServer, demo_database: DemoDatabase, tmp_path: Path
) -> Iterator[Site]:
    """The demo at the address that providers, codes and messages are told."""
    clock = FrozenClock(NOW)
    with demo_database.copy(tmp_path, clock, public_url=running_server.url) as application:
        running_server.serve(application)
        yield Site(running_server.url, application, clock)


@pytest.fixture(autouse=True)
def no_console_errors(context: BrowserContext) -> Iterator[list[str]]:
    """Fail a test whose pages logged an error: a refused script, a broken one, a missing file.

    A test that provokes one on purpose clears the list.
    """
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_refusal(message):
            errors.append(f"{message.location.get('url')}: {message.text}")

    context.on("console", note)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield errors
    assert not errors


@pytest.fixture
def as_role(site: Site, page: Page) -> Callable[[Role], Page]:
    """Sign the browser in with the demo account of a role."""

    def sign_in(role: Role) -> Page:
        site.sign_in(page.context, role)
        return page

    return sign_in


@pytest.fixture
def boss(site: Site, as_role: Callable[[Role], Page]) -> Page:
    """The list of bills, one of them paid, with the administrator signed in."""
    site.pay_newest()
    page = as_role(Role.ADMINISTRATOR)
    page.goto(f"{site.url}/staff/bills")
    return page


@pytest.fixture
def axe() -> Axed:
    """Check a page for everyone's sake, wide and narrow, light and dark.

    There is no violation of WCAG 2.2 AA, and nothing to scroll sideways. The page keeps its size.
    """
    script = Axe().axe_script

    def check(page: Page) -> None:
        page.wait_for_load_state()
        size = page.viewport_size
        for width, scheme in itertools.product(WIDTHS, AXE_RULES):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            # Colours settle over a frame or two, and a sticky bar may cover what is scrolled.
            page.evaluate("scrollTo(0, 0)")
            page.evaluate(SETTLED)
            if not page.evaluate("'axe' in window"):
                page.evaluate(script)
            options = {"runOnly": AXE_RULES[scheme], "resultTypes": ["violations"]}
            found = page.evaluate("options => axe.run(options)", options)["violations"]
            assert not [_in_short(each) for each in found], (page.url, width, scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        if size is not None:
            page.set_viewport_size(size)

    return check


def _in_short(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    return (
        f"{violation['id']}: {nodes[0]['target']} {nodes[0]['failureSummary']} (+{len(nodes) - 1})"
    )


def _is_refusal(message: ConsoleMessage) -> bool:
    return "/static/" not in message.location.get("url", "") and any(
        status in message.text for status in REFUSED
    )
