"""Reads of reminder requests and their reminders in SQL (rule 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, select

from billing_adapters.sql.db.connections import query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.key_lists import one_of
from billing_adapters.sql.db.page_keys import PageOrder, page_of
from billing_adapters.sql.db.scopes import in_scope, narrowed_scope
from billing_adapters.sql.houses.match import HouseMatch
from billing_adapters.sql.reminders.listing import listed_reminders
from billing_adapters.sql.tables.houses import houses
from billing_adapters.sql.tables.reminders import (
    REMINDER_IS_IN_TROUBLE,
    REMINDER_IS_OPEN,
    reminder_runs,
    reminders,
)
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.search_text import search_words
from billing_domain.model.reminders.queued_reminder import RunId
from billing_domain.model.shanghai import day_end, day_start, shanghai_day
from billing_domain.ports.paging import Page, PageKey
from billing_domain.ports.reminders.queries import (
    ReminderFilter,
    ReminderOutcome,
    ReminderQueries,
    ReminderRow,
    RunProgress,
)
from billing_domain.ports.system import Clock

# SQLite has no statistics on how common a value is, so each statement names its index.
_BY_COMPANY: Final = "billing_reminders_company_id_queued_at_id_ix"
_BY_HOUSE: Final = "billing_reminders_house_id_queued_at_id_ix"
_BY_RUN: Final = "billing_reminders_run_id_outcome_ix"
_TROUBLES: Final = "billing_reminders_troubles_ix"
_OPEN: Final = "billing_reminders_open_ix"

_ORDER: Final = PageOrder((reminders.c.queued_at, reminders.c.id))
_IN_TROUBLE: Final = frozenset({ReminderOutcome.FAILED, ReminderOutcome.UNKNOWN})
_WAITING: Final = frozenset({ReminderOutcome.WAITING})


@attrs.frozen
class SqlReminderQueries(ReminderQueries):
    """Reads of requests and their reminders; raises SearchTooSlowError after two seconds (P42)."""

    database: Database
    clock: Clock

    def page(
        self, scope: Scope, reminder_filter: ReminderFilter, *, key: PageKey | None, rows: int
    ) -> Page[ReminderRow]:
        reach = narrowed_scope(scope, reminder_filter.community_id)
        today = shanghai_day(self.clock.now())
        with query(self.database.reader) as connection:
            search = _Search.of(connection, reach, reminder_filter, today)

            def nearest(key: PageKey | None, limit: int) -> Sequence[Row[Any]]:
                return connection.execute(search.nearest(key).limit(limit), search.values).all()

            page = page_of(nearest, _ORDER.key_of, key, rows)
            shown = listed_reminders(connection, scope.company_id, [row.id for row in page.rows])
        return Page(shown, page.next_key, page.previous_key)

    def progress(self, scope: Scope, run_id: RunId) -> RunProgress:
        counted = _of_run(scope, run_id, reminders.c.outcome, func.count().label("houses"))
        asked = select(reminder_runs).where(
            reminder_runs.c.id == run_id, reminder_runs.c.company_id == scope.company_id
        )
        with query(self.database.reader) as connection:
            rows = connection.execute(counted.group_by(reminders.c.outcome)).all()
            if not rows:
                raise ThingNotFoundError(kind="reminder_run", id=run_id)
            run = connection.execute(asked).one()
        return RunProgress(
            id=run_id,
            channel=run.channel,
            requested_at=run.requested_at,
            requested_by=run.requested_by,
            houses={row.outcome: row.houses for row in rows},
        )

    def failed_houses(self, scope: Scope, run_id: RunId) -> Mapping[HouseId, CommunityId]:
        failed = _of_run(scope, run_id, reminders.c.house_id, reminders.c.community_id).where(
            reminders.c.outcome == ReminderOutcome.FAILED
        )
        with query(self.database.reader) as connection:
            return {row.house_id: row.community_id for row in connection.execute(failed)}


def _of_run(scope: Scope, run_id: RunId, *columns: ColumnElement[Any]) -> Select[Any]:
    here = (reminders.c.run_id == run_id, in_scope(reminders, scope))
    return _along(select(*columns).where(*here), _BY_RUN)


def _along(statement: Select[Any], index: str) -> Select[Any]:
    return statement.with_hint(reminders, f"INDEXED BY {index}", "sqlite")


@attrs.frozen
class _Search:
    """A filter with its search text resolved; `by_house` says that few houses are left."""

    wanted: ReminderFilter
    conditions: Sequence[ColumnElement[bool]]
    values: Mapping[str, object]
    by_house: bool

    @classmethod
    def of(
        cls, connection: Connection, scope: Scope, wanted: ReminderFilter, today: date
    ) -> _Search:
        """Resolve a filter for those who look on a day."""
        kept = [in_scope(reminders, scope), *_conditions(wanted)]
        match = HouseMatch.find(connection, scope, search_words(wanted.text), today).restricting
        few = match.few(connection) if match.words else None
        if few is not None:
            kept.append(one_of(reminders.c.house_id, few))
        elif match.words:
            in_place = houses.c.id == reminders.c.house_id
            kept.append(exists().where(in_place, match.condition))
        by_house = few is not None or wanted.house_id is not None
        return cls(wanted, kept, match.values, by_house=by_house)

    def nearest(self, key: PageKey | None) -> Select[Any]:
        """Return the select of the places of reminders, along the most selective index."""
        if self.by_house:
            return self._narrow(key, _BY_HOUSE)
        if self.wanted.run_id is not None:
            return self._narrow(key, _BY_RUN)
        if self.wanted.outcomes == _WAITING:
            return self._narrow(key, _OPEN, REMINDER_IS_OPEN)
        found = self._beyond(key).order_by(*_ORDER.by(key))
        if self.wanted.outcomes and self.wanted.outcomes <= _IN_TROUBLE:
            return _along(found.where(REMINDER_IS_IN_TROUBLE), _TROUBLES)
        return _along(found, _BY_COMPANY)

    def _narrow(
        self, key: PageKey | None, index: str, *conditions: ColumnElement[bool]
    ) -> Select[Any]:
        """Return the select of reminders that are few enough to be sorted."""
        few = _along(self._beyond(key).where(*conditions), index)
        # PostgreSQL would rather follow the order of time than look into the houses; so it can't.
        found = few.cte("found").prefix_with("MATERIALIZED")
        order = PageOrder((found.c.queued_at, found.c.id))
        return select(found).order_by(*order.by(key))

    def _beyond(self, key: PageKey | None) -> Select[Any]:
        return select(*_ORDER.columns).where(*self.conditions, *_ORDER.beyond(key))


def _conditions(wanted: ReminderFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.house_id is not None:
        yield reminders.c.house_id == wanted.house_id
    if wanted.run_id is not None:
        yield reminders.c.run_id == wanted.run_id
    if wanted.outcomes:
        yield reminders.c.outcome.in_(wanted.outcomes)
    if wanted.requested_from is not None:
        yield reminders.c.queued_at >= day_start(wanted.requested_from)
    if wanted.requested_to is not None:
        yield reminders.c.queued_at < day_end(wanted.requested_to)
