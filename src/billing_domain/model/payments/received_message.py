"""Messages from providers, stored unchanged before any processing (rule 5.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final, NewType

import attrs

from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.order import AccountId

MessageId = NewType("MessageId", str)
"""Our own id: 32 hex digits."""

BODY_BYTES_MAX: Final = 16_384
"""The maximal size; longer messages are refused unread."""


class Verdict(Enum):
    """The result of a message; RECEIVED remains after a crash, and the provider sends it again."""

    RECEIVED = "received"
    BOOKED = "booked"
    REFUSED = "refused"
    FAILED = "failed"


@attrs.frozen(kw_only=True)
class ReceivedMessage:
    """One delivery with its raw body.

    `provider_id` is the provider's own id of the message; `meaning` is its content in one line.
    The same id must always have the same meaning (P10). `about` is the number of the order or
    refund.
    """

    id: MessageId
    company_id: CompanyId
    account_id: AccountId
    received_at: datetime
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    verdict: Verdict = Verdict.RECEIVED
    reason: str = ""
    provider_id: str = ""
    meaning: str = ""
    about: str = ""

    def concluded(
        self,
        verdict: Verdict,
        **facts: Any,  # noqa: ANN401 - attrs.evolve checks the names
    ) -> ReceivedMessage:
        """Return the message with its verdict; `facts` are additional fields."""
        return attrs.evolve(self, verdict=verdict, **facts)
