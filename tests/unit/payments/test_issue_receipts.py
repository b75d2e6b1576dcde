"""Receipts (rule 6): frozen when issued, final for the payment (rule 2.6), promise P28."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import attrs
import pytest

from billing_domain.errors import (
    BatchTooLargeError,
    BillActionRefusedError,
    BillingError,
    FieldError,
    GlyphMissingError,
    PermissionMissingError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.batch import BATCH_MAX
from billing_domain.model.bills.bill import PaidBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.payments.receipt import IssuedReceipt, ReceiptContent
from billing_domain.ports.payments.gateway import RefundOutcome
from billing_domain.use_cases.houses.register_residents import ResidentData
from tests.unit.payments.interruptions import acting
from tests.world import World, period


def print_of(world: World, *numbers: BillNumber) -> list[ReceiptContent]:
    """Print receipts, by default of the first bill, and return what went on paper."""
    world.application.issue_receipts.for_bills(world.admin, numbers=numbers or world.numbers[:1])
    return list(world.receipts.printed[-1])


def issued(world: World, *numbers: BillNumber) -> dict[BillNumber, IssuedReceipt]:
    with world.begin(read_only=True) as work:
        return dict(work.receipts.latest(numbers or world.numbers))


def take_back(world: World, number: BillNumber) -> None:
    world.manage_bills.take_back(
        world.admin, number=number, version=world.stored(number).version, reason="标错了"
    )


def print_while(world: World, *acts: Callable[[], object]) -> None:
    """Print the first bill's receipt with somebody acting between the reads."""
    begin = acting(world.begin, *acts, reads=True)
    issue = attrs.evolve(world.application.issue_receipts, begin=begin)
    issue.for_bills(world.admin, numbers=world.numbers[:1])


@pytest.fixture
def first(world: World) -> BillNumber:
    return world.numbers[0]


@pytest.fixture
def second(world: World) -> BillNumber:
    return world.numbers[1]


class TestContent:
    def test_says_everything_about_the_payment(self, world: World) -> None:
        bill = world.add_bill(
            fee_type=FeeType.WATER,
            amount=Money(8_805),
            period=period("2026年1月", "2026年3月"),
            remark="一季度",
            external_number="LX-1",
        )
        world.mark_paid(bill.number, payer_name="李四", voucher_number="V-7")

        (content,) = print_of(world, bill.number)

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
        assert issued(world, bill.number)[bill.number].content == content

    def test_names_the_household_that_paid(self, world: World, first: BillNumber) -> None:
        """Who moved in later is nobody's business on an old receipt (rule 4.6)."""
        world.mark_paid(first)
        world.wait(days=40)
        world.add_owner(name="新住户", openid="openid-9", moved_in_on=date(2026, 12, 25))

        (content,) = print_of(world, first)

        assert [name for name, _ in content.residents] == ["王小明"]

    def test_stays_as_it_was_issued_but_for_the_day_of_printing(
        self, world: World, first: BillNumber
    ) -> None:
        world.mark_paid(first)
        before = print_of(world)
        world.wait(days=3)
        world.register_residents.change_house(
            world.admin, house_id=world.houses[0].id, address="9号楼/9单元/909"
        )
        resident = world.payer.residents[0]
        world.register_residents.change_resident(
            world.admin,
            resident_id=resident.id,
            version=1,
            data=ResidentData("赵六", "13900005678", Relation.TENANT, None),
        )
        world.configure_companies.rename_company(world.admin, name="换了名字")

        again = world.application.issue_receipts.for_bills(world.admin, numbers=[first])

        assert world.receipts.printed[-1] == tuple(before)
        assert again.startswith(b"2026-11-23"), "only the day of printing moves"

    def test_is_kept_once_and_with_who_issued_it(self, world: World, first: BillNumber) -> None:
        world.mark_paid(first)
        clerk = world.actor(Role.FRONT_DESK)
        world.application.issue_receipts.for_bills(clerk, numbers=[first])
        issued_at = world.clock.now()
        world.wait(hours=1)
        print_of(world)

        receipt = issued(world)[first]
        assert (receipt.issued_by, receipt.issued_at) == (clerk.id, issued_at)
        assert receipt.community_id == world.community.id
        assert world.actions("bill", first)[-2:] == [
            AuditAction.MARKED_PAID,
            AuditAction.RECEIPT_ISSUED,
        ]

    def test_puts_old_and_new_receipts_into_one_file(
        self, world: World, first: BillNumber, second: BillNumber
    ) -> None:
        world.mark_paid()
        (old,) = print_of(world, second)
        world.register_residents.change_house(
            world.admin, house_id=world.houses[0].id, address="9号楼/9单元/909"
        )

        contents = print_of(world, world.numbers[2], first, second, first)

        assert [each.bill_number for each in contents] == [*reversed(world.numbers)]
        assert contents[1] == old
        assert {contents[0].address, contents[2].address} == {"9号楼/9单元/909"}
        assert set(issued(world)) == set(world.numbers)


