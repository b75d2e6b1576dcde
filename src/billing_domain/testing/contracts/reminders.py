"""The contract of ReminderRepository (rule 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import attrs
import pytest

from billing_domain.errors import StaleError
from billing_domain.model.bills.bill import BillOrigin
from billing_domain.model.houses.house import HouseId
from billing_domain.model.reminders.queued_reminder import QueuedReminder, ReminderId, refusal_id
from billing_domain.model.reminders.reminder import (
    Cooling,
    NobodyToReach,
    NothingUnpaid,
    PastReminder,
    Recipient,
    ReminderState,
    UnderWay,
    named,
)
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.reminders.queries import ReminderFilter
from billing_domain.testing.contracts.queued_reminders import (
    OPENID,
    PHONE,
    SOON,
    TODAY,
    Refused,
    a_household,
    a_reminder,
    a_run,
    add_reminder,
    add_run,
    delivered,
    keep_reminder,
    prospects,
    stored_reminder,
    unknown,
)
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import NOON, World, id_of, paid_in_cash

DAY = timedelta(days=1)


class ProspectsContract(StorageContract):
    """What is known of houses when it is decided whether they are reminded (rules 4.1, 4.2)."""

    def test_name_who_lives_there_and_is_reached(self, world: World) -> None:
        house = world.add_house("1号楼/101")
        world.add_resident(house, "走了", openid=OPENID, moved_out_on=TODAY)
        world.add_resident(house, "要来", openid=OPENID, moved_in_on=TODAY + DAY)
        world.add_resident(house, "没有", phone=PHONE)
        world.add_resident(house, "空白", openid="")
        leaving = world.add_resident(house, "要走", openid=OPENID, moved_out_on=TODAY + DAY)
        staying = world.add_resident(house, "王伟", openid=OPENID.lower())
        world.add_resident(world.add_house("1号楼/102"), "李四", openid=OPENID)

        assert list(prospects(world, house)[house.id].recipients) == [
            Recipient(leaving.id, OPENID),
            Recipient(staying.id, OPENID.lower()),
        ]

    def test_name_who_has_a_phone_over_sms(self, world: World) -> None:
        house = world.add_house("1号楼/101")
        world.add_resident(house, "没有", openid=OPENID)
        reached = world.add_resident(house, "王伟", phone=PHONE)
        found = prospects(world, house, channel=ReminderChannel.SMS)

        assert list(found[house.id].recipients) == [Recipient(reached.id, PHONE)]

    def test_name_the_unpaid_bills_by_ascending_number(self, world: World) -> None:
        house, other = world.add_house("1号楼/101"), world.add_house("1号楼/102")
        unpaid = [world.a_bill(house) for _ in range(3)]
        world.add_bills([unpaid[2], unpaid[0], unpaid[1]])
        world.save_bill(world.add_bill(house).pay(paid_in_cash()))
        world.save_bill(world.add_bill(house, origin=BillOrigin.PUSHED).void(NOON))
        world.remove_bills(world.add_bill(house))
        elsewhere = world.add_bill(other)
        found = prospects(world, other, house)

        assert tuple(found[house.id].bills) == named(unpaid)
        assert tuple(found[other.id].bills) == named([elsewhere])

    def test_know_nothing_outside_the_scope(self, world: World) -> None:
        here, there, abroad = (
            world.add_house("1号楼/101", place)
            for place in (world.garden, world.lakeside, world.foreign)
        )
        never = world.a_house("1号楼/102")
        everywhere = (here, there, abroad, never)

        assert set(prospects(world, *everywhere)) == {here.id, there.id}
        assert set(prospects(world, *everywhere, scope=world.garden_scope)) == {here.id}
        assert set(prospects(world, *everywhere, scope=world.rival_scope)) == {abroad.id}
        assert prospects(world) == {}

    def test_know_a_house_that_is_asked_for_twice_once(self, world: World) -> None:
        house, resident = a_household(world, "1号楼/101")
        bill = world.add_bill(house)
        found = prospects(world, house, house)

        assert len(found[house.id].bills) == len([bill])
        assert len(found[house.id].recipients) == len([resident])

    def test_take_more_houses_than_any_statement_takes_parameters(self, world: World) -> None:
        place = {"garden": world.garden, "lakeside": world.lakeside}
        homes = [a_household(world, "1号楼/101", community=place[name]) for name in place]
        bills = [world.add_bill(house) for house, _ in homes]
        world.save_bill(world.add_bill(homes[0][0]).pay(paid_in_cash()))
        world.add_bill(world.add_house("1号楼/102"))
        earlier = [add_reminder(world, resident) for _, resident in homes]
        several = [house.id for house, _ in homes]
        wanted = [HouseId(id_of(number)) for number in range(10**6, 10**6 + 40_000)]
        with world.begin() as work:
            found = work.reminders.prospects(
                world.scope,
                [*wanted, *several],
                channel=ReminderChannel.WECHAT,
                today=TODAY,
                since=TODAY,
            )

        by_house = {each.house_id: each for each in found}
        assert set(by_house) == set(several)
        for (house, resident), bill, reminder in zip(homes, bills, earlier, strict=True):
            told = by_house[house.id]
            assert tuple(told.bills) == named([bill])
            assert list(told.recipients) == [Recipient(resident.id, resident.openid or "")]
            assert tuple(told.history) == (past(reminder),)


def past(reminder: QueuedReminder) -> PastReminder:
    """Return what later decisions know of a reminder that is at its end, or waits for all."""
    return PastReminder(reminder.channel, reminder.state, shanghai_day(reminder.cools_from))


class HistoryContract(StorageContract):
    """A house's earlier reminders as later decisions know them (rules 4.2, 4.4, P27)."""

    @pytest.mark.parametrize("end", [lambda reminder: reminder, delivered, unknown])
    def test_tells_what_waits_or_cools(
        self, world: World, end: Callable[[QueuedReminder], QueuedReminder]
    ) -> None:
        house, resident = a_household(world, "1号楼/101")
        reminder = keep_reminder(world, end(add_reminder(world, resident)))

        assert tuple(prospects(world, house)[house.id].history) == (past(reminder),)

    def test_tells_twice_of_what_arrived_and_waits(self, world: World) -> None:
        house, first = a_household(world, "1号楼/101")
        second = world.add_resident(house, "李四", openid=OPENID)
        queued = add_reminder(world, first, second, requested_at=NOON - DAY)
        keep_reminder(world, delivered(queued))
        told = prospects(world, house)[house.id].history

        assert list(told) == [
            PastReminder(ReminderChannel.WECHAT, ReminderState.DELIVERED, TODAY),
            PastReminder(ReminderChannel.WECHAT, ReminderState.WAITING, TODAY - DAY),
        ]

    def test_tells_since_when_one_of_several_waits_however_long(self, world: World) -> None:
        house, first = a_household(world, "1号楼/101")
        second = world.add_resident(house, "李四", openid=OPENID)
        queued = add_reminder(world, first, second, requested_at=NOON - 9 * DAY)
        keep_reminder(world, delivered(queued))
        told = prospects(world, house, since=TODAY + DAY)[house.id].history

        assert list(told) == [
            PastReminder(ReminderChannel.WECHAT, ReminderState.WAITING, TODAY - 9 * DAY)
        ]

    @pytest.mark.parametrize(("since", "told"), [(TODAY, 1), (TODAY + DAY, 0)])
    def test_begins_with_a_day_of_delivery(self, world: World, since: date, told: int) -> None:
        house, resident = a_household(world, "1号楼/101")
        queued = add_reminder(world, resident, requested_at=NOON - 9 * DAY)
        keep_reminder(world, delivered(queued))

        assert len(prospects(world, house, since=since)[house.id].history) == told

    def test_tells_nothing_of_what_stands_against_no_other(self, world: World) -> None:
        house, resident = a_household(world, "1号楼/101")
        keep_reminder(world, add_reminder(world, resident).given_up(NOON, "gave_up"))
        keep_reminder(world, add_reminder(world, resident).dropped(NOON))
        add_run(world, a_run(world), refused={house.id: (house.community_id, cooling(house.id))})

        assert list(prospects(world, house)[house.id].history) == []

    def test_is_of_one_house_and_channel(self, world: World) -> None:
        house, resident = a_household(world, "1号楼/101")
        other, neighbour = a_household(world, "1号楼/102")
        add_reminder(world, resident, channel=ReminderChannel.SMS)
        add_reminder(world, neighbour)

        assert list(prospects(world, house)[house.id].history) == []
        [told] = prospects(world, house, channel=ReminderChannel.SMS)[house.id].history
        assert told.channel is ReminderChannel.SMS
        assert len(prospects(world, other)[other.id].history) == 1


