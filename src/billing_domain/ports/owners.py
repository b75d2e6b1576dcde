"""Storage and reads of owners, their sessions and registrations."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CompanyId
from billing_domain.model.owners.owner import Owner
from billing_domain.model.owners.registration import Registration, RegistrationId
from billing_domain.model.owners.session import OwnerSession
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.bills import BillRow
from billing_domain.ports.company import SessionRepository
from billing_domain.ports.paging import Page, PageKey


class OwnerSessionRepository(SessionRepository[OwnerSession], Protocol):
    """Sessions of owners on their phones."""

    @abstractmethod
    def remove_before(self, moment: datetime) -> int:
        """Remove the sessions last used before a moment; return their number."""


class RegistrationRepository(Protocol):
    """Registrations of owners."""

    @abstractmethod
    def add(self, registration: Registration) -> None:
        """Store a new registration."""

    @abstractmethod
    def get(self, scope: Scope, registration_id: RegistrationId) -> Registration:
        """Return a registration in scope or raise ThingNotFoundError(registration)."""

    @abstractmethod
    def save(self, registration: Registration) -> None:
        """Store the next version; raise StaleError."""

    @abstractmethod
    def waiting(self, scope: Scope, *, key: PageKey | None, rows: int) -> Page[Registration]:
        """Return one page of the registrations in scope that nobody decided, oldest first."""

    @abstractmethod
    def of_owner(self, company_id: CompanyId, openid: str) -> Sequence[Registration]:
        """Return an owner's registrations, newest first."""


class OwnerIdentity(Protocol):
    """Asks WeChat for an owner's openid at a company's official account (rule 5.12).

    The browser opens `authorize_url` and returns to `return_url` with a one-time code and the
    `state`. The caller ties the state to the browser.
    """

    @abstractmethod
    def authorize_url(
        self, official_account: OfficialAccount, *, return_url: str, state: str
    ) -> str:
        """Return the address to send the browser to; `state` has 1..128 of `[0-9A-Za-z_-]`.

        Raises ValueError for any other state, which is a programming error.
        """

    @abstractmethod
    def openid(self, official_account: OfficialAccount, *, code: str) -> str:
        """Return the openid for a code.

        Raises ProviderRefusedError (`invalid_code` for a forged, used or expired code: start
        signing in again) and ProviderUnavailableError when a retry may help.
        """


class OwnerQueries(Protocol):
    """Reads of an owner's own bills (rule 4.6, P36).

    Lists contain no residents: the owner knows the household, and phones stay hidden (P45).
    """

    @abstractmethod
    def pending(self, owner: Owner, *, day: date, rows_max: int) -> Sequence[BillRow]:
        """Return the unpaid bills that an owner sees on a day, newest period first.

        Bills of houses where the owner lives, if `may_see` allows, and bills named by a reminder
        to the owner's openid (`shown_by_reminder`). `bill` follows the same rule.
        """

    @abstractmethod
    def paid(self, owner: Owner, *, day: date, key: str | None, rows: int) -> Page[BillRow]:
        """Return the paid bills that an owner sees, newest payment first, then newest period.

        Bills of houses where the owner lives, if `may_see` allows, and bills that the owner paid
        from this openid, wherever the owner lives today. `key` is the previous page's `next_key`.
        """

    @abstractmethod
    def bill(self, owner: Owner, number: BillNumber, *, day: date) -> BillRow:
        """Return a bill that the owner sees on a day; raise ThingNotFoundError."""
