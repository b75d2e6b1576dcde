"""HTTP clients that pay and edit at two servers at once while somebody kills the servers."""

from __future__ import annotations

import contextlib
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import attrs
import httpx

from billing_domain.errors import BillingError
from billing_domain.model.bills.bill import BillState, PaymentChannel
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community
from billing_domain.model.houses.resident import ResidentId
from billing_domain.ports.bills import BillFilter
from billing_entrypoints.application import Application
from tests.html_page import Element, read_html
from tests.integration.cli.conftest import Processes

ACTIONS = ("pay", "pay", "pay", "pay_silently", "pay_late", "cancel")
"""What payers do at the sandbox's cashier, the usual more often."""


class Server:
    """One `billing serve` that is killed and started again."""

    def __init__(self, program: Processes, port: int) -> None:
        self.program, self.port = program, port
        self.process = self._start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End it with SIGKILL, whatever it does, and start it again."""
        self.process.kill()
        self.process.communicate()
        self.process = self._start()

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"no answer at {self.url}")

    def stop(self) -> None:
        """End it for good."""
        self.process.kill()
        self.process.communicate()

    def _start(self) -> subprocess.Popen[str]:
        return self.program.start("serve", "--port", str(self.port))


@attrs.define
class Counts:
    """What the clients managed to do, so that a test sees that they did something."""

    orders: int = 0
    acted: int = 0
    edited: int = 0
    failures: int = 0
    mistakes: list[str] = attrs.field(factory=list)


class PayingClients:
    """Threads that go on until they are told to stop; a server that is gone is no reason to."""

    def __init__(self, servers: Sequence[Server], community: Community, seed: int) -> None:
        self.servers, self.community = servers, community
        self.counts = Counts()
        self._chance = random.Random(seed)
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def add_owner(self, resident: ResidentId) -> None:
        """Let an owner pay again and again."""
        chance = random.Random(self._chance.random())
        self._go(lambda: self._pay_some(resident, chance))

    def add_clerk(self, application: Application, actor: Actor) -> None:
        """Let a clerk mark and delete bills that owners are paying."""
        chance = random.Random(self._chance.random())
        self._go(lambda: self._meddle(application, actor, chance))

    def wait_until(self, enough: Callable[[Counts], bool]) -> None:
        """Let everybody go on for a second, and on a slow machine until they did enough."""
        time.sleep(1)
        deadline = time.monotonic() + 60
        while not enough(self.counts) and time.monotonic() < deadline:
            time.sleep(0.1)

    def stop(self) -> None:
        """Let everybody finish what they are at."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(30)

    def _go(self, act: Callable[[], None]) -> None:
        def run() -> None:
            while not self._stopped.is_set():
                try:
                    act()
                except (httpx.HTTPError, BillingError, StopIteration):
                    self.counts.failures += 1
                    time.sleep(0.05)
                except Exception as error:
                    self.counts.mistakes.append(repr(error))
                    raise

        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _pay_some(self, resident: ResidentId, chance: random.Random) -> None:
        """Sign in, choose up to three bills, pay them in some way, look at the result."""
        with httpx.Client(timeout=10) as client:
            phone = Phone(client, self.servers, chance)
            phone.submit(f"/owner/{self.community.id}/visitors", resident_id=resident)
            boxes = phone.page("/owner/bills").all("input", name="number")
            bills = [box["value"] for box in boxes]
            if not bills:
                self._stopped.wait(0.1)
                return
            chosen = chance.sample(bills, min(len(bills), chance.randint(1, 3)))
            query = "&".join(f"number={number}" for number in chosen)
            cashier = phone.submit(f"/owner/checkout?{query}")
            self.counts.orders += 1
            if "/sandbox/cashier/" in cashier:
                result = phone.submit(_path(cashier), action=chance.choice(ACTIONS))
                self.counts.acted += 1
                phone.page(_path(result))

    def _meddle(self, application: Application, actor: Actor, chance: random.Random) -> None:
        pending = BillFilter(states=frozenset({BillState.PENDING}))
        rows = application.view_bills.page(actor, bill_filter=pending, rows=100).rows
        if not rows:
            self._stopped.wait(0.2)
            return
        number = chance.choice(rows).number
        self._stopped.wait(chance.random())
        if chance.random() < 0.7:
            application.manage_bills.mark_paid(
                actor, numbers=[number], channel=PaymentChannel.CASH
            )
        else:
            application.manage_bills.delete(actor, numbers=[number])
        self.counts.edited += 1


@attrs.frozen
class Phone:
    """A browser that asks one server or the other, as behind a balancer."""

    client: httpx.Client
    servers: Sequence[Server]
    chance: random.Random

    def page(self, path: str) -> Element:
        """Ask for a page and read it; raise HTTPStatusError for a refusal."""
        answer = self.client.get(f"{self._any}{path}", follow_redirects=False)
        if answer.status_code >= 400:
            answer.raise_for_status()
        return read_html(answer.text) if answer.status_code == 200 else Element("", {})

    def submit(self, path: str, **fields: str) -> str:
        """Send the page's first form that is no sign-out, and return where it leads."""
        page = self.page(path)
        form = next(
            form
            for form in page.all("form", method="post")
            if "sign-out" not in (form.get("action") or "")
        )
        repeated = [(box["name"], box["value"]) for box in form.all("input", name="number")]
        values = {name: value for name, value in form.fields().items() if name != "number"}
        content = httpx.QueryParams([*{**values, **fields}.items(), *repeated])
        action = form.get("action") or path.partition("?")[0]
        answer = self.client.post(
            f"{self._any}{action}",
            content=str(content),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        if answer.status_code >= 400:
            answer.raise_for_status()
        return str(answer.headers.get("Location", ""))

    @property
    def _any(self) -> str:
        return self.chance.choice(self.servers).url


@contextlib.contextmanager
def two_servers(program: Processes, ports: Sequence[int]) -> Iterator[list[Server]]:
    """Start a server on each port; providers find the first, as the public address says."""
    program.environment["BILLING_PUBLIC_URL"] = f"http://127.0.0.1:{ports[0]}"
    servers = [Server(program, port) for port in ports]
    try:
        for server in servers:
            server.wait()
        yield servers
    finally:
        for server in servers:
            server.stop()


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3] if address.startswith("http") else address