class StoredRemindersContract(StorageContract):
    """A reminder comes back as it was stored, and each change replaces one version."""

    def test_return_every_fact_of_a_new_one(self, world: World) -> None:
        house, first = a_household(world, "1号楼/101")
        second = world.add_resident(house, "李四", openid=OPENID)
        run = a_run(world, requested_at=NOON - timedelta(microseconds=1))
        bills = [world.a_bill(house), world.a_bill(house)]
        reminder = a_reminder(world, run, [second, first], *bills)
        add_run(world, run, [reminder])

        assert stored_reminder(world, reminder.id) == reminder

    def test_return_every_fact_of_one_under_way(self, world: World) -> None:
        house, first = a_household(world, "1号楼/101")
        second = world.add_resident(house, "李四", openid=OPENID)
        begun = delivered(add_reminder(world, first, second))
        marked = begun.with_delivery(begun.waiting[0].marked(NOON), NOON)
        silent = marked.with_delivery(marked.waiting[0].to_retry("没有回答 😀"), NOON)
        kept = keep_reminder(world, silent)

        assert stored_reminder(world, kept.id) == kept

    def test_return_every_fact_of_an_ended_one(self, world: World) -> None:
        house, first = a_household(world, "1号楼/101")
        bills = [world.a_bill(house), world.a_bill(house)]
        run = a_run(world)
        reminder = a_reminder(world, run, [first], *bills)
        add_run(world, run, [reminder])
        kept = keep_reminder(world, reminder.naming(named(bills[1:])).given_up(SOON, "43004"))

        assert stored_reminder(world, kept.id) == kept
        assert not kept.open

    def test_find_none_of_an_unknown_id_or_of_a_refusal(self, world: World) -> None:
        house = world.add_house("1号楼/101")
        run = a_run(world)
        add_run(world, run, refused={house.id: (house.community_id, NothingUnpaid(house.id))})

        assert stored_reminder(world, ReminderId(id_of(999_999))) is None
        assert stored_reminder(world, refusal_id(run.id, house.id)) is None

    def test_change_alone(self, world: World) -> None:
        """The messages of another reminder to the same resident stay as they are."""
        _, resident = a_household(world, "1号楼/101")
        other = add_reminder(world, resident, channel=ReminderChannel.SMS)
        keep_reminder(world, delivered(add_reminder(world, resident)))

        assert stored_reminder(world, other.id) == other

    def test_refuse_what_was_changed_meanwhile(self, world: World) -> None:
        """Two workers with one reminder: what the first kept stays (P27)."""
        _, resident = a_household(world, "1号楼/101")
        reminder = add_reminder(world, resident)
        kept = keep_reminder(world, delivered(reminder))
        with pytest.raises(StaleError) as refusal:
            keep_reminder(world, reminder.given_up(NOON, "gave_up"))

        assert refusal.value.facts == {"kind": "reminder", "id": reminder.id}
        assert stored_reminder(world, reminder.id) == kept

    def test_refuse_a_next_version_of_nothing(self, world: World) -> None:
        _, resident = a_household(world, "1号楼/101")
        with pytest.raises(StaleError):
            keep_reminder(world, a_reminder(world, a_run(world), [resident]))

    def test_are_undone_without_a_commit(self, storage: Storage, world: World) -> None:
        _, resident = a_household(world, "1号楼/101")
        run = a_run(world)
        reminder = a_reminder(world, run, [resident])
        with storage.begin() as work:
            work.reminders.add_run(run, [reminder], {})
            assert work.reminders.find(reminder.id) == reminder

        assert stored_reminder(world, reminder.id) is None


