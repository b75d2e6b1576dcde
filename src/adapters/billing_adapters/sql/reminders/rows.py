"""Reminders as rows and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from billing_adapters.sql.db.transaction import Values
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
        **changed_values(reminder),
        "run_id": reminder.run_id,
        "company_id": reminder.company_id,
        "community_id": reminder.community_id,
        "house_id": reminder.house_id,
        "channel": reminder.channel,
        "queued_at": reminder.queued_at,
        "last_on": None,
        "next_on": None,
        "sure": True,
    }


def changed_values(reminder: QueuedReminder) -> Values:
    """Return what a reminder's next version writes, its id too."""
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
    run: ReminderRun, house_id: HouseId, community_id: CommunityId, decision: ReminderDecision
) -> Values:
    """Return every column of the row of a house that is not reminded."""
    cooling = decision if isinstance(decision, Cooling) else None
    last_on = cooling.last_on if cooling else None
    return {
        "id": refusal_id(run.id, house_id),
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
    """Return the rows of a reminder's messages."""
    return [
        {
            "company_id": reminder.company_id,
            "reminder_id": reminder.id,
            "resident_id": each.resident_id,
            "position": position,
            "address": each.address,
            "state": each.state,
            "tried_at": each.tried_at,
            "at": each.at,
            "message_id": each.message_id,
            "failure_reason": each.failure_reason,
        }
        for position, each in enumerate(reminder.deliveries)
    ]


def bills_of(content: Iterable[tuple[BillNumber, int]]) -> tuple[NamedBill, ...]:
    """Return the bills that a row names."""
    return tuple(NamedBill(number, Money(fen)) for number, fen in content)


def reminder_of(row: Row[Any], deliveries: Iterable[Row[Any]]) -> QueuedReminder:
    """Return the reminder of a row, with its messages in their order."""
    return QueuedReminder(
        id=row.id,
        run_id=row.run_id,
        company_id=row.company_id,
        community_id=row.community_id,
        house_id=row.house_id,
        channel=row.channel,
        queued_at=row.queued_at,
        bills=bills_of(row.bills),
        deliveries=tuple(_delivery(each) for each in deliveries),
        ended_at=row.ended_at,
        version=row.version,
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        resident_id=row.resident_id,
        address=row.address,
        state=row.state,
        tried_at=row.tried_at,
        at=row.at,
        message_id=row.message_id,
        failure_reason=row.failure_reason,
    )
