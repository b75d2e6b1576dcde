"""Where staff accounts and their sessions are kept; the promises of `storage` hold here too."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from billing_domain.model.community import CompanyId
from billing_domain.model.session import SignInFailures, StaffSession
from billing_domain.model.staff import StaffAccount, StaffId


class StaffRepository(Protocol):
    """Staff accounts."""

    @abstractmethod
    def add(self, account: StaffAccount) -> None:
        """Keep a new account; raise FieldError(login_name, taken)."""

    @abstractmethod
    def get(self, company_id: CompanyId, staff_id: StaffId) -> StaffAccount:
        """Return an account of a company or raise ThingNotFoundError."""

    @abstractmethod
    def find(self, staff_id: StaffId) -> StaffAccount | None:
        """Return an account of any company, for a session."""

    @abstractmethod
    def by_login_name(self, login_name: str) -> StaffAccount | None:
        """Return the account with a login name, whatever its company, or None."""

    @abstractmethod
    def save(self, account: StaffAccount) -> None:
        """Replace the version before this one; raise StaleError."""

    @abstractmethod
    def all(self, company_id: CompanyId) -> Sequence[StaffAccount]:
        """Return a company's accounts, oldest first."""


class SessionRepository(Protocol):
    """Signed-in browsers and failed sign-ins."""

    @abstractmethod
    def add(self, session: StaffSession) -> None:
        """Keep a session."""

    @abstractmethod
    def get(self, token_hash: str) -> StaffSession | None:
        """Return the session of a token's hash, or None."""

    @abstractmethod
    def touch(self, token_hash: str, seen_at: datetime) -> None:
        """Remember that a session was used."""

    @abstractmethod
    def remove(self, token_hash: str) -> None:
        """Forget a session."""

    @abstractmethod
    def remove_of(self, staff_id: StaffId) -> None:
        """Forget every session of an account."""

    @abstractmethod
    def failures(self, key: str) -> SignInFailures | None:
        """Return the failures under a key, or None."""

    @abstractmethod
    def record_failure(self, key: str, at: datetime) -> None:
        """Count one more failure in one step, starting again after 24 quiet hours."""

    @abstractmethod
    def clear_failures(self, key: str) -> None:
        """Forget the failures under a key."""
