"""Storage and reads of companies, communities, staff, sign-in and the audit log."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from billing_domain.model.company.actor import Scope
from billing_domain.model.company.audit import AuditEntry
from billing_domain.model.company.community import Community, CommunityId, Company, CompanyId
from billing_domain.model.company.session import SignInFailures, StaffSession
from billing_domain.model.company.staff import StaffAccount, StaffId
from billing_domain.ports.paging import Page, PageKey

_Session = TypeVar("_Session")


class StaffRepository(Protocol):
    """Staff accounts."""

    @abstractmethod
    def add(self, account: StaffAccount) -> None:
        """Store a new account; raise FieldError(login_name, taken)."""

    @abstractmethod
    def get(self, company_id: CompanyId, staff_id: StaffId) -> StaffAccount:
        """Return an account of a company or raise ThingNotFoundError."""

    @abstractmethod
    def find(self, staff_id: StaffId) -> StaffAccount | None:
        """Return an account of any company, for a session."""

    @abstractmethod
    def by_login_name(self, login_name: str) -> StaffAccount | None:
        """Return the account with a login name in any company, or None."""

    @abstractmethod
    def save(self, account: StaffAccount) -> None:
        """Store the next version; raise StaleError."""

    @abstractmethod
    def all(self, company_id: CompanyId) -> Sequence[StaffAccount]:
        """Return a company's accounts, oldest first."""


class SessionRepository(Protocol[_Session]):
    """Sessions of staff or of owners, by the hash of their token."""

    @abstractmethod
    def add(self, session: _Session) -> None:
        """Store a session."""

    @abstractmethod
    def get(self, token_hash: str) -> _Session | None:
        """Return the session of a token's hash, or None."""

    @abstractmethod
    def touch(self, token_hash: str, seen_at: datetime) -> None:
        """Store when a session was last used."""

    @abstractmethod
    def remove(self, token_hash: str) -> None:
        """Remove a session."""


class StaffSessionRepository(SessionRepository[StaffSession], Protocol):
    """Signed-in browsers of staff, and failed sign-ins."""

    @abstractmethod
    def remove_of(self, staff_id: StaffId) -> None:
        """Remove every session of an account."""

    @abstractmethod
    def failures(self, key: str) -> SignInFailures | None:
        """Return the failures stored under a key, or None."""

    @abstractmethod
    def record_failure(self, key: str, at: datetime) -> None:
        """Add one failure in one atomic step; after 24 quiet hours the count starts again."""

    @abstractmethod
    def clear_failures(self, key: str) -> None:
        """Remove the failures stored under a key."""


class CompanyRepository(Protocol):
    """All companies of the deployment."""

    @abstractmethod
    def add(self, company: Company) -> None:
        """Store a new company; raise FieldError(name, taken)."""

    @abstractmethod
    def get(self, company_id: CompanyId) -> Company:
        """Return a company or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, company: Company) -> None:
        """Replace a company; raise FieldError(name, taken)."""

    @abstractmethod
    def all(self) -> Sequence[Company]:
        """Return every company, oldest first."""


class CommunityRepository(Protocol):
    """The communities of companies."""

    @abstractmethod
    def add(self, community: Community) -> None:
        """Store a new community; raise FieldError(name, taken) within its company."""

    @abstractmethod
    def get(self, scope: Scope, community_id: CommunityId) -> Community:
        """Return a community in scope or raise ThingNotFoundError."""

    @abstractmethod
    def find(self, community_id: CommunityId) -> Community | None:
        """Return a community of any company, for a scanned code (rule 5.10), or None."""

    @abstractmethod
    def lock(self, scope: Scope, community_id: CommunityId) -> Community:
        """Return a community as `get` does, and lock it until this unit of work ends.

        Imports into one community run one after the other, so each sees the previous one.
        """

    @abstractmethod
    def save(self, community: Community) -> None:
        """Store the next version; raise StaleError, FieldError(name, taken)."""

    @abstractmethod
    def all(self, scope: Scope) -> Sequence[Community]:
        """Return the communities in scope, oldest first."""


class AuditLog(Protocol):
    """The append-only log; storage refuses to alter or remove an entry (rule 2.11)."""

    @abstractmethod
    def add_all(self, entries: Iterable[AuditEntry]) -> None:
        """Append entries."""


class AuditQueries(Protocol):
    """Reads of the audit log."""

    @abstractmethod
    def of_subject(self, scope: Scope, kind: str, subject_id: str) -> Sequence[AuditEntry]:
        """Return the entries about one thing in scope, newest first.

        Entries without a community are visible only with the whole company in scope.
        """

    @abstractmethod
    def page(
        self, scope: Scope, *, key: PageKey | None, rows: int, subject_kind: str = ""
    ) -> Page[AuditEntry]:
        """Return the log in scope, newest first."""


class PasswordHasher(Protocol):
    """Hashes passwords, slowly on purpose."""

    @property
    @abstractmethod
    def decoy(self) -> str:
        """A hash that no password matches, so that an unknown name takes equally long (P39)."""

    @abstractmethod
    def hash(self, password: str) -> str:
        """Return a salted hash for `verify`."""

    @abstractmethod
    def verify(self, password_hash: str, password: str) -> bool:
        """Return whether the password matches the hash; both answers take equally long."""


class SecretCipher(Protocol):
    """Encrypts stored secrets (rule 5.9)."""

    @abstractmethod
    def seal(self, secret: str) -> str:
        """Return the secret encrypted under the deployment's key."""

    @abstractmethod
    def unseal(self, sealed: str) -> str:
        """Return the decrypted secret; raise ValueError if the key differs."""
