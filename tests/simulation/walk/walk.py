"""One side of the comparison: everything that is asked of one checkout, in a fixed order."""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs

from tests.simulation.walk import house_acts, owner_acts, staff_acts
from tests.simulation.walk.browser import Browser
from tests.simulation.walk.checkout import Site
from tests.simulation.walk.commands import Commands
from tests.simulation.walk.crawl import Crawl
from tests.simulation.walk.steps import MissingError, Record

START = "/staff/bills"
OWNERS = 4
PAYERS = 7


@attrs.frozen
class SignIn:
    """A demo account."""

    name: str
    password: str


@attrs.define
class Walk:
    """Walks through one site."""

    site: Site
    record: Record
    scratch: Path
    sign_ins: list[SignIn] = attrs.field(factory=list)
    communities: list[str] = attrs.field(factory=list)
    browsers: dict[str, Browser] = attrs.field(factory=dict)

    def run(self) -> None:
        """Walk; the data folder holds the demo data already.

        Commands work on data of their own, so they run beside the pages.
        """
        self._read_demo()
        shutil.copytree(self.site.data, self.scratch / "data")
        with ThreadPoolExecutor(1) as beside:
            commands = beside.submit(self._commands)
            with self.site.serving():
                self._pages()
                self._owners()
                self._acts()
            Commands(self.site, self.record, self.scratch).check_books()
            self.record.steps += commands.result().steps

    def _commands(self) -> Record:
        data, folder = self.scratch / "data", self.scratch / "fresh"
        folder.mkdir()
        record = Record()
        Commands(attrs.evolve(self.site, data=data), record, self.scratch).run()
        Commands(attrs.evolve(self.site, data=folder), record, folder).run_fresh()
        return record

    def _read_demo(self) -> None:
        demo = json.loads(self.site.must("demo", "--json").output)
        self.sign_ins = [SignIn(e["login_name"], e["password"]) for e in demo["sign_ins"]]
        self.communities = [each["url"].rpartition("/")[2] for each in demo["owner_links"]]

    def _staff(self, sign_in: SignIn) -> Browser:
        """Return a browser that is signed in, the same one each time."""
        if sign_in.name not in self.browsers:
            browser = Browser.at(self.site.address, sign_in.name, self.record)
            browser.sign_in(sign_in.name, sign_in.password)
            self.browsers[sign_in.name] = browser
        return self.browsers[sign_in.name]

    def _stranger(self, who: str) -> Browser:
        return Browser.at(self.site.address, who, self.record)

    def _pages(self) -> None:
        """Let every account see every page; the first sees two of a kind and searches."""
        admin, *others = self.sign_ins
        found = Crawl(self._staff(admin), each=2, searching=True).run([START])
        for other in others:
            Crawl(self._staff(other)).run([START])
        stranger = self._stranger("nobody")
        for path in found.assets.values():
            stranger.get(path)

    def _owners(self) -> None:
        community, *others = self.communities
        chooser = self._stranger("chooser")
        residents = owner_acts.residents_of(chooser, community)
        owing = owner_acts.owing(chooser, community, residents, PAYERS)
        unknown = self._stranger("unknown owner")
        Crawl(unknown).run([f"/owner/{community}"])
        for number, owner in enumerate((unknown, self._stranger("unknown owner 2"))):
            owner_acts.enter(owner, community, "")
            self._try(f"register {number}", owner_acts.register, owner, community)
        for number, resident in enumerate(owing[:OWNERS]):
            owner = self._stranger(f"owner {number + 1}")
            owner_acts.enter(owner, community, resident)
            Crawl(owner, each=2).run(["/owner/bills"])
            for other in others:
                owner.get(f"/owner/{other}")
        for number, resident in enumerate(owing):
            owner = self._stranger(f"payer {number + 1}")
            owner_acts.enter(owner, community, resident)
            self._try(f"payer {number + 1}", owner_acts.SCENARIOS[number], owner)

    def _acts(self) -> None:
        admin, finance, *others = (self._staff(each) for each in self.sign_ins)
        for scenario in (*staff_acts.SCENARIOS, *house_acts.SCENARIOS):
            self._try(scenario.__name__, scenario, admin)
        self._worker()
        self._try("decide_refunds", house_acts.decide_refunds, finance)
        self._worker()
        for other in others:
            for scenario in (staff_acts.edit_bill, staff_acts.settle_one, staff_acts.remind):
                self._try(f"{other.who} {scenario.__name__}", scenario, other)
        Crawl(attrs.evolve(admin, who=f"{admin.who} afterwards")).run([START])

    def _worker(self) -> None:
        self.site.billing("worker", "--once")

    def _try(self, name: str, act: Callable[..., object], *arguments: object) -> None:
        """Do something; a page that lacks what it needs is a step of its own."""
        try:
            act(*arguments)
        except MissingError as error:
            self.record.add(f"{name} stopped", [str(error)])
