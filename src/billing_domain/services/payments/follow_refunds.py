"""The outbox handler that follows refunds to their end (rules 5.6, 5.8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import attrs

from billing_domain.errors import ProviderUnavailableError
from billing_domain.model.jobs.outbox import OutboxJob
from billing_domain.model.payments.refund import RefundNumber, RefundState
from billing_domain.ports.jobs import JobHandler
from billing_domain.ports.system import Clock
from billing_domain.services.payments.send_refunds import SendRefunds

ASK_AGAIN_MIN: Final = timedelta(minutes=1)
ASK_AGAIN_MAX: Final = timedelta(hours=1)


@attrs.frozen
class FollowRefunds(JobHandler):
    """Handles jobs whose subject is a refund's number."""

    send: SendRefunds
    clock: Clock

    def __call__(self, job: OutboxJob) -> datetime | None:
        """Send or query a refund; return when to query it again if it is not finished.

        The interval grows with the refund's age, from a minute to an hour. Raises
        ProviderUnavailableError if it can't be sent, ThingNotFoundError.
        """
        refund = self.send.advance(RefundNumber(job.subject))
        if refund.state is RefundState.APPROVED:
            raise ProviderUnavailableError(detail="the refund was not sent")
        if refund.state is not RefundState.SENT:
            return None
        now = self.clock.now()
        return now + min(max(now - refund.proposed_at, ASK_AGAIN_MIN), ASK_AGAIN_MAX)
