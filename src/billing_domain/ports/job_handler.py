"""Who does what the outbox says."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from billing_domain.model.outbox import OutboxJob


class JobHandler(Protocol):
    """Does the jobs of one kind, each at least once: doing it again must change nothing."""

    @abstractmethod
    def __call__(self, job: OutboxJob, /) -> datetime | None:
        """Do a job; return None when it is at its end, or when to look at it again.

        Raises ProviderUnavailableError or a ConflictError to be tried again after a pause, any
        other BillingError when trying again is of no use. Opens units of work of its own.
        """
