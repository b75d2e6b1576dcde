"""Receipts (rule 6): frozen when issued, final for the payment (rule 2.6), promise P28."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import attrs
import pytest

from billing_domain.errors import (
    BatchTooLargeError,
    BillActionRefusedError,
    FieldError,
    GlyphMissingError,
    PermissionMissingError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.batch import BATCH_MAX
from billing_domain.model.bills.bill import PaidBill, PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.issued_receipt import IssuedReceipt
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.payments.receipt import ReceiptContent
from billing_domain.ports.payments.gateway import RefundOutcome
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.use_cases.houses.register_residents import ResidentData
from billing_domain.use_cases.payments.issue_receipts import IssueReceipts
from tests.unit.payments.paying import PayingWorld
from tests.world import period


class ReceiptWorld(PayingWorld):
    """Three pending bills, and somebody who prints."""

    def __init__(self) -> None:
        super().__init__()
        self.issue = self.application.issue_receipts
        self.first, self.second, self.third = self.numbers

    def mark_paid(self, *numbers: BillNumber, payer: str = "王小明") -> None:
        self.manage_bills.mark_paid(
            self.admin,
            numbers=numbers or self.numbers,
            channel=PaymentChannel.CASH,
            payer_name=payer,
            voucher_number="V-7",
        )

    def take_back(self, number: BillNumber) -> None:
        self.manage_bills.take_back(
            self.admin, number=number, version=self.bill(number).version, reason="标错了"
        )

    def print(self, *numbers: BillNumber) -> list[ReceiptContent]:
        """Print receipts and return what went on paper."""
        self.issue.for_bills(self.admin, numbers=numbers or [self.first])
        return list(self.receipts.printed[-1])

    def issued(self, *numbers: BillNumber) -> dict[BillNumber, IssuedReceipt]:
        with self.begin(read_only=True) as work:
            return dict(work.receipts.latest(numbers or self.numbers))

    def while_printing(self, *acts: Callable[[], object]) -> IssueReceipts:
        """Return the use case with somebody acting between its reads, once for each act."""
        left = iter(acts)

        def begin(*, read_only: bool = False) -> UnitOfWork:
            if read_only:
                next(left, lambda: None)()
            return self.begin(read_only=read_only)

        return attrs.evolve(self.issue, begin=begin)


@pytest.fixture
def world() -> ReceiptWorld:
    return ReceiptWorld()


class TestContent:
    def test_says_everything_about_the_payment(self, world: ReceiptWorld) -> None:
        bill = world.add_bill(
            fee_type=FeeType.WATER,
            amount=Money(8_805),
            period=period("2026年1月", "2026年3月"),
            remark="一季度",
            external_number="LX-1",
        )
        world.mark_paid(bill.number, payer="李四")

        (content,) = world.print(bill.number)

        assert content == ReceiptContent(
            community_name="幸福家园",
            company_name="安居物业",
            bill_number=bill.number,
            external_number="LX-1",
            address="1号楼/1单元/101",
            fee_type="水费",
            amount=Money(8_805),
            period=period("2026年1月", "2026年3月"),
            residents=(("王小明", "138****1234"),),
            imported_at=bill.imported_at,
            paid_at=world.clock.now(),
            channel="现金支付",
            payer_name="李四",
            voucher_number="V-7",
            remark="一季度",
        )

    def test_names_the_household_that_paid(self, world: ReceiptWorld) -> None:
        """Who moved in later is nobody's business on an old receipt (rule 4.6)."""
        world.mark_paid(world.first)
        world.wait(days=40)
        world.add_owner(name="新住户", openid="openid-9", moved_in_on=date(2026, 12, 25))

        (content,) = world.print(world.first)

        assert [name for name, _ in content.residents] == ["王小明"]

    def test_shows_no_whole_phone(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first)
        world.print()

        assert "13800001234" not in repr(world.issued())

    def test_stays_as_it_was_issued(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first)
        before = world.print()
        world.register_residents.change_house(
            world.admin, house_id=world.houses[0].id, address="9号楼/9单元/909"
        )
        resident = world.owner.residents[0]
        world.register_residents.change_resident(
            world.admin,
            resident_id=resident.id,
            version=1,
            data=ResidentData("赵六", "13900005678", Relation.TENANT, None),
        )
        world.configure_companies.rename_company(world.admin, name="换了名字")

        assert world.print() == before

    def test_only_the_print_date_moves(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first)
        first = world.issue.for_bills(world.admin, numbers=[world.first]).decode()
        world.wait(days=3)
        again = world.issue.for_bills(world.admin, numbers=[world.first]).decode()

        assert (first.split("\n")[0], again.split("\n")[0]) == ("2026-11-20", "2026-11-23")
        assert world.receipts.printed[0] == world.receipts.printed[1]

    def test_is_kept_once_and_with_who_issued_it(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first)
        clerk = world.actor(Role.FRONT_DESK)
        world.issue.for_bills(clerk, numbers=[world.first])
        issued_at = world.clock.now()
        world.wait(hours=1)
        world.print()

        receipt = world.issued()[world.first]
        assert (receipt.issued_by, receipt.issued_at) == (clerk.id, issued_at)
        assert receipt.community_id == world.community.id
        assert world.actions("bill", world.first)[-2:] == [
            AuditAction.MARKED_PAID,
            AuditAction.RECEIPT_ISSUED,
        ]

    def test_puts_old_and_new_receipts_into_one_file(self, world: ReceiptWorld) -> None:
        world.mark_paid()
        (old,) = world.print(world.second)
        world.register_residents.change_house(
            world.admin, house_id=world.houses[0].id, address="9号楼/9单元/909"
        )

        contents = world.print(world.third, world.first, world.second, world.first)

        assert [each.bill_number for each in contents] == [*reversed(world.numbers)]
        assert contents[1] == old
        assert {contents[0].address, contents[2].address} == {"9号楼/9单元/909"}
        assert set(world.issued()) == set(world.numbers)


