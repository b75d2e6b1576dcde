"""Refunds: rules 5.6, 5.8, promise P12."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from billing_domain.errors import RefundRefusedError
from billing_domain.model.payments.refund import (
    REFUND_TRANSITIONS,
    Refund,
    RefundEvent,
    RefundState,
)
from tests.unit.payments.builders import NOW, order_of, pending, refund_of

S, E = RefundState, RefundEvent

POSSIBLE = {
    (S.PROPOSED, E.APPROVE): S.APPROVED,
    (S.PROPOSED, E.REJECT): S.REJECTED,
    (S.APPROVED, E.ACCEPTED): S.SENT,
    (S.APPROVED, E.SAID_DONE): S.DONE,
    (S.APPROVED, E.SAID_FAILED): S.FAILED,
    (S.SENT, E.ACCEPTED): S.SENT,
    (S.SENT, E.SAID_DONE): S.DONE,
    (S.SENT, E.SAID_FAILED): S.FAILED,
    (S.FAILED, E.RETRY): S.APPROVED,
    (S.FAILED, E.REJECT): S.REJECTED,
    (S.FAILED, E.SAID_FAILED): S.FAILED,
    (S.FAILED, E.ACCEPTED): S.SENT,
    (S.FAILED, E.SAID_DONE): S.DONE,
    (S.DONE, E.ACCEPTED): S.DONE,
    (S.DONE, E.SAID_DONE): S.DONE,
}
REFUSED = [pair for pair in product(RefundState, RefundEvent) if pair not in POSSIBLE]


def refund(**fields: Any) -> Refund:
    return refund_of(order_of(pending()), 100_00, **fields)


class TestTransitions:
    def test_are_these_and_no_others(self) -> None:
        assert dict(REFUND_TRANSITIONS) == POSSIBLE

    @pytest.mark.parametrize(("state", "event"), POSSIBLE)
    def test_lead_where_the_rule_says(self, state: RefundState, event: RefundEvent) -> None:
        assert refund(state=state).after(event).state is POSSIBLE[state, event]

    @pytest.mark.parametrize(("state", "event"), REFUSED)
    def test_refuse_what_can_not_happen(self, state: RefundState, event: RefundEvent) -> None:
        before = refund(state=state)

        with pytest.raises(RefundRefusedError) as refused:
            before.after(event)

        assert refused.value.code == "refund_refused"
        assert refused.value.facts == {
            "number": before.number,
            "state": state.value,
            "event": event.value,
        }

    def test_take_the_facts_of_a_change(self) -> None:
        done = refund(state=S.SENT).after(E.SAID_DONE, provider_state="SUCCESS", done_at=NOW)

        assert (done.provider_state, done.done_at, done.version) == ("SUCCESS", NOW, 2)

    @pytest.mark.parametrize("event", [E.ACCEPTED, E.SAID_DONE])
    def test_leave_a_refund_alone_that_is_done(self, event: RefundEvent) -> None:
        done = refund(state=S.DONE, done_at=NOW)

        assert done.after(event, provider_state="late", done_at=None) is done


class TestMoney:
    @pytest.mark.parametrize("state", RefundState)
    def test_is_free_again_only_when_failed_or_rejected(self, state: RefundState) -> None:
        assert state.holds_money == (state not in {S.FAILED, S.REJECTED})


class TestApprove:
    def test_takes_a_second_person(self) -> None:
        approved = refund(proposed_by="staff-1").approve("staff-2")

        assert approved.state is RefundState.APPROVED
        assert (approved.proposed_by, approved.approved_by) == ("staff-1", "staff-2")
        assert approved.version == 2

    def test_refuses_the_person_who_proposed(self) -> None:
        with pytest.raises(RefundRefusedError) as refused:
            refund(proposed_by="staff-1").approve("staff-1")
        assert refused.value.event == "own"

    def test_lets_the_program_return_what_fits_no_bill(self) -> None:
        assert refund(proposed_by="system").approve("system").state is RefundState.APPROVED

    @pytest.mark.parametrize("state", [s for s in S if s is not S.PROPOSED])
    def test_refuses_what_is_decided_already(self, state: RefundState) -> None:
        with pytest.raises(RefundRefusedError):
            refund(state=state).approve("staff-2")
