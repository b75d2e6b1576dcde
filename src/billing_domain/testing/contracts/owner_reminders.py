"""The contract of OwnerQueries about bills named in reminders (rule 4.6, P36)."""

import itertools
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import attrs
import pytest

from billing_domain.model.bills.bill import Bill, BillOrigin, PendingBill
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Resident
from billing_domain.model.owners.owner import Owner, may_see, shown_by_reminder
from billing_domain.model.reminders.queued_reminder import Delivery, DeliveryState, ReminderRun
from billing_domain.model.reminders.reminder import NamedBill
from .owner_queries import (
    MOMENT,
    MOVED_IN,
    SEEN_SINCE,
    bills_of_every_kind,
    opened,
    owner_of,
    pending,
    seen_bill,
    shown,
)
from .payment_world import OPENID, OTHER_OPENID, paid_by
from .queued_reminders import a_message, a_run, about, add_run, keep_reminder
from .storage import Storage, StorageContract
from .world import NOON, World, paid_in_cash

BEFORE = SEEN_SINCE - MOMENT
SENT: dict[str, Any] = {"state": DeliveryState.DELIVERED, "at": NOON}


class RemindedOwnerContract(StorageContract):
    """A new resident sees the older bills that a reminder to them names."""

    def test_shows_what_was_named(self, storage: Storage, world: World, house: House) -> None:
        """Only the named bills, sorted among the others, with every fact."""
        resident = world.add_resident(house, "王伟", phone="13812344613", moved_in_on=MOVED_IN)
        owner = owner_of(world, resident)
        old, unnamed, new = (
            world.add_bill(house, imported_at=moment) for moment in (BEFORE, BEFORE, NOON)
        )
        assert shown(storage, owner) == {new.number}

        remind(world, house, old, new, message=a_message(resident, **SENT))

        assert [row.number for row in pending(storage, owner)] == [new.number, old.number]
        staff_row = storage.bill_queries.row(world.scope, old.number)
        assert seen_bill(storage, owner, old.number) == staff_row
        assert opened(storage, owner, storage.today, [old, unnamed]) == {old.number}
        assert len(storage.owner_queries.pending(owner, day=storage.today, rows_max=1)) == 1

    @pytest.mark.parametrize(
        ("state", "tried", "sees"),
        [
            (DeliveryState.DELIVERED, False, True),
            (DeliveryState.UNKNOWN, True, True),
            (DeliveryState.WAITING, True, True),
            (DeliveryState.WAITING, False, False),
            (DeliveryState.FAILED, False, False),
            (DeliveryState.UNREACHABLE, False, False),
        ],
    )
    def test_shows_what_may_have_arrived(
        self, storage: Storage, world: World, *, state: DeliveryState, tried: bool, sees: bool
    ) -> None:
        house, resident, bill = moved_in_late(world)
        message = a_message(resident, state=state, tried_at=NOON if tried else None)
        remind(world, house, bill, message=message)
        seen = {bill.number} if sees else set()

        assert shown(storage, owner_of(world, resident)) == seen
        assert opened(storage, owner_of(world, resident), storage.today, [bill]) == seen
        with storage.begin(read_only=True) as work:
            told = partial(work.reminders.named_to, world.company.id)
            assert told(OPENID, [house.id]) == seen
            assert told(OTHER_OPENID, [house.id]) == told(OPENID, []) == set()
            assert work.reminders.named_to(world.rival.id, OPENID, [house.id]) == set()

    def test_follows_a_reminder_on_its_way(self, storage: Storage, world: World) -> None:
        """A waiting reminder names the bills that are left when it is sent."""
        house, resident, bill = moved_in_late(world)
        left_out = world.add_bill(house, imported_at=BEFORE)
        run = a_run(world)
        queued = about(world, run, house, left_out, bill, messages=[a_message(resident)])
        add_run(world, run, [queued])
        assert shown(storage, owner_of(world, resident)) == set()
        named = (NamedBill(bill.number, bill.amount),)
        marked = queued.naming(named).with_delivery(queued.deliveries[0].marked(NOON), NOON)
        keep_reminder(world, marked)
        assert shown(storage, owner_of(world, resident)) == {bill.number}

    def test_shows_nothing_to_who_was_not_told(self, storage: Storage, world: World) -> None:
        """Another resident of the house has another openid."""
        house, resident, bill = moved_in_late(world)
        remind(world, house, bill, message=a_message(resident, OTHER_OPENID, **SENT))
        assert shown(storage, owner_of(world, resident)) == set()
        assert shown(storage, owner_of(world, resident, openid=OTHER_OPENID)) == {bill.number}

    def test_is_of_the_same_company(self, storage: Storage, world: World) -> None:
        """The same openid at another official account is another person."""
        house = world.add_house("1号楼/101", world.foreign)
        resident = world.add_resident(house, "王伟", moved_in_on=MOVED_IN)
        bill = world.add_bill(house, imported_at=BEFORE)
        remind(
            world, house, bill,
            message=a_message(resident, **SENT),
            run=a_run(world, company_id=world.rival.id),
        )  # fmt: skip
        here = world.a_resident(world.add_house("1号楼/101"), "王伟", moved_in_on=MOVED_IN)

        for owner in (owner_of(world, here), owner_of(world, resident)):
            assert shown(storage, owner) == set()
            assert opened(storage, owner, storage.today, [bill]) == set()
        assert shown(storage, Owner(OPENID, world.rival.id, (resident,))) == {bill.number}

    def test_is_of_what_is_still_unpaid(self, storage: Storage, world: World) -> None:
        house, resident, unpaid = moved_in_late(world)
        paid, voided, gone = (
            world.add_bill(house, imported_at=BEFORE, origin=origin)
            for origin in (BillOrigin.IMPORTED, BillOrigin.PUSHED, BillOrigin.IMPORTED)
        )
        bills = [unpaid, paid, voided, gone]
        remind(world, house, *bills, message=a_message(resident, **SENT))
        owner = owner_of(world, resident)
        assert shown(storage, owner) == {bill.number for bill in bills}

        world.save_bill(paid.pay(paid_in_cash()))
        world.save_bill(voided.void(NOON))
        world.remove_bills(gone)
        assert shown(storage, owner) == {unpaid.number}
        assert opened(storage, owner, storage.today, [*bills]) == {unpaid.number}

    def test_is_what_the_rule_says(self, storage: Storage, world: World) -> None:
        """The queries agree with the rule for every bill and owner, named or not."""
        houses = [world.add_house("1号楼/101"), world.add_house("1号楼/102")]
        bills: list[Bill] = []
        named = set()
        for house in houses:
            kinds = [*bills_of_every_kind(world, house), *bills_of_every_kind(world, house)]
            told = kinds[: len(kinds) // 2]
            who = world.add_resident(house, "李芳")
            remind_of(world, house, told, message=a_message(who, **SENT))
            named |= {bill.number for bill in told}
            bills += kinds
        mine = paid_by(world, OPENID)
        day = storage.today
        moved = [None, MOVED_IN, day + timedelta(days=9)]
        left = [None, day, day + timedelta(days=1)]
        for moved_in_on, moved_out_on in itertools.product(moved, left):
            dates = {"moved_in_on": moved_in_on, "moved_out_on": moved_out_on}
            owner = owner_of(world, world.a_resident(houses[0], "王伟", **dates))
            allowed = {
                bill.number
                for bill in bills
                if may_see(owner, bill, day=day, paid_by_owner=mine)
                or shown_by_reminder(owner, bill, day=day, named=named)
            }
            assert shown(storage, owner) == allowed, dates
            assert opened(storage, owner, day, bills) == allowed, dates


def moved_in_late(world: World) -> tuple[House, Resident, PendingBill]:
    """Add a house with a resident who moved in after the import of its bill."""
    house = world.add_house("1号楼/101")
    resident = world.add_resident(house, "王伟", moved_in_on=MOVED_IN)
    return house, resident, world.add_bill(house, imported_at=BEFORE)


def remind(
    world: World,
    house: House,
    *bills: PendingBill,
    message: Delivery,
    run: ReminderRun | None = None,
) -> None:
    """Add a reminder of a house that names bills to one resident."""
    request = run or a_run(world)
    add_run(world, request, [about(world, request, house, *bills, messages=[message])])


def remind_of(world: World, house: House, bills: Iterable[Bill], *, message: Delivery) -> None:
    """Add a reminder naming bills that were paid or voided later."""
    named = tuple(NamedBill(bill.number, bill.amount) for bill in bills)
    run = a_run(world)
    add_run(world, run, [attrs.evolve(about(world, run, house, messages=[message]), bills=named)])
