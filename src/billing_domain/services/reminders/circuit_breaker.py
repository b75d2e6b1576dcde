"""Pause calls to a provider that is down or set up wrongly (rule 4.4)."""

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
"""How long an account that can't send is not tried again, unless somebody changes it."""

_OF_ONE_MESSAGE: Final = frozenset({"field", "other"})
"""Reasons that may concern one message only, e.g. a sum too long for its field."""


@attrs.frozen
class _Pause:
    until: datetime
    length: timedelta


class CircuitBreaker:
    """The circuit breaker of each company's provider, within one process.

    Threads may share it: two simultaneous failures at worst begin one pause instead of two. After
    a pause one message tries the provider and all others wait, so a recovering provider is not
    flooded.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pauses: dict[CompanyId, _Pause] = {}
        self._refusals: dict[
            CompanyId, tuple[MessagingAccount, MessagingMisconfiguredError, datetime]
        ] = {}

    def until(self, company_id: CompanyId) -> datetime | None:
        """Return when the company's provider may be tried again, None for now."""
        pause = self._pauses.get(company_id)
        return pause.until if pause is not None and pause.until > self._clock.now() else None

    def failed(self, company_id: CompanyId) -> datetime:
        """Begin a pause, twice as long as the previous one, and return its end."""
        before = self._pauses.get(company_id)
        length = PAUSE_FIRST if before is None else min(before.length * 2, PAUSE_MAX)
        pause = self._pauses[company_id] = _Pause(self._clock.now() + length, length)
        return pause.until

    def answered(self, company_id: CompanyId) -> None:
        """Reset the pauses: the provider has answered."""
        self._pauses.pop(company_id, None)

    def refused(
        self, company_id: CompanyId, account: MessagingAccount, error: MessagingMisconfiguredError
    ) -> None:
        """Remember for a minute that an account's settings prevent sending.

        A reason that may concern one message only is not remembered.
        """
        if error.reason in _OF_ONE_MESSAGE:
            return
        self._refusals[company_id] = (account, error, self._clock.now() + REFUSAL_KEPT)

    def check(self, company_id: CompanyId, account: MessagingAccount) -> None:
        """Raise MessagingMisconfiguredError if the account was refused in the last minute."""
        found = self._refusals.get(company_id)
        if found is None:
            return
        refused, error, until = found
        if refused == account and self._clock.now() < until:
            raise error
