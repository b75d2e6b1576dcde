"""What owners see on their phones: rules 4.1, 4.6, 5.1 and 5.10, promise P36."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.order import OrderNumber, PaymentOrder
from billing_domain.model.reminders.queued_reminder import ReminderId
from billing_domain.ports.payments.gateway import RefundOutcome
from billing_domain.use_cases.owners.view_owner_bills import PENDING_MAX, Landing, Place
from tests.unit.reminders.reminding import RemindingWorld
from tests.world import World

NIGHT = timedelta(hours=12, minutes=-1)
"""From noon to one minute before midnight in Shanghai: the same day there, not in UTC."""


class OwnerWorld(World):
    """An owner of a house with three unpaid bills, who looks."""

    def __init__(self) -> None:
        super().__init__()
        self.with_payments()
        self.view = self.application.view_owner_bills

    def moved_out(self, on: date) -> Owner:
        """Return the owner as they are after moving out."""
        resident = self.payer.residents[0]
        gone = self.register_residents.move_out(
            self.admin, resident_id=resident.id, version=resident.version, on=on
        )
        return Owner(self.payer.openid, self.company.id, (gone,))

    def landing(self, owner: Owner | None = None) -> Landing:
        return self.view.landing(owner or self.payer, community_id=self.community.id)


@pytest.fixture
def world() -> OwnerWorld:
    return OwnerWorld()


class TestOutcome:
    """What the page of an order may say: where the money is now."""

    def outcome(self, world: World, order: PaymentOrder) -> tuple[int, int, int]:
        seen = world.application.view_owner_bills.outcome(world.payer, number=order.number)
        return seen.bills_paid, seen.returned.fen, seen.returning.fen

    def test_of_an_order_that_pays_all_its_bills(self) -> None:
        world = World().with_payments()

        assert self.outcome(world, world.paid()) == (3, 0, 0)

    def test_of_money_that_goes_back(self) -> None:
        world = World().with_payments()
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        refund = world.refund(order, world.numbers[0])
        assert self.outcome(world, order) == (3, 0, 130_000)
        world.provider.end_refund(refund.number, RefundOutcome.DONE)

        world.janitor.run()

        assert self.outcome(world, order) == (2, 130_000, 0)

    def test_of_somebody_elses_order_is_nothing(self) -> None:
        world = World().with_payments()
        order = world.paid()
        wife = world.add_owner(openid="openid-2")

        with pytest.raises(ThingNotFoundError):
            world.application.view_owner_bills.outcome(wife, number=order.number)


class TestLanding:
    def test_of_somebody_unknown_is_the_registration(self, world: OwnerWorld) -> None:
        assert world.landing(Owner("openid-9", world.company.id, ())) == Landing(
            Place.REGISTRATION
        )

    def test_of_one_unpaid_bill_is_that_bill(self, world: OwnerWorld) -> None:
        world.mark_paid(*world.numbers[:2])

        assert world.landing() == Landing(Place.BILL, world.numbers[2])

    def test_of_several_unpaid_bills_is_their_list(self, world: OwnerWorld) -> None:
        world.mark_paid(*world.numbers[:1])

        assert world.landing() == Landing(Place.PENDING)

    def test_of_no_unpaid_bill_is_what_was_paid(self, world: OwnerWorld) -> None:
        world.mark_paid(*world.numbers[:3])

        assert world.landing() == Landing(Place.PAID)

    def test_counts_bills_of_the_scanned_community_only(self, world: OwnerWorld) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        (house,) = world.add_houses(other, "1号楼/101")
        bill = world.add_bill(house)
        owner = world.add_owner(world.houses[0], house, openid="openid-both")

        there = world.view.landing(owner, community_id=other.id)

        assert there == Landing(Place.BILL, bill.number)
        assert world.landing(owner) == Landing(Place.PENDING)

    def test_of_somebody_from_another_community_is_the_registration(
        self, world: OwnerWorld
    ) -> None:
        other = world.open_community(world.company.id, "阳光花园")

        landing = world.view.landing(world.payer, community_id=other.id)

        assert landing == Landing(Place.REGISTRATION)

    def test_p36_turns_to_the_registration_on_the_day_of_moving_out(
        self, world: OwnerWorld
    ) -> None:
        owner = world.moved_out(date(2026, 11, 21))

        assert world.landing(owner) == Landing(Place.PENDING)
        world.clock.advance(NIGHT)
        assert world.landing(owner) == Landing(Place.PENDING)
        world.wait(minutes=1)
        assert world.landing(owner) == Landing(Place.REGISTRATION)


class ReadingWorld(RemindingWorld):
    """Somebody opens the link of the reminder that the first house got."""

    def __init__(self) -> None:
        super().__init__()
        self.looking = self.application.view_owner_bills

    def landing(self, owner: Owner | None = None) -> Landing:
        return self.looking.reminder_landing(owner or self.owner, reminder_id=self.reminder().id)


class TestReminderLanding:
    @pytest.fixture
    def world(self) -> ReadingWorld:
        return ReadingWorld()

    def test_of_one_unpaid_bill_is_that_bill(self, world: ReadingWorld) -> None:
        world.ask()

        assert world.landing() == Landing(Place.BILL, world.bill.number)

    def test_of_several_unpaid_bills_is_their_list(self, world: ReadingWorld) -> None:
        world.add_bill(world.house)
        world.ask()

        assert world.landing() == Landing(Place.PENDING)

    def test_counts_bills_of_the_reminded_house_only(self, world: ReadingWorld) -> None:
        owner = world.add_owner(*world.houses[:2], openid="openid-both")
        world.ask()
        world.add_bill(world.houses[1])

        assert world.landing(owner) == Landing(Place.BILL, world.bill.number)

    def test_counts_what_is_unpaid_now(self, world: ReadingWorld) -> None:
        newer = world.add_bill(world.house)
        world.ask()
        for number, expected in (
            (world.bill.number, Landing(Place.BILL, newer.number)),
            (newer.number, Landing(Place.PENDING)),
        ):
            world.manage_bills.mark_paid(
                world.admin, numbers=[number], channel=PaymentChannel.CASH
            )
            assert world.landing() == expected

    def test_p36_of_a_neighbour_is_their_own_list(self, world: ReadingWorld) -> None:
        world.ask()
        neighbour = world.add_owner(world.houses[1], openid="openid-2")
        world.add_bill(world.houses[1])

        assert world.landing(neighbour) == Landing(Place.PENDING)

    def test_p36_ends_with_the_day_of_moving_out(self, world: ReadingWorld) -> None:
        world.ask()
        resident = world.owner.residents[0]
        gone = world.register_residents.move_out(
            world.admin, resident_id=resident.id, version=resident.version, on=date(2026, 11, 21)
        )
        owner = Owner(world.owner.openid, world.company.id, (gone,))
        world.clock.advance(NIGHT)

        assert world.landing(owner) == Landing(Place.BILL, world.bill.number)
        world.clock.advance(timedelta(minutes=1))
        assert world.landing(owner) == Landing(Place.PENDING)

    def test_of_somebody_unknown_is_the_registration(self, world: ReadingWorld) -> None:
        world.ask()

        assert world.landing(Owner("openid-9", world.company.id, ())) == Landing(
            Place.REGISTRATION
        )

    def test_p36_at_another_company_does_not_exist(self, world: ReadingWorld) -> None:
        world.ask()

        with pytest.raises(ThingNotFoundError) as refused:
            world.landing(Owner(world.owner.openid, world.rival.id, world.owner.residents))

        assert refused.value.facts == {"kind": "reminder", "id": world.reminder().id}

    def test_of_no_reminder_does_not_exist(self, world: ReadingWorld) -> None:
        with pytest.raises(ThingNotFoundError) as refused:
            world.looking.reminder_landing(world.owner, reminder_id=ReminderId("0" * 32))

        assert refused.value.facts == {"kind": "reminder", "id": "0" * 32}


class TestPending:
    def test_lists_the_newest_first(self, world: OwnerWorld) -> None:
        world.add_bill(world.houses[1])
        world.mark_paid(*world.numbers[:1])

        shown = [row.number for row in world.view.pending(world.payer)]

        assert shown == [world.numbers[2], world.numbers[1]]

    def test_has_an_end(self, world: OwnerWorld) -> None:
        for _ in range(PENDING_MAX):
            world.add_bill()

        assert len(world.view.pending(world.payer)) == PENDING_MAX == 200

    def test_p36_ends_with_the_day_of_moving_out(self, world: OwnerWorld) -> None:
        owner = world.moved_out(date(2026, 11, 21))
        world.clock.advance(NIGHT)

        assert len(world.view.pending(owner)) == 3
        world.wait(minutes=1)
        assert world.view.pending(owner) == []


class TestPaid:
    def test_lists_the_newest_payment_first_page_by_page(self, world: OwnerWorld) -> None:
        for number in (world.numbers[1], world.numbers[0], world.numbers[2]):
            world.wait(minutes=1)
            world.paid(number)

        first = world.view.paid(world.payer, rows=2)
        second = world.view.paid(world.payer, key=first.next_key, rows=2)

        assert [row.number for row in first.rows] == [world.numbers[2], world.numbers[0]]
        assert [row.number for row in second.rows] == [world.numbers[1]]
        assert second.next_key is None

    def test_shows_twenty_at_first(self, world: OwnerWorld) -> None:
        bills = [world.add_bill() for _ in range(21)]
        world.manage_bills.mark_paid(
            world.admin, numbers=[bill.number for bill in bills], channel=PaymentChannel.CASH
        )

        assert len(world.view.paid(world.payer).rows) == 20

    def test_p36_keeps_for_who_moved_out_what_they_paid(self, world: OwnerWorld) -> None:
        world.paid(world.numbers[1])
        world.mark_paid(world.numbers[0])
        owner = world.moved_out(date(2026, 11, 21))
        world.clock.advance(NIGHT)

        assert len(world.view.paid(owner).rows) == 2
        world.wait(minutes=1)
        assert [row.number for row in world.view.paid(owner).rows] == [world.numbers[1]]


class TestBill:
    def test_shows_a_bill_of_the_owners_house(self, world: OwnerWorld) -> None:
        row = world.view.bill(world.payer, number=world.numbers[0])

        assert (row.number, row.address) == (world.numbers[0], "1号楼/1单元/101")

    def test_p36_hides_other_houses_and_companies(self, world: OwnerWorld) -> None:
        for house in (world.houses[1], world.rival_houses[0]):
            number = world.add_bill(house).number
            with pytest.raises(ThingNotFoundError) as refused:
                world.view.bill(world.payer, number=number)
            assert refused.value.facts == {"kind": "bill", "id": number}

    def test_p36_hides_the_household_before(self, world: OwnerWorld) -> None:
        tenant = world.add_owner(openid="openid-2", moved_in_on=date(2026, 11, 28))
        world.clock.advance(NIGHT + timedelta(minutes=1))
        newer = world.add_bill()

        assert world.view.bill(tenant, number=newer.number).number == newer.number
        with pytest.raises(ThingNotFoundError):
            world.view.bill(tenant, number=world.numbers[0])

    def test_p36_ends_with_the_day_of_moving_out(self, world: OwnerWorld) -> None:
        owner = world.moved_out(date(2026, 11, 21))
        world.clock.advance(NIGHT)

        assert world.view.bill(owner, number=world.numbers[0]).number == world.numbers[0]
        world.wait(minutes=1)
        with pytest.raises(ThingNotFoundError):
            world.view.bill(owner, number=world.numbers[0])


class TestOrder:
    def test_shows_ones_own(self, world: OwnerWorld) -> None:
        order = world.check_out()

        assert world.view.order(world.payer, number=order.number) == order

    def test_p36_hides_the_familys(self, world: OwnerWorld) -> None:
        order = world.check_out()
        wife = world.add_owner(openid="openid-2")

        with pytest.raises(ThingNotFoundError) as refused:
            world.view.order(wife, number=order.number)

        assert refused.value.facts == {"kind": "payment_order", "id": order.number}

    def test_p36_hides_it_from_the_same_openid_at_another_company(self, world: OwnerWorld) -> None:
        order = world.check_out()
        stranger = Owner(world.payer.openid, world.rival.id, ())

        with pytest.raises(ThingNotFoundError):
            world.view.order(stranger, number=order.number)

    def test_refuses_one_that_does_not_exist(self, world: OwnerWorld) -> None:
        with pytest.raises(ThingNotFoundError):
            world.view.order(world.payer, number=OrderNumber("0" * 26))
