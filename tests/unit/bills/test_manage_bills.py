"""Changing bills: rules 2.1-2.4, 2.6, 2.7, 2.11, promise P21."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from billing_domain.errors import (
    BatchChangedError,
    BatchRefusedError,
    BatchTooLargeError,
    BillActionRefusedError,
    FieldError,
    PermissionMissingError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.batch import BATCH_MAX, ConfirmedBatch
from billing_domain.model.bills.bill import (
    BillOrigin,
    PaidBill,
    PaymentChannel,
    PendingBill,
    Settlement,
    VoidedBill,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.house import AddressBook, House
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from tests.world import World, period


@pytest.fixture
def world() -> World:
    return World()


def edit(world: World, bill: PendingBill, **changes: object) -> PendingBill:
    fields: dict[str, object] = {
        "number": bill.number,
        "version": bill.version,
        "fee_type": FeeType.WATER,
        "amount": Money(99_999_900),
        "period": period("2026年01月", "2026年12月"),
        "remark": "请尽快缴纳",
    }
    return world.manage_bills.edit(world.admin, **{**fields, **changes})  # type: ignore[arg-type]


class TestEdit:
    def test_changes_the_charge_and_nothing_else(self, world: World) -> None:
        bill = world.add_bill()

        edited = edit(world, bill)

        assert world.stored(bill.number) == edited
        assert (edited.fee_type, edited.amount) == (FeeType.WATER, Money(99_999_900))
        assert (edited.number, edited.house_id, edited.origin) == (
            bill.number,
            bill.house_id,
            bill.origin,
        )

    def test_leaves_an_entry_with_before_and_after(self, world: World) -> None:
        bill = world.add_bill()

        edit(world, bill, remark="")

        [entry] = world.history("bill", bill.number)
        assert entry.action is AuditAction.EDITED
        assert (entry.before["amount_fen"], entry.after["amount_fen"]) == (130_000, 99_999_900)
        assert "remark" not in entry.before

    def test_refuses_the_second_of_two_editors(self, world: World) -> None:
        """Rule 2.7: the first save stays whole."""
        bill = world.add_bill()
        first = edit(world, bill, remark="first")

        with pytest.raises(StaleError):
            edit(world, bill, remark="second")

        assert world.stored(bill.number) == first

    def test_refuses_a_paid_bill(self, world: World) -> None:
        bill = world.add_bill()
        world.manage_bills.mark_paid(
            world.admin, numbers=[bill.number], channel=PaymentChannel.CASH
        )

        with pytest.raises(BillActionRefusedError) as refusal:
            edit(world, bill, version=2)

        assert refusal.value.reason == "paid"

    def test_refuses_a_pushed_bill(self, world: World) -> None:
        bill = world.add_bill(origin=BillOrigin.PUSHED)

        with pytest.raises(BillActionRefusedError) as refusal:
            edit(world, bill)

        assert refusal.value.reason == "pushed"

    def test_finds_no_bill_of_another_company(self, world: World) -> None:
        bill = world.add_bill(world.rival_houses[0])

        with pytest.raises(ThingNotFoundError):
            edit(world, bill)

    def test_needs_the_right(self, world: World) -> None:
        bill = world.add_bill()
        reader = world.actor(Role.READ_ONLY)

        with pytest.raises(PermissionMissingError):
            world.manage_bills.edit(
                reader,
                number=bill.number,
                version=1,
                fee_type=bill.fee_type,
                amount=bill.amount,
                period=bill.period,
                remark="",
            )


class TestMarkPaid:
    def test_settles_every_bill_of_the_batch(self, world: World) -> None:
        bills = [world.add_bill(house) for house in world.houses]

        done = world.manage_bills.mark_paid(
            world.admin,
            numbers=[bill.number for bill in bills],
            channel=PaymentChannel.POS,
            payer_name=" 兰兰 ",
            voucher_number="POS-1",
            confirmed=ConfirmedBatch(3, Money(390_000)),
        )

        assert (done.count, done.total) == (3, Money(390_000))
        expected = Settlement(PaymentChannel.POS, world.clock.now(), "兰兰", "POS-1")
        for bill in bills:
            stored = world.stored(bill.number)
            assert isinstance(stored, PaidBill)
            assert stored.settlement == expected
            assert world.actions("bill", bill.number) == [AuditAction.MARKED_PAID]

    def test_is_all_or_nothing_and_names_each_bill(self, world: World) -> None:
        good, paid = world.add_bill(), world.add_bill()
        voided = world.add_bill(origin=BillOrigin.PUSHED)
        cash = PaymentChannel.CASH
        world.manage_bills.mark_paid(world.admin, numbers=[paid.number], channel=cash)
        world.manage_bills.void(world.admin, number=voided.number, version=1)

        with pytest.raises(BatchRefusedError) as refusal:
            world.manage_bills.mark_paid(
                world.admin, numbers=[good.number, paid.number, voided.number], channel=cash
            )

        reasons = {item.number: item.reason for item in refusal.value.refusals}
        assert reasons == {paid.number: "paid", voided.number: "voided"}
        assert world.stored(good.number) == good
        assert world.actions("bill", good.number) == []

    def test_refuses_when_the_bills_are_not_those_confirmed(self, world: World) -> None:
        bill = world.add_bill()
        edit(world, bill, amount=Money(1))

        with pytest.raises(BatchChangedError):
            world.manage_bills.mark_paid(
                world.admin,
                numbers=[bill.number],
                channel=PaymentChannel.CASH,
                confirmed=ConfirmedBatch(1, bill.amount),
            )

        assert isinstance(world.stored(bill.number), PendingBill)

    def test_takes_no_channel_that_staff_cannot_see(self, world: World) -> None:
        bill = world.add_bill()

        with pytest.raises(FieldError):
            world.manage_bills.mark_paid(
                world.admin, numbers=[bill.number], channel=PaymentChannel.ONLINE
            )

    def test_takes_a_past_moment_but_no_future_one(self, world: World) -> None:
        bill = world.add_bill()
        yesterday = world.clock.now() - timedelta(days=1)

        with pytest.raises(FieldError):
            world.manage_bills.mark_paid(
                world.admin,
                numbers=[bill.number],
                channel=PaymentChannel.CASH,
                paid_at=world.clock.now() + timedelta(seconds=1),
            )
        world.manage_bills.mark_paid(
            world.admin, numbers=[bill.number], channel=PaymentChannel.CASH, paid_at=yesterday
        )

        stored = world.stored(bill.number)
        assert isinstance(stored, PaidBill)
        assert stored.settlement.paid_at == yesterday

    def test_finds_no_bill_out_of_reach(self, world: World) -> None:
        other = world.open_community(world.company.id, "蓝湾新村")
        clerk = world.actor(Role.FRONT_DESK, [other])
        bill = world.add_bill()

        with pytest.raises(ThingNotFoundError):
            world.manage_bills.mark_paid(clerk, numbers=[bill.number], channel=PaymentChannel.CASH)

    def test_refuses_an_empty_and_an_enormous_batch(self, world: World) -> None:
        numbers = [BillNumber(f"{number:021d}") for number in range(BATCH_MAX + 1)]

        with pytest.raises(FieldError):
            world.manage_bills.mark_paid(world.admin, numbers=[], channel=PaymentChannel.CASH)
        with pytest.raises(BatchTooLargeError):
            world.manage_bills.mark_paid(world.admin, numbers=numbers, channel=PaymentChannel.CASH)


class TestTakeBack:
    def paid(self, world: World) -> PaidBill:
        bill = world.add_bill()
        world.manage_bills.mark_paid(
            world.admin, numbers=[bill.number], channel=PaymentChannel.CASH
        )
        stored = world.stored(bill.number)
        assert isinstance(stored, PaidBill)
        return stored

    def test_makes_the_bill_pending_again_with_a_reason(self, world: World) -> None:
        paid = self.paid(world)

        back = world.manage_bills.take_back(
            world.admin, number=paid.number, version=2, reason=" 点错了 "
        )

        assert world.stored(paid.number) == back
        entry = world.history("bill", paid.number)[0]
        assert (entry.action, entry.reason) == (AuditAction.TAKEN_BACK, "点错了")

    @pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
    def test_wants_a_reason_of_at_most_200_characters(self, world: World, reason: str) -> None:
        paid = self.paid(world)

        with pytest.raises(FieldError):
            world.manage_bills.take_back(world.admin, number=paid.number, version=2, reason=reason)

        assert world.stored(paid.number) == paid

    def test_refuses_a_pending_bill(self, world: World) -> None:
        bill = world.add_bill()

        with pytest.raises(BillActionRefusedError):
            world.manage_bills.take_back(
                world.admin, number=bill.number, version=1, reason="点错了"
            )

    def test_is_a_right_of_finance_not_of_the_front_desk(self, world: World) -> None:
        paid = self.paid(world)
        clerk, accountant = world.actor(Role.FRONT_DESK), world.actor(Role.FINANCE)

        with pytest.raises(PermissionMissingError):
            world.manage_bills.take_back(clerk, number=paid.number, version=2, reason="x")
        world.manage_bills.take_back(accountant, number=paid.number, version=2, reason="x")


class TestDelete:
    def test_hides_the_bill_and_keeps_its_content_in_the_log(self, world: World) -> None:
        bill = world.add_bill()

        done = world.manage_bills.delete(
            world.admin, numbers=[bill.number], confirmed=ConfirmedBatch(1, bill.amount)
        )

        assert done.count == 1
        with pytest.raises(ThingNotFoundError):
            world.stored(bill.number)
        [entry] = world.history("bill", bill.number)
        assert (entry.action, entry.actor_name) == (AuditAction.DELETED, "王经理")
        assert entry.after == {}

    def test_leaves_in_the_log_what_it_takes_to_write_the_bill_again(self, world: World) -> None:
        """Rule 2.12; nothing of it but the version and the moment of import is lost."""
        bill = world.add_bill(world.houses[1], remark="含公共照明", fee_type=FeeType.WATER)
        world.manage_bills.delete(world.admin, numbers=[bill.number])

        [entry] = world.history("bill", bill.number)
        kept = {name: str(value) for name, value in entry.before.items()}
        house = AddressBook(world.community.name, world.houses).find(kept["address"])
        fee_type = FeeType.find(kept["fee_type"])
        days = (date.fromisoformat(kept[day]) for day in ("first_day", "last_day"))
        assert isinstance(house, House)
        assert fee_type is not None
        again = attrs.evolve(
            bill,
            number=BillNumber(entry.subject_id),
            house_id=house.id,
            fee_type=fee_type,
            amount=Money(int(kept["amount_fen"])),
            period=BillingPeriod(*days),
            remark=kept["remark"],
        )
        assert again == bill

    def test_refuses_pushed_and_paid_bills_by_name(self, world: World) -> None:
        pushed, paid = world.add_bill(origin=BillOrigin.PUSHED), world.add_bill()
        world.manage_bills.mark_paid(
            world.admin, numbers=[paid.number], channel=PaymentChannel.CASH
        )

        with pytest.raises(BatchRefusedError) as refusal:
            world.manage_bills.delete(world.admin, numbers=[pushed.number, paid.number])

        assert {item.reason for item in refusal.value.refusals} == {"pushed", "paid"}
        assert world.stored(pushed.number) == pushed


class TestVoid:
    def test_withdraws_a_pushed_bill(self, world: World) -> None:
        bill = world.add_bill(origin=BillOrigin.PUSHED)

        voided = world.manage_bills.void(world.admin, number=bill.number, version=1)

        assert isinstance(voided, VoidedBill)
        assert world.stored(bill.number) == voided

    def test_refuses_an_imported_bill(self, world: World) -> None:
        bill = world.add_bill()

        with pytest.raises(BillActionRefusedError) as refusal:
            world.manage_bills.void(world.admin, number=bill.number, version=1)

        assert refusal.value.reason == "imported"


class TestAudit:
    def test_names_the_house_in_every_entry(self, world: World) -> None:
        """Rule 2.12."""
        bill, pushed = world.add_bill(), world.add_bill(origin=BillOrigin.PUSHED)
        manage, number = world.manage_bills, bill.number
        manage.edit(
            world.admin,
            number=number,
            version=1,
            fee_type=FeeType.WATER,
            amount=Money(1),
            period=bill.period,
            remark="",
        )
        manage.mark_paid(world.admin, numbers=[number], channel=PaymentChannel.CASH)
        manage.take_back(world.admin, number=number, version=3, reason="点错了")
        manage.delete(world.admin, numbers=[number])
        manage.void(world.admin, number=pushed.number, version=1)

        entries = [*world.history("bill", number), *world.history("bill", pushed.number)]
        assert len(entries) == 5
        for entry in entries:
            assert {**entry.before, **entry.after}["address"] == "幸福家园/1号楼/1单元/101"