class OpenRemindersContract(StorageContract):
    """A house and channel have one open reminder at most, whoever asks (P26)."""

    def test_are_refused_a_second_time(self, world: World) -> None:
        house, resident = a_household(world, "1号楼/101")
        first = add_reminder(world, resident)
        run = a_run(world)
        second = a_reminder(world, run, [resident])
        with pytest.raises(StaleError) as refusal:
            add_run(world, run, [second])

        assert refusal.value.facts == {"kind": "reminder", "id": house.id}
        assert stored_reminder(world, first.id) == first
        assert stored_reminder(world, second.id) is None

    def test_are_refused_twice_in_one_request(self, world: World) -> None:
        _, resident = a_household(world, "1号楼/101")
        run = a_run(world)
        with pytest.raises(StaleError):
            add_run(world, run, [a_reminder(world, run, [resident]) for _ in range(2)])

    def test_are_refused_with_all_of_their_request(self, storage: Storage, world: World) -> None:
        _, resident = a_household(world, "1号楼/101")
        _, neighbour = a_household(world, "1号楼/102")
        add_reminder(world, neighbour)
        run = a_run(world)
        queued = [a_reminder(world, run, [who]) for who in (resident, neighbour)]
        with storage.begin() as work:
            with pytest.raises(StaleError):
                work.reminders.add_run(run, queued, {})
            with pytest.raises(RuntimeError):
                work.commit()

        assert stored_reminder(world, queued[0].id) is None

    def test_stay_open_while_one_of_several_waits(self, world: World) -> None:
        house, first = a_household(world, "1号楼/101")
        second = world.add_resident(house, "李四", openid=OPENID)
        keep_reminder(world, delivered(add_reminder(world, first, second)))
        with pytest.raises(StaleError):
            add_reminder(world, first)

    def test_may_be_of_another_house_or_channel(self, world: World) -> None:
        _, resident = a_household(world, "1号楼/101")
        _, neighbour = a_household(world, "1号楼/102")
        kept = [
            add_reminder(world, resident),
            add_reminder(world, resident, channel=ReminderChannel.SMS),
            add_reminder(world, neighbour),
        ]

        assert [stored_reminder(world, each.id) for each in kept] == kept

    def test_may_follow_one_that_ended(self, world: World) -> None:
        _, resident = a_household(world, "1号楼/101")
        keep_reminder(world, delivered(add_reminder(world, resident)))
        again = add_reminder(world, resident)

        assert stored_reminder(world, again.id) == again

    def test_may_stand_beside_refusals(self, world: World) -> None:
        """Whatever is refused is written down, as often as it is asked for."""
        houses = [world.add_house(f"1号楼/{number}") for number in range(1, 6)]
        homes = iter(houses)
        refused: Refused = {
            house.id: (house.community_id, decide(house.id))
            for decide in (cooling, unsure, waiting, NobodyToReach, NothingUnpaid)
            for house in [next(homes)]
        }
        add_run(world, a_run(world), refused=refused)
        add_run(world, a_run(world), refused=refused)
        reached = [world.add_resident(house, "王伟", openid=OPENID) for house in houses]
        kept = [add_reminder(world, resident) for resident in reached]
        add_run(world, a_run(world), refused=refused)

        assert [stored_reminder(world, each.id) for each in kept] == kept

    def test_may_be_asked_for_in_vain(self, world: World) -> None:
        add_run(world, a_run(world))

    def test_keep_no_house_that_was_only_refused(self, storage: Storage, world: World) -> None:
        """A house without bills and residents can be removed, whatever was asked for before."""
        house = world.add_house("1号楼/101")
        add_run(
            world,
            a_run(world),
            refused={house.id: (house.community_id, NothingUnpaid(house.id))},
        )
        with storage.begin() as work:
            work.houses.remove(house)
            work.commit()

        assert prospects(world, house) == {}
        page = storage.reminder_queries.page(world.scope, ReminderFilter(), key=None, rows=5)
        assert page.rows == ()


class ReminderRepositoryContract(
    ProspectsContract, HistoryContract, StoredRemindersContract, OpenRemindersContract
):
    """Reminders of all companies: what is known before, what is queued, and what became of it."""


def cooling(house_id: HouseId) -> Cooling:
    """Return that a house was reminded yesterday."""
    return Cooling(house_id, TODAY - DAY, TODAY + 2 * DAY)


def unsure(house_id: HouseId) -> Cooling:
    """Return that a house may have been reminded yesterday."""
    return attrs.evolve(cooling(house_id), sure=False)


def waiting(house_id: HouseId) -> UnderWay:
    """Return that a reminder of a house waits since yesterday."""
    return UnderWay(house_id, TODAY - DAY)
