"""Deciding and queueing reminders of 1,000 and 10,000 houses, beside the same statements by hand.

Each house has four unpaid bills and two residents who are reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import attrs
from sqlalchemy import insert

from benchmarks.recording import recorded, told_again
from benchmarks.stopwatch import Ratio, in_turn
from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.bills.rows import bill_values
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.reminders.queries import SqlReminderQueries
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.tables.jobs import outbox_jobs
from billing_adapters.sql.tables.reminders import reminder_deliveries, reminder_runs, reminders
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
    Company,
    CompanyId,
)
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.settings import MessagePart, ReminderSettings, ReminderTemplate
from billing_domain.ports.bills import BillFilter
from billing_domain.use_cases.reminders.remind_residents import RemindResidents

SIZES = {1_000: 15, 10_000: 5}
"""How many rounds for how many houses."""

BILLS_A_HOUSE, RESIDENTS_A_HOUSE, HOUSES_A_COMMUNITY = 4, 2, 2_000
ALLOWED = 3.0
WRITTEN = (reminder_deliveries, reminders, reminder_runs, outbox_jobs)
PERIODS = [BillingPeriod(date(2026, month, 1), date(2026, month, 28)) for month in range(1, 5)]


def measure(name: str, database: Database) -> list[Ratio]:
    """Return how much longer we take than the driver with the same statements and rows."""
    return [_measure(name, database, size, rounds) for size, rounds in SIZES.items()]


def _measure(name: str, database: Database, size: int, rounds: int) -> Ratio:
    stage = _Stage(database, SystemClock(), SystemIds())
    actor = stage.load(size)
    remind = stage.reminding(actor, size)
    statements = recorded(database, remind)
    stage.forget()
    raw = database.engine.raw_connection()
    ratio = in_turn(
        f"remind {size:,} houses, {name}",
        remind,
        lambda: told_again(raw, statements, stage.renewed),
        rounds=rounds,
        allowed=ALLOWED,
        after=stage.forget,
    )
    raw.close()
    return ratio


@attrs.frozen
class _Stage:
    """Companies whose houses owe."""

    database: Database
    clock: SystemClock
    ids: SystemIds

    def reminding(self, actor: Actor, size: int) -> Callable[[], None]:
        """Return our way: find the houses, decide, queue."""
        use = RemindResidents(
            SqlUnitOfWorkFactory(self.database, self.clock, self.ids),
            SqlBillQueries(self.database, self.clock),
            SqlReminderQueries(self.database, self.clock),
            self.clock,
            self.ids,
        )

        def remind() -> None:
            reminded = use.by_filter(actor, BillFilter())
            assert len(reminded.batch.to_send) == size

        return remind

    def renewed(self, text: str, values: Any) -> Any:  # noqa: ANN401 - the driver's own form
        """Return a statement's values; audit entries, which nobody removes, have another id."""
        if not text.startswith("INSERT INTO billing_audit_entries"):
            return values
        if isinstance(values, list):
            return [self.renewed(text, row) for row in values]
        if isinstance(values, Mapping):
            return {**values, "id": self.ids.new_id()}
        return (self.ids.new_id(), *values[1:])

    def forget(self) -> None:
        """Remove what a round wrote."""
        with self.database.engine.begin() as connection:
            for table in WRITTEN:
                connection.execute(table.delete())
        self._tidy()

    def load(self, size: int) -> Actor:
        """Fill a company of its own; return its staff."""
        company = Company(CompanyId(self.ids.new_id()), f"催缴{size}", self.clock.now())
        template = ReminderTemplate("template-1", {"thing1": MessagePart.HOUSE})
        with SqlUnitOfWorkFactory(self.database, self.clock, self.ids)() as work:
            work.companies.add(company)
            work.official_accounts.save(OfficialAccount(company.id, f"wx{size}", "sealed"))
            work.reminder_settings.save(ReminderSettings(company.id, template=template, version=1))
            work.commit()
        serials = iter(self.ids.bill_serials(BILLS_A_HOUSE * size))
        for first in range(0, size, HOUSES_A_COMMUNITY):
            self._fill(company, first, min(HOUSES_A_COMMUNITY, size - first), serials)
        self._tidy()
        return Actor.system(company.id, name="前台")

    def _fill(self, company: Company, first: int, count: int, serials: Iterator[int]) -> None:
        community = Community(
            CommunityId(self.ids.new_id()),
            company.id,
            f"幸福家园{first // HOUSES_A_COMMUNITY + 1}期",
            CommunityStatus.OPEN,
            self.clock.now(),
        )
        houses = [
            House(HouseId(self.ids.new_id()), community.id, HouseAddress(f"{place}号楼/1"))
            for place in range(count)
        ]
        with SqlUnitOfWorkFactory(self.database, self.clock, self.ids)() as work:
            work.communities.add(community)
            work.houses.add_all(houses)
            work.residents.add_all([who for house in houses for who in self._family(house)])
            work.commit()
        with self.database.engine.begin() as connection:
            rows = [bill_values(bill, company.id) for bill in self._owed(houses, serials)]
            connection.execute(insert(bills), rows)

    def _family(self, house: House) -> Iterator[Resident]:
        for _ in range(RESIDENTS_A_HOUSE):
            yield Resident(
                ResidentId(self.ids.new_id()),
                house.community_id,
                house.id,
                "王建国",
                "13800004613",
                Relation.OWNER,
                None,
                openid=f"o{self.ids.new_id()[-27:]}",
            )

    def _owed(self, houses: list[House], serials: Iterator[int]) -> Iterator[PendingBill]:
        now = self.clock.now()
        for period in PERIODS:
            for house in houses:
                yield PendingBill(
                    number=bill_number(now, next(serials)),
                    community_id=house.community_id,
                    house_id=house.id,
                    fee_type=FeeType.PROPERTY,
                    amount=Money(130_000),
                    period=period,
                    imported_at=now,
                )

    def _tidy(self) -> None:
        autocommit = self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with autocommit as connection:
            connection.exec_driver_sql("ANALYZE" if self.database.is_sqlite else "VACUUM ANALYZE")
