"""A community of 10,000 houses, and two other companies that sign in and write all the time."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import attrs

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_adapters.system.passwords import Argon2PasswordHasher
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
    Company,
    CompanyId,
)
from billing_domain.model.company.staff import Role, StaffAccount, StaffId
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.imports.request import ImportRequest
from billing_domain.use_cases.company.sign_in import SignIn
from billing_domain.use_cases.houses.register_residents import RegisterResidents, ResidentData
from billing_domain.use_cases.imports.import_residents import ImportResidents

HOUSES: Final = 10_000
PASSWORD: Final = "correct-horse-battery"  # noqa: S105 - of a database that is deleted


@attrs.frozen
class Stage:
    """A large community, two other companies, and the use cases."""

    begin: SqlUnitOfWorkFactory
    ids: SystemIds = attrs.field(factory=SystemIds)
    clock: SystemClock = attrs.field(factory=SystemClock)
    hasher: Argon2PasswordHasher = attrs.field(factory=Argon2PasswordHasher)
    companies: list[CompanyId] = attrs.field(factory=list)
    communities: list[CommunityId] = attrs.field(factory=list)
    residents: list[Resident] = attrs.field(factory=list)

    @property
    def actor(self) -> Actor:
        """Who imports."""
        return Actor.system(self.companies[0])

    @property
    def imports(self) -> ImportResidents:
        """The use case that is measured."""
        return ImportResidents(
            self.begin, DocumentSheetReader(), DocumentSheetWriter(), self.clock, self.ids
        )

    def load(self) -> None:
        """Add the companies, their houses and one account for each."""
        for number, count in enumerate((HOUSES, 20, 20)):
            company = Company(CompanyId(self.ids.new_id()), f"物业{number}", self.clock.now())
            community = Community(
                CommunityId(self.ids.new_id()),
                company.id,
                "幸福家园",
                CommunityStatus.OPEN,
                self.clock.now(),
            )
            texts = itertools.islice(addresses("{}号楼/{}单元/{}{:02}"), count)
            houses = [
                House(HouseId(self.ids.new_id()), community.id, HouseAddress(text))
                for text in texts
            ]
            person = self._resident(houses[0])
            with self.begin() as work:
                work.companies.add(company)
                work.communities.add(community)
                work.houses.add_all(houses)
                work.residents.add_all([person])
                work.staff.add(self._account(company, number))
                work.commit()
            self.companies.append(company.id)
            self.communities.append(community.id)
            self.residents.append(person)

    def opened(self, content: bytes) -> ImportRequest:
        """Read a file, as each request of a browser does."""
        return self.imports.open_file(
            self.actor,
            community_id=self.communities[0],
            file_name="residents.xls",
            content=content,
            request_key=self.ids.new_id(),
        )

    def whole_way(self, content: bytes) -> None:
        """Read and preview a file, then read and import it, as two requests of a browser do."""
        assert self.imports.preview(self.actor, request=self.opened(content)).sheet.importable
        done = self.imports.import_sheet(self.actor, request=self.opened(content))
        assert done.residents > 0

    @contextmanager
    def others(self) -> Iterator[dict[str, list[float]]]:
        """Let the other companies go on working; yield how long each action took, in ms."""
        waits: dict[str, list[float]] = {"small writes": [], "signing in": []}
        stop = threading.Event()
        threads = [
            threading.Thread(target=_repeat, args=(stop, pause, action, waits[what]))
            for what, pause, action in (
                ("small writes", 0.05, self._writer()),
                ("signing in", 0.5, self._sign_in),
            )
        ]
        for thread in threads:
            thread.start()
        try:
            yield waits
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _writer(self) -> Callable[[], None]:
        """Return a small guarded write with its audit entry, as a checkout makes several."""
        register, actor = RegisterResidents(self.begin, self.ids), Actor.system(self.companies[1])
        version = itertools.count(1)
        data = ResidentData("王伟", "13800000001", Relation.OWNER, None)

        def write() -> None:
            register.change_resident(
                actor, resident_id=self.residents[1].id, version=next(version), data=data
            )

        return write

    def _sign_in(self) -> None:
        SignIn(self.begin, self.hasher, self.clock, self.ids).sign_in(
            login_name="clerk2", password=PASSWORD, address="127.0.0.1"
        )

    def _resident(self, house: House) -> Resident:
        return Resident(
            id=ResidentId(self.ids.new_id()),
            community_id=house.community_id,
            house_id=house.id,
            name="王伟",
            phone="13800000000",
            relation=Relation.OWNER,
            moved_in_on=None,
        )

    def _account(self, company: Company, number: int) -> StaffAccount:
        return StaffAccount(
            StaffId(self.ids.new_id()),
            company.id,
            f"clerk{number}",
            "前台",
            Role.ADMINISTRATOR,
            None,
            self.hasher.hash(PASSWORD),
            self.clock.now(),
        )


def _repeat(
    stop: threading.Event, pause: float, action: Callable[[], None], times: list[float]
) -> None:
    while not stop.wait(pause):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))


def addresses(spelling: str, *, first: int = 1) -> Iterator[str]:
    """Yield addresses of one house after another, from a building on."""
    for building in itertools.count(first):
        for unit, floor, door in itertools.product(range(1, 5), range(1, 26), (1, 2)):
            yield spelling.format(building, unit, floor, door)
