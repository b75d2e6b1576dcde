"""The messages of a demo resident, for the simulated messenger (rule 4.1)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import attrs

from billing_domain.model.money import Money


@attrs.frozen
class InboxMessage:
    """A reminder as the reader sees it; `link` opens the unpaid bills."""

    community: str
    house: str
    count: int
    total: Money
    link: str
    sent_at: datetime


class Inbox(Protocol):
    """Shows the messages sent to demo residents, who have no messenger."""

    @abstractmethod
    def messages(self, openid: str) -> Sequence[InboxMessage]:
        """Return the last 100 messages to an openid, oldest first; an unknown openid has none."""
