"""Refunds by staff: rule 5.8, promise P12."""

from __future__ import annotations

import attrs
import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import (
    BillActionRefusedError,
    FieldError,
    NotificationRefusedError,
    PermissionMissingError,
    RefundRefusedError,
    ThingNotFoundError,
)
from billing_domain.model.bills.bill import PaidBill
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.money import Money
from billing_domain.model.payments.refund import RefundNumber, RefundState
from billing_domain.ports.payments.gateway import RefundOutcome, RefundReport
from tests.world import World


class TestAWholeOrder:
    def test_returns_the_money_and_reopens_the_bills(self, world: World) -> None:
        order = world.paid()

        refund = world.refund(order)

        assert (refund.state, refund.amount) == (RefundState.DONE, Money(390_000))
        assert refund.done_at == world.clock.now()
        assert world.states() == ["pending"] * 3
        assert world.provider.returned() == Money(390_000)
        world.check_books()

    def test_is_audited_step_by_step(self, world: World) -> None:
        order = world.paid()
        refund = world.refund(order)

        assert world.actions("refund", refund.number) == [
            AuditAction.REFUND_PROPOSED,
            AuditAction.REFUND_APPROVED,
            AuditAction.REFUND_DONE,
        ]
        assert world.actions("bill", world.numbers[0])[-1] is AuditAction.REFUNDED
        for entry in world.history("bill", world.numbers[0]):
            assert entry.after["address"] == "幸福家园/1号楼/1单元/101"


class TestSingleBills:
    def test_leave_the_others_paid(self, world: World) -> None:
        order = world.paid()

        world.refund(order, world.numbers[1])

        assert world.states() == ["paid", "pending", "paid"]
        assert world.provider.returned() == Money(130_000)
        world.check_books()

    def test_are_refunded_once(self, world: World) -> None:
        order = world.paid()
        world.refund(order, world.numbers[1])

        with pytest.raises(FieldError) as refused:
            world.refund(order, world.numbers[1])

        assert refused.value.value == world.numbers[1]

    def test_in_a_proposed_refund_are_spoken_for(self, world: World) -> None:
        order = world.paid()
        world.propose(order, world.numbers[0])

        rest = world.propose(order)

        assert set(rest.bills) == set(world.numbers[1:])
        with pytest.raises(FieldError) as refused:
            world.propose(order)
        assert refused.value.reason == "required"

    def test_of_a_rejected_refund_are_free_again(self, world: World) -> None:
        order = world.paid()
        first = world.propose(order)
        world.refunding.reject(world.admin, number=first.number)

        assert world.propose(order).amount == Money(390_000)

    def test_of_another_order_are_refused(self, world: World) -> None:
        order = world.paid(world.numbers[0])

        with pytest.raises(FieldError):
            world.propose(order, world.numbers[1])


class TestTwoPeople:
    def test_one_alone_is_refused(self, world: World) -> None:
        finance = world.actor(Role.FINANCE)
        refund = world.propose(world.paid(), actor=finance)

        with pytest.raises(RefundRefusedError):
            world.refunding.approve(finance, number=refund.number)

        assert world.provider.returned() == Money.zero()

    def test_the_front_desk_may_not(self, world: World) -> None:
        desk = world.actor(Role.FRONT_DESK)
        order = world.paid()

        with pytest.raises(PermissionMissingError):
            world.propose(order, actor=desk)

    def test_another_company_sees_nothing(self, world: World) -> None:
        refund = world.propose(world.paid())

        with pytest.raises(ThingNotFoundError):
            world.refunding.approve(world.rival_admin, number=refund.number)


class TestBeforeSending:
    def test_an_order_that_is_not_paid_is_refused(self, world: World) -> None:
        order = world.check_out()

        with pytest.raises(RefundRefusedError) as refused:
            world.propose(order)

        assert refused.value.state == "waiting"

    @pytest.mark.parametrize(("reason", "why"), [("  ", "required"), ("x" * 81, "too_long")])
    def test_a_reason_is_asked_for(self, world: World, reason: str, why: str) -> None:
        order = world.paid()

        with pytest.raises(FieldError) as refused:
            world.refunding.propose(world.admin, order=order.number, reason=reason)

        assert (refused.value.field, refused.value.reason) == ("reason", why)


class TestAProviderThatRefuses:
    def test_fails_the_refund_and_leaves_the_bills_paid(self, world: World) -> None:
        order = world.paid()
        world.provider.faults.append(Fault.REFUSED)

        refund = world.refund(order)

        assert (refund.state, refund.provider_state) == (RefundState.FAILED, "NO_AUTH")
        assert world.states() == ["paid"] * 3
        world.check_books()

    def test_that_works_on_it_after_all_is_believed(self, world: World) -> None:
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.FAILED
        refund = world.refund(order)
        world.provider.end_refund(refund.number, RefundOutcome.ACCEPTED)
        world.take(world.provider.refund_message(refund.number))
        assert world.refunds(order.number)[0].state is RefundState.SENT
        world.provider.end_refund(refund.number, RefundOutcome.DONE)

        world.janitor.run()

        assert world.states() == ["pending"] * 3
        world.check_books()

    def test_and_did_the_work_before_is_asked(self, world: World) -> None:
        """Its first answer was lost: refused now is no reason to return the money again."""
        order = world.paid()
        world.provider.faults.extend([Fault.LOST_ANSWER, Fault.REFUSED])
        assert world.refund(order).state is RefundState.APPROVED

        world.janitor.run()

        assert world.refunds(order.number)[0].state is RefundState.DONE
        world.check_books()

    def test_even_to_say_what_it_did_leaves_it_undecided(self, world: World) -> None:
        order = world.paid()
        world.provider.faults.extend([Fault.REFUSED, Fault.REFUSED])

        assert world.refund(order).state is RefundState.APPROVED

    def test_to_say_how_it_stands_leaves_it_sent(self, world: World) -> None:
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        refund = world.refund(order)
        world.provider.faults.append(Fault.REFUSED)

        world.janitor.run()

        assert world.refunds(order.number)[0].state is refund.state is RefundState.SENT
        assert refund.state is RefundState.SENT

    def test_is_not_tried_again_for_money_that_went_back_another_way(self, world: World) -> None:
        order = world.paid()
        world.provider.faults.append(Fault.REFUSED)
        failed = world.refund(order)
        world.refund(order)

        with pytest.raises(FieldError):
            world.refunding.retry(world.admin, number=failed.number)

        assert world.provider.returned() == order.total
        world.check_books()

    def test_but_works_on_it_after_all_leaves_nothing_to_approve(self, world: World) -> None:
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.FAILED
        failed = world.refund(order)
        proposed = world.propose(order)
        world.provider.end_refund(failed.number, RefundOutcome.DONE)
        world.take(world.provider.refund_message(failed.number))

        with pytest.raises(FieldError):
            world.refunding.approve(world.admin, number=proposed.number)

        world.check_books()