class TestRefusals:
    def test_p28_an_unpaid_bill_has_no_receipt(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first)

        with pytest.raises(BillActionRefusedError) as refused:
            world.print(world.first, world.second)

        assert refused.value.facts == {
            "number": world.second,
            "action": "print",
            "reason": "pending",
        }
        assert world.issued() == {}
        assert world.receipts.printed == []

    def test_p28_a_refunded_bill_has_no_receipt(self, world: ReceiptWorld) -> None:
        order = world.paid(world.first)
        world.print()
        world.refund(order)

        with pytest.raises(BillActionRefusedError) as refused:
            world.print()

        assert refused.value.reason == "pending"

    def test_p28_a_missing_glyph_issues_nothing(self, world: ReceiptWorld) -> None:
        other = world.add_bill(world.houses[1])
        world.mark_paid(world.first, other.number)
        world.receipts.unprintable = "102"

        with pytest.raises(GlyphMissingError) as refused:
            world.print(world.first, other.number)

        assert refused.value.number == other.number
        assert world.issued(world.first, other.number) == {}
        world.take_back(world.first)
        assert world.bill(world.first).state.value == "pending"

    def test_p28_money_on_its_way_back_has_no_receipt(self, world: ReceiptWorld) -> None:
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        world.refund(order, world.first)

        with pytest.raises(BillActionRefusedError) as refused:
            world.print(world.first)

        assert refused.value.reason == "refunding"
        assert world.issued() == {}
        assert world.print(world.second)

    def test_no_bill_at_all(self, world: ReceiptWorld) -> None:
        with pytest.raises(FieldError) as refused:
            world.issue.for_bills(world.admin, numbers=[])

        assert (refused.value.field, refused.value.reason) == ("numbers", "required")

    def test_more_than_a_batch(self, world: ReceiptWorld) -> None:
        numbers = [BillNumber(f"{index:021d}") for index in range(BATCH_MAX + 1)]

        with pytest.raises(BatchTooLargeError):
            world.issue.for_bills(world.admin, numbers=numbers)

    def test_bills_out_of_reach_do_not_exist(self, world: ReceiptWorld) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        (house,) = world.add_houses(other, "1号楼/101")
        hidden = [world.add_bill(house).number, world.add_bill(world.rival_houses[0]).number]
        world.mark_paid(world.first, hidden[0])
        clerk = world.actor(Role.FRONT_DESK, [world.community])

        with pytest.raises(ThingNotFoundError) as refused:
            world.issue.for_bills(clerk, numbers=[world.first, *hidden])

        assert refused.value.facts == {"kind": "bill", "id": "、".join(sorted(hidden))}
        assert world.issued() == {}

    def test_staff_who_may_not(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first)
        reader = world.actor(Role.READ_ONLY)

        with pytest.raises(PermissionMissingError):
            world.issue.for_bills(reader, numbers=[world.first])
        with pytest.raises(PermissionMissingError):
            world.issue.for_order(reader, order=OrderNumber("0" * 26))


class TestFinality:
    def test_a_receipted_payment_is_not_taken_back(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first, world.second)
        world.print()

        with pytest.raises(BillActionRefusedError) as refused:
            world.take_back(world.first)
        world.take_back(world.second)

        assert refused.value.reason == "receipted"
        assert world.bill(world.first).state.value == "paid"
        assert world.bill(world.second).state.value == "pending"

    def test_a_payment_after_a_refund_gets_a_new_receipt(self, world: ReceiptWorld) -> None:
        order = world.paid(world.first)
        (before,) = world.print()
        world.refund(order)
        world.wait(days=1)
        world.mark_paid(world.first, payer="李四")

        (after,) = world.print()

        assert (before.channel, after.channel) == ("线上支付", "现金支付")
        assert after.payer_name == "李四"
        assert after.paid_at - before.paid_at == timedelta(days=1)
        assert world.print() == [after]
        world.check_books()


