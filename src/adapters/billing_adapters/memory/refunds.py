"""Refunds in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import attrs

from billing_adapters.memory.state import MemoryState, replace_version
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.payments.refund import Refund, RefundNumber, RefundState
from billing_domain.ports.payments.storage import RefundRepository

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@attrs.frozen
class MemoryRefundRepository(RefundRepository):
    """Refunds of all companies."""

    state: MemoryState

    def add(self, refund: Refund) -> None:
        """Keep a new refund."""
        self.state.refunds[refund.number] = refund

    def get(self, scope: Scope, number: RefundNumber) -> Refund:
        """Return a refund in scope or raise ThingNotFoundError(refund)."""
        refund = self.find(number)
        if refund is None or not scope.covers(refund.company_id, refund.community_id):
            raise ThingNotFoundError(kind="refund", id=number)
        return refund

    def find(self, number: RefundNumber) -> Refund | None:
        """Return a refund of any company."""
        return self.state.refunds.get(number)

    def save(self, refund: Refund) -> None:
        """Replace the version before this one; raise StaleError."""
        replace_version(self.state.refunds, refund.number, refund, kind="refund")

    def of_order(self, number: OrderNumber) -> Sequence[Refund]:
        """Return an order's refunds, oldest first."""
        return [refund for refund in self._oldest_first() if refund.order == number]

    def unfinished(self, *, count_max: int) -> Sequence[Refund]:
        """Return refunds that are approved or sent, those asked about longest ago first."""
        waiting = {RefundState.APPROVED, RefundState.SENT}
        found = [each for each in self.state.refunds.values() if each.state in waiting]
        found.sort(key=lambda each: (each.queried_at or _LONG_AGO, each.number))
        return found[:count_max]

    def _oldest_first(self) -> list[Refund]:
        return sorted(
            self.state.refunds.values(), key=lambda refund: (refund.proposed_at, refund.number)
        )
