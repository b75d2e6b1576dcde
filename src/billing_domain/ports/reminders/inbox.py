"""The messages of a demo resident, where we play the messenger ourselves (rule 4.1)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import attrs

from billing_domain.model.money import Money


@attrs.frozen
class InboxMessage:
    """A reminder as its reader sees it; `link` opens the unpaid bills."""

    community: str
    house: str
    count: int
    total: Money
    link: str
    sent_at: datetime


class Inbox(Protocol):
    """Shows what was sent to demo residents, who have no messenger of their own."""

    @abstractmethod
    def messages(self, openid: str) -> Sequence[InboxMessage]:
        """Return the last hundred messages to an openid, the oldest first; none for a stranger."""
