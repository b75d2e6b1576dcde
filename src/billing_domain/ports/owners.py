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
from billing_domain.ports.paging import Page, PageKey


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
    def waiting(self, scope: Scope, *, key: PageKey | None, rows: int) -> Page[Registration]:
        """Return one page of the registrations in scope that nobody decided, oldest first."""

    @abstractmethod
    def of_owner(self, company_id: CompanyId, openid: str) -> Sequence[Registration]:
        """Return an owner's registrations, newest first."""


class OwnerIdentity(Protocol):
    """Learns from WeChat who an owner is: the openid at a company's official account (rule 5.12).

    The browser goes to `authorize_url` and comes back to `return_url` with a code that is good
    for one question, and with the state, which the caller ties to the browser.
    """

    @abstractmethod
    def authorize_url(
        self, official_account: OfficialAccount, *, return_url: str, state: str
    ) -> str:
        """Return where to send the browser; `state` has 1..128 of `[0-9A-Za-z_-]`.

        Raises ValueError for another state: it is a programming mistake.
        """

    @abstractmethod
    def openid(self, official_account: OfficialAccount, *, code: str) -> str:
        """Return the openid that a code stands for.

        Raises ProviderRefusedError, with `invalid_code` for one that is forged, used or too old,
        so that signing in starts again; ProviderUnavailableError when asking later may help.
        """


class OwnerQueries(Protocol):
    """Reads of an owner's bills, never of anybody else's (rule 4.6, P36).

    Lists name no residents: the household knows itself, and phones stay where they are (P45).
    """

    @abstractmethod
    def pending(self, owner: Owner, *, day: date, rows_max: int) -> Sequence[BillRow]:
        """Return the unpaid bills that an owner sees on a day, newest import first.

        Those of houses where the owner lives, as `may_see` allows, and those that a reminder sent
        to the owner's openid names (`shown_by_reminder`); so too in `bill`.
        """

    @abstractmethod
    def paid(self, owner: Owner, *, day: date, key: str | None, rows: int) -> Page[BillRow]:
        """Return the paid bills that an owner sees, newest payment first.

        Those of houses where the owner lives, as `may_see` allows, and those that the owner paid
        from the same openid wherever they live today. `key` is the `next_key` before.
        """

    @abstractmethod
    def bill(self, owner: Owner, number: BillNumber, *, day: date) -> BillRow:
        """Return a bill that the owner sees on a day, or raise ThingNotFoundError."""
