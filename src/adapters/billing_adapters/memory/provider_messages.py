"""What providers sent, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from billing_adapters.memory.state import MemoryState
from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.order import AccountId
from billing_domain.model.payments.received_message import ReceivedMessage, Verdict
from billing_domain.ports.payments.storage import MessageRepository


@attrs.frozen
class MemoryMessageRepository(MessageRepository):
    """Messages of all companies' providers."""

    state: MemoryState

    def add(self, message: ReceivedMessage) -> None:
        """Keep a message as it came."""
        self.state.messages[message.id] = message

    def conclude(self, message: ReceivedMessage) -> None:
        """Keep what became of a message; its content never changes."""
        self.state.messages[message.id] = attrs.evolve(
            self.state.messages[message.id],
            verdict=message.verdict,
            reason=message.reason,
            provider_id=message.provider_id,
            meaning=message.meaning,
            about=message.about,
        )

    def booked(self, account_id: AccountId, provider_id: str) -> ReceivedMessage | None:
        """Return the first delivery of a message that was booked, or None."""
        for message in self._oldest_first():
            told = (message.account_id, message.provider_id)
            if told == (account_id, provider_id) and message.verdict is Verdict.BOOKED:
                return message
        return None

    def about(self, account_id: AccountId, number: str) -> Sequence[ReceivedMessage]:
        """Return the messages of an account about an order or refund, oldest first."""
        return [
            message
            for message in self._oldest_first()
            if (message.account_id, message.about) == (account_id, number)
        ]

    def refused(self, company_id: CompanyId, *, count_max: int) -> Sequence[ReceivedMessage]:
        """Return a company's refused and failed messages, newest first."""
        bad = [
            message
            for message in reversed(self._oldest_first())
            if message.company_id == company_id
            and message.verdict in {Verdict.REFUSED, Verdict.FAILED}
        ]
        return bad[:count_max]

    def remove_refused_before(self, moment: datetime) -> int:
        """Forget the refused messages received before a moment; return how many."""
        old = [
            message.id
            for message in self.state.messages.values()
            if message.verdict is Verdict.REFUSED and message.received_at < moment
        ]
        for message_id in old:
            del self.state.messages[message_id]
        return len(old)

    def _oldest_first(self) -> list[ReceivedMessage]:
        return sorted(self.state.messages.values(), key=lambda message: message.received_at)
