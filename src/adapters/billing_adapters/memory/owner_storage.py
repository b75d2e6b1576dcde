"""Owners' sessions, registrations and receipts in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import attrs

from billing_adapters.memory.state import MemoryState, replace_version
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CompanyId
from billing_domain.model.owners.registration import (
    Registration,
    RegistrationId,
    RegistrationState,
)
from billing_domain.model.owners.session import OwnerSession
from billing_domain.model.payments.issued_receipt import IssuedReceipt
from billing_domain.ports.owners import OwnerSessionRepository, RegistrationRepository
from billing_domain.ports.payments.receipts import ReceiptRepository


@attrs.frozen
class MemoryOwnerSessionRepository(OwnerSessionRepository):
    """Owners' phones that are signed in."""

    state: MemoryState

    def add(self, session: OwnerSession) -> None:
        """Keep a session."""
        self.state.owner_sessions[session.token_hash] = session

    def get(self, token_hash: str) -> OwnerSession | None:
        """Return the session of a token's hash, or None."""
        return self.state.owner_sessions.get(token_hash)

    def touch(self, token_hash: str, seen_at: datetime) -> None:
        """Remember that a session was used."""
        session = self.get(token_hash)
        if session is not None:
            self.state.owner_sessions[token_hash] = attrs.evolve(session, seen_at=seen_at)

    def remove(self, token_hash: str) -> None:
        """Forget a session."""
        self.state.owner_sessions.pop(token_hash, None)

    def remove_before(self, moment: datetime) -> int:
        """Forget the sessions last used before a moment; return how many."""
        sessions = self.state.owner_sessions.items()
        old = [token_hash for token_hash, session in sessions if session.seen_at < moment]
        for token_hash in old:
            del self.state.owner_sessions[token_hash]
        return len(old)


@attrs.frozen
class MemoryRegistrationRepository(RegistrationRepository):
    """Registrations of owners."""

    state: MemoryState

    def add(self, registration: Registration) -> None:
        """Keep a new registration."""
        self.state.registrations[registration.id] = registration

    def get(self, scope: Scope, registration_id: RegistrationId) -> Registration:
        """Return a registration in scope or raise ThingNotFoundError(registration)."""
        found = self.state.registrations.get(registration_id)
        if found is None or not scope.covers(found.company_id, found.community_id):
            raise ThingNotFoundError(kind="registration", id=registration_id)
        return found

    def save(self, registration: Registration) -> None:
        """Replace the version before this one; raise StaleError."""
        replace_version(
            self.state.registrations, registration.id, registration, kind="registration"
        )

    def waiting(self, scope: Scope) -> Sequence[Registration]:
        """Return the registrations in scope that nobody decided, oldest first."""
        return [
            each
            for each in self._oldest_first()
            if each.state is RegistrationState.WAITING
            and scope.covers(each.company_id, each.community_id)
        ]

    def of_owner(self, company_id: CompanyId, openid: str) -> Sequence[Registration]:
        """Return an owner's registrations, newest first."""
        return [
            each
            for each in reversed(self._oldest_first())
            if (each.company_id, each.openid) == (company_id, openid)
        ]

    def _oldest_first(self) -> list[Registration]:
        return sorted(self.state.registrations.values(), key=lambda each: each.created_at)


@attrs.frozen
class MemoryReceiptRepository(ReceiptRepository):
    """Issued receipts."""

    state: MemoryState

    def add_all(self, receipts: Collection[IssuedReceipt]) -> None:
        """Keep new receipts."""
        for receipt in receipts:
            before = self.state.receipts.get(receipt.bill, ())
            self.state.receipts[receipt.bill] = (*before, receipt)

    def latest(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, IssuedReceipt]:
        """Return the newest receipt of each of the bills that has one."""
        issued = self.state.receipts
        return {
            bill: max(reversed(issued[bill]), key=lambda receipt: receipt.issued_at)
            for bill in bills
            if bill in issued
        }
