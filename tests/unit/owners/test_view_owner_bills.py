"""What owners see on their phones: rules 4.1, 4.6, 5.1 and 5.10, promise P36.

Which bills an owner sees is the contract of `OwnerQueries`; where a link leads is in the tests of
the owners' pages.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.order import OrderNumber, PaymentOrder
from billing_domain.model.reminders.queued_reminder import ReminderId
from billing_domain.ports.payments.gateway import RefundOutcome
from billing_domain.use_cases.owners.view_owner_bills import (
    PENDING_MAX,
    Landing,
    Place,
    ViewOwnerBills,
)
from tests.world import World

NIGHT = timedelta(hours=12, minutes=-1)
"""From noon to one minute before midnight in Shanghai: the same day there, not in UTC."""


@pytest.fixture
def world() -> World:
    """An owner of a house with three unpaid bills."""
    return World().with_payments()


@pytest.fixture
def view(world: World) -> ViewOwnerBills:
    return world.application.view_owner_bills


def leaving(world: World, owner: Owner) -> Owner:
    """Return the owner after they moved out, from tomorrow on."""
    resident = owner.residents[0]
    gone = world.register_residents.move_out(
        world.admin, resident_id=resident.id, version=resident.version, on=date(2026, 11, 21)
    )
    return attrs.evolve(owner, residents=(gone,))


class TestOutcome:
    """What the page of an order may say: where the money is now."""

    def outcome(self, world: World, order: PaymentOrder) -> tuple[int, int, int]:
        seen = world.application.view_owner_bills.outcome(world.payer, number=order.number)
        return seen.bills_paid, seen.returned.fen, seen.returning.fen

    def test_is_that_all_bills_are_paid_or_that_money_goes_back(self, world: World) -> None:
        order = world.paid()
        assert self.outcome(world, order) == (3, 0, 0)
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        refund = world.refund(order, world.numbers[0])
        assert self.outcome(world, order) == (3, 0, 130_000)
        world.provider.end_refund(refund.number, RefundOutcome.DONE)

        world.janitor.run()

        assert self.outcome(world, order) == (2, 130_000, 0)


class TestLanding:
    def test_counts_bills_of_the_scanned_community_only(
        self, world: World, view: ViewOwnerBills
    ) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        (house,) = world.add_houses(other, "1号楼/101")
        bill = world.add_bill(house)
        both = world.add_owner(world.houses[0], house, openid="openid-both")

        assert view.landing(both, community_id=other.id) == Landing(Place.BILL, bill.number)
        assert view.landing(both, community_id=world.community.id) == Landing(Place.PENDING)
        assert view.landing(world.payer, community_id=other.id) == Landing(Place.REGISTRATION)

    def test_p36_turns_to_the_registration_on_the_day_of_moving_out(
        self, world: World, view: ViewOwnerBills
    ) -> None:
        owner = leaving(world, world.payer)

        world.clock.advance(NIGHT)
        assert view.landing(owner, community_id=world.community.id) == Landing(Place.PENDING)
        world.wait(minutes=1)
        assert view.landing(owner, community_id=world.community.id) == Landing(Place.REGISTRATION)


class TestReminderLanding:
    @pytest.fixture
    def world(self) -> World:
        made = World()
        made.connect_wechat()
        return made

    def test_p36_ends_with_the_day_of_moving_out_and_at_the_company(self, world: World) -> None:
        owner, bill = world.add_owner(), world.add_bill()
        world.remind()
        (reminder,) = world.reminders()
        gone = leaving(world, owner)

        def landing(reader: Owner) -> Landing:
            return world.application.view_owner_bills.reminder_landing(
                reader, reminder_id=reminder.id
            )

        with pytest.raises(ThingNotFoundError) as refused:
            landing(attrs.evolve(owner, company_id=world.rival.id))
        assert refused.value.facts == {"kind": "reminder", "id": reminder.id}
        world.clock.advance(NIGHT)
        assert landing(gone) == Landing(Place.BILL, bill.number)
        world.clock.advance(timedelta(minutes=1))
        assert landing(gone) == Landing(Place.PENDING)

    def test_of_an_unbound_owner_is_the_registration(
        self, world: World, view: ViewOwnerBills
    ) -> None:
        unbound = attrs.evolve(world.add_owner(), residents=())
        world.add_bill()
        world.remind()
        (reminder,) = world.reminders()

        landing = view.reminder_landing(unbound, reminder_id=reminder.id)

        assert landing == Landing(Place.REGISTRATION)

    def test_of_no_reminder_does_not_exist(self, world: World) -> None:
        unknown = ReminderId("0" * 32)
        with pytest.raises(ThingNotFoundError) as refused:
            world.application.view_owner_bills.reminder_landing(
                world.add_owner(), reminder_id=unknown
            )
        assert refused.value.facts == {"kind": "reminder", "id": unknown}


class TestLists:
    def test_have_an_end_and_pages_of_twenty(self, world: World, view: ViewOwnerBills) -> None:
        bills = [world.add_bill() for _ in range(PENDING_MAX)]
        assert len(view.pending(world.payer)) == PENDING_MAX == 200

        world.manage_bills.mark_paid(
            world.admin, numbers=[bill.number for bill in bills[:21]], channel=PaymentChannel.CASH
        )

        assert len(view.paid(world.payer).rows) == 20

    def test_p36_keep_for_who_moved_out_what_they_paid(
        self, world: World, view: ViewOwnerBills
    ) -> None:
        """The owner's day ends at midnight in Shanghai."""
        cash, mine, unpaid = world.numbers
        world.paid(mine)
        world.manage_bills.mark_paid(world.admin, numbers=[cash], channel=PaymentChannel.CASH)
        owner = leaving(world, world.payer)

        world.clock.advance(NIGHT)
        assert len(view.paid(owner).rows) == 2
        assert [row.number for row in view.pending(owner)] == [unpaid]
        assert view.bill(owner, number=unpaid).number == unpaid
        world.wait(minutes=1)
        assert [row.number for row in view.paid(owner).rows] == [mine]
        assert view.pending(owner) == []
        with pytest.raises(ThingNotFoundError):
            view.bill(owner, number=unpaid)


class TestOrder:
    def test_p36_is_shown_to_who_made_it_alone(self, world: World, view: ViewOwnerBills) -> None:
        order = world.check_out()
        wife = world.add_owner(openid="openid-2")
        stranger = Owner(world.payer.openid, world.rival.id, ())

        assert view.order(world.payer, number=order.number) == order
        for reader in (wife, stranger):
            for look in (view.order, view.outcome):
                with pytest.raises(ThingNotFoundError) as refused:
                    look(reader, number=order.number)
                assert refused.value.facts == {"kind": "payment_order", "id": order.number}
        with pytest.raises(ThingNotFoundError):
            view.order(world.payer, number=OrderNumber("0" * 26))
