"""Staff accounts, sessions and failed sign-ins in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from billing_adapters.memory.state import MemoryState, replace_version
from billing_domain.errors import FieldError, ThingNotFoundError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.company.session import FORGET_AFTER, SignInFailures, StaffSession
from billing_domain.model.company.staff import StaffAccount, StaffId
from billing_domain.ports.company import SessionRepository, StaffRepository


@attrs.frozen
class MemoryStaffRepository(StaffRepository):
    """Staff accounts."""

    state: MemoryState

    def add(self, account: StaffAccount) -> None:
        """Keep a new account; raise FieldError(login_name, taken)."""
        with self.state.step():
            if self.by_login_name(account.login_name) is not None:
                raise FieldError(field="login_name", reason="taken", value=account.login_name)
        self.state.staff[account.id] = account

    def get(self, company_id: CompanyId, staff_id: StaffId) -> StaffAccount:
        """Return an account of a company or raise ThingNotFoundError."""
        account = self.find(staff_id)
        if account is None or account.company_id != company_id:
            raise ThingNotFoundError(kind="staff", id=staff_id)
        return account

    def find(self, staff_id: StaffId) -> StaffAccount | None:
        """Return an account of any company, for a session."""
        return self.state.staff.get(staff_id)

    def by_login_name(self, login_name: str) -> StaffAccount | None:
        """Return the account with a login name, whatever its company, or None."""
        for account in self.state.staff.values():
            if account.login_name == login_name:
                return account
        return None

    def save(self, account: StaffAccount) -> None:
        """Replace the version before this one; raise StaleError."""
        replace_version(self.state.staff, account.id, account, kind="staff")

    def all(self, company_id: CompanyId) -> Sequence[StaffAccount]:
        """Return a company's accounts, oldest first."""
        accounts = [each for each in self.state.staff.values() if each.company_id == company_id]
        return sorted(accounts, key=lambda account: account.created_at)


@attrs.frozen
class MemorySessionRepository(SessionRepository):
    """Signed-in browsers and failed sign-ins."""

    state: MemoryState

    def add(self, session: StaffSession) -> None:
        """Keep a session."""
        self.state.sessions[session.token_hash] = session

    def get(self, token_hash: str) -> StaffSession | None:
        """Return the session of a token's hash, or None."""
        return self.state.sessions.get(token_hash)

    def touch(self, token_hash: str, seen_at: datetime) -> None:
        """Remember that a session was used."""
        session = self.state.sessions.get(token_hash)
        if session is not None:
            self.state.sessions[token_hash] = attrs.evolve(session, seen_at=seen_at)

    def remove(self, token_hash: str) -> None:
        """Forget a session."""
        self.state.sessions.pop(token_hash, None)

    def remove_of(self, staff_id: StaffId) -> None:
        """Forget every session of an account."""
        for session in list(self.state.sessions.values()):
            if session.staff_id == staff_id:
                del self.state.sessions[session.token_hash]

    def failures(self, key: str) -> SignInFailures | None:
        """Return the failures under a key, or None."""
        return self.state.failures.get(key)

    def record_failure(self, key: str, at: datetime) -> None:
        """Count one more failure in one step, starting again after 24 quiet hours."""
        before = self.failures(key)
        running = before is not None and at < before.last_at + FORGET_AFTER
        count = before.count + 1 if before is not None and running else 1
        self.state.failures[key] = SignInFailures(key, count, at)

    def clear_failures(self, key: str) -> None:
        """Forget the failures under a key."""
        self.state.failures.pop(key, None)
