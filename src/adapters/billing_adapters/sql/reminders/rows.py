"""Reminders as rows and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from billing_adapters.sql.db.rows import Values, model_of, values_of
from billing_adapters.sql.tables.reminders import reminder_deliveries, reminders
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import (
    Delivery,
    QueuedReminder,
    ReminderRun,
    refusal_id,
)
from billing_domain.model.reminders.reminder import Cooling, NamedBill, ReminderDecision, UnderWay
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.reminders.queries import ReminderOutcome


def reminder_values(reminder: QueuedReminder) -> Values:
    """Return every column of a new reminder's row."""
    return {
        **values_of(reminder, reminders),
        **changed_values(reminder),
        "last_on": None,
        "next_on": None,
        "sure": True,
    }


def changed_values(reminder: QueuedReminder) -> Values:
    """Return the columns that a reminder's next version writes, and its id."""
    return {
        "id": reminder.id,
        "outcome": ReminderOutcome.of(reminder.state),
        "cools_on": shanghai_day(reminder.cools_from),
        "delivered_at": reminder.delivered_at,
        "ended_at": reminder.ended_at,
        "bills": [(bill.number, bill.amount.fen) for bill in reminder.bills],
        "bill_count": len(reminder.bills),
        "total_fen": sum(bill.amount.fen for bill in reminder.bills),
        "version": reminder.version,
    }


def refusal_values(
    run: ReminderRun,
    place: int,
    house_id: HouseId,
    community_id: CommunityId,
    decision: ReminderDecision,
) -> Values:
    """Return every column of the row of a refused house; `place` counts those of a request."""
    cooling = decision if isinstance(decision, Cooling) else None
    last_on = cooling.last_on if cooling else None
    return {
        "id": refusal_id(run.id, house_id, place),
        "run_id": run.id,
        "company_id": run.company_id,
        "community_id": community_id,
        "house_id": house_id,
        "channel": run.channel,
        "outcome": ReminderOutcome(decision.kind),
        "queued_at": run.requested_at,
        "cools_on": None,
        "delivered_at": None,
        "ended_at": run.requested_at,
        "bills": [],
        "bill_count": 0,
        "total_fen": 0,
        "last_on": decision.since if isinstance(decision, UnderWay) else last_on,
        "next_on": cooling.next_on if cooling else None,
        "sure": cooling is None or cooling.sure,
        "version": 1,
    }


def delivery_values(reminder: QueuedReminder) -> list[Values]:
    """Return the rows of a reminder's deliveries."""
    return [
        values_of(
            each,
            reminder_deliveries,
            company_id=reminder.company_id,
            reminder_id=reminder.id,
            position=position,
        )
        for position, each in enumerate(reminder.deliveries)
    ]


def bills_of(content: Iterable[tuple[BillNumber, int]]) -> tuple[NamedBill, ...]:
    """Return the named bills of a row's `bills` column."""
    return tuple(NamedBill(number, Money(fen)) for number, fen in content)


def reminder_of(row: Row[Any], deliveries: Iterable[Row[Any]]) -> QueuedReminder:
    """Return the reminder of a row, with its deliveries in their order."""
    return model_of(
        QueuedReminder,
        row,
        bills=bills_of(row.bills),
        deliveries=tuple(model_of(Delivery, each) for each in deliveries),
    )