class TestRefusals:
    def test_p28_an_unpaid_bill_has_no_receipt(
        self, world: World, first: BillNumber, second: BillNumber
    ) -> None:
        world.mark_paid(first)

        with pytest.raises(BillActionRefusedError) as refused:
            print_of(world, first, second)

        assert refused.value.facts == {
            "number": second,
            "action": "print",
            "reason": "pending",
        }
        assert issued(world) == {}
        assert world.receipts.printed == []

    def test_p28_a_missing_glyph_issues_nothing(self, world: World, first: BillNumber) -> None:
        other = world.add_bill(world.houses[1])
        world.mark_paid(first, other.number)
        world.receipts.unprintable = "102"

        with pytest.raises(GlyphMissingError) as refused:
            print_of(world, first, other.number)

        assert refused.value.number == other.number
        assert issued(world, first, other.number) == {}
        take_back(world, first)
        assert world.stored(first).state.value == "pending"

    def test_p28_money_on_its_way_back_has_no_receipt(
        self, world: World, first: BillNumber, second: BillNumber
    ) -> None:
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        world.refund(order, first)

        with pytest.raises(BillActionRefusedError) as refused:
            print_of(world, first)

        assert refused.value.reason == "refunding"
        assert issued(world) == {}
        assert print_of(world, second)

    @pytest.mark.parametrize(
        ("count", "error"), [(0, FieldError), (BATCH_MAX + 1, BatchTooLargeError)]
    )
    def test_no_bill_and_more_than_a_batch(
        self, world: World, count: int, error: type[BillingError]
    ) -> None:
        numbers = [BillNumber(f"{index:021d}") for index in range(count)]

        with pytest.raises(error):
            world.application.issue_receipts.for_bills(world.admin, numbers=numbers)

    def test_bills_out_of_reach_do_not_exist(self, world: World, first: BillNumber) -> None:
        other = world.open_community(world.company.id, "阳光花园")
        (house,) = world.add_houses(other, "1号楼/101")
        hidden = [world.add_bill(house).number, world.add_bill(world.rival_houses[0]).number]
        world.mark_paid(first, hidden[0])
        clerk = world.actor(Role.FRONT_DESK, [world.community])

        with pytest.raises(ThingNotFoundError) as refused:
            world.application.issue_receipts.for_bills(clerk, numbers=[first, *hidden])

        assert refused.value.facts == {"kind": "bill", "id": "、".join(sorted(hidden))}
        assert issued(world) == {}

    def test_staff_who_may_not(self, world: World, first: BillNumber) -> None:
        world.mark_paid(first)
        reader = world.actor(Role.READ_ONLY)

        with pytest.raises(PermissionMissingError):
            world.application.issue_receipts.for_bills(reader, numbers=[first])
        with pytest.raises(PermissionMissingError):
            world.application.issue_receipts.for_order(reader, order=OrderNumber("0" * 26))


class TestFinality:
    def test_a_payment_after_a_refund_gets_a_new_receipt(
        self, world: World, first: BillNumber
    ) -> None:
        order = world.paid(first)
        (before,) = print_of(world)
        world.refund(order)
        world.wait(days=1)
        world.mark_paid(first, payer_name="李四")

        (after,) = print_of(world)

        assert (before.channel, after.channel) == ("线上支付", "现金支付")
        assert after.payer_name == "李四"
        assert after.paid_at - before.paid_at == timedelta(days=1)
        assert print_of(world) == [after]
        world.check_books()


