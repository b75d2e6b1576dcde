"""What deciding about reminders needs of houses: plain columns, in four statements (rule 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection, Select, bindparam, or_, select

from billing_adapters.sql.bills.search.plan import along
from billing_adapters.sql.db.key_lists import among
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.houses.repositories import lives_there
from billing_adapters.sql.tables.bills import (
    BILL_IS_THERE,
    BILLS_BY_COMMUNITY_STATE,
    BILLS_BY_HOUSE,
    bills,
)
from billing_adapters.sql.tables.houses import houses, residents
from billing_adapters.sql.tables.reminders import REMINDER_IS_OPEN, REMINDER_MATTERS, reminders
from billing_domain.model.bills.bill import BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.reminders.reminder import (
    NamedBill,
    PastReminder,
    Prospect,
    Recipient,
    ReminderState,
)
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.model.shanghai import shanghai_day

_HOUSES_ONE_BY_ONE_MAX: Final = 500
"""So many houses are looked up by themselves.

More come as whole buildings or communities; their few unpaid bills are found sooner among all that
are unpaid there than among years of paid ones.
"""


def prospects_of(
    connection: Connection,
    scope: Scope,
    wanted: Collection[HouseId],
    *,
    channel: ReminderChannel,
    today: date,
    since: date,
) -> list[Prospect]:
    """Return the prospects of houses in scope, in the order in which they are asked for."""
    found = connection.execute(_PLACES.where(in_scope(houses, scope)), {"houses": [*wanted]})
    places = {row.id: row.community_id for row in found}
    there = [house_id for house_id in dict.fromkeys(wanted) if house_id in places]
    if not there:
        return []
    few = len(wanted) <= _HOUSES_ONE_BY_ONE_MAX
    living = _recipients(connection, there, channel, today)
    values = {"company": scope.company_id, "places": sorted(set(places.values()))}
    owed = _unpaid(connection, _UNPAID_OF_FEW if few else _UNPAID_OF_MANY, there, values)
    past = _history(connection, there, channel, since)
    return [Prospect(each, living[each], owed[each], past[each]) for each in there]


def _recipients(
    connection: Connection, there: Sequence[HouseId], channel: ReminderChannel, today: date
) -> dict[HouseId, list[Recipient]]:
    """Return who lives in each house and is reached, in the order they were added."""
    address = residents.c.openid if channel is ReminderChannel.WECHAT else residents.c.phone
    found = (
        select(residents.c.house_id, residents.c.id, address)
        .where(
            among(residents.c.house_id, "houses"),
            lives_there(today),
            or_(residents.c.moved_in_on.is_(None), residents.c.moved_in_on <= today),
            address != "",
        )
        .order_by(residents.c.row_id)
    )
    living: dict[HouseId, list[Recipient]] = defaultdict(list)
    for house_id, resident_id, where in connection.execute(found, {"houses": there}).all():
        living[house_id].append(Recipient(resident_id, where))
    return living


def _unpaid(
    connection: Connection,
    found: Select[HouseId, BillNumber, int],
    there: Sequence[HouseId],
    values: Mapping[str, object],
) -> dict[HouseId, list[NamedBill]]:
    """Return the unpaid bills of each house by ascending number."""
    owed: dict[HouseId, list[NamedBill]] = defaultdict(list)
    for house_id, number, fen in connection.execute(found, {**values, "houses": there}).all():
        owed[house_id].append(NamedBill(number, Money(fen)))
    return owed


def _history(
    connection: Connection, there: Sequence[HouseId], channel: ReminderChannel, since: date
) -> dict[HouseId, list[PastReminder]]:
    """Return each house's reminders that wait, or that cool from `since` on."""
    values = {"houses": there, "channel": channel, "since": since}
    past: dict[HouseId, list[PastReminder]] = defaultdict(list)
    rows = connection.execute(_HISTORY, values).all()
    for house_id, outcome, cools_on, queued_at, ended_at in rows:
        state = ReminderState(outcome.value)
        waits = state is ReminderState.WAITING
        if waits or cools_on >= since:
            past[house_id].append(PastReminder(channel, state, cools_on))
        if ended_at is None and not waits:
            since_then = PastReminder(channel, ReminderState.WAITING, shanghai_day(queued_at))
            past[house_id].append(since_then)
    return past


_PLACES: Final = select(houses.c.id, houses.c.community_id).where(among(houses.c.id, "houses"))
_UNPAID: Final = (
    select(bills.c.house_id, bills.c.number, bills.c.amount_fen)
    .where(
        among(bills.c.house_id, "houses"),
        bills.c.company_id == bindparam("company"),
        bills.c.state == BillState.PENDING,
        BILL_IS_THERE,
    )
    .order_by(bills.c.number)
)
_UNPAID_OF_FEW: Final = along(_UNPAID, BILLS_BY_HOUSE)
_UNPAID_OF_MANY: Final = along(
    _UNPAID.where(among(bills.c.community_id, "places")), BILLS_BY_COMMUNITY_STATE
)
_HISTORY: Final = (
    select(
        reminders.c.house_id,
        reminders.c.outcome,
        reminders.c.cools_on,
        reminders.c.queued_at,
        reminders.c.ended_at,
    )
    .where(
        among(reminders.c.house_id, "houses"),
        reminders.c.channel == bindparam("channel"),
        REMINDER_MATTERS,
        or_(REMINDER_IS_OPEN, reminders.c.cools_on >= bindparam("since")),
    )
    .order_by(reminders.c.queued_at, reminders.c.id)
)
