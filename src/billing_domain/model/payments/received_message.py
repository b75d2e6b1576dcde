"""What providers sent us, kept as it came before anything is done with it (rule 5.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final, NewType

import attrs

from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.order import AccountId

MessageId = NewType("MessageId", str)
"""32 hex digits, ours."""

BODY_BYTES_MAX: Final = 16_384
"""No provider's message is longer; longer ones are refused unread."""


class Verdict(Enum):
    """What became of a message; one that says `received` met a crash and comes again."""

    RECEIVED = "received"
    BOOKED = "booked"
    REFUSED = "refused"
    FAILED = "failed"


@attrs.frozen(kw_only=True)
class ReceivedMessage:
    """One delivery, as it came over the wire.

    `provider_id` is the provider's own id of the message, `meaning` what it said in one line:
    the same id must always mean the same (P10). `about` is the number of order or refund.
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
        """Return the message with what became of it; `facts` are further fields."""
        return attrs.evolve(self, verdict=verdict, **facts)