class TestRaces:
    def test_what_is_frozen_is_the_payment_that_stands(
        self, world: World, first: BillNumber
    ) -> None:
        world.mark_paid(first, payer_name="王小明")

        def correct() -> None:
            take_back(world, first)
            world.mark_paid(first, payer_name="李四")

        print_while(world, correct)

        assert [each.payer_name for each in world.receipts.printed[-1]] == ["李四"]
        assert issued(world)[first].content.payer_name == "李四"

    def test_a_bill_that_vanishes_is_not_found(self, world: World, first: BillNumber) -> None:
        world.mark_paid(first)

        def delete() -> None:
            take_back(world, first)
            world.manage_bills.delete(world.admin, numbers=[first])

        with pytest.raises(ThingNotFoundError):
            print_while(world, delete)

    def test_two_people_print_the_same_receipt(self, world: World, first: BillNumber) -> None:
        world.mark_paid(first)

        print_while(world, lambda: print_of(world))

        assert world.receipts.printed[0] == world.receipts.printed[-1]
        assert world.actions("bill", first).count(AuditAction.RECEIPT_ISSUED) == 1

    def test_a_race_that_never_ends_is_given_up(self, world: World, first: BillNumber) -> None:
        world.mark_paid(first)

        def correct() -> None:
            take_back(world, first)
            world.mark_paid(first)

        with pytest.raises(StaleError):
            print_while(world, *[correct] * 8)

        assert issued(world) == {}


class TestOrders:
    def test_leaves_out_what_was_refunded(
        self, world: World, first: BillNumber, second: BillNumber
    ) -> None:
        order = world.paid()
        world.refund(order, second)

        world.application.issue_receipts.for_order(world.admin, order=order.number)

        printed = [each.bill_number for each in world.receipts.printed[-1]]
        assert printed == [world.numbers[2], first]

    def test_an_order_that_settled_nothing_has_none(self, world: World, first: BillNumber) -> None:
        order = world.check_out(first)

        with pytest.raises(FieldError) as refused:
            world.application.issue_receipts.for_order(world.admin, order=order.number)

        assert (refused.value.field, refused.value.reason) == ("numbers", "required")

    def test_an_order_out_of_reach_does_not_exist(self, world: World, first: BillNumber) -> None:
        order = world.paid(first)
        other = world.open_community(world.company.id, "阳光花园")
        strangers = [world.rival_admin, world.actor(Role.FRONT_DESK, [other])]

        for actor in strangers:
            with pytest.raises(ThingNotFoundError) as refused:
                world.application.issue_receipts.for_order(actor, order=order.number)
            assert refused.value.kind == "payment_order"
        with pytest.raises(ThingNotFoundError):
            world.application.issue_receipts.for_order(world.admin, order=OrderNumber("0" * 26))


class TestOwners:
    def test_print_the_same_receipt_as_staff(self, world: World, first: BillNumber) -> None:
        world.paid(first)

        world.application.issue_receipts.for_owner(world.payer, number=first)

        (mine,) = world.receipts.printed[-1]
        assert print_of(world) == [mine]
        assert issued(world)[first].issued_by == world.payer.residents[0].id
        entry = world.history("bill", first)[0]
        assert (entry.actor_kind, entry.actor_name) == ("owner", "王小明")
        bill = world.stored(first)
        assert isinstance(bill, PaidBill)
        assert bill.receipted

    def test_p28_p36_not_of_another_house_and_not_without_a_house(
        self, world: World, first: BillNumber
    ) -> None:
        other = world.add_bill(world.houses[1]).number
        world.mark_paid(first, other)
        nobody = Owner("openid-9", world.company.id, ())

        for owner, number in ((world.payer, other), (nobody, first)):
            with pytest.raises(ThingNotFoundError) as refused:
                world.application.issue_receipts.for_owner(owner, number=number)
            assert refused.value.facts == {"kind": "bill", "id": number}
        assert issued(world, first, other) == {}

    def test_who_moved_out_print_what_they_paid_themselves(
        self, world: World, first: BillNumber, second: BillNumber
    ) -> None:
        world.paid(first)
        world.mark_paid(second)
        resident = world.payer.residents[0]
        gone = world.register_residents.move_out(
            world.admin,
            resident_id=resident.id,
            version=1,
            on=world.clock.now().date(),
        )
        owner = Owner(world.payer.openid, world.company.id, (gone,))

        assert first in world.application.issue_receipts.for_owner(owner, number=first).decode()
        with pytest.raises(ThingNotFoundError):
            world.application.issue_receipts.for_owner(owner, number=second)
