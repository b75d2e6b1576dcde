"""Reminders in the world of the contracts, and functions to store them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import House, HouseId
from billing_domain.model.houses.resident import Resident
from billing_domain.model.reminders.queued_reminder import (
    DeliveryState,
    QueuedReminder,
    ReminderId,
    ReminderRun,
    RunId,
    queue,
)
from billing_domain.model.reminders.reminder import (
    Prospect,
    Recipient,
    ReminderDecision,
    SendReminder,
    address_of,
    named,
)
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.model.shanghai import shanghai_day
from billing_domain.testing.contracts.world import NOON, World

TODAY: Final = shanghai_day(NOON)
SOON: Final = NOON + timedelta(seconds=1)
OPENID: Final = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
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
    with world.begin() as work:
        work.reminders.add_run(run, queued, refused or {})
        work.commit()


def add_reminder(world: World, *residents: Resident, **fields: Any) -> QueuedReminder:
    """Add a request to remind the residents of one house."""
    run = a_run(world, **fields)
    reminder = a_reminder(world, run, residents)
    add_run(world, run, [reminder])
    return reminder


def keep_reminder(world: World, reminder: QueuedReminder) -> QueuedReminder:
    """Store a reminder's next version."""
    kept = reminder.kept()
    with world.begin() as work:
        work.reminders.save(kept)
        work.commit()
    return kept


def stored_reminder(world: World, reminder_id: ReminderId) -> QueuedReminder | None:
    """Return a reminder from storage."""
    with world.begin() as work:
        return work.reminders.find(reminder_id)


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
    with world.begin() as work:
        found = work.reminders.prospects(
            scope or world.scope,
            [house.id for house in houses],
            channel=channel,
            today=TODAY,
            since=since,
        )
    assert len({each.house_id for each in found}) == len(found)
    return {each.house_id: each for each in found}
