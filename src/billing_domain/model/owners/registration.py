"""Registrations (业主信息登记): owners enter their data, staff bind them (rule 5.10)."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Final, NewType

import attrs

from billing_domain.errors import FieldError, RegistrationDecidedError
from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.resident import (
    Relation,
    ResidentId,
    clean_person_name,
    clean_phone,
)
from billing_domain.model.lines import clean_line

RegistrationId = NewType("RegistrationId", str)
"""32 hex digits."""

HOUSE_TEXT_LENGTH_MAX: Final = 100
REASON_LENGTH_MAX: Final = 200


class RegistrationState(Enum):
    """The state of a registration."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


@attrs.frozen(kw_only=True)
class Registration:
    """An owner's registration; `house_text` is the house in the owner's words.

    `resident_id` is the resident that staff bound the openid to; `reason` is why staff rejected
    it.
    """

    id: RegistrationId
    company_id: CompanyId
    community_id: CommunityId
    openid: str = attrs.field(repr=False)
    name: str
    phone: str
    house_text: str
    relation: Relation
    created_at: datetime
    state: RegistrationState = RegistrationState.WAITING
    decided_at: datetime | None = None
    decided_by: str = ""
    resident_id: ResidentId | None = None
    reason: str = ""
    version: int = 1

    def approve(self, resident_id: ResidentId, *, at: datetime, by: str) -> Registration:
        """Return the approved registration with its resident; raise RegistrationDecidedError."""
        decided = self._decided(RegistrationState.APPROVED, at, by)
        return attrs.evolve(decided, resident_id=resident_id)

    def reject(self, reason: str, *, at: datetime, by: str) -> Registration:
        """Return the rejected registration, with a reason of 1..200 characters for the owner.

        Raises RegistrationDecidedError, FieldError.
        """
        decided = self._decided(RegistrationState.REJECTED, at, by)
        cleaned = clean_line("reason", reason, length_max=REASON_LENGTH_MAX)
        return attrs.evolve(decided, reason=cleaned)

    def _decided(self, state: RegistrationState, at: datetime, by: str) -> Registration:
        if self.state is not RegistrationState.WAITING:
            raise RegistrationDecidedError(state=self.state.value)
        version = self.version + 1
        return attrs.evolve(self, state=state, decided_at=at, decided_by=by, version=version)


@audit_facts.register
def _registration_facts(registration: Registration) -> AuditFacts:
    fields = {
        "name": registration.name,
        "house": registration.house_text,
        "relation": registration.relation.value,
        "state": registration.state.value,
        "resident_id": registration.resident_id,
    }
    return AuditFacts("registration", registration.id, fields, registration.community_id)


@attrs.frozen
class RegistrationForm:
    """An owner's input, cleaned: name, phone and house are required."""

    name: str
    phone: str
    house_text: str
    relation: Relation

    @classmethod
    def of(cls, *, name: str, phone: str, house_text: str, relation: Relation) -> RegistrationForm:
        """Return the form; raise FieldError for the first unusable field."""
        number = clean_phone(phone)
        if not number:
            raise FieldError(field="phone", reason="required")
        house = clean_line("house", house_text, length_max=HOUSE_TEXT_LENGTH_MAX)
        return cls(clean_person_name(name), number, house, relation)