class TestASlowRefund:
    def test_says_the_same_again_and_changes_nothing(self, world: World) -> None:
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        sent = world.refund(order)

        world.janitor.run()

        (asked,) = world.refunds(order.number)
        assert asked == attrs.evolve(sent, queried_at=world.clock.now(), version=sent.version + 1)

    def test_is_done_once_whoever_asks(self, world: World) -> None:
        order = world.paid()
        done = world.refund(order)
        send = world.refunding.send

        assert send.ask(done.number) == done
        assert send.advance(done.number) == done

    def test_of_an_unknown_number_is_nothing(self, world: World) -> None:
        with pytest.raises(ThingNotFoundError):
            world.refunding.send.advance(RefundNumber("0" * 26))


class TestARefundThatTheProviderEnded:
    def test_is_asked_for_again_under_a_new_number(self, world: World) -> None:
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.FAILED
        ended = world.refund(order)
        assert ended.state is RefundState.FAILED
        world.provider.refund_outcome = RefundOutcome.DONE

        again = world.refunding.retry(world.admin, number=ended.number)

        assert again.number != ended.number
        assert (again.state, again.bills) == (RefundState.DONE, ended.bills)
        assert [each.state for each in world.refunds(order.number)] == [
            RefundState.REJECTED,
            RefundState.DONE,
        ]
        assert world.provider.returned() == Money(390_000)
        assert AuditAction.REFUND_RETRIED in world.actions("refund", again.number)
        world.check_books()

    def test_keeps_its_number_while_the_provider_can_not_say(self, world: World) -> None:
        order = world.paid()
        world.provider.faults.append(Fault.REFUSED)
        failed = world.refund(order)
        world.provider.faults.append(Fault.LOST_CALL)

        again = world.refunding.retry(world.admin, number=failed.number)

        assert (again.number, again.state) == (failed.number, RefundState.DONE)

    def test_is_not_asked_for_when_it_is_done(self, world: World) -> None:
        done = world.refund(world.paid())

        with pytest.raises(RefundRefusedError):
            world.refunding.retry(world.admin, number=done.number)


class TestAnAccountThatCanNotBeUsed:
    def test_leaves_the_refund_approved(self, world: World) -> None:
        """Nobody was asked, so nobody refused."""
        order = world.paid()
        proposed = world.propose(order)
        spoiled = attrs.evolve(world.merchant, settings={"mchid": "unusable"}, version=2)
        with world.begin() as work:
            work.payment_accounts.save(spoiled)
            work.commit()

        refund = world.refunding.approve(world.admin, number=proposed.number)

        assert refund.state is RefundState.APPROVED
        world.check_books()


class TestMoneyThatFitsNoBill:
    def test_is_sent_again_by_hand_when_it_failed(self, world: World) -> None:
        order = world.check_out()
        world.mark_paid(world.numbers[0])
        world.take(world.provider.pay(order.number))
        world.provider.faults.extend([Fault.REFUSED])
        world.janitor.run()
        (failed,) = world.refunds(order.number)
        assert failed.state is RefundState.FAILED

        again = world.refunding.retry(world.admin, number=failed.number)

        assert again.state is RefundState.DONE
        assert world.order(order.number).unapplied == Money.zero()
        world.check_books()


class TestBooking:
    def test_keeps_the_providers_last_word(self, world: World) -> None:
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        sent = world.refund(world.paid())
        report = RefundReport(sent.number, RefundOutcome.ACCEPTED, "ABNORMAL")

        with world.begin() as work:
            booked = world.refunding.send.refunds.book(work, sent, report)
            work.commit()

        assert (booked.state, booked.provider_state) == (RefundState.SENT, "ABNORMAL")
        assert world.refunds(sent.order) == [booked]

    def test_refuses_a_report_of_another_refund(self, world: World) -> None:
        refund = world.propose(world.paid())
        report = RefundReport(RefundNumber("0" * 26), RefundOutcome.DONE, "done")

        with pytest.raises(NotificationRefusedError), world.begin() as work:
            world.refunding.send.refunds.book(work, refund, report)

    def test_an_online_payment_is_never_taken_back(self, world: World) -> None:
        world.paid()
        bill = world.stored(world.numbers[0])
        assert isinstance(bill, PaidBill)

        with pytest.raises(BillActionRefusedError) as refused:
            world.manage_bills.take_back(
                world.admin, number=bill.number, version=bill.version, reason="错了"
            )

        assert refused.value.reason == "online"
