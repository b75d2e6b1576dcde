"""Leave a provider alone for a while when it is down or a setting is wrong (rule 4.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import attrs

from billing_domain.errors import MessagingMisconfiguredError
from billing_domain.model.company.community import CompanyId
from billing_domain.ports.reminders.messaging import MessagingAccount
from billing_domain.ports.system import Clock

PAUSE_FIRST: Final = timedelta(seconds=15)
PAUSE_MAX: Final = timedelta(minutes=5)
REFUSAL_KEPT: Final = timedelta(seconds=60)
"""How long an account that can't send is not asked again, unless somebody changes it."""

_OF_ONE_MESSAGE: Final = frozenset({"field", "other"})
"""Reasons that may lie in what one message says, a sum too long for its field or the like."""


@attrs.frozen
class _Pause:
    until: datetime
    length: timedelta


class CircuitBreaker:
    """What this process learned of each company's provider.

    Threads may share it: two that fail together at worst begin one pause instead of two.

    When messages find a provider down, one tries again after a pause, and all others wait with
    it: nothing storms a provider that has just come back.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pauses: dict[CompanyId, _Pause] = {}
        self._refusals: dict[
            CompanyId, tuple[MessagingAccount, MessagingMisconfiguredError, datetime]
        ] = {}

    def until(self, company_id: CompanyId) -> datetime | None:
        """Return when the company's provider may be tried again, None for at once."""
        pause = self._pauses.get(company_id)
        return pause.until if pause is not None and pause.until > self._clock.now() else None

    def failed(self, company_id: CompanyId) -> datetime:
        """Begin a pause, twice as long as the one before, and return its end."""
        before = self._pauses.get(company_id)
        length = PAUSE_FIRST if before is None else min(before.length * 2, PAUSE_MAX)
        pause = self._pauses[company_id] = _Pause(self._clock.now() + length, length)
        return pause.until

    def answered(self, company_id: CompanyId) -> None:
        """Forget the pauses: the provider is back."""
        self._pauses.pop(company_id, None)

    def refused(
        self, company_id: CompanyId, account: MessagingAccount, error: MessagingMisconfiguredError
    ) -> None:
        """Remember for a minute that an account can't send as it is set up.

        What may be wrong with one message alone keeps no other one back.
        """
        if error.reason in _OF_ONE_MESSAGE:
            return
        self._refusals[company_id] = (account, error, self._clock.now() + REFUSAL_KEPT)

    def check(self, company_id: CompanyId, account: MessagingAccount) -> None:
        """Raise MessagingMisconfiguredError when the account was refused just now."""
        found = self._refusals.get(company_id)
        if found is None:
            return
        refused, error, until = found
        if refused == account and self._clock.now() < until:
            raise error
