"""Reminders in the world of the contracts, and functions to store them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import House, HouseId
from billing_domain.model.houses.resident import Resident
from billing_domain.model.reminders.queued_reminder import (
    Delivery,
    DeliveryState,
    QueuedReminder,
    ReminderId,
    ReminderRun,
    RunId,
    queue,
    refusal_id,
)
from billing_domain.model.reminders.reminder import (
    Cooling,
    NobodyToReach,
    NothingUnpaid,
    Prospect,
    Recipient,
    ReminderDecision,
    SendReminder,
    UnderWay,
    address_of,
    named,
)
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.reminders.queries import ReminderOutcome
from .payment_world import OPENID
from .world import NOON, World


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
        **{
            ReminderOutcome(each.kind): refusal_id(run.id, each.house_id, place)
            for place, each in enumerate(decisions)
        },
    }


TODAY: Final = shanghai_day(NOON)
SOON: Final = NOON + timedelta(seconds=1)
PHONE: Final = "13812344613"

Refused = Mapping[HouseId, tuple[CommunityId, ReminderDecision]]


def a_run(world: World, **fields: Any) -> ReminderRun:
    """Return a request of the company over WeChat at noon, not stored yet."""
    known: dict[str, Any] = {
        "company_id": world.company.id,
        "channel": ReminderChannel.WECHAT,
        "requested_at": NOON,
        "requested_by": "小李",
        **fields,
    }
    return ReminderRun(id=RunId(world.new_id()), **known)


def a_household(world: World, address: str, **fields: Any) -> tuple[House, Resident]:
    """Add a house with one resident who can be reached over every channel."""
    house = world.add_house(address, **fields)
    openid = f"{OPENID[:-4]}{int(house.id, 16):04d}"
    return house, world.add_resident(house, "王伟", openid=openid, phone=PHONE)


def a_reminder(
    world: World, run: ReminderRun, residents: Sequence[Resident], *bills: PendingBill
) -> QueuedReminder:
    """Return a reminder to the residents of a house, of given bills or of a new one."""
    home = residents[0]
    house = world.a_house("1号楼/101")
    named_bills = named(bills or [world.a_bill(house)])
    recipients = tuple(
        Recipient(who.id, address)
        for who in residents
        if (address := address_of(who, run.channel))
    )
    decision = SendReminder(home.house_id, run.channel, recipients, named_bills)
    return queue(ReminderId(world.new_id()), run, home.community_id, decision)


def add_run(
    world: World,
    run: ReminderRun,
    queued: Collection[QueuedReminder] = (),
    refused: Refused | None = None,
) -> None:
    """Add a request."""
    world.work.reminders.add_run(run, queued, refused or {})


def add_reminder(world: World, *residents: Resident, **fields: Any) -> QueuedReminder:
    """Add a request to remind the residents of one house."""
    run = a_run(world, **fields)
    reminder = a_reminder(world, run, residents)
    add_run(world, run, [reminder])
    return reminder


def keep_reminder(world: World, reminder: QueuedReminder) -> QueuedReminder:
    """Store a reminder's next version."""
    kept = reminder.kept()
    world.work.reminders.save(kept)
    return kept


def stored_reminder(world: World, reminder_id: ReminderId) -> QueuedReminder | None:
    """Return a reminder from storage."""
    return world.work.reminders.find(reminder_id)


def delivered(reminder: QueuedReminder) -> QueuedReminder:
    """Return a reminder whose first waiting message arrived at noon."""
    message = reminder.waiting[0].delivered(NOON, "200228332")
    return reminder.with_delivery(reminder.waiting[0].marked(NOON), NOON).with_delivery(
        message, NOON
    )


def unknown(reminder: QueuedReminder) -> QueuedReminder:
    """Return a reminder whose waiting message may have arrived."""
    message = reminder.waiting[0].ended(DeliveryState.UNKNOWN, NOON, "timed_out")
    return reminder.with_delivery(reminder.waiting[0].marked(NOON), NOON).with_delivery(
        message, NOON
    )


def prospects(
    world: World,
    *houses: House,
    scope: Scope | None = None,
    channel: ReminderChannel = ReminderChannel.WECHAT,
    since: date = TODAY,
) -> dict[HouseId, Prospect]:
    """Return the facts for deciding about houses today, by house."""
    found = world.work.reminders.prospects(
        scope or world.scope,
        [house.id for house in houses],
        channel=channel,
        today=TODAY,
        since=since,
    )
    assert len({each.house_id for each in found}) == len(found)
    return {each.house_id: each for each in found}
