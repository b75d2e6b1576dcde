"""Reminders in later states, for the contracts of their reads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Resident
from billing_domain.model.reminders.queued_reminder import (
    Delivery,
    DeliveryState,
    QueuedReminder,
    ReminderId,
    ReminderRun,
    refusal_id,
)
from billing_domain.model.reminders.reminder import (
    Cooling,
    NobodyToReach,
    NothingUnpaid,
    ReminderDecision,
    UnderWay,
    named,
)
from billing_domain.ports.reminders.queries import ReminderOutcome
from billing_domain.testing.contracts.payment_world import OPENID
from billing_domain.testing.contracts.queued_reminders import a_run, add_run
from billing_domain.testing.contracts.world import NOON, World


def a_message(resident: Resident, address: str = OPENID, **fields: Any) -> Delivery:
    """Return a waiting delivery to a resident."""
    return Delivery(resident.id, address, **fields)


def about(
    world: World,
    run: ReminderRun,
    house: House,
    *bills: PendingBill,
    messages: Collection[Delivery] = (),
) -> QueuedReminder:
    """Return a reminder of a house, not stored yet, newer than all before.

    The reminder has ended if deliveries are given and none of them waits.
    """
    waits = not messages or any(each.state is DeliveryState.WAITING for each in messages)
    return QueuedReminder(
        id=ReminderId(world.new_id()),
        run_id=run.id,
        company_id=run.company_id,
        community_id=house.community_id,
        house_id=house.id,
        channel=run.channel,
        queued_at=run.requested_at,
        bills=named(bills),
        deliveries=tuple(messages),
        ended_at=None if waits else run.requested_at,
    )


def ended(reminder: QueuedReminder, state: DeliveryState, at: datetime = NOON) -> QueuedReminder:
    """Return the same version of a reminder with every delivery in the same final state."""
    for each in reminder.deliveries:
        arrived = state is DeliveryState.DELIVERED
        end = each.delivered(at, "message-1") if arrived else each.ended(state, at, "gave_up")
        reminder = reminder.with_delivery(end, at)
    return reminder


def after(world: World, run: ReminderRun, house: House, state: DeliveryState) -> QueuedReminder:
    """Return a reminder whose only delivery has ended, not stored yet."""
    message = a_message(world.add_resident(house, "王伟"))
    return ended(about(world, run, house, messages=[message]), state)


def remind(world: World, house: House, **fields: Any) -> QueuedReminder:
    """Add a request about one house whose reminder arrived."""
    run = a_run(world, **fields)
    reminder = after(world, run, house, DeliveryState.DELIVERED)
    add_run(world, run, [reminder])
    return reminder


def remind_everywhere(world: World) -> tuple[QueuedReminder, QueuedReminder, QueuedReminder]:
    """Add a reminder in the garden, one at the lakeside, and one of the rival's."""
    here = world.add_house("1号楼/101")
    there = world.add_house("2号楼/1", world.lakeside)
    abroad = world.add_house("1号楼/101", world.foreign)
    rival = world.rival.id
    return remind(world, here), remind(world, there), remind(world, abroad, company_id=rival)


def every_outcome(world: World) -> dict[ReminderOutcome, ReminderId]:
    """Add a request with a different outcome for each of its houses."""
    run, day = a_run(world), date(2026, 3, 4)
    houses = [world.add_house(f"9号楼/{room}") for room in range(9)]
    states = (DeliveryState.DELIVERED, DeliveryState.UNKNOWN, DeliveryState.FAILED)
    queued = [
        about(world, run, houses[0]),
        *(after(world, run, *each) for each in zip(houses[1:4], states, strict=True)),
        about(world, run, houses[4]).dropped(NOON),
    ]
    decisions: list[ReminderDecision] = [
        Cooling(houses[5].id, day, day),
        UnderWay(houses[6].id, day),
        NobodyToReach(houses[7].id),
        NothingUnpaid(houses[8].id),
    ]
    refused = {each.house_id: (world.garden.id, each) for each in decisions}
    add_run(world, run, queued, refused)
    return {
        **{ReminderOutcome.of(each.state): each.id for each in queued},
        **{ReminderOutcome(each.kind): refusal_id(run.id, each.house_id) for each in decisions},
    }
