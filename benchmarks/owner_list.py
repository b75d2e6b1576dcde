"""The pending list of an owner through the whole application, beside its bare template."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any, cast

import attrs
from litestar import Litestar

from benchmarks.stopwatch import Ratio, in_turn
from billing_adapters.sql.db.engine import Database
from billing_adapters.system.clock import SystemClock
from billing_domain.model.company.actor import Actor
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.imports.resident_sheet import RESIDENT_HEADERS
from billing_entrypoints.application import Application
from billing_entrypoints.bootstrap import build
from billing_entrypoints.settings import load_settings
from billing_entrypoints.web.app import create_app
from billing_entrypoints.web.asgi import web_options

ROUNDS = 200
BILLS = 24
HEADER = ("房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注")


def measure(name: str, database: Database, folder: Path) -> Sequence[Ratio]:
    """Return how much longer the list takes than its template with everything at hand.

    Once read and rendered, and once as a server asks for the page, without a network: session,
    owner, bills, two turns of a thread, rendering, headers. The second is for looking at.
    """
    settings = load_settings({"BILLING_DATA_DIR": str(folder)})
    application = build(settings, database, SystemClock())
    app = create_app(application, web_options(settings))
    page = _Page(app, asyncio.new_event_loop(), _signed_in(application))
    bare = _bare_template(app, page)
    assert page.text() == bare()
    assert bare().count('name="number"') == BILLS
    owner = application.sign_in_owners.authenticate(page.token)
    assert owner is not None

    def read_and_rendered() -> None:
        assert len(application.view_owner_bills.pending(owner)) == BILLS
        bare()

    what = f"of {BILLS} bills, {name}"
    return [
        in_turn(f"list {what}", read_and_rendered, bare, rounds=ROUNDS, allowed=3.0),
        in_turn(f"whole page {what}", page.text, bare, rounds=ROUNDS, allowed=math.inf),
    ]


@attrs.frozen
class _Page:
    """Asks the application for the list, as the owner of a token."""

    app: Litestar
    loop: asyncio.AbstractEventLoop
    token: str

    def text(self) -> str:
        """Return the page."""
        return self.loop.run_until_complete(self._ask())

    async def _ask(self) -> str:
        chunks: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            chunks.append(message.get("body", b""))

        cookies = f"owner={self.token}; csrf={'0' * 128}".encode()
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/owner/bills",
            "raw_path": b"/owner/bills",
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1:8000"), (b"cookie", cookies)],
            "http_version": "1.1",
            "scheme": "http",
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", 8000),
        }
        await cast("Any", self.app)(scope, receive, send)
        return b"".join(chunks).decode()


def _bare_template(app: Litestar, page: _Page) -> Callable[[], str]:
    """Return the rendering alone, of the very values that the handler gave it."""
    web = app.state.web
    seen: list[tuple[str, dict[str, Any]]] = []

    class Noting:
        """Stands before the templates and notes what they are given."""

        def get_template(self, template: str) -> Noting:
            seen.append((template, {}))
            return self

        def render(self, **values: Any) -> str:  # noqa: ANN401 - whatever the page has
            seen[-1][1].update(values)
            return ""

    app.state.web = attrs.evolve(web, templates=cast("Any", Noting()))
    page.text()
    app.state.web = web
    name, values = seen[-1]
    template = web.templates.get_template(name)
    return lambda: str(template.render(**values))


def _signed_in(application: Application) -> str:
    """Return the session of an owner with unpaid bills of two years."""
    configure = application.configure_companies
    actor = Actor.system(configure.create_company(name="业主物业").id)
    community = configure.add_community(actor, name="业主家园")
    configure.open_community(actor, community_id=community.id)
    people = [("1号楼/1单元/101", "王建国", "13800004613", "业主", "2015-01-02")]
    application.import_residents.import_sheet(
        actor, request=ImportRequest.of_rows(community.id, [RESIDENT_HEADERS, *people])
    )
    rows = [
        ("业主家园/1号楼/1单元/101", "物业费", 100, f"{year}年{month}月", f"{year}年{month}月", "")
        for year in (2024, 2025)
        for month in range(1, 13)
    ]
    request = ImportRequest.of_rows(community.id, [HEADER, *rows])
    application.import_bills.import_sheet(actor, request=request)
    (resident,) = application.sign_in_owners.demo_residents(community_id=community.id)
    return application.sign_in_owners.sign_in_demo(
        community_id=community.id, resident_id=resident.id
    )
