"""Changing bills: rules 2.1-2.4, 2.6, 2.7, 2.11, promise P21."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import attrs
import pytest

from billing_domain.errors import (
    BatchRefusedError,
    BatchTooLargeError,
    FieldError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.batch import BATCH_MAX, ConfirmedBatch
from billing_domain.model.bills.bill import BillOrigin, PaidBill, PaymentChannel, PendingBill
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
    def test_leaves_an_entry_with_before_and_after(self, world: World) -> None:
        bill = world.add_bill()

        edit(world, bill, remark="")

        [entry] = world.history("bill", bill.number)
        assert entry.action is AuditAction.EDITED
        assert (entry.before["amount_fen"], entry.after["amount_fen"]) == (130_000, 99_999_900)
        assert "remark" not in entry.before

    def test_finds_no_bill_of_another_company(self, world: World) -> None:
        bill = world.add_bill(world.rival_houses[0])

        with pytest.raises(ThingNotFoundError):
            edit(world, bill)


class TestOneBill:
    def test_is_changed_by_the_one_who_saw_the_last_version(self, world: World) -> None:
        """Rule 2.7."""
        bill = world.add_bill()
        first = edit(world, bill, remark="first")

        with pytest.raises(StaleError):
            edit(world, bill, remark="second")

        assert world.stored(bill.number) == first


class TestMarkPaid:
    def test_is_confirmed_all_or_nothing_and_names_each_bill(self, world: World) -> None:
        good, paid = world.add_bill(), world.add_bill()
        voided = world.add_bill(origin=BillOrigin.PUSHED)
        cash, once = PaymentChannel.CASH, ConfirmedBatch(1, paid.amount)
        mark = partial(world.manage_bills.mark_paid, world.admin, channel=cash)
        mark(numbers=[paid.number], confirmed=once)
        world.manage_bills.void(world.admin, number=voided.number, version=1)

        with pytest.raises(BatchRefusedError) as refusal:
            mark(numbers=[good.number, paid.number, voided.number])

        reasons = {item.number: item.reason for item in refusal.value.refusals}
        assert reasons == {paid.number: "paid", voided.number: "voided"}
        assert world.stored(good.number) == good
        with pytest.raises(FieldError):
            mark(numbers=[good.number], paid_at=world.clock.now() + timedelta(seconds=1))

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

    @pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
    def test_wants_a_reason_of_at_most_200_characters(self, world: World, reason: str) -> None:
        paid = self.paid(world)

        with pytest.raises(FieldError):
            world.manage_bills.take_back(world.admin, number=paid.number, version=2, reason=reason)

        assert world.stored(paid.number) == paid


class TestDelete:
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
