"""Where what belongs to owners is kept; the promises of `storage` hold here too."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from billing_domain.model.actor import Scope
from billing_domain.model.bill_number import BillNumber
from billing_domain.model.community import CompanyId
from billing_domain.model.issued_receipt import IssuedReceipt
from billing_domain.model.official_account import OfficialAccount
from billing_domain.model.owner_session import OwnerSession
from billing_domain.model.registration import Registration, RegistrationId


class OwnerSessionRepository(Protocol):
    """Owners' phones that are signed in."""

    @abstractmethod
    def add(self, session: OwnerSession) -> None:
        """Keep a session."""

    @abstractmethod
    def get(self, token_hash: str) -> OwnerSession | None:
        """Return the session of a token's hash, or None."""

    @abstractmethod
    def touch(self, token_hash: str, seen_at: datetime) -> None:
        """Remember that a session was used."""

    @abstractmethod
    def remove(self, token_hash: str) -> None:
        """Forget a session."""

    @abstractmethod
    def remove_before(self, moment: datetime) -> int:
        """Forget the sessions last used before a moment; return how many."""


class RegistrationRepository(Protocol):
    """Registrations of owners."""

    @abstractmethod
    def add(self, registration: Registration) -> None:
        """Keep a new registration."""

    @abstractmethod
    def get(self, scope: Scope, registration_id: RegistrationId) -> Registration:
        """Return a registration in scope or raise ThingNotFoundError(registration)."""

    @abstractmethod
    def save(self, registration: Registration) -> None:
        """Replace the version before this one; raise StaleError."""

    @abstractmethod
    def waiting(self, scope: Scope) -> Sequence[Registration]:
        """Return the registrations in scope that nobody decided, oldest first."""

    @abstractmethod
    def of_owner(self, company_id: CompanyId, openid: str) -> Sequence[Registration]:
        """Return an owner's registrations, newest first."""


class ReceiptRepository(Protocol):
    """Issued receipts; none is ever changed (rule 6)."""

    @abstractmethod
    def add_all(self, receipts: Collection[IssuedReceipt]) -> None:
        """Keep new receipts."""

    @abstractmethod
    def latest(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, IssuedReceipt]:
        """Return the newest receipt of each of the bills that has one."""


class OfficialAccountRepository(Protocol):
    """The companies' WeChat official accounts, one each."""

    @abstractmethod
    def find(self, company_id: CompanyId) -> OfficialAccount | None:
        """Return a company's account, or None."""

    @abstractmethod
    def save(self, account: OfficialAccount) -> None:
        """Keep a company's account: version 1 is new, a later one replaces the one before.

        Raises StaleError.
        """