class TestRaces:
    def test_what_is_frozen_is_the_payment_that_stands(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first, payer="王小明")

        def correct() -> None:
            world.take_back(world.first)
            world.mark_paid(world.first, payer="李四")

        world.while_printing(correct).for_bills(world.admin, numbers=[world.first])

        assert [each.payer_name for each in world.receipts.printed[-1]] == ["李四"]
        assert world.issued()[world.first].content.payer_name == "李四"

    def test_a_bill_that_vanishes_is_not_found(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first)

        def delete() -> None:
            world.take_back(world.first)
            world.manage_bills.delete(world.admin, numbers=[world.first])

        with pytest.raises(ThingNotFoundError):
            world.while_printing(delete).for_bills(world.admin, numbers=[world.first])

    def test_two_people_print_the_same_receipt(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first)

        world.while_printing(world.print).for_bills(world.admin, numbers=[world.first])

        assert world.receipts.printed[0] == world.receipts.printed[-1]
        assert world.actions("bill", world.first).count(AuditAction.RECEIPT_ISSUED) == 1

    def test_a_race_that_never_ends_is_given_up(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first)

        def correct() -> None:
            world.take_back(world.first)
            world.mark_paid(world.first)

        with pytest.raises(StaleError):
            world.while_printing(*[correct] * 8).for_bills(world.admin, numbers=[world.first])

        assert world.issued() == {}


class TestOrders:
    def test_prints_what_an_order_paid(self, world: ReceiptWorld) -> None:
        order = world.paid(world.first, world.third)

        world.issue.for_order(world.actor(Role.FINANCE), order=order.number)

        printed = [(each.bill_number, each.channel) for each in world.receipts.printed[-1]]
        assert printed == [(world.third, "线上支付"), (world.first, "线上支付")]

    def test_leaves_out_what_was_refunded(self, world: ReceiptWorld) -> None:
        order = world.paid()
        world.refund(order, world.second)

        world.issue.for_order(world.admin, order=order.number)

        printed = [each.bill_number for each in world.receipts.printed[-1]]
        assert printed == [world.third, world.first]

    def test_an_order_that_settled_nothing_has_none(self, world: ReceiptWorld) -> None:
        order = world.check_out(world.first)

        with pytest.raises(FieldError) as refused:
            world.issue.for_order(world.admin, order=order.number)

        assert (refused.value.field, refused.value.reason) == ("numbers", "required")

    def test_an_order_out_of_reach_does_not_exist(self, world: ReceiptWorld) -> None:
        order = world.paid(world.first)
        other = world.open_community(world.company.id, "阳光花园")
        strangers = [world.rival_admin, world.actor(Role.FRONT_DESK, [other])]

        for actor in strangers:
            with pytest.raises(ThingNotFoundError) as refused:
                world.issue.for_order(actor, order=order.number)
            assert refused.value.kind == "payment_order"
        with pytest.raises(ThingNotFoundError):
            world.issue.for_order(world.admin, order=OrderNumber("0" * 26))


class TestOwners:
    def test_print_the_same_receipt_as_staff(self, world: ReceiptWorld) -> None:
        world.paid(world.first)

        world.issue.for_owner(world.owner, number=world.first)

        (mine,) = world.receipts.printed[-1]
        assert world.print() == [mine]
        assert world.issued()[world.first].issued_by == world.owner.residents[0].id
        entry = world.history("bill", world.first)[0]
        assert (entry.actor_kind, entry.actor_name) == ("owner", "王小明")
        bill = world.bill(world.first)
        assert isinstance(bill, PaidBill)
        assert bill.receipted

    def test_p28_not_of_an_unpaid_bill(self, world: ReceiptWorld) -> None:
        with pytest.raises(BillActionRefusedError) as refused:
            world.issue.for_owner(world.owner, number=world.first)

        assert refused.value.reason == "pending"

    def test_p28_not_of_another_house(self, world: ReceiptWorld) -> None:
        other = world.add_bill(world.houses[1])
        world.mark_paid(other.number)

        with pytest.raises(ThingNotFoundError):
            world.issue.for_owner(world.owner, number=other.number)

        assert world.issued(other.number) == {}

    def test_p36_not_for_somebody_without_a_house(self, world: ReceiptWorld) -> None:
        world.mark_paid(world.first)
        nobody = Owner("openid-9", world.company.id, ())

        with pytest.raises(ThingNotFoundError) as refused:
            world.issue.for_owner(nobody, number=world.first)

        assert refused.value.facts == {"kind": "bill", "id": world.first}

    def test_who_moved_out_print_what_they_paid_themselves(self, world: ReceiptWorld) -> None:
        world.paid(world.first)
        world.mark_paid(world.second)
        resident = world.owner.residents[0]
        gone = world.register_residents.move_out(
            world.admin,
            resident_id=resident.id,
            version=1,
            on=world.clock.now().date(),
        )
        owner = Owner(world.owner.openid, world.company.id, (gone,))

        assert world.first in world.issue.for_owner(owner, number=world.first).decode()
        with pytest.raises(ThingNotFoundError):
            world.issue.for_owner(owner, number=world.second)
