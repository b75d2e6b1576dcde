"""Refunds: automatic for unapplied money, in two steps for staff (5.6, 5.8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final, NewType

import attrs

from billing_domain.errors import RefundRefusedError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.jobs.outbox import JobId, JobKind, OutboxJob
from billing_domain.model.money import Money
from billing_domain.model.payments.order import (
    AccountId,
    OrderNumber,
    PaymentOrder,
    ProviderKey,
    order_number,
)

RefundNumber = NewType("RefundNumber", str)
"""26 digits like an order's; with this number the provider prevents a double refund."""


class RefundState(Enum):
    """The state of a refund; an unknown answer leaves the state unchanged."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    REJECTED = "rejected"

    @property
    def waits(self) -> bool:
        """Whether the provider still has to act."""
        return self in {RefundState.APPROVED, RefundState.SENT}

    @property
    def holds_money(self) -> bool:
        """Whether the money is claimed or returned, so that no other refund may take it."""
        return self not in {RefundState.FAILED, RefundState.REJECTED}


class RefundEvent(Enum):
    """Events in the life of a refund."""

    APPROVE = "approve"
    REJECT = "reject"
    ACCEPTED = "accepted"
    SAID_DONE = "said_done"
    SAID_FAILED = "said_failed"
    RETRY = "retry"


_S, _E = RefundState, RefundEvent
REFUND_TRANSITIONS: Final[Mapping[tuple[RefundState, RefundEvent], RefundState]] = {
    (_S.PROPOSED, _E.APPROVE): _S.APPROVED,
    (_S.PROPOSED, _E.REJECT): _S.REJECTED,
    (_S.APPROVED, _E.ACCEPTED): _S.SENT,
    (_S.APPROVED, _E.SAID_DONE): _S.DONE,
    (_S.APPROVED, _E.SAID_FAILED): _S.FAILED,
    (_S.SENT, _E.ACCEPTED): _S.SENT,
    (_S.SENT, _E.SAID_DONE): _S.DONE,
    (_S.SENT, _E.SAID_FAILED): _S.FAILED,
    (_S.FAILED, _E.RETRY): _S.APPROVED,
    (_S.FAILED, _E.REJECT): _S.REJECTED,
    (_S.FAILED, _E.SAID_FAILED): _S.FAILED,
    (_S.FAILED, _E.ACCEPTED): _S.SENT,
    (_S.FAILED, _E.SAID_DONE): _S.DONE,
    (_S.DONE, _E.SAID_DONE): _S.DONE,
    (_S.DONE, _E.ACCEPTED): _S.DONE,
}
"""The next state for each possible event; any other event is refused.

Providers repeat answers, so repeated events are allowed. A failed refund may also be reported as
processing or done later.
"""


@attrs.frozen(kw_only=True)
class Refund:
    """One refund of an order; `bills` become pending when it is done; none for unapplied money.

    `proposed_by` and `approved_by` are staff ids or `system`; nobody approves their own refund.
    """

    number: RefundNumber
    order: OrderNumber
    company_id: CompanyId
    community_id: CommunityId
    account_id: AccountId
    provider: ProviderKey
    amount: Money
    bills: tuple[BillNumber, ...] = ()
    reason: str
    state: RefundState = RefundState.PROPOSED
    proposed_by: str
    proposed_at: datetime
    approved_by: str = ""
    provider_state: str = ""
    queried_at: datetime | None = None
    done_at: datetime | None = None
    version: int = 1

    @classmethod
    def of(
        cls,
        order: PaymentOrder,
        amount: Money,
        *,
        serial: int,
        reason: str,
        by: str,
        at: datetime,
        bills: tuple[BillNumber, ...] = (),
    ) -> Refund:
        """Return a proposed refund of part of an order; `serial` makes its number unique."""
        return cls(
            number=RefundNumber(order_number(at, serial)),
            order=order.number,
            company_id=order.company_id,
            community_id=order.community_id,
            account_id=order.account_id,
            provider=order.provider,
            amount=amount,
            bills=bills,
            reason=reason,
            proposed_by=by,
            proposed_at=at,
        )

    def after(
        self,
        event: RefundEvent,
        **facts: Any,  # noqa: ANN401 - attrs.evolve checks the names
    ) -> Refund:
        """Return the refund after an event; raise RefundRefusedError for an impossible event.

        A refund that is done stays unchanged: `facts` of a repeated or late event are dropped.
        """
        state = REFUND_TRANSITIONS.get((self.state, event))
        if state is None:
            raise RefundRefusedError(number=self.number, state=self.state.value, event=event.value)
        if self.state is RefundState.DONE:
            return self
        return attrs.evolve(self, state=state, version=self.version + 1, **facts)

    def approve(self, by: str) -> Refund:
        """Return the refund approved by a second person; raise RefundRefusedError."""
        if by == self.proposed_by and by != "system":
            raise RefundRefusedError(number=self.number, state=self.state.value, event="own")
        return self.after(RefundEvent.APPROVE, approved_by=by)


@audit_facts.register
def _refund_facts(refund: Refund) -> AuditFacts:
    fields = {
        "number": refund.number,
        "order": refund.order,
        "state": refund.state.value,
        "amount_fen": refund.amount.fen,
        "bills": " ".join(refund.bills),
    }
    return AuditFacts("refund", refund.number, fields, refund.community_id)


def refund_job(job_id: str, refund: Refund, now: datetime, *, due_at: datetime) -> OutboxJob:
    """Return the job that sends an approved refund and follows it to the end (rules 5.6, 5.8)."""
    return OutboxJob(
        id=JobId(job_id),
        company_id=refund.company_id,
        community_id=refund.community_id,
        kind=JobKind.REFUND,
        subject=refund.number,
        created_at=now,
        due_at=due_at,
    )
