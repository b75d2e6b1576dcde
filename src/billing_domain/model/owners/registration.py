"""Registrations (业主信息登记): owners say who they are, staff bind them (rule 5.10)."""

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

RegistrationId = NewType("RegistrationId", str)
"""32 hex digits."""

HOUSE_TEXT_LENGTH_MAX: Final = 100
REASON_LENGTH_MAX: Final = 200


class RegistrationState(Enum):
    """Where a registration stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


@attrs.frozen(kw_only=True)
class Registration:
    """What an owner filled in; `house_text` is the house in their own words.

    `resident_id` is the resident that staff bound the openid to, `reason` why they did not.
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
        """Return the registration with its resident; raise RegistrationDecidedError."""
        self._require_waiting()
        return attrs.evolve(
            self,
            state=RegistrationState.APPROVED,
            resident_id=resident_id,
            decided_at=at,
            decided_by=by,
            version=self.version + 1,
        )

    def reject(self, reason: str, *, at: datetime, by: str) -> Registration:
        """Return the registration refused, with a reason of 1..200 characters for the owner.

        Raises RegistrationDecidedError, FieldError.
        """
        self._require_waiting()
        why = " ".join(reason.split())
        if not why:
            raise FieldError(field="reason", reason="required")
        if len(why) > REASON_LENGTH_MAX:
            raise FieldError(field="reason", reason="too_long", value=why)
        return attrs.evolve(
            self,
            state=RegistrationState.REJECTED,
            reason=why,
            decided_at=at,
            decided_by=by,
            version=self.version + 1,
        )

    def _require_waiting(self) -> None:
        if self.state is not RegistrationState.WAITING:
            raise RegistrationDecidedError(state=self.state.value)


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
    """What an owner types, cleaned: name, phone and house are required."""

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
        house = " ".join(house_text.split())
        if not house:
            raise FieldError(field="house", reason="required")
        if len(house) > HOUSE_TEXT_LENGTH_MAX:
            raise FieldError(field="house", reason="too_long", value=house)
        return cls(clean_person_name(name), number, house, relation)
